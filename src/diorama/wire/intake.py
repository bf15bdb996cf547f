"""Intake: bytes of one connection become requests, refusals and marks in a queue.

It knows nothing of sockets. What it may hold is bounded by the limits, and how the bytes were split makes no
difference to what comes out.
"""

from __future__ import annotations

from collections import deque

import httptools
from httptools import HttpParserError, HttpParserUpgrade

from diorama.model.errors import DioramaError
from diorama.model.http import Headers, Request
from diorama.ports.capability import HEADER_BITS
from diorama.wire import checks
from diorama.wire.checks import AGAIN, BROWSER, CODING, EXPECT, HOST, LENGTH, PROXIED, TRIGGER_SHIFT, UPGRADE
from diorama.wire.drafts import draft, flags_of
from diorama.wire.items import (
    CONTROL,
    DETOUR,
    HEAD,
    INTERIM,
    LAST,
    REFUSED,
    WEBSOCKET,
    Item,
    Peer,
)
from diorama.wire.limits import WireLimits
from diorama.wire.recall import Recall
from diorama.wire.refusals import Refusal
from diorama.wire.upgrades import asks_for_websocket, framing_head

SLICE = 4096
"""At most this many bytes are parsed at once, so that little is parsed ahead: a request has 18 bytes at least."""

_CHECKED = HOST | LENGTH | CODING | EXPECT | UPGRADE | BROWSER | AGAIN
_METHODS: dict[bytes, str] = {}


