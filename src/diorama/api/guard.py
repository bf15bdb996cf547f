"""The guard of the control plane: who may talk to it while it has no authentication.

The data plane of a tenant shares the origin, and any page that a browser on this machine shows can send requests to
loopback. So a request must name this server by a loopback name, which defeats DNS rebinding, and must not come from
another site, which defeats request forgery. Beyond loopback, by the server's address or the client's, the control
plane is switched off.

Source: Fetch standard, "Origin header"; Fetch Metadata Request Headers (W3C), ``Sec-Fetch-Site``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from diorama.model.errors import DioramaError
from diorama.model.problems import problem_reply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CORRELATION_KEY = "diorama.correlation_id"
"""Where a scope holds the id of the request that is answered."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, means this machine only."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """An ASGI application that lets only safe requests through to the control plane.

    Args:
        application: the control plane.
        closed: whether it is switched off because the server listens beyond loopback.
    """

    def __init__(self, application: Application, *, closed: bool) -> None:
        self._application = application
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        error = self._refusal(scope)
        if error is None:
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await send_problem(send, error, scope.get(CORRELATION_KEY, ""))

    def _refusal(self, scope: Scope) -> DioramaError | None:
        client = scope.get("client")
        if self._closed or (client is not None and not is_loopback(client[0])):
            return DioramaError(
                "control_plane_closed",
                "The control plane is off, because this server listens beyond loopback and has no authentication.",
                "Listen on 127.0.0.1 to use it.",
            )
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if not is_loopback(_host_name(host)):
            return DioramaError(
                "origin_refused",
                f"The control plane does not answer to the host name {host[:100]!r}.",
                "Use http://localhost or http://127.0.0.1.",
            )
        if headers.get(b"sec-fetch-site", "none") not in ("none", "same-origin"):
            return _foreign(headers.get(b"origin", "another site"))
        origin = headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return _foreign(origin)
        return None


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0][1:]
    return host.partition(":")[0]


def _foreign(origin: str) -> DioramaError:
    return DioramaError(
        "origin_refused",
        f"The control plane does not answer to pages of {origin[:100]!r}.",
        "Call it from a program, or from a page that this server itself serves.",
    )


async def send_problem(send: Send, error: DioramaError, correlation: str) -> None:
    """Answer an HTTP request with problem details."""
    reply = problem_reply(error, {"correlation_id": correlation})
    headers = [*reply.headers, (b"content-length", b"%d" % len(reply.body))]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
