"""Server-sent events: exchanges as they come.

Source: HTML Living Standard, "Server-sent events".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection

import msgspec

from diorama.engine.journal_format import JournalEncoder
from diorama.engine.sandbox import Sandbox
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange, JournalRecord

QUEUE_RECORDS_MAX = 1_000
"""A subscriber that is slower than this many records loses the oldest ones and is told how many."""

SUBSCRIBERS_MAX = 32
"""More than this many at once are refused, because each of them takes time from every exchange."""

KEEP_ALIVE_S = 15.0
_LINES_REMEMBERED = 2_000


class ExchangeFeed:
    """The exchanges of all sandboxes as events, encoded once however many watch."""

    def __init__(self) -> None:
        self._encoder = JournalEncoder()
        self._lines: dict[int, tuple[Exchange, bytes]] = {}
        self._subscribers = 0

    def subscribe(self, sandbox: Sandbox) -> AsyncIterator[bytes]:
        """Each exchange of a sandbox from now on, as an event named ``exchange`` whose id is its sequence.

        Raises:
            DioramaError: ``rate_exceeded`` when too many watch already.
        """
        if self._subscribers >= SUBSCRIBERS_MAX:
            raise DioramaError(
                "rate_exceeded",
                f"{SUBSCRIBERS_MAX} subscribers watch exchanges already.",
                "Close one of them, or ask for exchanges now and then instead of watching them.",
            )
        return self._events(sandbox)

    async def _events(self, sandbox: Sandbox) -> AsyncIterator[bytes]:
        queue: deque[Exchange] = deque()
        arrived = asyncio.Event()
        lost = 0

        def watch(records: Collection[JournalRecord]) -> None:
            nonlocal lost
            for record in records:
                if type(record) is not Exchange:
                    continue
                if len(queue) >= QUEUE_RECORDS_MAX:
                    queue.popleft()
                    lost += 1
                queue.append(record)
                arrived.set()

        self._subscribers += 1
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
                    yield self._line(queue.popleft())
        finally:
            self._subscribers -= 1
            sandbox.journal.watchers.remove(watch)

    def _line(self, record: Exchange) -> bytes:
        known = self._lines.get(id(record))
        if known is not None:
            return known[1]
        data = msgspec.json.encode(self._encoder.exchange(record))
        line = b"event: exchange\nid: %d\ndata: %s\n\n" % (record.seq, data)
        if len(self._lines) >= _LINES_REMEMBERED:
            self._lines.clear()
        self._lines[id(record)] = (record, line)
        return line
