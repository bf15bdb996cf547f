"""WebSockets of the control plane change hands; every other upgrade is declined."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.wire.connections import Bench, settled
from tests.unit.wire.corpus import GET, H2C_POST, HOST
from tests.unit.wire.planes import EchoControl, EchoPlane

HANDSHAKE = (
    b"GET /_diorama/live?x=1 HTTP/1.1\r\n" + HOST + b"Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class WebSocketStub(asyncio.Protocol):
    """Remembers what it is given."""

    made: list[WebSocketStub]

    def __init__(self, **_: Any) -> None:
        self.received = b""
        self.made.append(self)

    def data_received(self, data: bytes) -> None:
        self.received += data


def _bench(plane: EchoPlane) -> tuple[Bench, list[WebSocketStub]]:
    made: list[WebSocketStub] = []
    stub = type("Stub", (WebSocketStub,), {"made": made})
    return Bench(plane, ws=stub), made


@pytest.mark.parametrize("at", [10, 60, len(HANDSHAKE) - 1, len(HANDSHAKE)])
def test_websocket__of_the_control_plane__takes_the_connection_over(at: int) -> None:
    async def run() -> None:
        bench, made = _bench(EchoPlane())
        connection, transport = bench.connect()
        data = HANDSHAKE + b"frames"
        connection.data_received(data[:at])
        if not made:
            connection.data_received(data[at:])
        else:
            transport.protocol.data_received(data[at:])
        assert len(made) == 1
        assert transport.protocol is made[0]
        assert made[0].received.startswith(b"GET /_diorama/live?x=1 HTTP/1.1\r\nhost: test\r\n")
        assert made[0].received.endswith(b"\r\n\r\nframes")
        assert connection not in bench.state.connections
        assert bench.protocol.wiring.sweeper._timer is None

    asyncio.run(run())


def test_websocket__behind_a_waiting_exchange__takes_over_after_its_reply() -> None:
    async def run() -> None:
        plane = EchoPlane()
        bench, made = _bench(plane)
        connection, transport = bench.connect()
        connection.data_received(b"GET /wait/a HTTP/1.1\r\n" + HOST + b"\r\n" + HANDSHAKE + b"fra")
        connection.data_received(b"mes")
        await settled(5)
        assert made == []
        assert not transport.reading
        plane.gate("a").set()
        await settled(5)
        assert transport.written.startswith(b"HTTP/1.1 200 OK")
        assert made[0].received.endswith(b"\r\n\r\nframes")
        assert transport.is_reading()

    asyncio.run(run())


@pytest.mark.parametrize(
    "data",
    [
        HANDSHAKE.replace(b"/_diorama/live", b"/echo/live"),
        HANDSHAKE.replace(b"GET", b"POST").replace(b"/_diorama/live", b"/echo/live"),
        HANDSHAKE.replace(b"WebSocket", b"h2c").replace(b"/_diorama/live", b"/echo/live"),
        H2C_POST,
    ],
)
def test_upgrade__that_is_not_made__leaves_an_ordinary_request(data: bytes) -> None:
    async def run() -> None:
        plane = EchoPlane()
        bench, made = _bench(plane)
        connection, transport = bench.connect()
        connection.data_received(data + GET)
        assert made == []
        assert bytes(transport.written).count(b"HTTP/1.1 200 OK") == 2
        assert [request.path for request in plane.handled][1] == "/echo/a"
        connection.connection_lost(None)

    asyncio.run(run())


@pytest.mark.parametrize("change", [(b"GET", b"POST"), (b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\nhi")])
def test_websocket__that_is_no_handshake__is_an_ordinary_control_plane_request(change: tuple[bytes, bytes]) -> None:
    async def run() -> None:
        bench, made = _bench(EchoPlane())
        connection, transport = bench.connect()
        connection.data_received(HANDSHAKE.replace(*change) + GET)
        await settled(20)
        assert made == []
        assert bytes(transport.written).count(b"HTTP/1.1 200 OK") == 2
        connection.connection_lost(None)

    asyncio.run(run())


def test_websocket__without_a_library_for_it__is_an_ordinary_control_plane_request() -> None:
    async def run() -> None:
        control = EchoControl()
        connection, transport = Bench(EchoPlane(), control=control).connect()
        connection.data_received(HANDSHAKE + GET)
        await settled(20)
        assert bytes(transport.written).count(b"HTTP/1.1 200 OK") == 2
        assert control.scopes[0]["type"] == "http"
        connection.connection_lost(None)

    asyncio.run(run())


def test_upgrade__over_a_limit__is_refused_as_without_it() -> None:
    async def run() -> None:
        connection, transport = Bench(EchoPlane()).connect()
        connection.data_received(H2C_POST.replace(b"Content-Length: 4", b"Content-Length: 99999999999"))
        assert transport.written.startswith(b"HTTP/1.1 413 ")
        connection.connection_lost(None)

    asyncio.run(run())
