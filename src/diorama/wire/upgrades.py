"""Upgrades: the one that is made (WebSocket, on the control plane) and all others, which are declined.

A server may ignore ``Upgrade`` (RFC 9110, section 7.8) and then the message is an ordinary request: Java's HttpClient
and ``curl --http2`` ask for h2c with their first one. The parser, however, takes what follows such a head for another
protocol. So a declined message is parsed again, with a head that frames it the same and asks for nothing.
"""

from __future__ import annotations

from diorama.model.http import Headers
from diorama.wire.checks import CODING, LENGTH, is_control


def framing_head(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """A head that says no more than how long the message is and whether the connection goes on.

    Args:
        method: of the head in whose place it is parsed.
        target: of that head.
        version: of that head.
        headers: of that head.
    """
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode("ascii"))]
    for name, value in headers:
        if name in (b"content-length", b"transfer-encoding"):
            lines.append(name + b": " + value)
        elif name == b"connection":
            kept = [token for token in value.lower().replace(b" ", b"").split(b",") if token in _KEPT_TOKENS]
            lines += [b"connection: " + token for token in kept]
    return b"\r\n".join(lines) + b"\r\n\r\n"


_KEPT_TOKENS = (b"close", b"keep-alive")


def asks_for_websocket(method: str, target: bytes, headers: Headers, bits: int) -> bool:
    """Whether a request is the opening handshake of a WebSocket of the control plane. Source: RFC 6455.

    Args:
        method: of the request.
        target: in origin form.
        headers: names in lower case.
        bits: of those headers; with a body it is no handshake.
    """
    wanted = any(name == b"upgrade" and value.lower() == b"websocket" for name, value in headers)
    return wanted and not bits & (LENGTH | CODING) and method == "GET" and is_control(target)
