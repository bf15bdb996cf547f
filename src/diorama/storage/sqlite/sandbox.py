"""A sandbox's store: what the event loop sees of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path

from diorama.model.errors import DioramaError
from diorama.ports.storage import Batch, Recovered
from diorama.storage.limits import JournalLimits, anew, check_order, store_closed
from diorama.storage.sqlite.failure import storage_error
from diorama.storage.sqlite.journal import JournalFile, read_all, read_range, read_seq
from diorama.storage.sqlite.spool import Spool
from diorama.storage.sqlite.writer import Lane, Writer
from diorama.storage.waiters import Waiters

MERGED_BYTES_MAX = 4 << 20
"""Batches that wait together go in one transaction up to this size; more would make the first of them late."""


class SqliteSandboxStore:
    """The journal and world of one sandbox, in a file.

    The loop and the writer thread share three things: the queue of batches, whose ends are atomic; counters that only
    one of the two writes; and the list of those who wait, which only the loop touches. Hence no lock, and neither ever
    waits for the other.

    Args:
        path: a file that was prepared.
        sandbox: its id.
        writer: the directory's writer.
        limits: how much journal it keeps.
        spool: keeps batches until they are written; None when each commit waits for the disk itself.
    """

    def __init__(self, path: Path, sandbox: str, writer: Writer, limits: JournalLimits, spool: Spool | None) -> None:
        self._path = path
        self._sandbox = sandbox
        self._writer = writer
        self._spool = spool
        self._limits = limits
        self._queue: deque[tuple[Batch, int]] = deque()
        self._woken = False
        self._released = False
        self._submitted_seq = self._durable_seq = read_seq(path)
        self._submitted_bytes = 0
        self._written_bytes = 0
        self._refusal: DioramaError | None = None
        self._failure: DioramaError | None = None
        self._waiters = Waiters()

    @property
    def durable_seq(self) -> int:
        """The sequence up to which everything is on disk; 0 when nothing is."""
        return self._durable_seq

    @property
    def backlog_bytes(self) -> int:
        """How many bytes were submitted and are not on disk yet."""
        return self._submitted_bytes - self._written_bytes

    @property
    def failed(self) -> bool:
        """Whether something that was submitted could not be written."""
        return self._failure is not None

    @property
    def closed(self) -> bool:
        """Whether it takes nothing more because it was closed or deleted."""
        return self._refusal is not None

    def submit(self, batch: Batch) -> None:
        """Hand over a batch.

        Raises:
            DioramaError: ``storage_failed`` when an earlier batch could not be written or the store is closed,
                ``sandbox_unknown`` when the sandbox was deleted, ``internal`` when the batch is out of order.
        """
        error = self._failure or self._refusal
        if error is not None:
            raise anew(error)
        check_order(batch, self._submitted_seq, self._sandbox)
        if self._spool is not None:
            try:
                self._spool.write(self, self._sandbox, batch)
            except OSError as cause:
                self._failure = storage_error(cause, self._sandbox)
                raise self._failure from cause
        weight = batch.weight + len(batch.head)
        self._submitted_bytes += weight
        self._submitted_seq = max(self._submitted_seq, batch.last_seq)
        self._queue.append((batch, weight))
        if not self._woken:
            self._woken = True
            self._writer.wake(self)

    async def durable(self, seq: int) -> None:
        """Return when everything up to ``seq`` is on disk.

        Raises:
            DioramaError: ``storage_failed`` when it could not be written, or can never come since the store is
                closed; ``sandbox_unknown`` when the sandbox was deleted.
        """
        if seq <= self._durable_seq:
            return
        waiter = self._waiters.add(seq)
        # The writer may have come so far after the look above and before it could see that somebody waits.
        self._tell()
        await waiter

    def recover(self, tail_count: int) -> Recovered:
        """Head, rows and the newest journal blocks. Blocks; at start only.

        Raises:
            DioramaError: ``journal_corrupt`` when the file is damaged, ``storage_failed`` when it cannot be read.
        """
        try:
            return read_all(self._path, tail_count, self._sandbox)
        except sqlite3.Error as cause:
            raise storage_error(cause, self._sandbox) from cause

    def journal(self, first_seq: int, last_seq: int) -> list[bytes]:
        """The stored journal blocks that touch a range of sequences, oldest first.

        Raises:
            DioramaError: ``journal_corrupt`` when the file is damaged, ``storage_failed`` when it cannot be read.
        """
        try:
            return read_range(self._path, first_seq, last_seq)
        except sqlite3.Error as cause:
            raise storage_error(cause, self._sandbox) from cause

    async def close(self) -> None:
        """Write what was submitted and let go.

        Raises:
            DioramaError: ``storage_failed`` when something that was submitted could not be written.
        """
        self.refuse(store_closed(self._sandbox))
        if not self._released:
            await asyncio.wrap_future(self._writer.release(self))
            self._released = True
        self._tell()
        if self._failure is not None:
            raise anew(self._failure)

    def refuse(self, error: DioramaError) -> None:
        """Take no further batch and answer with this error; the first one given stays."""
        self._refusal = self._refusal or error

    def finish(self) -> DioramaError | None:
        """Write what was submitted and let go, while the caller waits.

        Returns:
            Why it could not be written; None when it was, or when :meth:`close` has told.
        """
        self.refuse(store_closed(self._sandbox))
        if self._released:
            return None
        self._writer.release(self).result()
        self._released = True
        self._notify()
        return self._failure

    def discard(self, error: DioramaError) -> None:
        """Drop what waits, tell whoever waits, and let go of the file.

        Raises:
            OSError: when it cannot be written down that what waits is dropped.
        """
        self.refuse(error)
        if self._spool is not None:
            self._spool.forget(self, self._sandbox)
        self._queue.clear()
        self.finish()
        self._written_bytes = self._submitted_bytes
        self._notify()

    # The writer thread's side.

    def open(self) -> JournalFile:
        """The file, opened for writing."""
        return JournalFile(self._path, self._limits, strict=self._spool is None)

    def write(self, opened: Callable[[Lane], JournalFile]) -> bool:
        """Write the oldest batches that wait, as many as make one transaction. True when more waits."""
        self._woken = False
        batches, weight = self._taken()
        if not batches:
            return False
        try:
            opened(self).write(batches)
        except Exception as cause:  # noqa: BLE001 - whatever it was, those who wait must hear of it
            self._failure = storage_error(cause, self._sandbox)
            self._notify()
            return False
        self._written_bytes += weight
        self._durable_seq = max(self._durable_seq, batches[-1].last_seq)
        self._notify()
        return bool(self._queue)

    def _taken(self) -> tuple[list[Batch], int]:
        """The next batches and their weight. After a failure nothing is written any more: no gap may arise."""
        batches: list[Batch] = []
        weight = 0
        while self._queue and self._failure is None and weight < MERGED_BYTES_MAX:
            try:
                batch, bytes_of_it = self._queue.popleft()
            except IndexError:  # the loop discarded the queue meanwhile
                break
            batches.append(batch)
            weight += bytes_of_it
        return batches, weight

    def _notify(self) -> None:
        """Have the loop look at who waits, from any thread; once however many batches were written."""
        loop = self._waiters.loop
        if self._waiters and loop is not None:
            try:
                loop.call_soon_threadsafe(self._tell)
            except RuntimeError:  # the loop is closed, and nobody waits any more
                self._waiters.forget()

    def _tell(self) -> None:
        """Wake those whose sequence is on disk, or all when nothing more will come. On the loop."""
        error = self._failure or (self._refusal if self.backlog_bytes == 0 else None)
        self._waiters.tell(self._durable_seq, error)
