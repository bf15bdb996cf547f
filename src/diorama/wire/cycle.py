"""Cycle: one request to the control plane, as an ASGI conversation.

uvicorn's own cycle writes chunks to HTTP/1.0 clients and knows no way to end an event stream at shutdown, so this is
ours. The request's body has been received whole before it begins.

Source: ASGI 3, HTTP and WebSocket message format 2.3 (with 2.4, frameworks would not listen for the disconnect).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from diorama.model.http import Request
from diorama.wire.heads import STATUS_LINES, ReplyUnwritableError, Tails, is_written
from diorama.wire.items import HEAD, HTTP_10, LAST
from diorama.wire.streams import Outlet

Message = dict[str, Any]


class Cycle:
    """One request and its response.

    Args:
        request: with its whole body.
        flags: of the request; LAST may be added before the response begins.
        outlet: the connection's writing half.
        tails: with the present date.
        finished: called once with True when the response is complete, or False when it cannot be completed and the
            connection must be broken off.
    """

    __slots__ = (
        "_asked",
        "_chunked",
        "_finished",
        "_leaving",
        "_outlet",
        "_remaining",
        "_request",
        "_tails",
        "_woken",
        "complete",
        "flags",
        "started",
    )

    def __init__(
        self, request: Request, flags: int, outlet: Outlet, tails: Tails, finished: Callable[[bool], None]
    ) -> None:
        self._request = request
        self.flags = flags
        self._outlet = outlet
        self._tails = tails
        self._finished = finished
        self._asked = False
        self._leaving = False
        self._woken = asyncio.Event()
        self._chunked = False
        self._remaining: int | None = None
        self.started = False
        self.complete = False

    def leave(self) -> None:
        """Tell the application that nobody listens any more: the client has gone, or the server is shutting down.

        What it still sends is written when there is somebody to read it.
        """
        self._leaving = True
        self._woken.set()

    async def run(self, app: Callable[..., Any], scope: Message) -> None:
        """Hold the conversation. Whatever the application does, the connection learns how it ended."""
        try:
            await app(scope, self.receive, self.send)
            if not self.complete and not self._outlet.is_gone() and not self._leaving:
                raise RuntimeError("The control plane ended without completing its response.")
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  # a mistake of the application must not take the connection along
            context = {"message": "The control plane raised.", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
        finally:
            if not self.complete:
                self.complete = True
                self._woken.set()
                self._finished(False)

    async def receive(self) -> Message:
        """ASGI ``receive``: the body, then nothing until the disconnect."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        if not self.complete and not self._leaving:
            await self._woken.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """ASGI ``send``."""
        await self._outlet.drained()
        kind = message["type"]
        if kind == "http.response.start" and not self.started:
            self._outlet.put(self._head(message))
            self.started = True
        elif kind == "http.response.body" and self.started and not self.complete:
            self._put(message.get("body", b""), more=message.get("more_body", False))
        elif not self._outlet.is_gone():
            raise RuntimeError(f"The control plane sent {kind!r} out of turn.")

    def _head(self, message: Message) -> bytes:
        status: int = message["status"]
        pieces = [STATUS_LINES[status]]
        dated = False
        for name, value in message.get("headers", ()):
            lower = name.lower()
            if b"\r" in value or b"\n" in value or b"\0" in value:
                raise ReplyUnwritableError(f"The control plane's header {name!r} has a line break or a NUL in it.")
            if lower == b"content-length":
                self._remaining = int(value)
            elif lower == b"date":
                dated = True
            elif lower == b"connection":
                if b"close" in value.lower():
                    self.flags |= LAST
                continue
            elif not is_written(name):
                continue
            pieces += (name, b": ", value, b"\r\n")
        if self.flags & HEAD or status < 200 or status in {204, 304}:
            self.flags |= HEAD
        elif self._remaining is None:
            self._chunked = not self.flags & HTTP_10
            if self._chunked:
                pieces.append(b"transfer-encoding: chunked\r\n")
            else:
                self.flags |= LAST
        if not dated:
            pieces.append(self._tails.date)
        if self.flags & LAST:
            pieces.append(b"connection: close\r\n")
        elif self.flags & HTTP_10:
            pieces.append(b"connection: keep-alive\r\n")
        pieces.append(b"\r\n")
        return b"".join(pieces)

    def _put(self, body: bytes, *, more: bool) -> None:
        if not self.flags & HEAD:
            if self._remaining is not None:
                self._remaining -= len(body)
                if self._remaining < 0 or (self._remaining and not more):
                    raise RuntimeError("The control plane's body is not as long as its Content-Length.")
            if body:
                self._outlet.put(b"%x\r\n%b\r\n" % (len(body), body) if self._chunked else body)
            if self._chunked and not more:
                self._outlet.put(b"0\r\n\r\n")
        if not more:
            self.complete = True
            self._woken.set()
            self._finished(True)


def scope_of(
    request: Request,
    server: tuple[str, int | None] | None,
    client_port: int,
    root_path: str,
    state: dict[str, Any],
) -> Message:
    """The ASGI connection scope of a request.

    Args:
        request: whose headers are passed on as they are.
        server: our own address.
        client_port: 0 when it is not known.
        root_path: where the application is mounted.
        state: of the lifespan; copied.
    """
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": request.http_version,
        "server": server,
        "client": (request.client, client_port),
        "scheme": request.scheme,
        "method": request.method,
        "root_path": root_path,
        "path": root_path + unquote(request.path),
        "raw_path": root_path.encode("ascii") + request.path.encode("ascii"),
        "query_string": request.query,
        "headers": request.headers,
        "state": state.copy(),
    }
