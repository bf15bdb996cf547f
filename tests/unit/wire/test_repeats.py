"""Whole requests that come again to the byte, over a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from diorama.model.http import Request
from diorama.ports.delivery import Outgoing
from diorama.wire import repeats as repeats_module
from diorama.wire.repeats import REQUEST_BYTES_MAX, Repeats
from tests.unit.wire.connections import Bench, FakeTransport
from tests.unit.wire.planes import CONSTANT, CONSTANT_BODY, EchoPlane

ASK = b"GET /constant HTTP/1.1\r\nhost: a\r\n\r\n"
POST = b"POST /constant HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"


class Repeater:
    """Counts, and says no when it is told to."""

    head = CONSTANT.head or b""
    body = CONSTANT.body

    def __init__(self) -> None:
        self.calls = 0
        self.valid = True
        self.is_over = False

    def __call__(self) -> str | None:
        if not self.valid:
            return None
        self.calls += 1
        return f"again-{self.calls}"


class RepeatingPlane(EchoPlane):
    def __init__(self) -> None:
        super().__init__()
        self.repeaters: list[Repeater] = []

    def handle(self, request: Request, *, again: bool = False) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        out = super().handle(request, again=again)
        if again and isinstance(out, Outgoing):
            self.repeaters.append(Repeater())
            out.repeater = self.repeaters[-1]
        return out


async def sent(plane: EchoPlane, *pieces: bytes, bench: Bench | None = None, peer: str = "127.0.0.1") -> FakeTransport:
    connection, transport = (bench or Bench(plane)).connect(peer)
    for piece in pieces:
        connection.data_received(piece)
    await asyncio.sleep(0)
    return transport


@pytest.mark.parametrize("ask", [ASK, POST])
def test_request__that_comes_again_and_again__is_handled_only_at_first(ask: bytes) -> None:
    plane = RepeatingPlane()
    transport = asyncio.run(sent(plane, *[ask] * 8))
    replies = bytes(transport.written).split(CONSTANT_BODY)
    assert len(replies) == 9
    assert replies[-1] == b""
    assert b"x-correlation-id: again-" in replies[7]
    assert plane.repeaters[-1].calls == 8 - len(plane.handled)
    assert len(plane.handled) < 6
    # Apart from the correlation id, a repeat is the reply that it repeats.
    assert replies[7].replace(b"again-%d" % plane.repeaters[-1].calls, b"c") == replies[0]


def test_repeats__of_another_client__are_handled_anew() -> None:
    plane = RepeatingPlane()

    async def scene() -> None:
        bench = Bench(plane)
        await sent(plane, *[ASK] * 8, bench=bench)
        known = len(plane.handled)
        await sent(plane, ASK, bench=bench, peer="127.0.0.2")
        assert len(plane.handled) == known + 1
        await sent(plane, ASK, bench=bench)
        assert len(plane.handled) == known + 1

    asyncio.run(scene())


def test_repeater__that_is_no_longer_sure__leaves_the_request_to_the_plane() -> None:
    plane = RepeatingPlane()

    async def scene() -> None:
        connection, transport = Bench(plane).connect()
        for _ in range(8):
            connection.data_received(ASK)
        known, calls = len(plane.handled), plane.repeaters[-1].calls
        plane.repeaters[-1].valid = False
        for _ in range(2):
            connection.data_received(ASK)
        assert bytes(transport.written).count(CONSTANT_BODY) == 10
        assert len(plane.handled) == known + 1
        assert plane.repeaters[-2].calls == calls
        assert plane.repeaters[-1].calls == 1

    asyncio.run(scene())


def test_repeaters__of_a_sandbox_that_is_gone__are_let_go_with_all_others() -> None:
    plane = RepeatingPlane()

    async def scene() -> None:
        bench = Bench(plane)
        connection, _ = bench.connect()
        for ask in (ASK, POST):
            for _ in range(8):
                connection.data_received(ask)
        kept = connection.wiring.repeats.of("127.0.0.1", "http")
        assert set(kept) == {ASK, POST}
        bench.sweep(0)
        assert set(kept) == {ASK, POST}
        kept[ASK].is_over = True  # type: ignore[misc]
        bench.sweep(0)
        assert kept == {}

    asyncio.run(scene())


def test_repeat__behind_an_exchange_that_waits__keeps_its_place() -> None:
    plane = RepeatingPlane()

    async def scene() -> FakeTransport:
        bench = Bench(plane)
        await sent(plane, *[ASK] * 8, bench=bench)
        connection, transport = bench.connect()
        connection.data_received(b"GET /wait/a HTTP/1.1\r\nhost: a\r\n\r\n")
        connection.data_received(ASK)
        await asyncio.sleep(0)
        assert not transport.written
        plane.gate("a").set()
        for _ in range(20):
            await asyncio.sleep(0)
        return transport

    written = bytes(asyncio.run(scene()).written)
    assert written.index(b"200 OK") < written.index(CONSTANT_BODY)
    assert written.count(b"HTTP/1.1 ") == 2


def test_repeat__inside_a_body__is_part_of_that_body() -> None:
    plane = RepeatingPlane()

    async def scene() -> FakeTransport:
        bench = Bench(plane)
        await sent(plane, *[ASK] * 8, bench=bench)
        connection, transport = bench.connect()
        connection.data_received(b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(ASK))
        connection.data_received(ASK)
        await asyncio.sleep(0)
        return transport

    transport = asyncio.run(scene())
    assert bytes(transport.written).count(b"HTTP/1.1 200 OK") == 1
    assert plane.handled[-1].body == ASK


def test_memory__of_repeats__is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats_module, "ENTRIES_MAX", 10)
    monkeypatch.setattr(repeats_module, "SEEN_MAX", 20)
    memory = Repeats()
    kept = memory.of("a", "http")
    for number in range(11):
        memory.keep(kept, b"%d" % number, Repeater())
    assert len(kept) == 10
    for number in range(11, 13):
        memory.keep(kept, b"%d" % number, Repeater())
    assert list(kept) == [b"11", b"12"]
    assert not memory.seen(b"x" * (REQUEST_BYTES_MAX + 1))
    assert not memory.seen(b"x" * (REQUEST_BYTES_MAX + 1))
    for number in range(100):
        memory.seen(b"new %d" % number)
    assert kept == {}
    assert memory.of("a", "http") is kept


def test_memory__of_too_many_clients__keeps_nothing_for_those_that_come_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats_module, "CLIENTS_MAX", 2)
    memory = Repeats()
    first = memory.of("a", "http")
    memory.of("b", "http")
    late = memory.of("c", "http")
    for kept in (first, late):
        memory.keep(kept, b"1", Repeater())
    assert list(first) == [b"1"]
    assert late == {}
