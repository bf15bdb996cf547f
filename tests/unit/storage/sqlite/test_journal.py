from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from diorama.storage import JournalLimits
from diorama.storage.sqlite.database import connect, prepare
from diorama.storage.sqlite.journal import (
    OLD_BLOCKS_MAX,
    JournalFile,
    _drop_statement,
    _put_statement,
    newest_rows,
    padded,
    read_all,
)
from tests.contract.storage.batches import batch, gone, row, seqs


def opened(path: Path, limits: JournalLimits | None = None, *, strict: bool = False) -> JournalFile:
    prepare(path, "sandbox")
    return JournalFile(path, limits or JournalLimits(), strict=strict)


@pytest.mark.parametrize(
    ("count", "whole"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 8), (9, 12), (13, 16), (400, 512)]
)
def test_rows__padded__come_to_a_number_that_has_a_statement(count: int, whole: int) -> None:
    rows = [row(str(at), at, at) for at in range(count)]
    assert len(padded(rows)) == whole
    assert list(padded(rows))[:count] == rows
    assert set(map(id, list(padded(rows))[count:])) <= {id(rows[-1])}


def test_rows__padded_to_all_numbers__need_few_statements() -> None:
    rows = [row("k", 0, 0)] * 512
    assert len({len(padded(rows[:count])) for count in range(1, 513)}) <= 20


def test_rows__of_several_batches__are_merged_to_the_newest() -> None:
    batches = [batch(1, rows=[row("a", 0, 1), row("b", 1, 1)]), batch(2, rows=[gone("a"), row("c", 2, 1)])]
    assert newest_rows(batches) == [gone("a"), row("b", 1, 1), row("c", 2, 1)]


def test_delete__of_rows__looks_them_up_by_key(tmp_path: Path) -> None:
    opened(tmp_path / "a.db").close()
    with closing(connect(tmp_path / "a.db", full=False)) as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN " + _drop_statement(3), ["x"] * 9).fetchall()
    assert any("SEARCH world USING PRIMARY KEY (slice=? AND tbl=? AND key=?)" in step[-1] for step in plan)
    assert not any("SCAN world" in step[-1] for step in plan)


def test_statement__for_the_same_number__is_one_object() -> None:
    assert _put_statement(8) is _put_statement(8)


def test_write__failing_half_way__leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = opened(tmp_path / "a.db")
    file.write([batch(1, rows=[row("a", 0, 1)])])
    with pytest.raises(sqlite3.IntegrityError):
        file.write([batch(2, rows=[row("a", 0, 2)]), batch(2)])
    file.write([batch(3)])
    file.close()
    recovered = read_all(tmp_path / "a.db", 10, "a")
    assert seqs(recovered.tail) == [1, 3]
    assert list(recovered.rows) == [row("a", 0, 1)]


def test_limits__lowered__are_reached_in_small_steps(tmp_path: Path) -> None:
    file = opened(tmp_path / "a.db")
    file.write([batch(seq) for seq in range(1, 201)])
    file.close()
    file = opened(tmp_path / "a.db", JournalLimits(records_max=5))
    file.write([batch(201)])
    kept = seqs(read_all(tmp_path / "a.db", 1000, "a").tail)
    assert kept == list(range(OLD_BLOCKS_MAX + 2, 202))
    for seq in range(202, 206):
        file.write([batch(seq)])
    file.close()
    assert seqs(read_all(tmp_path / "a.db", 1000, "a").tail) == [201, 202, 203, 204, 205]


def test_limits__after_a_restart__count_what_was_there(tmp_path: Path) -> None:
    limits = JournalLimits(records_max=6)
    for first in (1, 4, 7):
        file = opened(tmp_path / "a.db", limits)
        file.write([batch(first, 3)])
        file.close()
    assert seqs(read_all(tmp_path / "a.db", 1000, "a").tail) == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(("strict", "synchronous"), [(False, 1), (True, 2)])
def test_connection__strict_or_not__waits_for_the_disk_or_not(
    tmp_path: Path, *, strict: bool, synchronous: int
) -> None:
    prepare(tmp_path / "a.db", "sandbox")
    with closing(connect(tmp_path / "a.db", full=strict)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_tail__of_very_large_records__is_bounded_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diorama.storage.sqlite.journal.TAIL_BYTES_MAX", 5_000)
    path = tmp_path / "a.db"
    prepare(path, "sandbox")
    file = JournalFile(path, JournalLimits(), strict=False)
    file.write([batch(seq, padding=2_000) for seq in range(1, 21)])
    file.close()
    assert seqs(read_all(path, 100, "a").tail) == [18, 19, 20]
