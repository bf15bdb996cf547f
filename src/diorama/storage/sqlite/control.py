"""The control plane's store, and the way to the sandboxes' stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from diorama.model.errors import DioramaError
from diorama.ports.storage import SandboxRow
from diorama.storage.limits import JournalLimits, checked_sandbox_id, sandbox_deleted
from diorama.storage.sqlite.database import connect, prepare
from diorama.storage.sqlite.failure import storage_error
from diorama.storage.sqlite.journal import JournalFile, read_seq
from diorama.storage.sqlite.lock import DirectoryLock
from diorama.storage.sqlite.sandbox import SqliteSandboxStore
from diorama.storage.sqlite.spool import Spool, missing, spooled
from diorama.storage.sqlite.writer import OPEN_FILES_MAX, Writer
from diorama.storage.versions import Kind

_FIELDS = SandboxRow.__struct_fields__
# Names of ours and no input, so there is nothing to inject.
_SAVE = f"INSERT OR REPLACE INTO sandbox ({', '.join(_FIELDS)}) VALUES ({', '.join('?' * len(_FIELDS))})"  # noqa: S608 - see above
_ALL = f"SELECT {', '.join(_FIELDS)} FROM sandbox ORDER BY id"  # noqa: S608 - see above


class SqliteControlStore:
    """A data directory: ``control.db``, ``sandboxes/<id>.db``, the spool and ``lock``.

    Every write is synced to the disk before it returns. Methods may be called from any thread.

    Args:
        directory: made, for its owner only, when there is none.
        limits: how much journal each sandbox keeps.
        open_files_max: how many sandbox files the writer holds open at once.

    Raises:
        DioramaError: ``storage_failed``, ``storage_version`` or ``journal_corrupt``.
    """

    def __init__(self, directory: Path, limits: JournalLimits, open_files_max: int = OPEN_FILES_MAX) -> None:
        self._limits = limits
        self._folder = directory / "sandboxes"
        self._stores: dict[str, SqliteSandboxStore] = {}
        self._mutex = RLock()
        self._open = True
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as cause:
            raise storage_error(cause) from cause
        self._lock = DirectoryLock(directory)
        self._writer = Writer(open_files_max)
        try:
            self._connection = self._opened(directory / "control.db")
            self._spool = self._spooled(directory)
        except BaseException:
            self._lock.release()
            raise

    def save_definition(self, version: str, name: str, data: bytes) -> None:
        """Keep a project version; one that is known is left as it is.

        Raises:
            DioramaError: ``storage_failed``.
        """
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO definition VALUES (?, ?, ?)", (version, name, data))

    def load_definition(self, version: str) -> bytes | None:
        """A kept project version, or None.

        Raises:
            DioramaError: ``storage_failed`` or ``journal_corrupt``.
        """
        with self._transaction() as connection:
            row = connection.execute("SELECT data FROM definition WHERE version = ?", (version,)).fetchone()
        return None if row is None else row[0]

    def save_sandbox(self, row: SandboxRow) -> None:
        """Keep a sandbox, or replace what is known of it. Its durability counts from when it is opened next.

        Raises:
            DioramaError: ``option_invalid`` when its id has a wrong form, ``storage_failed``.
        """
        self.save_sandboxes((row,))

    def save_sandboxes(self, rows: Sequence[SandboxRow]) -> None:
        """Keep many sandboxes, all or none, with one write.

        Raises:
            DioramaError: ``option_invalid`` when an id has a wrong form, ``storage_failed``.
        """
        for row in rows:
            checked_sandbox_id(row.id)
        with self._transaction() as connection:
            connection.executemany(_SAVE, [[getattr(row, name) for name in _FIELDS] for row in rows])

    def delete_sandbox(self, sandbox: str) -> None:
        """Forget a sandbox and all that it held. What its open store had not written yet is dropped.

        The removal is noted before the files go, so that after a crash between the two no new sandbox of the same id
        finds them: the next start goes on with it.

        Raises:
            DioramaError: ``option_invalid`` when the id has a wrong form, ``storage_failed``.
        """
        checked_sandbox_id(sandbox)
        with self._mutex:
            with self._transaction() as connection:
                connection.execute("INSERT OR IGNORE INTO sandbox_removal VALUES (?)", (sandbox,))
                connection.execute("DELETE FROM sandbox WHERE id = ?", (sandbox,))
            store = self._stores.pop(sandbox, None)
            if store is not None:
                try:
                    store.discard(sandbox_deleted(sandbox))
                except OSError as cause:
                    raise storage_error(cause, sandbox) from cause
            self._finish_removal(sandbox)

    def sandboxes(self) -> list[SandboxRow]:
        """All sandboxes, by id.

        Raises:
            DioramaError: ``storage_failed`` or ``journal_corrupt``.
        """
        with self._transaction() as connection:
            return [SandboxRow(*row) for row in connection.execute(_ALL)]

    def open_sandbox(self, sandbox: str) -> SqliteSandboxStore:
        """The journal and world of a sandbox, made when there are none; the same store while it is open.

        Raises:
            DioramaError: ``option_invalid`` when the id has a wrong form, ``storage_failed``, ``storage_version`` or
                ``journal_corrupt``.
        """
        path = self._folder / f"{checked_sandbox_id(sandbox)}.db"
        with self._mutex:
            store = self._stores.get(sandbox)
            if store is not None:
                if not store.closed:
                    return store
                store.finish()
            with self._transaction() as connection:
                row = connection.execute("SELECT durability FROM sandbox WHERE id = ?", (sandbox,)).fetchone()
            strict = row is not None and row[0] == "strict"
            self._prepared(path, "sandbox", sandbox)
            try:
                store = SqliteSandboxStore(path, sandbox, self._writer, self._limits, None if strict else self._spool)
            except sqlite3.Error as cause:
                raise storage_error(cause, sandbox) from cause
            self._stores[sandbox] = store
            return store

    def close(self) -> None:
        """Write what was submitted, and let go of everything. Doing it twice is fine.

        Raises:
            DioramaError: ``storage_failed`` when something that was submitted could not be written; everything has
                been let go of all the same.
        """
        with self._mutex:
            if not self._open:
                return
            self._open = False
            failures = [store.finish() for store in self._stores.values()]
            self._writer.stop()
            self._spool.close(empty=not any(failures))
            self._connection.close()
            self._lock.release()
            for failure in failures:
                if failure is not None:
                    raise failure

    def _opened(self, path: Path) -> sqlite3.Connection:
        self._prepared(path, "control", "")
        try:
            self._connection = connect(path, full=True)
            for (sandbox,) in self._connection.execute("SELECT id FROM sandbox_removal").fetchall():
                self._finish_removal(sandbox)
        except sqlite3.Error as cause:
            raise storage_error(cause) from cause
        return self._connection

    def _spooled(self, directory: Path) -> Spool:
        """Give each sandbox what its file lacks after a crash, and begin an empty spool."""
        try:
            for sandbox, batches in spooled(directory).items():
                known = self._connection.execute("SELECT 1 FROM sandbox WHERE id = ?", (sandbox,)).fetchone()
                path = self._folder / f"{checked_sandbox_id(sandbox)}.db"
                if known is None or not path.exists():
                    continue
                self._prepared(path, "sandbox", sandbox)
                lacking = missing(batches, read_seq(path))
                if lacking:
                    file = JournalFile(path, self._limits, strict=True)
                    try:
                        file.write(lacking)
                    finally:
                        file.close()
            return Spool(directory)
        except (sqlite3.Error, OSError) as cause:
            raise storage_error(cause) from cause

    def _prepared(self, path: Path, kind: Kind, sandbox: str) -> None:
        try:
            prepare(path, kind)
        except (sqlite3.Error, OSError) as cause:
            raise storage_error(cause, sandbox) from cause

    def _finish_removal(self, sandbox: str) -> None:
        """Remove the files of a sandbox whose removal is noted, and the note."""
        try:
            # The main file goes last: a write-ahead log without its file is nothing, the reverse would look whole.
            for suffix in ("-wal", "-shm", ""):
                (self._folder / f"{sandbox}.db{suffix}").unlink(missing_ok=True)
        except OSError as cause:
            raise storage_error(cause, sandbox) from cause
        with self._transaction() as connection:
            connection.execute("DELETE FROM sandbox_removal WHERE id = ?", (sandbox,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the control plane's file, on disk when it is left."""
        with self._mutex:
            if not self._open:
                raise DioramaError("storage_failed", "The data directory is closed.", "Open it again.")
            try:
                self._connection.execute("BEGIN")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as cause:
                raise storage_error(cause) from cause
