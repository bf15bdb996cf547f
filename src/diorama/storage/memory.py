"""The store in memory: durable at once, gone with the process."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from operator import attrgetter

from diorama.model.errors import DioramaError
from diorama.ports.storage import ORIGINAL_SPAN, Batch, Recovered, SandboxRow, WorldRow
from diorama.storage.limits import (
    MEMORY_LIMITS,
    JournalLimits,
    anew,
    check_order,
    checked_sandbox_id,
    sandbox_deleted,
    store_closed,
)
from diorama.storage.originals import whole
from diorama.storage.waiters import Waiters

DEFINITIONS_MAX = 2
"""So many project versions are kept in memory, the newest ones: a large document may be saved all day long."""

_BY_POSITION = attrgetter("slice", "table", "position")


class MemorySandboxStore:
    """The journal and world of one sandbox, in memory.

    Args:
        sandbox: its id, for messages.
        limits: how much journal it keeps.
    """

    def __init__(self, sandbox: str, limits: JournalLimits = MEMORY_LIMITS) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self._originals: dict[int, bytes] = {}
        self._blocks: deque[Batch] = deque()
        self._records = 0
        self._bytes = 0
        self._rows: dict[tuple[str, str, str], WorldRow] = {}
        self._head: bytes | None = None
        self._durable_seq = 0
        self._refusal: DioramaError | None = None
        self._waiters = Waiters()

    @property
    def durable_seq(self) -> int:
        """The newest sequence that was submitted."""
        return self._durable_seq

    @property
    def backlog_bytes(self) -> int:
        """Always 0: nothing waits."""
        return 0

    def submit(self, batch: Batch) -> None:
        """Keep a batch.

        Raises:
            DioramaError: ``storage_failed`` when the store is closed, ``sandbox_unknown`` when the sandbox was
                deleted, ``internal`` when the batch is out of order.
        """
        if self._refusal is not None:
            raise anew(self._refusal)
        check_order(batch, self._durable_seq, self._sandbox)
        for row in batch.rows:
            address = (row.slice, row.table, row.key)
            if row.value is None:
                self._rows.pop(address, None)
            else:
                self._rows[address] = row
        self._originals.update(batch.originals)
        if batch.count:
            self._blocks.append(batch)
            self._records += batch.count
            self._bytes += len(batch.records)
            self._drop_oldest()
        self._head = batch.head
        self._durable_seq = max(self._durable_seq, batch.last_seq)
        if self._waiters:
            self._waiters.tell(self._durable_seq, None)

    async def durable(self, seq: int) -> None:
        """Return when everything up to ``seq`` was submitted.

        Raises:
            DioramaError: ``storage_failed`` or ``sandbox_unknown`` when ``seq`` can never come any more.
        """
        if seq <= self._durable_seq:
            return
        if self._refusal is not None:
            raise anew(self._refusal)
        await self._waiters.add(seq)

    def recover(self, tail_count: int) -> Recovered:
        """What is kept, with the newest ``tail_count`` journal records or a few more."""
        tail: list[bytes] = []
        count = 0
        for block in reversed(self._blocks):
            if count >= tail_count:
                break
            tail.append(whole(block.records, self._lookup))
            count += block.count
        return Recovered(self._head, sorted(self._rows.values(), key=_BY_POSITION), tail[::-1])

    def journal(self, first_seq: int, last_seq: int) -> list[bytes]:
        """The kept journal blocks that touch a range of sequences, oldest first."""
        return [
            whole(block.records, self._lookup)
            for block in self._blocks
            if block.last_seq >= first_seq and block.first_seq <= last_seq
        ]

    def _lookup(self, seqs: Sequence[int]) -> dict[int, bytes]:
        return {seq: self._originals[seq] for seq in seqs if seq in self._originals}

    async def close(self) -> None:
        """Take nothing more."""
        self.refuse(store_closed(self._sandbox))

    def refuse(self, error: DioramaError) -> None:
        """Answer everything from now on with an error; the first one given stays."""
        self._refusal = self._refusal or error
        self._waiters.tell(self._durable_seq, self._refusal)

    def reopened(self) -> MemorySandboxStore:
        """A store of the same content that takes batches again."""
        self._refusal = None
        return self

    def _drop_oldest(self) -> None:
        limits = self._limits
        while len(self._blocks) > 1 and (self._records > limits.records_max or self._bytes > limits.bytes_max):
            oldest = self._blocks.popleft()
            self._records -= oldest.count
            self._bytes -= len(oldest.records)
            for seq in [seq for seq in self._originals if seq <= oldest.first_seq - ORIGINAL_SPAN]:
                del self._originals[seq]


class MemoryControlStore:
    """Definitions and sandboxes in memory.

    Args:
        limits: how much journal each sandbox keeps.
    """

    def __init__(self, limits: JournalLimits = MEMORY_LIMITS) -> None:
        self._limits = limits
        self._definitions: dict[str, bytes] = {}
        self._sandboxes: dict[str, SandboxRow] = {}
        self._stores: dict[str, MemorySandboxStore] = {}

    def save_definition(self, version: str, name: str, data: bytes) -> None:
        """Keep a project version; one that is known is left as it is."""
        self._definitions.setdefault(version, data)
        if len(self._definitions) > DEFINITIONS_MAX:
            del self._definitions[next(iter(self._definitions))]

    def load_definition(self, version: str) -> bytes | None:
        """A kept project version, or None."""
        return self._definitions.get(version)

    def save_sandbox(self, row: SandboxRow) -> None:
        """Keep a sandbox, or replace what is known of it.

        Raises:
            DioramaError: ``option_invalid`` when its id has a wrong form.
        """
        self.save_sandboxes((row,))

    def save_sandboxes(self, rows: Sequence[SandboxRow]) -> None:
        """Keep many sandboxes, all or none.

        Raises:
            DioramaError: ``option_invalid`` when an id has a wrong form.
        """
        self._sandboxes.update({checked_sandbox_id(row.id): row for row in rows})

    def delete_sandbox(self, sandbox: str) -> None:
        """Forget a sandbox and all that it held.

        Raises:
            DioramaError: ``option_invalid`` when the id has a wrong form.
        """
        self._sandboxes.pop(checked_sandbox_id(sandbox), None)
        store = self._stores.pop(sandbox, None)
        if store is not None:
            store.refuse(sandbox_deleted(sandbox))

    def sandboxes(self) -> list[SandboxRow]:
        """All sandboxes, by id."""
        return [row for _, row in sorted(self._sandboxes.items())]

    def open_sandbox(self, sandbox: str) -> MemorySandboxStore:
        """The journal and world of a sandbox, made when there are none.

        Raises:
            DioramaError: ``option_invalid`` when the id has a wrong form.
        """
        store = self._stores.get(checked_sandbox_id(sandbox))
        if store is None:
            store = self._stores[sandbox] = MemorySandboxStore(sandbox, self._limits)
        return store.reopened()

    def close(self) -> None:
        """Nothing to let go of."""
