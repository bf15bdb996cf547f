"""No bytes stop a connection from behaving, and none show what another connection sent."""

from __future__ import annotations

import asyncio
import re
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diorama.wire import WireLimits
from diorama.wire.intake import SLICE, Intake
from diorama.wire.items import Item, Peer
from tests.unit.wire.connections import Bench, masked, settled
from tests.unit.wire.corpus import GET
from tests.unit.wire.planes import EchoPlane
from tests.unit.wire.streams_of_bytes import SIZES, STREAMS, cut, marked

STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n")


async def _talk(bench: Bench, streams: list[tuple[bytes, list[int]]], gone: bool) -> list[bytes]:
    """Several clients at once, a piece of each in turn; then a request that must be answered."""
    connections = [bench.connect() for _ in streams]
    pieces = [deque(cut(marked(data, b"MARK%dX" % number), sizes)) for number, (data, sizes) in enumerate(streams)]
    while any(pieces):
        for queue, (connection, transport) in zip(pieces, connections, strict=True):
            if queue and not transport.is_closing() and transport.protocol is connection:
                connection.data_received(queue.popleft())
            elif queue:
                queue.clear()
        await asyncio.sleep(0)
    await settled(60)
    for connection, _ in connections:
        connection.connection_lost(ConnectionResetError() if gone else None)
    return [bytes(transport.written) for _, transport in connections]


@settings(max_examples=400)
@given(streams=st.lists(st.tuples(STREAMS, SIZES), min_size=2, max_size=3), gone=st.booleans())
def test_connections__with_any_bytes__answer_http_and_only_with_their_own_data(
    streams: list[tuple[bytes, list[int]]], gone: bool
) -> None:
    problems: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: problems.append(str(context)))
        bench = Bench(EchoPlane())
        for number, written in enumerate(await _talk(bench, streams, gone)):
            assert not written or STATUS.match(written)
            marks = set(re.findall(rb"MARK\d+X", written))
            assert marks <= {b"MARK%dX" % number}
        connection, transport = bench.connect()
        connection.data_received(GET)
        assert transport.written.startswith(b"HTTP/1.1 200 OK\r\n")
        connection.connection_lost(None)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await settled(5)
        assert bench.state.connections == set()

    asyncio.run(run())
    assert [
        problem for problem in problems if "on purpose" not in problem and "without completing" not in problem
    ] == []


@settings(max_examples=400)
@given(data=STREAMS, sizes=SIZES)
def test_replies__to_any_bytes__do_not_depend_on_how_they_are_split(data: bytes, sizes: list[int]) -> None:
    async def replies(pieces: list[bytes]) -> bytes:
        connection, transport = Bench(EchoPlane()).connect()
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        for piece in pieces:
            if not transport.is_closing():
                connection.data_received(piece)
        await settled(80)
        connection.connection_lost(None)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await settled(5)
        return masked(bytes(transport.written))

    assert asyncio.run(replies(cut(data, sizes))) == asyncio.run(replies([data]))


@pytest.mark.parametrize("websockets", [False, True])
@settings(max_examples=300)
@given(data=STREAMS, sizes=SIZES)
def test_intake__with_any_bytes__queues_requests_or_refuses(websockets: bool, data: bytes, sizes: list[int]) -> None:
    items: deque[Item] = deque()
    intake = Intake(WireLimits(), items, Peer("127.0.0.1", 1, "http"), websockets=websockets)
    for piece in cut(data, sizes):
        for at in range(0, len(piece), SLICE):
            if not intake.deaf:
                intake.feed(piece[at : at + SLICE])
    assert intake.received <= 10 * 1024 * 1024
    assert intake.begun >= sum(item is not None for item, _ in items) - 1
