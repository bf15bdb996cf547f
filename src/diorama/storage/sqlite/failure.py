"""Failure: what SQLite and the file system say, as errors of ours that say what to do and show no path."""

from __future__ import annotations

import errno
import sqlite3

from diorama.model.errors import DioramaError

_AGAIN = "then start Diorama again: what was acknowledged is on disk."
_HINTS = {
    "full": f"Free disk space, {_AGAIN}",
    "readonly": f"Make the data directory and its files writable for this user, {_AGAIN}",
    "busy": f"End the program that holds a lock on the sandbox's file, {_AGAIN}",
    "other": f"Check the disk and the permissions of the data directory, {_AGAIN}",
}
_REASONS = {
    "full": "the disk is full or a size limit was reached",
    "readonly": "the file is not writable",
    "busy": "another program holds a lock on the file",
}
_ERRNO = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "readonly",
    errno.EPERM: "readonly",
    errno.EROFS: "readonly",
}
_SQLITE = {"SQLITE_FULL": "full", "SQLITE_READONLY": "readonly", "SQLITE_CANTOPEN": "readonly", "SQLITE_BUSY": "busy"}


def storage_error(cause: BaseException, sandbox: str = "") -> DioramaError:
    """The error to raise for what went wrong below.

    Args:
        cause: what sqlite3 or the operating system raised.
        sandbox: whose store it was; empty for the control plane's.

    Returns:
        ``journal_corrupt`` when the file is damaged, else ``storage_failed``.
    """
    whose = f"sandbox {sandbox!r}" if sandbox else "the control plane"
    name = getattr(cause, "sqlite_errorname", "") or ""
    meta = {"sandbox": sandbox, "cause": name or type(cause).__name__}
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return corrupt(whose, "the file is not a sound SQLite database", meta)
    kind = "other"
    if isinstance(cause, OSError):
        kind = _ERRNO.get(cause.errno or 0, "other")
        reason = _REASONS.get(kind) or (cause.strerror or "an operating system error").lower()
    else:
        kind = next((kind for prefix, kind in _SQLITE.items() if name.startswith(prefix)), "other")
        reason = _REASONS.get(kind) or (str(cause) if isinstance(cause, sqlite3.Error) else type(cause).__name__)
    return DioramaError("storage_failed", f"The data of {whose} could not be stored: {reason}.", _HINTS[kind], meta)


def corrupt(whose: str, what: str, meta: dict[str, str]) -> DioramaError:
    """``journal_corrupt``: stored data that cannot be what was written."""
    return DioramaError(
        "journal_corrupt",
        f"The stored data of {whose} is damaged: {what}.",
        "Restore its file from a backup, or move the file out of the data directory to begin anew.",
        meta,
    )
