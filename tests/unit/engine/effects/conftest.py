"""An outside on loopback: a real server, a scripted name server, and an opener of sockets that keeps a list."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpcore2
import pytest

Responder = Callable[[bytes], bytes | None]


class LocalServer(socketserver.ThreadingTCPServer):
    """Answers each request with what the responder says; None keeps the client waiting until the test ends."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[bytes] = []
        self.connections = 0
        self.responder: Responder = lambda _request: answer(b"hello")
        self.ended = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of many tests."""


class Handler(socketserver.StreamRequestHandler):
    server: LocalServer

    def handle(self) -> None:
        self.server.connections += 1
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            request = head + self.rfile.read(length)
            self.server.requests.append(request)
            reply = self.server.responder(request)
            if reply is None:
                self.server.ended.wait()
                return
            self.wfile.write(reply)
            if b"Connection: close" in reply:
                return


def answer(body: bytes = b"", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class ScriptedResolver:
    """Gives the next answer of a list at each question, and the last one from then on."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not found:
            raise OSError("no such name")
        return found


class ListingOpener(httpcore2.AnyIOBackend):
    """Keeps a list of what it was asked to open, and opens loopback in its place."""

    def __init__(self, port: int, closed: tuple[str, ...] = ()) -> None:
        self.port = port
        self.closed = closed
        self.opened: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.opened.append((host, port))
        if host in self.closed:
            raise httpcore2.ConnectError("closed")
        return await super().connect_tcp("127.0.0.1", self.port, timeout=timeout)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as local:
        thread = threading.Thread(target=local.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield local
        local.ended.set()
        local.shutdown()
        thread.join()


@pytest.fixture
def make_resolver() -> type[ScriptedResolver]:
    return ScriptedResolver


@pytest.fixture
def make_opener() -> type[ListingOpener]:
    return ListingOpener


@pytest.fixture
def make_answer() -> Callable[..., bytes]:
    return answer
