"""Request and Reply: HTTP messages as values, the way both ends of the house see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from msgspec import Struct

Headers = list[tuple[bytes, bytes]]


class Request(Struct, gc=False):
    """One HTTP request, wholly received.

    It is treated as immutable after the wire has made it; it is not ``frozen`` because a frozen Struct
    costs twice as much to build and every exchange builds one.

    Attributes:
        method: upper case, for instance ``GET``.
        path: the path as it was sent, still percent-encoded, beginning with ``/``, without the query.
        query: the raw query without ``?``; empty when there is none.
        headers: (name, value) in the order of arrival, names in lower case.
        body: the decoded (de-chunked) body; empty when there is none.
        client: the address of the client, after trusted proxies were taken into account.
        triggers: a bit for each header of interest that is present, see ``ports.capability.HEADER_BITS``.
        scheme: ``http`` or ``https`` as the client sees it.
        http_version: ``1.0`` or ``1.1``.
    """

    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes
    client: str
    triggers: int = 0
    scheme: str = "http"
    http_version: str = "1.1"

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, or None. ``name`` is in lower case."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def header_values(self, name: bytes) -> list[bytes]:
        """All values of a header in the order of arrival. ``name`` is in lower case."""
        return [value for key, value in self.headers if key == name]

    def cookies(self) -> Iterator[tuple[bytes, bytes]]:
        """(name, value) of all cookies as they were sent, in the order of arrival. Source: RFC 6265, section 5.4."""
        for key, value in self.headers:
            if key == b"cookie":
                for pair in value.split(b";"):
                    name, _, text = pair.strip().partition(b"=")
                    yield name, text


class Reply(Struct, gc=False):
    """What goes back: a final HTTP response.

    Attributes:
        status: 200 to 599.
        headers: (name, value), without ``content-length``, ``date`` and ``connection``, which the wire adds, and
            ``x-correlation-id``, which the flow adds.
        body: the whole body; not sent for HEAD, 204 and 304, though its length is announced for HEAD.
        head: when a reply never changes, its status line and headers (``content-length`` included) as ready
            bytes that end after the last header's line break; made at publish, used by the wire as it is.
        stream: the body in pieces, for a reply that is not known whole (event streams, forwarding).
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    head: bytes | None = None
    stream: AsyncIterator[bytes] | None = None
