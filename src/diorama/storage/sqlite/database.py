"""Databases: how a file of either kind is made, checked, brought up to date and opened.

A file at the newest format is opened by sqlite3 alone. SQLAlchemy and Alembic are imported only when an older file
has to be migrated, because the two cost 150 ms and 30 MB of resident memory (measured).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from diorama.model.errors import DioramaError
from diorama.storage.sqlite.failure import corrupt
from diorama.storage.versions import APPLICATION_ID, FORMATS, Kind

PAGE_BYTES = 4096
"""Measured: larger pages write a block of 300 KB no faster, and scattered rows take up to twice the time with them."""

WAL_PAGES = 1024
"""4 MB between checkpoints: each then takes 3 to 6 ms; with 16 MB it is 11, with 64 MB 40, and a write waits for it."""

SQLITE_LEAST = (3, 35, 0)
BUSY_TIMEOUT_S = 5.0


def connect(path: Path, *, full: bool) -> sqlite3.Connection:
    """Open an existing file.

    Args:
        path: the file.
        full: whether each commit waits for the disk itself (``synchronous=FULL``), which also survives a loss of
            power. Otherwise a commit survives the end of the process, however it ends, and a loss of power costs
            the newest commits but never the file (``NORMAL``).

    Returns:
        A connection that commits by itself unless told to BEGIN, for use by one thread at a time.

    Source: https://www.sqlite.org/pragma.html#pragma_synchronous, https://www.sqlite.org/wal.html
    """
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}")
        connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit={4 * WAL_PAGES * PAGE_BYTES}")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA trusted_schema=OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(path: Path, kind: Kind) -> None:
    """See that a file exists, is one of ours and has the newest format.

    Args:
        path: the file; its folder exists.
        kind: which tables it holds.

    Raises:
        DioramaError: ``storage_version`` when a newer Diorama wrote it or this machine's SQLite is too old,
            ``journal_corrupt`` when it is no file of ours.
        sqlite3.Error, OSError: for the caller to translate.
    """
    if sqlite3.sqlite_version_info < SQLITE_LEAST:
        raise DioramaError(
            "storage_version",
            f"SQLite {sqlite3.sqlite_version} is too old to keep data.",
            f"Use a Python with SQLite {'.'.join(map(str, SQLITE_LEAST))} or later.",
        )
    # SQLite would make the file with the permissions of the umask; -wal and -shm take those of the file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = connect(path, full=False)
    try:
        version, application, tables = _facts(connection)
        if not version and not tables:
            _create(connection, kind)
            return
    finally:
        connection.close()
    newest = FORMATS[kind]
    whose = "the control plane" if kind == "control" else f"sandbox {path.stem!r}"
    if application != APPLICATION_ID:
        raise corrupt(whose, "the file was not made by Diorama", {"kind": kind})
    if version > newest:
        raise DioramaError(
            "storage_version",
            f"The stored data of {whose} has format {version}; this Diorama knows formats up to {newest}.",
            "Use the Diorama that wrote it, or a newer one.",
            {"format": version, "newest": newest},
        )
    if version < newest:
        from diorama.storage.migrations.upgrade import upgrade

        upgrade(path, kind, newest)


def _facts(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """(format, application id, number of tables)."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return version, application, tables


def _create(connection: sqlite3.Connection, kind: Kind) -> None:
    """Make all tables at once, in one transaction that also sets the format: a crash leaves nothing half made."""
    script = (Path(__file__).parent / f"{kind}.sql").read_text(encoding="utf-8")
    connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(f"BEGIN IMMEDIATE;\n{script}\n{stamp(FORMATS[kind])}COMMIT;")


def stamp(version: int) -> str:
    """The SQL that marks a new database as ours and of a format, for us and for Alembic."""
    return (
        "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\t"
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);\n"
        f"INSERT INTO alembic_version VALUES ('{version:04d}');\n"
        f"PRAGMA application_id={APPLICATION_ID};\n"
        f"PRAGMA user_version={version};\n"
    )
