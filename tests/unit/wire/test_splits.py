"""However the bytes of a sequence arrive, the same goes back."""

from __future__ import annotations

import asyncio

import pytest

from diorama.ports.capability import header_bit
from tests.unit.wire.connections import Bench, masked, settled
from tests.unit.wire.corpus import SEQUENCES
from tests.unit.wire.planes import EchoPlane

header_bit(b"x-trigger-of-tests")


async def _replies(pieces: list[bytes]) -> tuple[bytes, bool]:
    connection, transport = Bench(EchoPlane()).connect()
    for piece in pieces:
        if transport.closed:
            break
        connection.data_received(piece)
    await settled(40)
    ended = transport.closed or transport.eof
    connection.connection_lost(None)
    return masked(bytes(transport.written)), ended


@pytest.mark.parametrize("name", SEQUENCES)
def test_replies__for_every_split_of_a_sequence__are_the_same(name: str) -> None:
    data = SEQUENCES[name]

    async def check() -> None:
        whole = await _replies([data])
        assert whole[0].count(b"HTTP/1.1 ") >= 2 or whole[1]
        for at in range(1, len(data)):
            assert await _replies([data[:at], data[at:]]) == whole, f"split at {at}: {data[:at]!r}"

    asyncio.run(check())


@pytest.mark.parametrize("name", SEQUENCES)
def test_replies__byte_by_byte__are_the_same(name: str) -> None:
    data = SEQUENCES[name]

    async def check() -> None:
        whole = await _replies([data])
        assert await _replies([data[at : at + 1] for at in range(len(data))]) == whole

    asyncio.run(check())


@pytest.mark.parametrize("name", SEQUENCES)
def test_replies__with_pauses_between_pieces__are_the_same(name: str) -> None:
    data = SEQUENCES[name]

    async def slowly(size: int) -> bytes:
        connection, transport = Bench(EchoPlane()).connect()
        for at in range(0, len(data), size):
            if not transport.closed:
                connection.data_received(data[at : at + size])
                await settled(12)
        await settled(40)
        connection.connection_lost(None)
        return masked(bytes(transport.written))

    async def check() -> None:
        whole = await _replies([data])
        for size in (1, 7, 50):
            assert await slowly(size) == whole[0]

    asyncio.run(check())
