"""Server-sent events: exchanges as they come.

Source: HTML Living Standard, "Server-sent events".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import msgspec

from diorama.engine.journal_format import JournalEncoder
from diorama.engine.sandbox import Sandbox
from diorama.model.exchange import Exchange, JournalRecord

QUEUE_RECORDS_MAX = 1_000
"""A subscriber that is slower than this many records loses the oldest ones and is told how many."""

KEEP_ALIVE_S = 15.0


async def exchange_events(sandbox: Sandbox) -> AsyncIterator[bytes]:
    """Each exchange of a sandbox from now on, as an event named ``exchange`` whose id is its sequence."""
    queue: deque[Exchange] = deque()
    arrived = asyncio.Event()
    lost = 0

    def watch(record: JournalRecord) -> None:
        nonlocal lost
        if type(record) is Exchange:
            if len(queue) >= QUEUE_RECORDS_MAX:
                queue.popleft()
                lost += 1
            queue.append(record)
            arrived.set()

    encoder = JournalEncoder()
    sandbox.journal.watchers.append(watch)
    try:
        yield b": watching\n\n"
        while True:
            try:
                await asyncio.wait_for(arrived.wait(), KEEP_ALIVE_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            arrived.clear()
            if lost:
                yield b"event: lost\ndata: %d\n\n" % lost
                lost = 0
            while queue:
                record = queue.popleft()
                line = msgspec.json.encode(encoder.exchange(record))
                yield b"event: exchange\nid: %d\ndata: %s\n\n" % (record.seq, line)
    finally:
        sandbox.journal.watchers.remove(watch)
