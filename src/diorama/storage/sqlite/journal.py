"""Journal files: one sandbox's file as the writer thread sees it, and as it is read back.

The statements are few and large on purpose. sqlite3 lets go of the interpreter lock for every statement and then has
to win it back from a busy event loop, which can take a thread switch interval (5 ms) each time; so many rows go in one
statement, and a transaction has as many statements as it has kinds of data.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import msgspec

from diorama.ports.storage import ORIGINAL_SPAN, Batch, Recovered, WorldRow
from diorama.storage.limits import TAIL_BYTES_MAX, JournalLimits
from diorama.storage.originals import records_in, whole
from diorama.storage.sqlite.database import connect
from diorama.storage.sqlite.failure import corrupt

ROWS_MAX = 512
"""World rows in one statement; 5 variables each, far below SQLite's limit of 32766."""

OLD_BLOCKS_MAX = 64
"""How many old blocks one transaction drops at most beyond those that it adds, so that none takes long."""

_ADD_BLOCK = "INSERT INTO journal_block VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT))"
_ADD_ORIGINAL = "INSERT OR REPLACE INTO journal_original VALUES (?, CAST(? AS TEXT))"
_DROP_ORIGINALS = "DELETE FROM journal_original WHERE seq <= ?"
_ORIGINALS = "SELECT seq, CAST(line AS BLOB) FROM journal_original WHERE seq IN"
_SET_HEAD = "INSERT OR REPLACE INTO head VALUES (1, ?, CAST(? AS TEXT), ?, ?)"
_OLDEST = "SELECT first_seq, count, bytes FROM journal_block WHERE first_seq < ? ORDER BY first_seq LIMIT ?"
_RANGE = """
SELECT CAST(records AS BLOB) FROM journal_block
WHERE first_seq >= coalesce((SELECT max(first_seq) FROM journal_block WHERE first_seq <= ?), 0)
  AND first_seq <= ? AND last_seq >= ?
ORDER BY first_seq
"""


class JournalFile:
    """One sandbox's open file, for writing. Used by the writer thread only.

    Args:
        path: a file that :func:`~diorama.storage.sqlite.database.prepare` has seen.
        limits: how much journal it keeps.
        strict: whether each commit waits for the disk itself.
    """

    def __init__(self, path: Path, limits: JournalLimits, *, strict: bool) -> None:
        self._limits = limits
        self._connection = connect(path, full=strict)
        totals = self._connection.execute("SELECT journal_records, journal_bytes FROM head").fetchone()
        self._records: int = totals[0] if totals else 0
        self._bytes: int = totals[1] if totals else 0

    def write(self, batches: Sequence[Batch]) -> None:
        """Store batches in one transaction: all of it, or nothing.

        Raises:
            sqlite3.Error: when SQLite cannot; the file is as it was.
        """
        execute = self._connection.execute
        records, size = self._records, self._bytes
        execute("BEGIN IMMEDIATE")
        try:
            first = 0
            for batch in batches:
                if batch.originals:
                    self._connection.executemany(_ADD_ORIGINAL, batch.originals)
                if batch.count:
                    length = len(batch.records)
                    block = (batch.first_seq, batch.last_seq, batch.first_us, batch.last_us, batch.count, length)
                    execute(_ADD_BLOCK, (*block, batch.records))
                    records += batch.count
                    size += length
                    first = batch.first_seq
            self._write_rows(newest_rows(batches))
            if records > self._limits.records_max or size > self._limits.bytes_max:
                records, size = self._drop_oldest(first, records, size, OLD_BLOCKS_MAX + len(batches))
            execute(_SET_HEAD, (batches[-1].last_seq, batches[-1].head, records, size))
            execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself after some errors, and a second ROLLBACK would hide the first error.
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        self._records, self._bytes = records, size

    def close(self) -> None:
        """Let go; as the last one to do so it moves the write-ahead log into the file."""
        self._connection.close()

    def _write_rows(self, rows: Sequence[WorldRow]) -> None:
        execute = self._connection.execute
        put = [row for row in rows if row.value is not None]
        for start in range(0, len(put), ROWS_MAX):
            chunk = padded(put[start : start + ROWS_MAX])
            values = [
                value
                for row in chunk
                for value in (row.slice, _text(row.table), _text(row.key), row.position, row.value)
            ]
            execute(_put_statement(len(chunk)), values)
        gone = [row for row in rows if row.value is None]
        for start in range(0, len(gone), ROWS_MAX):
            chunk = padded(gone[start : start + ROWS_MAX])
            values = [value for row in chunk for value in (row.slice, _text(row.table), _text(row.key))]
            execute(_drop_statement(len(chunk)), values)

    def _drop_oldest(self, newest: int, records: int, size: int, blocks_max: int) -> tuple[int, int]:
        """Drop blocks before ``newest`` until the limits hold. Returns what is left: (records, bytes)."""
        limits = self._limits
        last = None
        for first_seq, count, length in self._connection.execute(_OLDEST, (newest, blocks_max)).fetchall():
            if records <= limits.records_max and size <= limits.bytes_max:
                break
            last = first_seq
            records -= count
            size -= length
        if last is not None:
            self._connection.execute("DELETE FROM journal_block WHERE first_seq <= ?", (last,))
            self._connection.execute(_DROP_ORIGINALS, (last - ORIGINAL_SPAN,))
        return records, size


