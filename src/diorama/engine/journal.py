"""The journal in memory: the newest records, bounded by count and bytes, and those who watch them come.

Repeats stand in it as runs, which become whole exchanges when somebody reads them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator

from diorama.engine.repetition import REPEAT_BYTES, Run
from diorama.model.exchange import DeliveryOutcome, Exchange, JournalRecord
from diorama.model.world import weigh

RECORD_BYTES = 1_200
"""What a record costs in memory besides headers, bodies and operations, measured on CPython 3.11."""

Watcher = Callable[[Collection[JournalRecord]], None]
"""Called with the records that came, oldest first: one, or a whole run of repeats, which is not made into exchanges
before it is iterated."""


class Journal:
    """The newest records of one sandbox.

    Args:
        records_max: how many are kept.
        bytes_max: how many bytes they may hold, with headers, bodies and what the operations write.
    """

    __slots__ = ("_bytes", "_bytes_max", "_count", "_records", "_records_max", "_weights", "watchers")

    def __init__(self, records_max: int, bytes_max: int) -> None:
        self._records: deque[JournalRecord | Run] = deque()
        self._weights: deque[int] = deque()
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._count = 0
        self.watchers: list[Watcher] = []

    def __len__(self) -> int:
        return self._count

    @property
    def bytes(self) -> int:
        """An estimate of the memory that the records hold."""
        return self._bytes

    def append(self, record: JournalRecord) -> None:
        """Add the newest record and let the oldest go where there is no room."""
        records = self._records
        records.append(record)
        weight = _weight(record)
        self._weights.append(weight)
        self._bytes += weight
        if self._count < self._records_max:
            self._count += 1
        elif type(records[0]) is not Run:  # the commonest: one comes, one goes
            records.popleft()
            self._bytes -= self._weights.popleft()
        else:
            self._count += 1
            self._make_room()
        if self._bytes > self._bytes_max:
            self._make_room()
        if self.watchers:
            news = (record,)
            for watcher in self.watchers:
                watcher(news)

    def append_run(self, run: Run) -> None:
        """Add the newest records, which are repeats."""
        self._records.append(run)
        weight = len(run) * REPEAT_BYTES  # the originals are on the books of the connections that repeat them
        self._weights.append(weight)
        self._bytes += weight
        self._count += len(run)
        self._make_room()
        for watcher in self.watchers:
            watcher(run)

    def _make_room(self) -> None:
        records, weights = self._records, self._weights
        while len(records) > 1 and self._bytes > self._bytes_max:
            self._drop_oldest()
        while (excess := self._count - self._records_max) > 0:
            oldest = records[0]
            if type(oldest) is Run and len(oldest) > excess:
                oldest.forget(excess)
                self._count -= excess
                weights[0] -= excess * REPEAT_BYTES
                self._bytes -= excess * REPEAT_BYTES
            else:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        oldest = self._records.popleft()
        self._bytes -= self._weights.popleft()
        self._count -= len(oldest) if type(oldest) is Run else 1

    def newest_first(self) -> Iterator[JournalRecord]:
        """The records, newest first."""
        for record in reversed(self._records):
            if type(record) is Run:
                yield from reversed(record)
            else:
                yield record  # type: ignore[misc]  # mypy does not narrow by type()

    def oldest_first(self) -> Iterator[JournalRecord]:
        """The records, oldest first."""
        for record in self._records:
            if type(record) is Run:
                yield from record
            else:
                yield record  # type: ignore[misc]  # as above

    def clear(self) -> None:
        """Forget all records."""
        self._records.clear()
        self._weights.clear()
        self._bytes = self._count = 0


def _weight(record: JournalRecord) -> int:
    if isinstance(record, DeliveryOutcome):
        return RECORD_BYTES
    weight = RECORD_BYTES
    if type(record) is Exchange:
        request = record.request
        weight += len(request.body) + len(request.query)
        for _, value in request.headers:
            weight += len(value)
        if record.reply.head is None:  # a reply that never changes belongs to the definition
            weight += len(record.reply.body)
        for call in record.outbound:
            weight += len(call.body)
    for operation in record.operations:
        weight += weigh(operation)
    return weight
