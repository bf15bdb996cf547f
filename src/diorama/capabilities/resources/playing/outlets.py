"""Outlets: replies of one operation, in the media type that the client takes and with the headers of the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from diorama.capabilities.resources.model import Play
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.spots import base_of
from diorama.formats.generation import Setting
from diorama.formats.schemas import Check
from diorama.formats.serialisation import is_json, serialise, simple_text
from diorama.formats.serialisation.heads import OWNED
from diorama.formats.serialisation.media import json_bytes
from diorama.formats.serialisation.negotiation import best
from diorama.model.definition import Endpoint, Parameter
from diorama.model.http import Reply
from diorama.ports.exchange import OpenExchange

ENTRIES_MAX = 50_000
BYTES_MAX = 32 * 1024 * 1024
LIKENESSES_MAX = 20_000
LIKENESS_BYTES_MAX = 16 * 1024 * 1024

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = dict.fromkeys({*range(32), 127} - {9}, " ")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Encoded(msgspec.Struct, gc=False):
    """A value as JSON.

    Attributes:
        value: kept beside its bytes, so that nothing else can get its identity.
        body: the bytes.
        check: by which it was found right; None while nobody looked.
    """

    value: Any
    body: bytes
    check: Check | None = None

    def holds(self, check: Check) -> bool:
        """Whether the value is right, looked at once: rows never change in place."""
        if self.check is check:
            return True
        if not check.holds(self.value):
            return False
        self.check = check
        return True


class Encodings:
    """Items as JSON, kept by the identity of the value as long as there is room: rows never change in place.

    They stand in two halves. When the first is full it becomes the second, and what nobody asked for since goes.

    Attributes:
        likenesses: items as other operations show them.
    """

    __slots__ = ("_bytes", "_known", "_older", "likenesses")

    def __init__(self) -> None:
        self._known: dict[int, Encoded] = {}
        self._older: dict[int, Encoded] = {}
        self._bytes = 0
        self.likenesses = Likenesses(self)

    def of(self, value: Any) -> Encoded:
        """A value as JSON."""
        key = id(value)
        known = self._known.get(key)
        if known is not None and known.value is value:
            return known
        known = self._older.get(key)
        if known is None or known.value is not value:
            known = Encoded(value, json_bytes(value))
        if len(self._known) >= ENTRIES_MAX // 2 or self._bytes + len(known.body) > BYTES_MAX // 2:
            self._older = self._known
            self._known = {}
            self._bytes = 0
        self._known[key] = known
        self._bytes += len(known.body)
        return known


class Likenesses:
    """What was made of items for operations that show them otherwise, kept as long as there is room.

    It can be made again at any time, and is the same then. It stands in two halves, as encodings do.

    Args:
        encodings: tell how much room something takes.
    """

    __slots__ = ("_bytes", "_encodings", "_known", "_older")

    def __init__(self, encodings: Encodings) -> None:
        self._encodings = encodings
        self._known: dict[tuple[int, int], tuple[object, Any, Any]] = {}
        self._older: dict[tuple[int, int], tuple[object, Any, Any]] = {}
        self._bytes = 0

    def of(self, view: object, item: Any) -> Any:
        """What a view made of an item; None when that is not kept."""
        key = (id(view), id(item))
        found = self._known.get(key)
        if found is not None and found[0] is view and found[1] is item:
            return found[2]
        found = self._older.get(key)
        if found is None or found[0] is not view or found[1] is not item:
            return None
        self.keep(view, item, found[2])
        return found[2]

    def keep(self, view: object, item: Any, made: Any) -> None:
        """Keep what a view made of an item."""
        size = len(self._encodings.of(made).body)
        if len(self._known) >= LIKENESSES_MAX // 2 or self._bytes + size > LIKENESS_BYTES_MAX // 2:
            self._older = self._known
            self._known = {}
            self._bytes = 0
        self._known[id(view), id(item)] = (view, item, made)
        self._bytes += size


class Facts(msgspec.Struct, frozen=True):
    """What headers may tell of a reply.

    Attributes:
        address: gives the path of the item's own URL; empty for none.
        total: how many items a list has; -1 for no list.
        links: paths of other parts of a list, by their relation to this one.
    """

    address: Callable[[], str] = str
    total: int = -1
    links: tuple[tuple[str, str], ...] = ()


class Outlet:
    """Makes the replies of one operation.

    Args:
        kind: of what.
        play: the operation.
        endpoint: its endpoint.

    Attributes:
        response, media: what the replies are made by.
        is_plain: whether their headers are always the same.
        is_json: whether their bodies are JSON.
    """

    def __init__(self, kind: Kind, play: Play, endpoint: Endpoint) -> None:
        self.response, self.media = kind.response(play)
        self.is_json = self.media is not None and is_json(self.media.name)
        self._kind = kind
        self._status = play.status
        self._statuses = frozenset(response.status for response in endpoint.responses)
        self._accepted: dict[bytes, bool] = {}
        self._headers = [
            parameter
            for parameter in (self.response.headers if self.response is not None else ())
            if parameter.name.lower() not in OWNED and _TOKEN.fullmatch(parameter.name)
        ]
        self._usual: list[tuple[bytes, bytes]] = [(b"deprecation", b"true")] if endpoint.deprecated else []
        self.is_plain = not self._headers
        self._of_json: tuple[tuple[bytes, bytes], ...] = (self._content_type(), *self._usual)

    def _content_type(self) -> tuple[bytes, bytes]:
        name = "" if self.media is None else self.media.name
        return (b"content-type", name.encode("latin-1", "replace"))

    def plain(self, x: OpenExchange, content: bytes) -> Reply:
        """A reply of ready JSON, where that is the media type and headers are always the same."""
        assert self.media is not None
        plan = x.plan
        plan.response = self.response
        plan.media_type = self.media.name
        return Reply(self._status, self._of_json, content)

    def has(self, status: str) -> bool:
        """Whether the endpoint has a response of this very status."""
        return status in self._statuses

    @property
    def tells_links(self) -> bool:
        """Whether a header tells where the next page is."""
        return any(parameter.name.lower() == "link" for parameter in self._headers)

    def accepts(self, accept: bytes | None) -> bool:
        """Whether a client with this ``Accept`` takes its media type."""
        if accept is None or self.media is None:
            return True
        known = self._accepted.get(accept)
        if known is None:
            known = best(accept.decode("latin-1"), (self.media.name,)) is not None
            if len(self._accepted) < 64:
                self._accepted[accept] = known
        return known

    def reply(self, x: OpenExchange, body: Any, facts: Facts, status: int = 0) -> Reply:
        """A reply.

        Args:
            x: the exchange.
            body: its value; None for no body. Parts of it may be ready JSON where the media type is that.
            facts: for headers.
            status: when it is not the operation's usual one.
        """
        x.plan.response = self.response
        media = self.media
        status = status or self._status
        headers: list[tuple[bytes, bytes]] = []
        content = b""
        if media is not None and body is not None and status not in (204, 205, 304):
            x.plan.media_type = media.name
            headers.append(self._content_type())
            if type(body) is Raw:
                content = bytes(body)
            elif self.is_json:
                content = json_bytes(body)
            else:
                schemas = self._kind.document.api.schemas
                content = serialise(body, media.name, media.schema, schemas, media.encoding)
        for parameter in self._headers:
            text = self._header(x, parameter, facts)
            if text:
                value = text.translate(_CONTROLS).strip().encode("latin-1", "replace")
                headers.append((parameter.name.encode("latin-1"), value))
        return Reply(status, (*headers, *self._usual), content)

    def _header(self, x: OpenExchange, parameter: Parameter, facts: Facts) -> str:
        """The value of a header that the document declares; empty for none."""
        name = parameter.name.lower()
        if name in {"location", "content-location"} and facts.address is not str:
            path = facts.address()
            return base_of(x) + path if path else ""
        if facts.total >= 0 and "total" in name:
            return str(facts.total)
        if facts.total >= 0 and name == "link":
            base = base_of(x)
            return ", ".join(f'<{base}{path}>; rel="{relation}"' for relation, path in facts.links)
        for example in parameter.examples:
            if example.serialized is not UNSET:
                return example.serialized
            if example.value is not UNSET:
                return simple_text(example.value, explode=parameter.explode)
        if parameter.schema is None:
            return ""
        setting = Setting(names=(parameter.name,), now_us=x.clock_us)
        dice = x.dice.derive("header " + parameter.name)
        value = self._kind.document.generator.believable(parameter.schema, dice, "reply", setting)
        return "" if value is None else simple_text(value, explode=parameter.explode)