class Intake:
    """The reading half of one connection.

    Args:
        limits: what a request may take.
        items: where requests go, in order.
        peer: who sends.
        websockets: whether the server can hand a connection to a WebSocket protocol.

    Attributes:
        deaf: nothing more is parsed: a refusal, a last request or an upgrade was the end of it.
        upgraded: a WebSocket protocol is to take over.
        rest: bytes behind that upgrade.
        begun: how many requests began; with ``headed`` and ``received`` it says how far the sender is.
        open: whether a request has begun and is not complete.
        headed: whether the headers of the request that is open are complete.
        received, expected: body bytes of the request that is open; what is expected is 0 when it comes in chunks.
    """

    __slots__ = (
        "_bits",
        "_body",
        "_body_max",
        "_checked",
        "_chunked",
        "_draft",
        "_fed",
        "_flags",
        "_headers",
        "_headers_max",
        "_host",
        "_interest",
        "_interest_size",
        "_items",
        "_limits",
        "_original",
        "_parser",
        "_peer",
        "_plain",
        "_recall",
        "_url",
        "_websockets",
        "begun",
        "deaf",
        "expected",
        "headed",
        "open",
        "received",
        "rest",
        "upgraded",
    )

    def __init__(self, limits: WireLimits, items: deque[Item], peer: Peer, *, websockets: bool) -> None:
        self._limits = limits
        self._headers_max = limits.headers_max
        self._items = items
        self._peer = peer
        self._websockets = websockets
        self._checked = _CHECKED | PROXIED if peer.proxies else _CHECKED
        self._interest = checks.interest()
        self._interest_size = len(HEADER_BITS)
        self._parser = httptools.HttpRequestParser(self)
        self._recall = Recall(peer.address, peer.scheme)
        self._plain = False
        self._host = b""
        self._original: tuple[Headers, int, int] | None = None
        self._draft: Request | None = None
        self._url = b""
        self._headers: Headers = []
        self._bits = 0
        self._flags = 0
        self._fed = 0
        self._body: bytes | bytearray = b""
        self._body_max = 0
        self._chunked = False
        self.begun = 0
        self.open = False
        self.headed = False
        self.received = 0
        self.expected = 0
        self.deaf = False
        self.upgraded = False
        self.rest = b""

    # ------------------------------------------------------------------------------------------------------ feeding

    def feed(self, data: bytes) -> None:
        """Parse some bytes; what they complete is in the queue afterwards.

        Args:
            data: at most :data:`SLICE` bytes, unless they all belong to the body that is being received.
        """
        if len(HEADER_BITS) != self._interest_size:
            self._interest = checks.interest()
            self._interest_size = len(HEADER_BITS)
        alone = self.begun + 1 if not self.open else 0
        rest = self._parse(data)
        if rest is not None:
            self._pass_upgrade(rest)
        if self.open:
            self._account(len(data))
        elif self._plain and self.begun == alone:
            self._recall.remember(data, self._items[-1][0])  # type: ignore[arg-type]  # what is plain is a request

    def recall(self, data: bytes) -> Request | None:
        """The request that some bytes are, when they repeat what the parser saw before; else they are for feeding."""
        if self.open or self.deaf:
            return None
        request = self._recall.match(data)
        if request is not None:
            self.begun += 1
        return request

    def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal after everything that came before, and parse no more."""
        bodiless = self.open and self._parser.get_method() == b"HEAD"
        self.deaf = True
        self.open = self._plain = False
        self._items.append((refusal, REFUSED | LAST | HEAD if bodiless else REFUSED | LAST))

    def _stop(self, error: HttpParserError) -> None:
        if self.deaf:
            return  # Data behind a last request is nobody's business.
        cause = error.__context__
        if isinstance(cause, Refusal):
            self.refuse(cause)
        elif cause is None:
            self.refuse(checks.malformed(f"The request is not valid HTTP: {error}.", self._known_headers()))
        else:
            self.refuse(Refusal(DioramaError("internal", f"The request could not be read: {cause!r}.")))

    def _known_headers(self) -> Headers:
        """The headers when all have been read. Fewer would depend on how the bytes were split."""
        if self._draft is not None:
            return self._draft.headers
        return self._headers if self.headed else []

    def _account(self, size: int) -> None:
        """Refuse what grows inside the parser, where it cannot be seen: endless lines, chunk extensions, trailers."""
        if self.headed and not self._chunked:
            return
        self._fed += size
        if self._fed > self._limits.headers_bytes_max + SLICE:
            what = "trailer or a chunk's extension is" if self.headed else "headers are"
            self.refuse(checks.too_large(f"The request's {what} too long.", self._known_headers()))

    def _parse(self, data: bytes) -> bytes | None:
        """Feed the parser; what it returns is what stands behind an upgrade, if there was one."""
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
        except HttpParserError as error:
            self._stop(error)
            return None
        else:
            return None
        # Not inside the handler: there, Python would replace the context by which a later refusal is known.
        return rest

    def _pass_upgrade(self, rest: bytes) -> None:
        """Decline an upgrade that we do not make: parse its message again as the plain one that it also is."""
        while self._flags & DETOUR:
            self._original = (self._headers, self._bits & ~UPGRADE, self._fed)
            self.headed = False
            self._draft = None
            method, version = self._parser.get_method(), self._parser.get_http_version()
            head = framing_head(method, self._url, version, self._headers)
            self._parser = httptools.HttpRequestParser(self)
            self._url, self._headers, self._bits, self._fed = b"", [], 0, 0
            self.begun -= 1
            self._parse(head)
            if self.deaf:
                return
            further = self._parse(rest)
            if further is None:
                return
            rest = further
        self.upgraded = True
        self.rest = rest

    def forget(self) -> None:
        """Let go of the parser, which refers back here; without this every connection would wait for the collector."""
        self.deaf = True
        self.open = False
        self._parser = None  # type: ignore[assignment]  # nothing is fed any more

    # ---------------------------------------------------------------------------------------- callbacks of the parser

    def on_message_begin(self) -> None:
        """A request begins."""
        self.begun += 1
        self.open = True

    def on_url(self, url: bytes) -> None:
        """A piece of the request target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header line, or a line of the trailer, which is ignored."""
        name, bit = self._interest.get(name) or checks.read_name(name)
        self._headers.append((name, value.strip()))
        if bit:
            if bit & self._bits:
                bit |= AGAIN
            self._bits |= bit

    def on_headers_complete(self) -> None:
        """The head is whole: the common one passes here, every other is looked at."""
        url = self._url
        bits = self._bits & self._checked
        if (
            bits & ~LENGTH != HOST
            or self._fed
            or url[0] != 47
            or len(url) > 2048
            or b"#" in url
            or len(self._headers) > self._headers_max
            or self._parser.get_http_version() != "1.1"
            or url.startswith(checks.CONTROL_ROOT)
        ):
            self._check()
            return
        for name, value in self._headers:
            if name == b"host":
                if value != self._host:
                    checks.check_host(self._headers, "1.1")
                    self._host = value
                break
        if bits & LENGTH:
            self.headed = True
            self._chunked = False
            self._body_max = self._limits.body_bytes_max
            self.expected = checks.check_framing(self._headers, bits, "1.1")[0]
            if self.expected > self._body_max:
                raise checks.body_too_large(self._body_max, self._headers)

    def on_body(self, piece: bytes) -> None:
        """A piece of the body, de-chunked."""
        self.received += len(piece)
        if self.received > self._body_max:
            raise checks.body_too_large(self._body_max, self._known_headers())
        self._fed = 0
        if not self._body:
            self._body = piece
            return
        if type(self._body) is bytes:
            self._body = bytearray(self._body)
        self._body += piece

    def on_chunk_header(self) -> None:
        """A chunk begins, or the trailer: what is accounted is what stands between two of these."""
        self._fed = 0

    def on_message_complete(self) -> None:
        """The request is whole."""
        draft = self._draft
        if draft is not None:
            self._complete(draft)
            return
        parser = self._parser
        method = _METHODS.get(parser.get_method()) or self._method()
        path, _, query = self._url.partition(b"?")
        peer = self._peer
        request = Request(
            method,
            path.decode("ascii"),
            query,
            self._headers,
            b"" if not self.received else self._take_body(),
            peer.address,
            self._bits >> TRIGGER_SHIFT,
            peer.scheme,
        )
        flags = HEAD if method == "HEAD" else 0
        if not parser.should_keep_alive():
            flags |= LAST
            self.deaf = True
        self._plain = not flags
        self.open = False
        self.headed = False
        self._url = b""
        self._headers = []
        self._bits = 0
        self._items.append((request, flags))

    # ------------------------------------------------------------------------------------- what is not the common case

    def _method(self) -> str:
        raw = self._parser.get_method()
        _METHODS[raw] = raw.decode("ascii")
        return _METHODS[raw]

    def _check(self) -> None:
        """Check a head that is not the common one and draft its request."""
        self.headed = True
        method, version = self._method(), self._parser.get_http_version()
        if self._original is not None:
            self._headers, self._bits, self._fed = self._original
            self._original = None
        elif self._parser.should_upgrade() and not (
            self._websockets and asks_for_websocket(method, self._url, self._headers, self._bits)
        ):
            # All checks are made when the message is parsed again; until then it must not look complete.
            self._flags = DETOUR
            self._draft = Request(method, "", b"", self._headers, b"", "")
            return
        headers = self._headers
        if method == "CONNECT":
            raise checks.malformed("This is not a proxy.", headers)
        if version not in {"1.0", "1.1"}:
            raise checks.malformed(f"HTTP/{version} is not spoken here, HTTP/1.1 is.", headers)
        checks.check_size(self._url, headers, self._limits)
        checks.check_host(headers, version)
        self.expected, self._chunked = checks.check_framing(headers, self._bits, version)
        target, headers = checks.origin_form(method, self._url, headers)
        flags = flags_of(method, version, target, headers, self._bits)
        if self._parser.should_upgrade():
            flags |= WEBSOCKET
        self._draft = draft(self._peer, self._bits, method, version, target, headers)
        self._flags = flags
        limits = self._limits
        self._body_max = limits.control_body_bytes_max if flags & CONTROL else limits.body_bytes_max
        waits = bool(self._bits & EXPECT) and checks.check_expectation(headers, version)
        if self.expected > self._body_max:
            raise checks.body_too_large(self._body_max, headers)
        if waits and (self.expected or self._chunked):
            self._items.append((None, INTERIM))
        # Lines of a trailer go into a list of their own, so that none can pass for a header that was checked.
        self._headers = []
        self._fed = 0

    def _complete(self, draft: Request) -> None:
        """The message of a drafted request is whole."""
        flags = self._flags
        if flags & DETOUR:
            return
        if self.received:
            draft.body = self._take_body()
        if flags & WEBSOCKET or not self._parser.should_keep_alive():
            flags |= LAST
            self.deaf = True
        self.open = self.headed = self._plain = False
        self._draft = None
        self._url = b""
        self._headers = []
        self._bits = 0
        self._items.append((draft, flags))

    def _take_body(self) -> bytes:
        body = bytes(self._body)
        self._body = b""
        self.received = self.expected = 0
        return body
