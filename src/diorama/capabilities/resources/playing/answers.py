"""Answers: the replies of one operation, and what they need of its document, looked at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import Raw

from diorama.capabilities.resources.model import Play, Role
from diorama.capabilities.resources.playing.completion import LEAN, Maker
from diorama.capabilities.resources.playing.drafts import Drafts
from diorama.capabilities.resources.playing.envelopes import Envelope, same
from diorama.capabilities.resources.playing.expansion import Expansion, Room
from diorama.capabilities.resources.playing.kinds import Kind, Row, Scopes, writable
from diorama.capabilities.resources.playing.listing import Lister, relations
from diorama.capabilities.resources.playing.making import Making
from diorama.capabilities.resources.playing.outlets import Encodings, Facts, Outlet
from diorama.capabilities.resources.playing.paging import UnknownAnchorError
from diorama.capabilities.resources.playing.places import wrapped
from diorama.capabilities.resources.playing.refusals import unknown
from diorama.capabilities.resources.playing.selection import Pair
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.capabilities.resources.playing.spots import asked_of, query_of
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
        is_plain = play.role is Role.CREATE and self.view.is_whole and not play.scopes
        self.drafts = Drafts(kind, making, self.defaults) if is_plain else None
        self._encodings = encodings
        is_json = self.outlet.is_json and play.status not in (204, 205, 304)
        self._is_plain = is_json and self.outlet.is_plain and self.view.is_whole and play.item == ()
        self._is_plain = self._is_plain and not play.item_listed
        self._is_own = self._is_plain and same(schema, kind.schema)
        self._envelope = Envelope(kind, play, schema) if self.lister is not None and is_json else None

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

    def shown_right(self, row: Row) -> None:
        """Take note that the item of a row was found right when it was written, so that it is not looked at again."""
        if self._is_own:
            self._encodings.of(row["item"]).check = self.kind.check

    def item_reply(
        self, x: OpenExchange, key: str, row: Row, scopes: Mapping[str, str], *, is_new: bool = False
    ) -> Reply | None:
        """The reply that shows an item, or that only says that it is done."""
        kind, play = self.kind, self.play
        if self._is_plain and not is_new and "gone" not in row and not (self.expansion and self._expanded(x)):
            encoded = self._encodings.of(row["item"])
            reply = self.outlet.plain(x, encoded.body)
            if self._is_own and encoded.holds(kind.check):
                x.plan.checked = reply
            return reply
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
        value = self._shown(x, (key, row), self._expanded(x) if self.expansion is not None else None)
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

    def _expanded(self, x: OpenExchange) -> Any:
        """What a request wants to see whole; nothing when it says nothing of that."""
        return query_of(x).get(self.play.expand) or _written(x, self.play.expand)

    def _shown(self, x: OpenExchange, pair: Pair, names: Any = None, room: Room | None = None) -> Any:
        """An item as this operation shows it, ready JSON where that is its media type."""
        if "gone" in pair[1]:
            return pair[1]["item"]
        if self.expansion is not None and names:
            return self.expansion.of(x, self.view.value(x, pair), names, pair[1]["in"], room or Room())
        value = self.view.value(x, pair)
        return Raw(self._encodings.of(value).body) if self.outlet.is_json else value

    def list_reply(self, x: OpenExchange, scopes: Scopes) -> Reply | None:
        """The reply that lists items; None when there are fewer than the document's schema wants.

        Raises:
            DioramaError: ``resource_unknown`` when the page begins behind an item that is nowhere.
        """
        lister = self.lister
        assert lister is not None
        query = asked_of(x)
        try:
            page = lister.page(x, scopes, query)
        except UnknownAnchorError as error:
            raise unknown(self.kind, str(error)) from None
        if not lister.is_enough(page):
            return None
        maker = self.making.maker(x, self.kind, x.dice.derive("list"), scopes)
        maker.address = lambda: x.request.path
        names = query.get(self.play.expand) if self.expansion is not None else None
        room = Room()
        is_right = False
        if self.outlet.is_json and not names:
            joined = self.view.joined(x, lister, page)
            items: Any = joined.raw
            is_right = self._envelope is not None and joined.holds(self._envelope)
        elif self.outlet.is_json:
            items = lister.joined(page, [json_bytes(self._shown(x, pair, names, room)) for pair in page.rows])
        else:
            items = lister.values(page, [self._shown(x, pair, names, room) for pair in page.rows])
        body = lister.body(x, maker, page, items)
        links = relations(lister.links(x, page)) if self.outlet.tells_links else ()
        reply = self.outlet.reply(x, body, Facts(total=page.total, links=links))
        if is_right and self._envelope is not None and self._envelope.holds(body):
            x.plan.checked = reply
        return reply


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
