"""The writer: one thread that does all writing for all sandboxes of a directory.

A busy event loop starves a thread beside it: uvloop lets go of the interpreter lock between any two callbacks and has
it back before a thread on another core has woken up, and each of those moments begins the thread's waiting time
anew (CPython's ``take_gil``), so that it may not get the lock for seconds. Hence the loop looks after the writer: when
that has done nothing for :data:`PATIENCE_S` though something waits, the loop stands still until it has, for
:data:`RELIEF_S` at most. Measured with batches of 300 KB every 10 ms beside a uvloop that never rests, on two cores:
without this the first write took longer than 4 seconds.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import Protocol

from diorama.storage.sqlite.journal import JournalFile

OPEN_FILES_MAX = 64
"""Files held open at once; each takes three descriptors and at most 2 MB of page cache."""

PATIENCE_S = 0.002
"""How long the writer may do nothing while something waits; a small transaction takes a tenth of it."""

PATIENCE_S_MAX = 0.032
"""The same, once standing still has turned out to be no help; doubled each time up to this."""

RELIEF_S = 0.002
"""How long the loop stands still at most, for a writer that gets no turn."""


class Lane(Protocol):
    """One sandbox's way to the disk, as the writer thread sees it. No method raises, except :meth:`open`."""

    def open(self) -> JournalFile:
        """Its file, opened."""

    def write(self, opened: Callable[[Lane], JournalFile]) -> bool:
        """Write the next part of what waits, and tell whoever waits for it. True when more waits."""


class Writer:
    """A daemon thread that starts with its first task. Lanes take turns, one transaction each."""

    def __init__(self, open_files_max: int = OPEN_FILES_MAX) -> None:
        self._open_files_max = open_files_max
        self._tasks: SimpleQueue[Lane | Callable[[], None] | None] = SimpleQueue()
        self._files: OrderedDict[Lane, JournalFile] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._asked = 0
        self._done = 0
        self._turns = 0
        self._turns_before = 0
        self._patience_s = PATIENCE_S
        self._watching: asyncio.AbstractEventLoop | None = None
        self._relief = threading.Event()
        self._relief_wanted = False

    def wake(self, lane: Lane) -> None:
        """Say that something waits in a lane."""
        self._start_once()
        self._asked += 1
        self._tasks.put(lane)
        self._watch()

    def release(self, lane: Lane) -> Future[None]:
        """Write all that waits in a lane and close its file. The future is done when that is."""
        done: Future[None] = Future()

        def finish() -> None:
            try:
                while lane.write(self._file):
                    pass
                self._close(lane)
            finally:
                done.set_result(None)

        self._start_once()
        self._tasks.put(finish)
        return done

    def stop(self) -> None:
        """End the thread once all tasks are done, and close all files."""
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join()
            self._thread = None

    def _start_once(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="diorama-storage", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        tasks = self._tasks
        while (task := tasks.get()) is not None:
            if callable(task):
                task()
                continue
            if task.write(self._file):
                tasks.put(task)
            else:
                self._done += 1
            self._turns += 1
            if self._relief_wanted:
                self._relief.set()
        while self._files:
            self._close(next(iter(self._files)))

    def _watch(self) -> None:
        """Have the loop look after the writer in a moment, if it does not already."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # called from outside a loop, and then none starves the writer
            return
        if self._watching is not loop:
            self._watching = loop
            self._turns_before = self._turns
            loop.call_later(self._patience_s, self._look)

    def _look(self) -> None:
        """Let the writer have a turn when it had none since the last look. On the loop."""
        self._watching = None
        if self._done == self._asked:
            return
        patience_s = PATIENCE_S
        if self._turns == self._turns_before:
            self._relief.clear()
            self._relief_wanted = True
            if not self._relief.wait(RELIEF_S):
                # It had the lock for itself and is not done, so it waits for the disk, and standing still is no help.
                patience_s = min(2 * self._patience_s, PATIENCE_S_MAX)
            self._relief_wanted = False
        self._patience_s = patience_s
        self._watch()

    def _file(self, lane: Lane) -> JournalFile:
        """The lane's file, opened when it is not; the one that was not used for longest makes room."""
        file = self._files.get(lane)
        if file is None:
            while len(self._files) >= self._open_files_max:
                self._close(next(iter(self._files)))
            file = self._files[lane] = lane.open()
        else:
            self._files.move_to_end(lane)
        return file

    def _close(self, lane: Lane) -> None:
        file = self._files.pop(lane, None)
        if file is not None:
            with suppress(sqlite3.Error):  # what was committed is in the file or its log, closed well or not
                file.close()
