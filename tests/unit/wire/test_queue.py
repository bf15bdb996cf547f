"""Replies go back in the order of the requests, and a client that does not read is not served on."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable

import pytest

from diorama.wire import WireLimits
from diorama.wire.protocol import Connection
from tests.unit.wire.connections import Bench, FakeTransport, settled
from tests.unit.wire.corpus import CONSTANT, GET, HOST
from tests.unit.wire.planes import CONSTANT_BODY, EchoControl, EchoPlane

Scenario = Callable[[EchoPlane, Connection, FakeTransport], Awaitable[None]]


def _run(scenario: Scenario, limits: WireLimits | None = None) -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane, limits).connect()
        await scenario(plane, connection, transport)
        connection.connection_lost(None)
        await settled(5)

    asyncio.run(run())


def _request(kind: str, number: int) -> bytes:
    target = {
        "sync": f"/echo/m{number}",
        "constant": f"/constant?m{number}",
        "waiting": f"/wait/m{number}",
        "soon": f"/soon?m{number}",
        "stream": "/stream",
        "control": f"/_diorama/m{number}",
    }[kind]
    return f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode()


def _mark(kind: str, number: int) -> bytes:
    return {"constant": CONSTANT_BODY, "stream": b"three"}.get(kind, b"m%d" % number)


MIXES = [
    mix
    for length in (2, 3)
    for mix in itertools.product(("sync", "constant", "waiting", "soon", "stream", "control"), repeat=length)
] + [("waiting", "control", "sync", "waiting", "stream", "control", "soon", "sync")]


@pytest.mark.parametrize("apart", [False, True])
def test_replies__to_any_mix_of_pipelined_requests__keep_their_order(apart: bool) -> None:
    async def check(mix: tuple[str, ...]) -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        requests = [_request(kind, number) for number, kind in enumerate(mix)]
        for piece in requests if apart else [b"".join(requests)]:
            connection.data_received(piece)
        # The later ones are released first, which must not bring them forward.
        for number in reversed(range(len(mix))):
            plane.gate(f"m{number}").set()
        await settled(60)
        replies = re.split(rb"(?=HTTP/1\.1 200 OK\r\n)", bytes(transport.written))[1:]
        assert len(replies) == len(mix)
        for number, (kind, reply) in enumerate(zip(mix, replies, strict=True)):
            assert _mark(kind, number) in reply, (mix, number)
        connection.connection_lost(None)

    async def check_all() -> None:
        for mix in MIXES:
            await check(mix)

    asyncio.run(check_all())


def test_exchange__behind_one_that_waits__begins_after_it_ended() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(_request("waiting", 1) + GET + _request("control", 2))
        await settled()
        assert [request.path for request in plane.handled] == ["/wait/m1"]
        assert transport.written == b""
        plane.gate("m1").set()
        await settled()
        assert [request.path for request in plane.handled] == ["/wait/m1", "/echo/a"]

    _run(scenario)


def test_answers__of_one_turn__are_bounded_and_written_at_once() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(CONSTANT * 75)
        assert (len(plane.handled), transport.writes) == (32, 1)
        assert not transport.is_reading()
        await asyncio.sleep(0)
        assert (len(plane.handled), transport.writes) == (64, 2)
        await asyncio.sleep(0)
        assert (len(plane.handled), transport.writes) == (75, 3)
        assert transport.is_reading()
        assert bytes(transport.written).count(CONSTANT_BODY) == 75

    _run(scenario)


async def _progress(plane: EchoPlane) -> bool:
    """Whether anything more is handled within some turns of the loop."""
    before = len(plane.handled)
    await settled(30)
    return len(plane.handled) > before


@pytest.mark.parametrize("target", ["/constant", "/big/1000", "/big/300000", "/soon", "/stream"])
def test_pipeliner__that_never_reads__is_held_at_the_bound(target: str) -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        limits = WireLimits()
        transport.reads = False
        request = f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode()
        pushed = 0
        while pushed < 100_000:
            if transport.is_reading():
                connection.data_received(request * 100)
                pushed += 100
            elif not await _progress(plane):
                break
        assert not transport.is_reading()
        assert pushed < 100_000
        largest = 300_000 if target == "/big/300000" else 65_536
        assert transport.unread_most <= limits.unread_bytes_max + largest + 65_536
        held = sum(map(len, connection._inbox)) + len(connection._items) * 1000
        assert held <= 300_000
        transport.read_all()
        while await _progress(plane):
            pass
        assert len(plane.handled) == pushed
        assert transport.is_reading()

    _run(scenario)


def test_client__that_reads_on__gets_everything_that_was_held() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        transport.reads = False
        connection.data_received(b"GET /big/300000 HTTP/1.1\r\nHost: test\r\n\r\n" + GET * 3)
        assert len(plane.handled) == 1
        assert not transport.is_reading()
        connection.data_received(GET)  # a transport may still have this in hand
        await settled()
        assert len(plane.handled) == 1
        transport.read_all()
        await settled()
        assert len(plane.handled) == 5
        assert transport.is_reading()

    _run(scenario)


def test_requests__behind_a_waiting_one__are_parsed_ahead_up_to_a_bound() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(_request("waiting", 1))
        assert transport.is_reading()  # so that a client that leaves is noticed
        for _ in range(31):
            connection.data_received(GET)
        assert transport.is_reading()
        connection.data_received(GET)
        assert not transport.is_reading()
        plane.gate("m1").set()
        await settled()
        assert len(plane.handled) == 33
        assert transport.is_reading()

    _run(scenario)


def test_plane__that_is_saturated__stops_reading_until_it_has_room() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(GET)
        plane.full = True
        connection.data_received(GET)
        connection.data_received(GET)
        assert len(plane.handled) == 1
        assert not transport.is_reading()
        plane.full = False
        room = Bench.room_of(connection)
        room._ask(connection.loop)
        assert len(plane.handled) == 3
        assert transport.is_reading()

    _run(scenario)


def test_connection__lost_while_the_plane_is_saturated__is_forgotten() -> None:
    async def run() -> None:
        plane = EchoPlane()
        plane.full = True
        bench = Bench(plane)
        connection, _ = bench.connect()
        connection.data_received(GET)
        connection.connection_lost(None)
        room = bench.protocol.wiring.room
        assert room._timer is None
        assert plane.handled == []

    asyncio.run(run())


def test_exchange__whose_client_leaves__goes_on_and_is_observed() -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        connection.data_received(_request("waiting", 1) + GET)
        await settled()
        connection.connection_lost(ConnectionResetError())
        await settled()
        assert plane.completed == []
        plane.gate("m1").set()
        await settled()
        assert plane.completed == ["m1"]
        assert [outcome for outcome, _ in plane.observed] == ["client_gone"]
        assert transport.written == b""
        assert len(plane.handled) == 1  # what had not begun never happened

    asyncio.run(run())


def test_stream__whose_client_leaves__is_closed_and_observed() -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        connection.data_received(b"GET /endless HTTP/1.1\r\n" + HOST + b"\r\n")
        await settled()
        assert transport.written.endswith(b"\r\n\r\n5\r\nfirst\r\n")
        connection.connection_lost(ConnectionResetError())
        await settled()
        assert plane.closed_streams == 1
        assert [outcome for outcome, _ in plane.observed] == ["client_gone"]

    asyncio.run(run())


def test_stream__that_breaks__breaks_the_connection_off() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(b"GET /broken HTTP/1.1\r\n" + HOST + b"\r\n")
        await settled()
        assert transport.aborted
        assert b"0\r\n\r\n" not in transport.written
        assert [outcome for outcome, _ in plane.observed] == ["write_failed"]

    _run(scenario)


def test_stream__whose_client_does_not_read__waits() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.pause_writing()
        connection.resume_writing()
        transport.reads = False
        transport.high = 10
        connection.data_received(b"GET /stream HTTP/1.1\r\n" + HOST + b"\r\n" + GET)
        await settled()
        assert b"two," not in transport.written
        transport.high = 1_000_000
        transport.read_all()
        await settled()
        assert b"three" in transport.written
        assert len(plane.handled) == 2

    _run(scenario)


@pytest.mark.parametrize("path", ["/raise", "/raise-later"])
def test_plane__that_raises__is_a_500_and_the_connection_goes_on(path: str) -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        for kind in ("GET", "HEAD"):
            connection.data_received(f"{kind} {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
            await settled()
        connection.data_received(GET)
        assert bytes(transport.written).count(b"HTTP/1.1 500 ") == 2
        assert b'"code":"internal"' in transport.written
        assert b"HTTP/1.1 200 OK" in transport.written
        assert told == ["The data plane raised."] * 2

    _run(scenario)


@pytest.mark.parametrize("kind", ["name", "value", "feed", "nul", "space", "status", "status-large"])
def test_reply__that_would_inject_a_header__is_replaced_by_a_500(kind: str) -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(f"GET /inject/{kind} HTTP/1.1\r\nHost: test\r\n\r\n".encode() + GET)
        head = bytes(transport.written).partition(b"\r\n\r\n")[0].lower()
        assert head.startswith(b"http/1.1 500 ")
        assert b"x-evil" not in head
        assert b"x-bad" not in head
        assert [outcome for outcome, _ in plane.observed] == ["write_failed"]
        assert len(plane.handled) == 2

    _run(scenario)


def test_reply__that_frames_itself__is_framed_by_the_wire() -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        connection.data_received(b"GET /framing HTTP/1.1\r\n" + HOST + b"\r\n")
        assert transport.written.startswith(b"HTTP/1.1 200 OK\r\nX-Kept: 1\r\ncontent-length: 2\r\n")
        assert b"chunked" not in transport.written

    _run(scenario)


@pytest.mark.parametrize("ending", ["raise", "half", "inject"])
def test_control_plane__that_fails__does_not_take_the_connection_along_unless_it_must(ending: str) -> None:
    async def scenario(plane: EchoPlane, connection: Connection, transport: FakeTransport) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        connection.data_received(f"GET /_diorama/{ending} HTTP/1.1\r\nHost: test\r\n\r\n".encode() + GET)
        await settled()
        assert transport.aborted == (ending == "half")
        if ending != "half":
            assert transport.written.startswith(b"HTTP/1.1 500 ")
            assert b"x-evil" not in transport.written
            assert len(plane.handled) == 1

    _run(scenario)


def test_path__that_only_begins_like_the_control_plane__is_the_data_planes() -> None:
    async def run() -> None:
        plane, control = EchoPlane(), EchoControl()
        connection, _ = Bench(plane, control=control).connect()
        for target in ("/_diorama", "/_diorama/", "/_diorama/x?y", "/_diorama?z"):
            connection.data_received(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
            await settled()
        for target in ("/_dioramas", "/_diorama.json", "/%5Fdiorama/", "/x/_diorama/", "/_DIORAMA/"):
            connection.data_received(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        assert len(control.scopes) == 4
        assert len(plane.handled) == 5
        connection.connection_lost(None)

    asyncio.run(run())
