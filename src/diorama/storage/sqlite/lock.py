"""The lock of a data directory: one process at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from diorama.model.errors import DioramaError
from diorama.storage.sqlite.failure import storage_error


class DirectoryLock:
    """Holds a directory until it is released or the process ends, however it ends.

    Args:
        directory: an existing directory; the file ``lock`` in it carries the lock and the owner's process id.

    Raises:
        DioramaError: ``storage_failed`` when another process holds it, or when the file cannot be made.

    Source: flock(2); the kernel releases it with the last descriptor, so that no stale lock survives a crash.
    """

    def __init__(self, directory: Path) -> None:
        try:
            self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as cause:
            raise storage_error(cause) from cause
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            owner = os.read(self._descriptor, 20).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise DioramaError(
                "storage_failed",
                "The data directory is in use by another Diorama" + (f" (process {owner})." if owner else "."),
                "Stop that process, or choose another data directory.",
                {"process": owner},
            ) from cause
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Let another process in. Doing it twice is fine."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
