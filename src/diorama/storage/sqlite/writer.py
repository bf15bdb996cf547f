"""The writer: one thread that does all writing for all sandboxes of a directory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Protocol

from diorama.storage.sqlite.journal import JournalFile

OPEN_FILES_MAX = 64
"""Files held open at once; each takes three descriptors and at most 2 MB of page cache."""


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

    def wake(self, lane: Lane) -> None:
        """Say that something waits in a lane."""
        self._start_once()
        self._tasks.put(lane)

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
            elif task.write(self._file):
                tasks.put(task)
        while self._files:
            self._close(next(iter(self._files)))

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
            file.close()
