"""Answers: the replies of one operation, and what they need of its document, looked at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import Raw

from diorama.capabilities.resources.model import Play, Role
from diorama.capabilities.resources.playing.completion import LEAN, Maker
from diorama.capabilities.resources.playing.expansion import Expansion
from diorama.capabilities.resources.playing.kinds import Kind, Row, Scopes, writable
from diorama.capabilities.resources.playing.listing import Lister
from diorama.capabilities.resources.playing.making import Making, unknown
from diorama.capabilities.resources.playing.outlets import Encodings, Facts, Outlet
from diorama.capabilities.resources.playing.paging import UnknownAnchorError
from diorama.capabilities.resources.playing.places import wrapped
from diorama.capabilities.resources.playing.selection import Pair
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.capabilities.resources.playing.spots import query_of
from diorama.capabilities.resources.playing.views import View
from diorama.formats.serialisation.media import json_bytes
from diorama.model.definition import Endpoint
from diorama.model.http import Reply
from diorama.ports.exchange import OpenExchange


class Answers:
    """Makes the replies of one operation.

    Args:
        kind: of what.
        play: what it does.
        endpoint: its endpoint.
        making: makes items.
        encodings: items as JSON.
    """

    def __init__(self, kind: Kind, play: Play, endpoint: Endpoint, making: Making, encodings: Encodings) -> None:
        self.kind = kind
        self.play = play
        self.making = making
        self.outlet = Outlet(kind, play, endpoint)
        media = self.outlet.media
        schema = True if media is None or media.schema is None else media.schema
        self.root = kind.document.shapes.of(schema)
        self.view = View(kind, play, encodings)
        self.expansion = Expansion(making, kind, play) if play.expand else None
        self.lister = Lister(kind, play) if play.role is Role.LIST else None
        self.writable = frozenset(name for shape in kind.body_shapes(play) for name in writable(shape))
        self.is_upsert = not any(one.role is Role.CREATE for one in kind.resource.plays)
        self.defaults = _defaults(kind, play) if play.role in (Role.CREATE, Role.REPLACE) else {}

    def mode(self, x: OpenExchange) -> str:
        """How the body changes the item, by its media type and by what the document says."""
        content_type = x.request.header(b"content-type") or b""
        if b"json-patch" in content_type:
            return "json"
        if b"merge-patch" in content_type:
            return "merge"
        if content_type.startswith((b"application/x-www-form-urlencoded", b"multipart/form-data")):
            return "form"
        if self.play.patch == "json" and isinstance(x.memo.get("body"), list):
            return "json"
        return self.play.patch if self.play.patch != "json" else "fields"

    def item_reply(
        self, x: OpenExchange, key: str, row: Row, scopes: Mapping[str, str], *, is_new: bool = False
    ) -> Reply | None:
        """The reply that shows an item, or that only says that it is done."""
        kind, play = self.kind, self.play
        item_id = kind.id_of(row["item"])
        levels = {**row["in"], **scopes}
        address = partial(kind.path, x.root_path, levels, item_id)
        facts = Facts(address)
        created = 201 if is_new and play.status == 200 and self.outlet.has("201") else 0
        if self.outlet.media is None:
            return self.outlet.reply(x, None, facts, created)
        if play.item is None:
            maker = self.making.maker(x, kind, x.dice.derive("reply"), levels)
            return self.outlet.reply(x, maker.whole(self.root, self._told(row["item"]), LEAN), facts, created)
        value = self._shown(x, (key, row), query_of(x))
        if play.item_listed:
            value = [value]
        if play.item:
            maker = self.making.maker(x, kind, x.dice.derive("reply"), levels)
            maker.address = address
            value = self._enclosed(maker, row, value)
        return self.outlet.reply(x, value, facts, created)

    def _told(self, item: dict[str, Any]) -> dict[str, Any]:
        """What a reply that shows no item may still tell of it."""
        return {name: value for name, value in item.items() if not isinstance(value, dict | list)}

    def _enclosed(self, maker: Maker, row: Row, value: Any) -> Any:
        """The item inside of what the document puts around it."""
        pointer = self.play.item or ()
        shape = self.root.settled()
        beside = maker.fitting(shape, row.get("beside", {}), ()) if "beside" in row else {}
        chain: list[Shape] = [shape]
        for name in pointer[:-1]:
            inner = chain[-1].members.get(name)
            if inner is None:
                return wrapped(pointer, value)
            chain.append(inner.settled())
        for depth in range(len(pointer) - 1, -1, -1):
            given = {**(beside if depth == 0 else {}), pointer[depth]: value}
            value = maker.filled(chain[depth], given, LEAN, pointer[:depth])
        return value

    def _shown(self, x: OpenExchange, pair: Pair, query: Mapping[str, Any]) -> Any:
        """An item as this operation shows it, ready JSON where that is its media type."""
        if "gone" in pair[1]:
            return pair[1]["item"]
        if self.expansion is not None:
            names = query.get(self.play.expand) or _written(x, self.play.expand)
            if names:
                return self.expansion.of(x, self.view.value(x, pair), names, pair[1]["in"])
        return self.view.encoded(x, pair) if self.outlet.is_json else self.view.value(x, pair)

    def list_reply(self, x: OpenExchange, scopes: Scopes) -> Reply:
        """The reply that lists items.

        Raises:
            DioramaError: ``resource_unknown`` when the page begins behind an item that is nowhere.
        """
        lister = self.lister
        assert lister is not None
        query = query_of(x)
        try:
            page = lister.page(x, scopes, query)
        except UnknownAnchorError as error:
            raise unknown(self.kind, str(error)) from None
        maker = self.making.maker(x, self.kind, x.dice.derive("list"), scopes)
        maker.address = lambda: x.request.path
        expanding = self.expansion is not None and bool(query.get(self.play.expand))
        if self.outlet.is_json and not expanding:
            items: Any = lister.joined(page, self.view.encoded_all(x, page.rows))
        elif self.outlet.is_json:
            items = lister.joined(page, [Raw(json_bytes(self._shown(x, pair, query))) for pair in page.rows])
        else:
            items = lister.values(page, [self._shown(x, pair, query) for pair in page.rows])
        body = lister.body(x, maker, page, items)
        next_link = lister.links(x, page)["next"] or "" if self.outlet.tells_links else ""
        return self.outlet.reply(x, body, Facts(total=page.total, next_link=next_link))


def _written(x: OpenExchange, name: str) -> Any:
    """What a request's body has under a name; None for nothing. Who writes says there what to expand."""
    body = x.memo.get("body")
    return body.get(name) if isinstance(body, dict) else None


def _defaults(kind: Kind, play: Play) -> dict[str, Any]:
    """What the request's schema says of properties that are left out."""
    found: dict[str, Any] = {}
    for shape in kind.body_shapes(play):
        for name, member in shape.settled().members.items():
            if member.rules.defaults and not isinstance(member.rules.defaults[0], dict | list):
                found.setdefault(name, member.rules.defaults[0])
        break
    return found
