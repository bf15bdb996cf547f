"""Outbound: calls to the outside, through the guard, bounded in time and size."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from diorama.engine.effects.decoding import Decoder, UndecodableError, known_coding
from diorama.engine.effects.destination import Destination
from diorama.engine.effects.fingerprint import FRAMING_HEADERS, is_credential
from diorama.engine.effects.guard import OutboundGuard, OutboundPolicy
from diorama.engine.effects.resolution import Resolver
from diorama.model.errors import DioramaError
from diorama.ports.effects import OutboundAnswer, OutboundRequest

if TYPE_CHECKING:
    import httpcore2

Headers = tuple[tuple[bytes, bytes], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ENDING = FRAMING_HEADERS - {b"content-length"}
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class OutboundClient:
    """A client whose every connection passes the guard; one per policy, shared by the exchanges that live under it.

    It keeps connections open between calls and nothing else: no cookies, no proxies of the environment, no credentials.
    It belongs to one event loop. An answer's body comes decoded when it was coded as gzip or deflate, and then without
    the headers that spoke of the coding.

    Args:
        policy: where calls may go.
        connections_max: how many connections may be open at once; further calls wait within their own time.
        resolver: turns names into addresses; the machine's when left out.
        ssl_context: for TLS; with the machine's trusted authorities when left out.
        opener: opens sockets to addresses that were checked; asyncio's when left out.

    Raises:
        DioramaError: ``option_invalid`` when the policy cannot be understood.
    """

    __slots__ = ("_connections_max", "_opener", "_pool", "_ssl_context", "guard")

    def __init__(
        self,
        policy: OutboundPolicy,
        connections_max: int = 32,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        opener: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self.guard = OutboundGuard(policy, resolver)
        self._connections_max = connections_max
        self._ssl_context = ssl_context
        self._opener = opener
        self._pool: httpcore2.AsyncConnectionPool | None = None

    async def send(self, request: OutboundRequest, redirects_max: int = 0) -> OutboundAnswer:
        """Make a call.

        Args:
            request: what to call. Its headers of one connection (``Host``, ``Content-Length``, ``Connection`` and their
                like) are replaced by our own.
            redirects_max: how many redirects to follow, at most as many as the policy allows. With 0, a redirect is
                an answer like any other. Each one passes the guard.

        Raises:
            DioramaError: ``outbound_refused``, ``outbound_failed``, ``outbound_timeout``; ``option_invalid`` when the
                request's timeout is out of range.
        """
        if not 0.001 <= request.timeout_s <= 300:
            raise DioramaError("option_invalid", "The timeout of a call is out of range.", "Use 0.001 to 300 seconds.")
        if not _TOKEN.fullmatch(request.method) or request.method.upper() == "CONNECT":
            raise DioramaError(
                "outbound_refused", "A call has a method that cannot be called.", "Use GET, POST or another method."
            )
        destination = self.guard.admit(request.url)
        hops_left = min(redirects_max, self.guard.policy.redirects_max)
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._follow(request, destination, hops_left)
        except TimeoutError:
            raise _timeout(destination, request.timeout_s) from None

    async def aclose(self) -> None:
        """Close all connections. A later call opens new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()

    async def _follow(self, request: OutboundRequest, destination: Destination, hops_left: int) -> OutboundAnswer:
        """Call, and follow redirects as long as there are hops left.

        Source: RFC 9110, section 15.4; WHATWG Fetch, "HTTP-redirect fetch", for what is kept of a request.
        """
        method, headers, body = request.method, _sendable(request.headers), request.body
        following = hops_left > 0
        while True:
            answer = await self._exchange(method, destination, headers, body, request, reads_redirect=not following)
            location = _first(answer.headers, b"location")
            if not following or answer.status not in _REDIRECTS or not location:
                return answer
            if hops_left == 0:
                raise DioramaError(
                    "outbound_failed",
                    f"{destination.origin} redirected once more than may be followed.",
                    "Call the final address, or raise outbound.redirects_max.",
                )
            hops_left -= 1
            url = urljoin(destination.url, location.decode("utf-8", "replace"))
            following_destination = self.guard.admit(url)
            if following_destination.origin != destination.origin:
                headers = tuple(header for header in headers if not is_credential(header[0].lower()))
            if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
                method, body = "HEAD" if method == "HEAD" else "GET", b""
                headers = tuple(header for header in headers if not header[0].lower().startswith(b"content-"))
            destination = following_destination

    async def _exchange(
        self,
        method: str,
        destination: Destination,
        headers: Headers,
        body: bytes,
        request: OutboundRequest,
        *,
        reads_redirect: bool,
    ) -> OutboundAnswer:
        """One request and its answer.

        Messages are our own throughout: those of the library may quote a header's value.
        """
        import httpcore2

        url = httpcore2.URL(
            scheme=destination.scheme.encode(),
            host=destination.host.encode(),
            port=destination.port,
            target=destination.target.encode(),
        )
        host = (b"Host", destination.authority.encode())
        content = body if body or method in _WITH_BODY else None
        try:
            async with self._opened_pool().stream(method, url, headers=[host, *headers], content=content) as response:
                answered = tuple(response.headers)
                redirects = response.status in _REDIRECTS and _first(answered, b"location") != b""
                if method == "HEAD" or (redirects and not reads_redirect):
                    return OutboundAnswer(response.status, _without(answered, _ENDING), b"")
                kept, read = await _read_body(response, answered, request.answer_bytes_max)
                return OutboundAnswer(response.status, kept, read)
        except (UndecodableError, _TooLargeError) as error:
            reason = "answer_too_large" if isinstance(error, _TooLargeError) else "answer_undecodable"
            raise _failed(destination, f"sent an answer that was not read: {error}", {"reason": reason}) from None
        except httpcore2.TimeoutException:
            raise _failed(destination, "did not take a connection in time") from None
        except httpcore2.ConnectError as error:
            raise _failed(destination, f"did not take a connection ({error})") from None
        except httpcore2.LocalProtocolError:
            raise DioramaError(
                "outbound_refused",
                f"A call to {destination.origin} was refused: a header of it cannot be sent.",
                "Header names are tokens; values have no line breaks or other control characters.",
            ) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
            raise _failed(destination, "broke off, or its answer is not valid HTTP") from None

    def _opened_pool(self) -> httpcore2.AsyncConnectionPool:
        if self._pool is None:
            from diorama.engine.effects.connection import open_pool

            self._pool = open_pool(self.guard, self._connections_max, self._ssl_context, self._opener)
        return self._pool


