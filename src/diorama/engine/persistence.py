"""Persistence: what a sandbox did since the last batch, encoded on the loop and handed to its store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec

from diorama.engine.journal_format import JournalEncoder
from diorama.engine.repetition import Run
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange, JournalRecord
from diorama.model.world import EMPTY_WORLD, Address, World, get_row
from diorama.ports.operations import SESSION_TURNS, TIMERS, Emit, Operation, Schedule
from diorama.ports.storage import Batch, SandboxStore, WorldRow

BATCH_DELAY_S = 0.004
"""How long records gather before they are encoded; with the write that follows it stays within the promised 20 ms."""

BACKLOG_BYTES_MAX = 64 * 1024 * 1024
"""Beyond this many bytes on their way to the disk, sockets are not read."""

TURNS_DELAY_US = 1_000_000
TURNS_RECORDS_MAX = 50_000
TURNS_BYTES_MAX = 32 * 1024 * 1024
"""Session turns are stored when the first of these has passed since they were stored last. Every exchange changes one
of them, so with a thousand endpoints they would cost more than the journal itself."""

_JSON = msgspec.json.Encoder()


class Persistence:
    """The way of one sandbox's records and rows to its store.

    Args:
        store: where they go.
        world: gives the sandbox's world as it is now.
        head: gives the facts about the head as encoded JSON; it is told up to which sequence session turns are stored.
        end_run: ends the run of repeats that goes on, which is among the records.
        turns_seq: up to which sequence the store's session turns are complete.
        strict: whether records are handed over at the end of the loop turn instead of gathering.

    Attributes:
        failure: set when the store accepts nothing any more; the sandbox then answers with it.
    """

    __slots__ = (
        "_encoder",
        "_end_run",
        "_handle",
        "_head",
        "_pending",
        "_real_us",
        "_touched",
        "_turns",
        "_turns_bytes",
        "_turns_records",
        "_turns_seq",
        "_turns_us",
        "_world",
        "failure",
        "store",
        "strict",
    )

    def __init__(
        self,
        store: SandboxStore,
        world: Callable[[], World],
        head: Callable[[int], bytes],
        end_run: Callable[[], None],
        turns_seq: int = 0,
        *,
        strict: bool = False,
    ) -> None:
        self.store = store
        self.strict = strict
        self.failure: DioramaError | None = None
        self._world = world
        self._head = head
        self._end_run = end_run
        self._encoder = JournalEncoder()
        self._pending: list[JournalRecord | Run] = []
        self._touched: dict[tuple[Address, str], None] = {}
        self._turns: dict[tuple[Address, str], None] = {}
        self._turns_seq = turns_seq
        self._turns_us = self._turns_records = self._turns_bytes = 0
        self._real_us = 0
        self._handle: asyncio.Handle | None = None

    def touch(self, operations: Sequence[Operation]) -> None:
        """Note which rows a commit changed."""
        touched = self._touched
        for operation in operations:
            if isinstance(operation, Emit):
                continue
            if isinstance(operation, Schedule):
                touched[TIMERS, operation.timer] = None
                continue
            address = (operation.slice, operation.table)
            if address == SESSION_TURNS:
                self._turns[address, operation.key] = None
            else:
                touched[address, operation.key] = None

    def touch_turns(self, keys: Iterable[str]) -> None:
        """Note which session turns a run of repeats changed."""
        for key in keys:
            self._turns[SESSION_TURNS, key] = None

    def add(self, record: JournalRecord | Run) -> None:
        """Take a record on its way, or a run that has just begun; the first one sets the next batch's hour."""
        self._pending.append(record)
        if self._handle is None:
            loop = asyncio.get_running_loop()
            if self.strict:
                self._handle = loop.call_soon(self.flush)
            else:
                self._handle = loop.call_later(BATCH_DELAY_S, self.flush)

    def flush(self) -> None:
        """Hand over all that gathered, as one batch. A batch that cannot be kept is remembered in :attr:`failure`."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        records = self._pending
        if not records:
            return
        self._pending = []
        self._end_run()
        try:
            self.store.submit(self._batch(records))
        except DioramaError as error:
            self.failure = error
        except (TypeError, ValueError, OverflowError) as cause:
            self.failure = DioramaError(
                "storage_failed",
                f"What happened up to {_last_seq(records[-1])} cannot be written: {cause}",
                "This is a fault in Diorama; please report it. The sandbox holds what was written before.",
            )

    async def durable(self, seq: int) -> None:
        """Return when everything up to ``seq`` is on disk.

        Raises:
            DioramaError: ``storage_failed`` when it will not be.
        """
        if self.strict and self._handle is not None:
            await asyncio.sleep(0)  # the end of this turn of the loop, where all that it did is handed over at once
        self.flush()
        if self.failure is not None:
            raise self.failure
        await self.store.durable(seq)

    def _batch(self, records: list[JournalRecord | Run]) -> Batch:
        """All that gathered, encoded. Raises what the encoder raises when something in it is no JSON value."""
        encoded, originals = self._encoder.encode(records)
        first, last = _real_span_us(records, self._real_us)
        self._real_us = last
        last_seq = _last_seq(records[-1])
        count = sum(len(record) if type(record) is Run else 1 for record in records)
        touched = list(self._touched)
        self._touched.clear()
        are_turns_due = self._turns_due(count, len(encoded), last)
        world = self._world() if touched or are_turns_due else EMPTY_WORLD
        if are_turns_due:
            touched.extend(self._turns)
            self._turns.clear()
            self._turns_seq = last_seq
        return Batch(
            first_seq=records[0].first_seq if isinstance(records[0], Run) else records[0].seq,
            last_seq=last_seq,
            first_us=first,
            last_us=last,
            count=count,
            records=encoded,
            rows=[_world_row(world, address, key) for address, key in touched],
            head=self._head(self._turns_seq),
            originals=originals,
        )

    def _turns_due(self, records: int, encoded_bytes: int, real_us: int) -> bool:
        """Whether session turns are to be stored with this batch."""
        self._turns_records += records
        self._turns_bytes += encoded_bytes
        if (
            abs(real_us - self._turns_us) < TURNS_DELAY_US
            and self._turns_records < TURNS_RECORDS_MAX
            and self._turns_bytes < TURNS_BYTES_MAX
        ):
            return False
        self._turns_us = real_us
        self._turns_records = self._turns_bytes = 0
        return True

    @property
    def ready(self) -> bool:
        """Whether records may gather without anybody looking after each."""
        return self.failure is None and not self.strict and not self.saturated

    @property
    def saturated(self) -> bool:
        """Whether so much waits for the disk that no more should be taken in."""
        return self.store.backlog_bytes > BACKLOG_BYTES_MAX


def _last_seq(record: JournalRecord | Run) -> int:
    return record.last_seq if isinstance(record, Run) else record.seq


def _real_span_us(records: Sequence[JournalRecord | Run], before_us: int) -> tuple[int, int]:
    """Real time of the first and the last record; those that have none of their own happened after the one before."""
    last_us = before_us
    for record in reversed(records):
        span = _own_span_us(record)
        if span is not None:
            last_us = span[1]
            break
    span = _own_span_us(records[0])
    return (before_us or last_us) if span is None else span[0], last_us


def _own_span_us(record: JournalRecord | Run) -> tuple[int, int] | None:
    if type(record) is Exchange:
        return record.real_us, record.real_us
    return record.real_span_us if type(record) is Run else None


def _world_row(world: World, address: Address, key: str) -> WorldRow:
    row = get_row(world, address, key)
    if row is None:
        return WorldRow(address[0], address[1], key, -1, None)
    return WorldRow(address[0], address[1], key, row[0], _JSON.encode(row[1]))
