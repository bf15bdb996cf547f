from __future__ import annotations

import errno
import sqlite3

import pytest

from diorama.storage.sqlite.failure import storage_error


def sqlite_error(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("unable to do it")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("cause", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left", "/secret/place"), "storage_failed", "full"),
        (OSError(errno.EROFS, "Read-only", "/secret/place"), "storage_failed", "not writable"),
        (PermissionError(errno.EACCES, "Denied", "/secret/place"), "storage_failed", "not writable"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/secret/place"), "storage_failed", "not a directory"),
        (sqlite_error("SQLITE_FULL"), "storage_failed", "full"),
        (sqlite_error("SQLITE_READONLY_DIRECTORY"), "storage_failed", "not writable"),
        (sqlite_error("SQLITE_BUSY_SNAPSHOT"), "storage_failed", "lock"),
        (sqlite_error("SQLITE_IOERR_WRITE"), "storage_failed", "unable to do it"),
        (sqlite_error("SQLITE_CORRUPT_INDEX"), "journal_corrupt", "damaged"),
        (sqlite_error("SQLITE_NOTADB"), "journal_corrupt", "damaged"),
        (MemoryError("/secret/place"), "storage_failed", "MemoryError"),
    ],
)
def test_error__of_a_cause__says_what_and_what_to_do(cause: Exception, code: str, words: str) -> None:
    error = storage_error(cause, "a")
    assert error.code == code
    assert words in error.message
    assert error.hint
    assert error.meta["sandbox"] == "a"
    assert "/secret" not in error.message + error.hint


def test_error__of_the_control_plane__names_it() -> None:
    assert "the control plane" in storage_error(sqlite_error("SQLITE_FULL")).message
