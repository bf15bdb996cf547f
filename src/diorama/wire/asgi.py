"""The data plane as a plain ASGI 3 application, for servers and test clients that are not ours.

Header limits, timers, ``date`` and the framing of messages belong to the server below; everything else is as on our
own protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from diorama.model.http import Headers, Request
from diorama.ports.capability import HEADER_BITS
from diorama.ports.delivery import DataPlane, Outgoing
from diorama.wire import browsers, checks
from diorama.wire.browsers import SANDBOX_HEADER
from diorama.wire.heads import ReplyUnwritableError, compose, is_written
from diorama.wire.items import GENERAL, WORKER
from diorama.wire.limits import WireLimits
from diorama.wire.proxies import forwarding, is_trusted, with_host
from diorama.wire.refusals import Refusal
from diorama.wire.wiring import Wiring

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]


def data_plane_app(plane: DataPlane, control_app: AsgiApp, limits: WireLimits | None = None) -> AsgiApp:
    """An application that answers as our protocol does.

    Args:
        plane: the flow.
        control_app: gets ``/_diorama`` and what is below it, WebSockets and the lifespan.
        limits: those of the request's body and the trusted proxies hold here.
    """
    wiring = Wiring(plane, limits or WireLimits(), lambda: 0.0)

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or checks.is_control(_target(scope)):
            await control_app(scope, receive, send)
            return
        await Conversation(wiring, scope, receive, send).hold()

    return app


def _target(scope: Message) -> bytes:
    """The path as it was sent, without what the application is mounted below."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"], safe="/%:@!$&'()*+,;=~-._").encode("ascii")
    raw = raw.partition(b"?")[0]
    root = scope.get("root_path", "").encode()
    return raw[len(root) :] if root and raw.startswith(root + b"/") else raw


class Conversation:
    """One request of an ASGI server.

    Args:
        wiring: of the application.
        scope, receive, send: of the server.
    """

    def __init__(self, wiring: Wiring, scope: Message, receive: Receive, send: Send) -> None:
        self._wiring = wiring
        self._plane = wiring.plane
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers: Headers = [(name.lower(), value) for name, value in scope["headers"]]

    async def hold(self) -> None:
        """Answer the request, unless its sender leaves before it is whole."""
        try:
            body = await self._body()
            if body is None:
                return
            request = self._request(body)
        except Refusal as refusal:
            await self._reply(self._wiring.refusals.outgoing(refusal, close=True))
            return
        if request.path == "*":
            await self._reply(self._wiring.special(request, GENERAL))
        elif browsers.asks_for_worker(self._headers):
            await self._reply(self._wiring.special(request, WORKER))
        else:
            await self._exchange(request)

    async def _body(self) -> bytes | None:
        bytes_max = self._wiring.limits.body_bytes_max
        announced = next((value for name, value in self._headers if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > bytes_max:
            raise checks.body_too_large(bytes_max, self._headers)
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return None
            piece = message.get("body", b"")
            size += len(piece)
            if size > bytes_max:
                raise checks.body_too_large(bytes_max, self._headers)
            pieces.append(piece)
            if not message.get("more_body", False):
                return b"".join(pieces)

    def _request(self, body: bytes) -> Request:
        scope, headers, limits = self._scope, self._headers, self._wiring.limits
        version = scope.get("http_version", "1.1")
        checks.check_size(_target(scope), headers, limits)
        checks.check_host(headers, version)
        client = (scope.get("client") or ("", 0))[0] or ""
        scheme = scope.get("scheme", "http")
        if self._wiring.networks and is_trusted(client, self._wiring.networks):
            told = forwarding(headers, self._wiring.networks)
            client, scheme = told.client or client, told.scheme or scheme
            if told.host:
                headers = with_host(headers, told.host)
        triggers = 0
        for name, _ in headers:
            triggers |= HEADER_BITS.get(name, 0)
        path = _target(scope).decode("ascii")
        query = scope.get("query_string", b"")
        return Request(scope["method"], path, query, headers, body, client, triggers, scheme, version)

    async def _exchange(self, request: Request) -> None:
        loop = asyncio.get_running_loop()
        try:
            outgoing = self._plane.handle(request)
        except Exception as mistake:  # noqa: BLE001  # the plane promised not to
            outgoing = self._wiring.mistaken(mistake, loop)
        if type(outgoing) is not Outgoing:
            task = self._wiring.start(outgoing, loop)
            watcher = loop.create_task(self._disconnected())
            try:
                # The task is not ours to cancel: what began commits, whoever listens.
                await asyncio.wait({task})
            finally:
                gone = watcher.done()
                watcher.cancel()
            outgoing = self._wiring.outcome(task, loop)
            if gone:
                self._plane.observe(outgoing, "client_gone", "The client left while the exchange waited.")
                return
        await self._reply(outgoing)

    async def _disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _reply(self, outgoing: Outgoing) -> None:
        try:
            start = self._start(outgoing)
        except ReplyUnwritableError as unwritable:
            self._plane.observe(outgoing, "write_failed", str(unwritable))
            outgoing = self._wiring.refusals.mistake(f"The reply cannot be written. {unwritable}")
            start = self._start(outgoing)
        reply = outgoing.reply
        await self._send(start)
        if reply.stream is None:
            bodiless = self._scope["method"] == "HEAD" or reply.status in {204, 304}
            await self._send({"type": "http.response.body", "body": b"" if bodiless else reply.body})
            return
        await self._pour(outgoing)

    def _start(self, outgoing: Outgoing) -> Message:
        reply = outgoing.reply
        if reply.head is not None:
            status = int(reply.head[9:12])
            lines = [line.partition(b": ") for line in reply.head.split(b"\r\n")[1:] if line]
            headers = [(name.lower(), value) for name, _, value in lines]
        else:
            compose(reply, None)  # for its checks
            status = reply.status
            headers = [(name.lower(), value) for name, value in reply.headers if is_written(name)]
            if reply.stream is None and status not in {204, 304}:
                headers.append((b"content-length", b"%d" % len(reply.body)))
        further = (line.partition(b": ") for line in outgoing.headers.split(b"\r\n") if line)
        headers += [(name.lower(), value) for name, _, value in further]
        if browsers.is_navigation(self._headers):
            headers.append(SANDBOX_HEADER)
        if outgoing.close:
            headers.append((b"connection", b"close"))
        return {"type": "http.response.start", "status": status, "headers": headers}

    async def _pour(self, outgoing: Outgoing) -> None:
        """Send a stream's pieces until it ends or the client leaves."""
        loop = asyncio.get_running_loop()
        watcher = loop.create_task(self._disconnected())
        pourer = loop.create_task(self._pieces(outgoing))
        await asyncio.wait({watcher, pourer}, return_when=asyncio.FIRST_COMPLETED)
        watcher.cancel()
        if pourer.done():
            await pourer
            return
        pourer.cancel()
        await asyncio.wait({pourer})
        self._plane.observe(outgoing, "client_gone", "The client left while the reply streamed.")

    async def _pieces(self, outgoing: Outgoing) -> None:
        stream = outgoing.reply.stream
        assert stream is not None
        try:
            if self._scope["method"] != "HEAD" and outgoing.reply.status not in {204, 304}:
                async for piece in stream:
                    if piece:
                        await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()
