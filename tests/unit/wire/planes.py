"""A data plane and a control plane that do what tests ask of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, MutableMapping
from typing import Any

from diorama.model.http import Reply, Request
from diorama.ports.delivery import Outgoing

CONSTANT_BODY = b'{"constant":true}'
CONSTANT = Reply(
    200,
    ((b"content-type", b"application/json"),),
    CONSTANT_BODY,
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n" % len(CONSTANT_BODY),
)
JSON = (b"Content-Type", b"application/json")
INJECTIONS = {
    "name": Reply(200, ((b"X-Bad\r\nX-Evil", b"1"),)),
    "value": Reply(200, ((b"X-Bad", b"1\r\nX-Evil: 2"),)),
    "feed": Reply(200, ((b"X-Bad", b"1\nX-Evil: 2"),)),
    "nul": Reply(200, ((b"X-Bad", b"1\x00"),)),
    "space": Reply(200, ((b"X Bad", b"1"),)),
    "status": Reply(101),
    "status-large": Reply(1000),
}


class EchoPlane:
    """Answers with what it was asked.

    ``/echo…``: the request as JSON. ``/constant``: a reply with a ready head. ``/wait/NAME``: when the test releases
    NAME. ``/soon``: after one turn of the loop. ``/stream``, ``/endless``, ``/broken``: streams. ``/big/N``: N bytes.
    ``/status/N``, ``/inject/KIND``, ``/close``, ``/raise``, ``/raise-later``: as they say.
    """

    def __init__(self) -> None:
        self.handled: list[Request] = []
        self.observed: list[tuple[str, str]] = []
        self.completed: list[str] = []
        self.full = False
        self.closed_streams = 0
        self.waiting: dict[str, asyncio.Event] = {}

    def gate(self, name: str) -> asyncio.Event:
        return self.waiting.setdefault(name, asyncio.Event())

    def handle(self, request: Request, *, again: bool = False) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        self.handled.append(request)
        first, _, rest = request.path[1:].partition("/")
        if first == "constant":
            return Outgoing(CONSTANT, b"x-correlation-id: c\r\n")
        if first == "wait":
            return self._wait(request, rest)
        if first == "soon":
            return self._soon(request)
        if first == "raise":
            raise RuntimeError("on purpose")
        if first == "raise-later":
            return self._raise()
        return Outgoing(self._reply(request, first, rest), b"x-correlation-id: e\r\n", close=first == "close")

    def _reply(self, request: Request, first: str, rest: str) -> Reply:
        if first == "stream":
            return Reply(200, ((b"X-Kind", b"stream"),), stream=self._stream([b"one,", b"", b"two,", b"three"]))
        if first == "endless":
            return Reply(200, (), stream=self._endless())
        if first == "broken":
            return Reply(200, (), stream=self._broken())
        if first == "big":
            return Reply(200, (), b"x" * int(rest))
        if first == "status":
            return Reply(int(rest), ((b"X-Kind", b"status"),), b"body")
        if first == "inject":
            return INJECTIONS[rest]
        if first == "framing":
            return Reply(
                200, ((b"Content-Length", b"99"), (b"Transfer-Encoding", b"chunked"), (b"X-Kept", b"1")), b"ab"
            )
        return self.echo(request)

    def echo(self, request: Request) -> Reply:
        seen = {
            "method": request.method,
            "path": request.path,
            "query": request.query.decode("latin-1"),
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers],
            "body": request.body.decode("latin-1"),
            "client": request.client,
            "scheme": request.scheme,
            "version": request.http_version,
            "triggers": request.triggers,
        }
        return Reply(200, (JSON, (b"X-MiXed-Case", b"Kept")), json.dumps(seen).encode())

    async def _wait(self, request: Request, name: str) -> Outgoing:
        await self.gate(name).wait()
        self.completed.append(name)
        return Outgoing(self.echo(request), b"x-correlation-id: w\r\n")

    async def _soon(self, request: Request) -> Outgoing:
        await asyncio.sleep(0)
        return Outgoing(self.echo(request), b"x-correlation-id: s\r\n")

    async def _raise(self) -> Outgoing:
        await asyncio.sleep(0)
        raise RuntimeError("on purpose")

    async def _stream(self, pieces: list[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            await asyncio.sleep(0)
            yield piece

    async def _endless(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            self.closed_streams += 1

    async def _broken(self) -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError("on purpose")

    def observe(self, outgoing: Outgoing, outcome: str, detail: str = "") -> None:
        self.observed.append((outcome, detail))

    def saturated(self) -> bool:
        return self.full


class EchoControl:
    """An ASGI application: echoes, streams events, breaks."""

    def __init__(self) -> None:
        self.scopes: list[MutableMapping[str, Any]] = []
        self.lifespan: list[str] = []
        self.subscribers = 0
        self.left = 0
        self.disconnected = asyncio.Event()
        self.stubborn = False

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        self.scopes.append(scope)
        kind = scope["path"].rpartition("/")[2]
        if kind == "events":
            await self._events(receive, send)
        elif kind == "raise":
            raise RuntimeError("on purpose")
        elif kind == "half":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
        elif kind == "inject":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"1\r\nx-evil: 2")]})
        else:
            await self._echo(scope, receive, send, unknown_length=kind == "unknown")

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            self.lifespan.append(message["type"])
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _echo(self, scope: MutableMapping[str, Any], receive: Any, send: Any, *, unknown_length: bool) -> None:
        body = (await receive())["body"]
        await asyncio.sleep(0)
        text = f"{scope['method']} {scope['path']} {scope['query_string'].decode()} ".encode() + body
        headers = [(b"X-Control", b"yes")]
        if not unknown_length:
            headers.append((b"content-length", b"%d" % len(text)))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": text[:3], "more_body": True})
        await send({"type": "http.response.body", "body": text[3:]})

    async def _events(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        self.subscribers += 1
        while (await receive())["type"] != "http.disconnect" or self.stubborn:
            await asyncio.sleep(0)
            if self.stubborn:
                await asyncio.Event().wait()
        self.left += 1
        self.disconnected.set()
