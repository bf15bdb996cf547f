"""The spool: what SQLite had not written when the process ended, and nothing else, comes back."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from diorama.ports.storage import Batch
from diorama.storage import open_directory
from diorama.storage.sqlite import spool as spool_module
from diorama.storage.sqlite.spool import FILES, Spool, missing, spooled
from tests.contract.storage.batches import batch, gone, row, sandbox_row, seqs


class Store:
    """Says how far it is."""

    def __init__(self) -> None:
        self.durable_seq = 0
        self.failed = False


def spans(batches: list[Batch]) -> list[tuple[int, int]]:
    return [(one.first_seq, one.last_seq) for one in batches]


def test_spool__read_after_the_end__has_every_batch_as_it_was(tmp_path: Path) -> None:
    spool, store = Spool(tmp_path), Store()
    first = structs.replace(batch(1, 2, [row("\ud800", 0, {"a": 1}), gone("k")]), originals=[(1, b"{}")])
    spool.write(store, "a", first)
    spool.write(store, "b", batch(7, 1))
    spool.write(store, "a", batch(3, 1))
    spool.close(empty=False)
    found = spooled(tmp_path)
    assert found["a"] == [first, structs.replace(batch(3, 1), originals=[])]
    assert spans(found["b"]) == [(7, 7)]


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_spool__cut_off_while_writing__ends_with_the_last_whole_batch(tmp_path: Path, cut: int) -> None:
    spool, store = Spool(tmp_path), Store()
    for seq in (1, 2, 3):
        spool.write(store, "a", batch(seq))
    spool.close(empty=False)
    data = (tmp_path / FILES[0]).read_bytes()
    (tmp_path / FILES[0]).write_bytes(data[:-cut])
    assert spans(spooled(tmp_path)["a"]) == [(1, 1), (2, 2)]


def test_spool__that_could_not_write_a_frame__goes_on_behind_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.write(Store(), "a", batch(1))
    whole, calls = os.write, []

    def full(descriptor: int, data: bytes) -> int:
        calls.append(data)
        if len(calls) == 1:
            return whole(descriptor, data[:20])
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="no space"):
        spool.write(Store(), "a", batch(2))
    monkeypatch.setattr(os, "write", whole)
    spool.write(Store(), "b", batch(5))
    spool.close(empty=False)
    assert {name: spans(found) for name, found in spooled(tmp_path).items()} == {"a": [(1, 1)], "b": [(5, 5)]}


def test_spool__with_a_damaged_byte__ends_before_it(tmp_path: Path) -> None:
    spool, store = Spool(tmp_path), Store()
    spool.write(store, "a", batch(1))
    whole = (tmp_path / FILES[0]).stat().st_size
    spool.write(store, "a", batch(2))
    spool.close(empty=False)
    data = bytearray((tmp_path / FILES[0]).read_bytes())
    data[whole + 40] ^= 1
    (tmp_path / FILES[0]).write_bytes(data)
    assert spans(spooled(tmp_path)["a"]) == [(1, 1)]


def test_spool__of_something_else__is_nothing(tmp_path: Path) -> None:
    (tmp_path / FILES[0]).write_bytes(b"something else entirely")
    (tmp_path / FILES[1]).write_bytes(b"")
    assert spooled(tmp_path) == {}


def test_spool__that_grew__takes_turns_and_loses_nothing_unwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "TURN_BYTES", 2000)
    spool, store = Spool(tmp_path), Store()
    for seq in range(1, 101):
        spool.write(store, "a", batch(seq, padding=100))
        store.durable_seq = max(0, seq - 5)
        assert spans(missing(spooled(tmp_path)["a"], store.durable_seq))[-1] == (seq, seq)
    assert sum((tmp_path / name).stat().st_size for name in FILES) < 8000
    # While SQLite is behind, a file only grows.
    for seq in range(101, 151):
        spool.write(store, "a", batch(seq, padding=100))
        found = missing(spooled(tmp_path)["a"], store.durable_seq)
        assert spans(found) == [(one, one) for one in range(store.durable_seq + 1, seq + 1)]


def test_spool__beside_a_store_that_failed__still_takes_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "TURN_BYTES", 2000)
    spool, failed, store = Spool(tmp_path), Store(), Store()
    failed.failed = True
    spool.write(failed, "a", batch(1))
    for seq in range(1, 101):
        spool.write(store, "b", batch(seq, padding=100))
        store.durable_seq = seq
    assert sum((tmp_path / name).stat().st_size for name in FILES) < 8000


def test_spool__of_a_forgotten_sandbox__brings_nothing_back(tmp_path: Path) -> None:
    spool, store = Spool(tmp_path), Store()
    spool.write(store, "a", batch(1, 5))
    spool.forget(store, "a")
    spool.write(store, "a", batch(1, 1))
    spool.close(empty=False)
    assert spans(spooled(tmp_path)["a"]) == [(1, 1)]


def test_missing__behind_a_gap__is_left_alone() -> None:
    batches = [batch(1, 2), batch(3, 2), batch(6, 1)]
    assert spans(missing(batches, 2)) == [(3, 4)]
    assert spans(missing(batches, 4)) == []
    assert spans(missing(batches, 0)) == [(1, 2), (3, 4)]


def test_directory__opened_after_a_crash__has_what_only_the_spool_had(tmp_path: Path) -> None:
    store = open_directory(tmp_path)
    store.save_sandbox(sandbox_row("a"))
    store.open_sandbox("a")
    store.close()
    assert not list(tmp_path.glob("spool-*"))
    spool = Spool(tmp_path)
    spool.write(Store(), "a", batch(1, 3, [row("k", 0, 1)]))
    spool.write(Store(), "gone", batch(1, 3))
    spool.close(empty=False)
    store = open_directory(tmp_path)
    recovered = store.open_sandbox("a").recover(10)
    store.close()
    assert seqs(recovered.tail) == [1, 2, 3]
    assert list(recovered.rows) == [row("k", 0, 1)]
    with closing(sqlite3.connect(tmp_path / "sandboxes" / "a.db")) as connection:
        assert connection.execute("SELECT seq FROM head").fetchone() == (3,)
