"""What the ASGI application does when the server below behaves unusually."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from diorama.wire import WireLimits, data_plane_app
from tests.unit.wire.connections import settled
from tests.unit.wire.planes import EchoControl, EchoPlane

Scope = dict[str, Any]


def _scope(path: str, **more: Any) -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"Host", b"test")],
        "http_version": "1.1",
        "client": None,
        **more,
    }


class Server:
    """The other side of an application."""

    def __init__(self, plane: EchoPlane, limits: WireLimits | None = None) -> None:
        self.app = data_plane_app(plane, EchoControl(), limits)
        self.arriving: asyncio.Queue[Scope] = asyncio.Queue()
        self.sent: list[Scope] = []

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(self, scope: Scope, body: bytes = b"") -> None:
        self.arriving.put_nowait({"type": "http.request", "body": body})
        await self.app(scope, self.arriving.get, self.send)


def _run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scenario())


def test_exchange__whose_client_leaves__completes_and_is_observed() -> None:
    async def scenario() -> None:
        plane = EchoPlane()
        server = Server(plane)
        asking = asyncio.get_running_loop().create_task(server.ask(_scope("/wait/a")))
        await settled(5)
        server.arriving.put_nowait({"type": "http.disconnect"})
        await settled(5)
        plane.gate("a").set()
        await asking
        assert plane.completed == ["a"]
        assert [outcome for outcome, _ in plane.observed] == ["client_gone"]
        assert server.sent == []

    _run(scenario)


def test_exchange__whose_server_gives_up__completes_all_the_same() -> None:
    async def scenario() -> None:
        plane = EchoPlane()
        server = Server(plane)
        asking = asyncio.get_running_loop().create_task(server.ask(_scope("/wait/a")))
        await settled(5)
        asking.cancel()
        await settled(5)
        plane.gate("a").set()
        await settled(5)
        assert plane.completed == ["a"]

    _run(scenario)


def test_stream__whose_client_leaves__is_closed_and_observed() -> None:
    async def scenario() -> None:
        plane = EchoPlane()
        server = Server(plane)
        asking = asyncio.get_running_loop().create_task(server.ask(_scope("/endless")))
        await settled(5)
        assert server.sent[-1]["body"] == b"first"
        server.arriving.put_nowait({"type": "http.disconnect"})
        await asking
        assert plane.closed_streams == 1
        assert [outcome for outcome, _ in plane.observed] == ["client_gone"]

    _run(scenario)


def test_client__that_leaves_before_its_body_is_whole__is_not_answered() -> None:
    async def scenario() -> None:
        plane = EchoPlane()
        server = Server(plane)
        server.arriving.put_nowait({"type": "http.request", "body": b"a", "more_body": True})
        server.arriving.put_nowait({"type": "http.disconnect"})
        await server.app(_scope("/echo"), server.arriving.get, server.send)
        assert (plane.handled, server.sent) == ([], [])

    _run(scenario)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (_scope("/echo", headers=[]), 400),
        (_scope("/echo", headers=[(b"host", b"a"), (b"host", b"b")]), 400),
        (_scope("/" + "a" * 20000), 431),
        (_scope("/echo", headers=[(b"host", b"a"), (b"content-length", b"99999999")]), 413),
        (_scope("/echo", headers=[], http_version="1.0"), 200),
        (_scope("/echo", client=["192.0.2.1", 1], root_path=""), 200),
        (_scope("*", method="OPTIONS"), 204),
    ],
)
def test_request__by_what_a_server_let_through__is_answered(scope: Scope, status: int) -> None:
    async def scenario() -> None:
        server = Server(EchoPlane())
        await server.ask(scope)
        assert server.sent[0]["status"] == status
        names = [name for name, _ in server.sent[0]["headers"]]
        assert names.count(b"x-correlation-id") == 1

    _run(scenario)


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        (_scope("/mounted/a b", root_path="/mounted"), "/a%20b"),
        (_scope("/a b", raw_path=b"/a%20b?query", root_path="/mounted"), "/a%20b"),
        (_scope("/ä"), "/%C3%A4"),
    ],
)
def test_path__as_servers_give_it__is_the_one_that_was_sent(scope: Scope, path: str) -> None:
    async def scenario() -> None:
        plane = EchoPlane()
        await Server(plane).ask(scope)
        assert plane.handled[0].path == path

    _run(scenario)


def test_reply__that_ends_the_connection__says_so() -> None:
    async def scenario() -> None:
        server = Server(EchoPlane())
        await server.ask(_scope("/close"))
        assert (b"connection", b"close") in server.sent[0]["headers"]

    _run(scenario)