def newest_rows(batches: Sequence[Batch]) -> Sequence[WorldRow]:
    """The rows of several batches, each once, with its newest value."""
    if len(batches) == 1:
        return batches[0].rows
    rows = {(row.slice, row.table, row.key): row for batch in batches for row in batch.rows}
    return list(rows.values())


def read_seq(path: Path) -> int:
    """The sequence up to which a file holds everything; 0 when it holds nothing."""
    with closing(connect(path, full=False)) as connection:
        row = connection.execute("SELECT seq FROM head").fetchone()
    return 0 if row is None else row[0]


def read_range(path: Path, first_seq: int, last_seq: int) -> list[bytes]:
    """The journal blocks that touch a range of sequences, oldest first."""
    with closing(connect(path, full=False)) as connection:
        found = connection.execute(_RANGE, (first_seq, last_seq, first_seq)).fetchall()
        lookup = _lookup(connection)
        return [whole(records, lookup) for (records,) in found]


def read_all(path: Path, tail_count: int, sandbox: str) -> Recovered:
    """Head, world and the newest blocks, all of one moment.

    Raises:
        DioramaError: ``journal_corrupt`` when they do not fit together or are no JSON.
        sqlite3.Error: for the caller to translate.
    """
    with closing(connect(path, full=False)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", "surrogatepass")
        connection.execute("BEGIN")
        head = connection.execute("SELECT seq, CAST(state AS BLOB) FROM head").fetchone()
        rows = [
            WorldRow(*row)
            for row in connection.execute(
                "SELECT slice, tbl, key, position, CAST(value AS BLOB) FROM world ORDER BY slice, tbl, position"
            )
        ]
        tail = _tail(connection, tail_count, sandbox)
        newest = connection.execute("SELECT last_seq FROM journal_block ORDER BY first_seq DESC LIMIT 1").fetchone()
    whose = f"sandbox {sandbox!r}"
    meta = {"sandbox": sandbox}
    if head is None and (rows or newest):
        raise corrupt(whose, "there are rows and no head", meta)
    if head is not None and newest is not None and newest[0] > head[0]:
        raise corrupt(whose, f"the journal goes to sequence {newest[0]}, the head to {head[0]}", meta)
    return Recovered(None if head is None else head[1], rows, tail)


def _lookup(connection: sqlite3.Connection) -> Callable[[Sequence[int]], Mapping[int, bytes]]:
    def lookup(seqs: Sequence[int]) -> Mapping[int, bytes]:
        found: dict[int, bytes] = {}
        for start in range(0, len(seqs), ROWS_MAX):
            some = seqs[start : start + ROWS_MAX]
            marks = ",".join("?" * len(some))
            rows = connection.execute(f"{_ORIGINALS} ({marks})", some)
            found.update(rows.fetchall())
        return found

    return lookup


def _tail(connection: sqlite3.Connection, wanted: int, sandbox: str) -> list[bytes]:
    """The newest blocks that together have so many records, oldest first, each checked."""
    tail: list[bytes] = []
    lookup = _lookup(connection)
    later = None
    size = 0
    newest_first = "SELECT first_seq, last_seq, count, CAST(records AS BLOB) FROM journal_block ORDER BY first_seq DESC"
    for first, last, records_count, records in connection.execute(newest_first):
        if wanted <= 0 or size > TAIL_BYTES_MAX:
            break
        if later is not None and last >= later:
            raise _damaged(sandbox, first, last)
        try:
            is_whole = records_in(records) == records_count
        except msgspec.DecodeError:
            is_whole = False
        if not is_whole:
            raise _damaged(sandbox, first, last)
        tail.append(whole(records, lookup))
        wanted -= records_count
        size += len(tail[-1])
        later = first
    return tail[::-1]


def _damaged(sandbox: str, first: int, last: int) -> Exception:
    return corrupt(
        f"sandbox {sandbox!r}", f"the journal block of sequences {first} to {last} is torn", {"sandbox": sandbox}
    )


def padded(rows: Sequence[WorldRow]) -> Sequence[WorldRow]:
    """The rows, the last one repeated until their number is 2**n or 3 * 2**n.

    Doing it twice changes nothing, and the driver keeps twenty prepared statements instead of one for each number.
    """
    count = len(rows)
    whole = 1 << (count - 1).bit_length()
    missing = (whole if count > whole * 3 // 4 or whole < 4 else whole * 3 // 4) - count
    return [*rows, *[rows[-1]] * missing] if missing else rows


@cache
def _put_statement(count: int) -> str:
    rows = ",".join(["(?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))"] * count)
    return f"INSERT OR REPLACE INTO world VALUES {rows}"  # noqa: S608 - no input


@cache
def _drop_statement(count: int) -> str:
    # SQLite looks the keys up one by one when they come from a SELECT, and scans the table for bare VALUES.
    keys = ",".join(["(?, CAST(? AS TEXT), CAST(? AS TEXT))"] * count)
    return f"DELETE FROM world WHERE (slice, tbl, key) IN (SELECT * FROM (VALUES {keys}))"  # noqa: S608 - no input


def _text(name: str) -> str | bytes:
    """A name as the driver takes it: half a surrogate pair, which JSON may bring, goes in as the bytes of it."""
    return name if name.isascii() else name.encode("utf-8", "surrogatepass")
