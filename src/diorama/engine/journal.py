"""The journal in memory: the newest records, bounded by count and bytes, and those who watch them come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from diorama.model.exchange import DeliveryOutcome, Exchange, JournalRecord
from diorama.model.world import weigh

RECORD_BYTES = 1_200
"""What a record costs in memory besides headers, bodies and operations, measured on CPython 3.11."""

Watcher = Callable[[JournalRecord], None]


class Journal:
    """The newest records of one sandbox.

    Args:
        records_max: how many are kept.
        bytes_max: how many bytes they may hold, with headers, bodies and what the operations write.
    """

    __slots__ = ("_bytes", "_bytes_max", "_records", "_records_max", "_weights", "watchers")

    def __init__(self, records_max: int, bytes_max: int) -> None:
        self._records: deque[JournalRecord] = deque()
        self._weights: deque[int] = deque()
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self.watchers: list[Watcher] = []

    def __len__(self) -> int:
        return len(self._records)

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
        while len(records) > self._records_max or (self._bytes > self._bytes_max and len(records) > 1):
            records.popleft()
            self._bytes -= self._weights.popleft()
        for watcher in self.watchers:
            watcher(record)

    def newest_first(self) -> Iterator[JournalRecord]:
        """The records, newest first."""
        return iter(reversed(self._records))

    def oldest_first(self) -> Iterator[JournalRecord]:
        """The records, oldest first."""
        return iter(self._records)

    def clear(self) -> None:
        """Forget all records."""
        self._records.clear()
        self._weights.clear()
        self._bytes = 0


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
