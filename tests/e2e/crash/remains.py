"""What is left on disk of a server that was killed, read while nothing runs; and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from diorama.engine.effects import ManualClock
from diorama.engine.journal_format import decode
from diorama.engine.recovery import recover
from diorama.engine.sandbox import Head, Sandbox
from diorama.flow.publication import publish
from diorama.model.definition import Project
from diorama.model.exchange import DeliveryOutcome, Exchange, JournalRecord
from diorama.model.world import EMPTY_WORLD, World
from diorama.ports.operations import Incr, Operation, apply
from diorama.ports.storage import SandboxRow
from diorama.storage import open_directory
from tests.e2e.crash.load import Acknowledged

SEQ_MAX = 1 << 40
Row = tuple[str, str, str, int, Any]
"""(slice, table, key, position, value) of a world's row."""


@dataclass(frozen=True)
class Remains:
    """One sandbox as its store holds it."""

    row: SandboxRow
    head: Head | None
    records: list[JournalRecord]
    rows: list[Row]

    @property
    def exchanges(self) -> Iterator[Exchange]:
        """Its exchanges, in order."""
        return (record for record in self.records if isinstance(record, Exchange))


def read(data: Path) -> dict[str, Remains]:
    """All sandboxes of a data directory that no server has open, by id."""
    store = open_directory(data)
    try:
        return {row.id: _remains(row, store.open_sandbox(row.id)) for row in store.sandboxes()}
    finally:
        store.close()


def _remains(row: SandboxRow, store: Any) -> Remains:
    """What a server would recover: the newest session turns are not in the rows but counted from the journal."""
    stored = store.recover(0).head
    head = None if stored is None else msgspec.json.decode(stored, type=Head)
    records = [record for block in store.journal(1, SEQ_MAX) for record in decode(block)]
    sandbox = Sandbox(row, publish(Project(row.project), ()), ManualClock(), bytes(32))
    recover(sandbox, store, 0)
    return Remains(row, head, records, _rows(sandbox.world))


def _rows(world: World) -> list[Row]:
    """All rows of a world, as plain values."""
    return [
        (*address, key, position, value)
        for address in world.addresses()
        for key, (position, value) in sorted(world.table(address).rows.items())
    ]


def faults(remains: Remains) -> Iterator[str]:
    """What does not fit together in one sandbox: gaps, and rows that its journal does not explain."""
    where = f"sandbox {remains.row.id}"
    numbers = [record.seq for record in remains.records]
    if numbers != list(range(1, len(numbers) + 1)):
        missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
        yield f"{where}: {len(numbers)} records up to {max(numbers)}, missing {missing[:5]}"
    newest = 0 if remains.head is None else remains.head.seq
    if newest != (numbers[-1] if numbers else 0):
        yield f"{where}: the head is at {newest}, the journal at {numbers[-1:]}"
    counted = _counted(remains.records)
    stored = {(row[0], row[1], row[2]): row[4] for row in remains.rows if (row[0], row[1]) == ("session", "turns")}
    if counted != stored:
        differing = {key for key in counted.keys() | stored.keys() if counted.get(key) != stored.get(key)}
        key = min(differing)
        yield f"{where}: {key} is {stored.get(key)} in the world, {counted.get(key)} by the journal"
    if _rebuilt(remains.records) != remains.rows:
        yield f"{where}: the world's rows are not what the journal's operations make"


def _operations(records: Iterable[JournalRecord]) -> Iterator[Operation]:
    """All operations once, in order: those of an admission that was settled apart stand in its own record."""
    for record in records:
        if isinstance(record, Exchange):
            if record.admission_seq == record.seq:
                yield from record.admission_operations
            yield from record.operations
        elif not isinstance(record, DeliveryOutcome):
            yield from record.operations


def _counted(records: Iterable[JournalRecord]) -> dict[tuple[str, str, str], int | float]:
    """The turns of all sessions, added up without the code under test."""
    sums: dict[tuple[str, str, str], int | float] = {}
    for operation in _operations(records):
        if isinstance(operation, Incr) and (operation.slice, operation.table) == ("session", "turns"):
            key = (operation.slice, operation.table, operation.key)
            sums[key] = sums.get(key, 0) + operation.by
    return sums


def _rebuilt(records: Iterable[JournalRecord]) -> list[Row]:
    """The rows of the world that the operations make from nothing."""
    world = EMPTY_WORLD
    for operation in _operations(records):
        world = apply(world, operation)
    return _rows(world)


def losses(remains: dict[str, Remains], acknowledged: Iterable[Acknowledged]) -> Iterator[tuple[Acknowledged, str]]:
    """(exchange, why) of all that was acknowledged and is not in the journal as it was acknowledged."""
    known = {(name, exchange.correlation_id): exchange for name, one in remains.items() for exchange in one.exchanges}
    for one in acknowledged:
        exchange = known.get((one.sandbox, one.correlation))
        if exchange is None:
            yield one, "is not in the journal"
        elif exchange.reply.status != one.status:
            yield one, f"got {one.status}, the journal says {exchange.reply.status}"
        elif blake2b(exchange.reply.body, digest_size=16).hexdigest() != one.body_hash:
            yield one, "got another body than the journal says"