class _TooLargeError(Exception):
    """An answer is longer than the caller takes."""


def _sendable(headers: Headers) -> Headers:
    """A caller's headers without those of a connection, completed with what an answer can be read with."""
    named = {name.lower() for name, _ in headers}
    # A Connection header may name further headers that end here.
    ending = {
        token.strip().lower() for name, value in headers if name.lower() == b"connection" for token in value.split(b",")
    }
    kept = _without(headers, FRAMING_HEADERS | ending)
    defaults = ((b"Accept", b"*/*"), (b"Accept-Encoding", b"gzip, deflate"), (b"User-Agent", b"Diorama"))
    return (*kept, *(header for header in defaults if header[0].lower() not in named))


async def _read_body(response: httpcore2.Response, headers: Headers, bytes_max: int) -> tuple[Headers, bytes]:
    """Read an answer's body, decoded, and give back the headers that still hold.

    What arrives is counted as well as what comes out: content that decodes to nothing must end, too.

    Raises:
        UndecodableError, _TooLargeError: as their names say.
    """
    coding = known_coding(b",".join(value for name, value in headers if name.lower() == b"content-encoding"))
    decoder = Decoder(coding) if coding else None
    # Content that does not compress gets a little longer by its coding.
    arrived_max = bytes_max + (bytes_max // 64 + 1024 if decoder else 0)
    announced = _first(headers, b"content-length")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > arrived_max) and response.status != 304:
        raise _TooLargeError(f"it is longer than {bytes_max} bytes")
    pieces: list[bytes] = []
    arrived = size = 0
    async for chunk in response.aiter_stream():
        arrived += len(chunk)
        if arrived > arrived_max:
            raise _TooLargeError(f"it is longer than {bytes_max} bytes")
        for piece in (chunk,) if decoder is None else decoder.decode(chunk):
            size = _counted(size, piece, bytes_max)
            pieces.append(piece)
            if decoder is not None:
                # A small chunk may hold many pieces; others have their turn on the loop between two of them.
                await asyncio.sleep(0)
    for piece in decoder.finish() if decoder is not None else ():
        size = _counted(size, piece, bytes_max)
        pieces.append(piece)
    decoded = {b"content-length", b"content-encoding"} if decoder is not None and arrived else frozenset[bytes]()
    return _without(headers, _ENDING | decoded), b"".join(pieces)


def _without(headers: Headers, names: AbstractSet[bytes]) -> Headers:
    return tuple(header for header in headers if header[0].lower() not in names)


def _first(headers: Headers, name: bytes) -> bytes:
    return next((value for key, value in headers if key.lower() == name), b"")


def _counted(size: int, piece: bytes, bytes_max: int) -> int:
    size += len(piece)
    if size > bytes_max:
        raise _TooLargeError(f"it is longer than {bytes_max} bytes")
    return size


def _timeout(destination: Destination, timeout_s: float) -> DioramaError:
    return DioramaError(
        "outbound_timeout",
        f"{destination.origin} did not answer within {timeout_s:g} s.",
        "Check that it runs, or give the call more time.",
    )


def _failed(destination: Destination, what: str, meta: dict[str, str] | None = None) -> DioramaError:
    return DioramaError(
        "outbound_failed",
        f"{destination.origin} {what}.",
        "Check that it runs and what it answers.",
        meta,
    )
