"""Storage: where definitions, sandboxes, worlds and journals are kept.

Two stores of one interface (:mod:`diorama.ports.storage`): one in memory, one in a directory of SQLite files. One
contract suite runs over both.
"""

from __future__ import annotations

from pathlib import Path

from diorama.ports.storage import ControlStore
from diorama.storage.limits import JournalLimits as JournalLimits
from diorama.storage.memory import MemoryControlStore as MemoryControlStore


def open_directory(directory: Path, limits: JournalLimits | None = None) -> ControlStore:
    """Open a data directory, made when there is none.

    Args:
        directory: holds ``control.db``, ``sandboxes/`` and ``lock``; readable by its owner only.
        limits: how much journal a sandbox keeps; None for the defaults.

    Returns:
        The store. Only one process can have a directory open.

    Raises:
        DioramaError: ``storage_failed`` when another process has it open, or when it cannot be written;
            ``storage_version`` when a newer Diorama wrote it; ``journal_corrupt`` when a file is damaged.
    """
    from diorama.storage.sqlite.control import SqliteControlStore  # `diorama mock` never needs sqlite3

    return SqliteControlStore(directory, limits or JournalLimits())
