"""A directory of SQLite files when something goes wrong: said clearly, with what to do, and nothing lost silently."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from diorama.model.errors import DioramaError
from diorama.ports.storage import ControlStore
from diorama.storage import open_directory
from diorama.storage.sqlite import database
from tests.contract.storage.batches import batch, row, sandbox_row, seqs


def filled(directory: Path) -> Path:
    """A closed directory with a sandbox of six records; the path of its file."""
    store = open_directory(directory)
    store.save_sandbox(sandbox_row("a"))
    sandbox = store.open_sandbox("a")
    sandbox.submit(batch(1, 3, [row("k", 0, 1)]))
    asyncio.run(sandbox.durable(3))
    sandbox.submit(batch(4, 3))
    store.close()
    return directory / "sandboxes" / "a.db"


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def refusal(store: ControlStore) -> DioramaError:
    """What opening and recovering the sandbox says."""
    with pytest.raises(DioramaError) as caught:
        store.open_sandbox("a").recover(100)
    store.close()
    return caught.value


def assert_clear(error: DioramaError, code: str, directory: Path) -> None:
    """An error of ours that says what to do and shows no path."""
    assert error.code == code
    assert error.hint
    assert str(directory) not in error.message + error.hint + json.dumps(error.meta)


def test_disk__full__fails_who_waits_and_refuses_what_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)
    original = database.connect

    def small(path: Path, *, full: bool) -> sqlite3.Connection:
        connection = original(path, full=full)
        connection.execute("PRAGMA max_page_count=20")
        return connection

    async def run(store: ControlStore) -> None:
        sandbox = store.open_sandbox("a")
        sandbox.submit(batch(7))
        await sandbox.durable(7)
        too_much = batch(8, padding=200_000)
        sandbox.submit(too_much)
        with pytest.raises(DioramaError) as caught:
            await sandbox.durable(8)
        assert_clear(caught.value, "storage_failed", tmp_path)
        assert "full" in caught.value.message
        with pytest.raises(DioramaError) as caught:
            sandbox.submit(batch(9))
        assert caught.value.code == "storage_failed"
        with pytest.raises(DioramaError) as caught:
            await sandbox.durable(9)
        assert caught.value.code == "storage_failed"
        await sandbox.durable(7)
        assert (sandbox.durable_seq, sandbox.backlog_bytes >= too_much.weight) == (7, True)
        with pytest.raises(DioramaError) as caught:
            await sandbox.close()
        assert caught.value.code == "storage_failed"

    monkeypatch.setattr("diorama.storage.sqlite.journal.connect", small)
    store = open_directory(tmp_path)
    asyncio.run(run(store))
    store.close()
    monkeypatch.undo()
    store = open_directory(tmp_path)
    assert seqs(store.open_sandbox("a").recover(100).tail) == list(range(1, 8))
    store.close()


def test_disk__full_for_one_sandbox__does_not_stop_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = database.connect

    def small(path: Path, *, full: bool) -> sqlite3.Connection:
        connection = original(path, full=full)
        if path.stem == "a":
            connection.execute("PRAGMA max_page_count=10")
        return connection

    async def run(store: ControlStore) -> int:
        full, well = store.open_sandbox("a"), store.open_sandbox("b")
        full.submit(batch(1, padding=200_000))
        well.submit(batch(1))
        await well.durable(1)
        with pytest.raises(DioramaError):
            await full.durable(1)
        well.submit(batch(2))
        await well.durable(2)
        return well.durable_seq

    monkeypatch.setattr("diorama.storage.sqlite.journal.connect", small)
    store = open_directory(tmp_path)
    assert asyncio.run(run(store)) == 2
    with pytest.raises(DioramaError) as caught:
        store.close()
    assert caught.value.meta["sandbox"] == "a"
    open_directory(tmp_path).close()


def test_file_size__limited_by_the_system__fails_and_keeps_what_was_acknowledged(
    tmp_path: Path, repository: Path
) -> None:
    script = """
import asyncio, resource, sys
from pathlib import Path
from diorama.model.errors import DioramaError
from diorama.storage import open_directory
from tests.contract.storage.batches import batch

async def run():
    sandbox = open_directory(Path(sys.argv[1])).open_sandbox("a")
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    for seq in range(1, 1000):
        try:
            sandbox.submit(batch(seq, padding=20_000))
            await sandbox.durable(seq)
        except DioramaError as error:
            print(sandbox.durable_seq, error.code, error.message, sep="|")
            return

asyncio.run(run())
"""
    process = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=repository,
        env={"PYTHONPATH": f"{repository / 'src'}:{repository}"},
        capture_output=True,
        text=True,
        check=True,
    )
    acknowledged, code, message = process.stdout.strip().split("|")
    assert code == "storage_failed"
    assert str(tmp_path) not in message
    store = open_directory(tmp_path)
    kept = seqs(store.open_sandbox("a").recover(1000).tail)
    store.close()
    assert 0 < int(acknowledged) <= len(kept)
    assert kept == list(range(1, len(kept) + 1))


def test_directory__is_a_file__says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(DioramaError) as caught:
        open_directory(tmp_path / "data")
    assert_clear(caught.value, "storage_failed", tmp_path)


def test_directory__not_writable__says_so(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    filled(tmp_path / "data")
    (tmp_path / "data" / "control.db").chmod(0o400)
    with pytest.raises(DioramaError) as caught:
        open_directory(tmp_path / "data")
    assert_clear(caught.value, "storage_failed", tmp_path)
    assert "not writable" in caught.value.message


def test_control_file__is_a_directory__says_so_and_lets_go(tmp_path: Path) -> None:
    (tmp_path / "control.db").mkdir()
    with pytest.raises(DioramaError) as caught:
        open_directory(tmp_path)
    assert_clear(caught.value, "storage_failed", tmp_path)
    (tmp_path / "control.db").rmdir()
    open_directory(tmp_path).close()
    assert (tmp_path / "control.db").is_file()


def test_file__of_garbage__is_corrupt(tmp_path: Path) -> None:
    filled(tmp_path).write_bytes(b"this is no database" * 1000)
    assert_clear(refusal(open_directory(tmp_path)), "journal_corrupt", tmp_path)


def test_file__with_overwritten_pages__is_corrupt(tmp_path: Path) -> None:
    path = filled(tmp_path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    assert_clear(refusal(open_directory(tmp_path)), "journal_corrupt", tmp_path)


def test_file__of_another_program__is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.unlink()
    change(path, "CREATE TABLE theirs (x)")
    assert_clear(refusal(open_directory(tmp_path)), "journal_corrupt", tmp_path)
    change(path, "INSERT INTO theirs VALUES (1)")


def test_file__of_a_newer_format__is_refused(tmp_path: Path) -> None:
    change(filled(tmp_path), "PRAGMA user_version=999")
    error = refusal(open_directory(tmp_path))
    assert_clear(error, "storage_version", tmp_path)
    assert "999" in error.message
    change(tmp_path / "control.db", "PRAGMA user_version=999")
    with pytest.raises(DioramaError) as caught:
        open_directory(tmp_path)
    assert caught.value.code == "storage_version"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal_block SET records = substr(records, 1, 40) WHERE first_seq = 4",
        "UPDATE journal_block SET records = '[1]' WHERE first_seq = 4",
        "UPDATE journal_block SET records = '' WHERE first_seq = 4",
        "UPDATE journal_block SET last_seq = 5 WHERE first_seq = 1",
        "UPDATE head SET seq = 5",
        "DELETE FROM head",
    ],
)
def test_journal__torn__is_corrupt_with_the_place(tmp_path: Path, damage: str) -> None:
    change(filled(tmp_path), damage)
    error = refusal(open_directory(tmp_path))
    assert_clear(error, "journal_corrupt", tmp_path)
    assert error.meta["sandbox"] == "a"


def test_directory__opened_twice__is_refused_with_the_owner(tmp_path: Path) -> None:
    store = open_directory(tmp_path)
    with pytest.raises(DioramaError) as caught:
        open_directory(tmp_path)
    assert_clear(caught.value, "storage_failed", tmp_path)
    assert str(os.getpid()) in caught.value.message
    store.close()
    open_directory(tmp_path).close()


def test_directory__held_by_another_process__is_refused_until_that_ends(tmp_path: Path, repository: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.storage.writing", str(tmp_path)],
        cwd=repository,
        env={"PYTHONPATH": f"{repository / 'src'}:{repository}"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(DioramaError) as caught:
        open_directory(tmp_path)
    assert str(process.pid) in caught.value.message
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()
    open_directory(tmp_path).close()


def test_directory__made__is_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_directory(tmp_path / "x" / "data")
        sandbox = store.open_sandbox("a")
        sandbox.submit(batch(1))
        asyncio.run(sandbox.durable(1))
        made = (tmp_path / "x" / "data").rglob("*")
        modes = {path.name: path.stat().st_mode & 0o777 for path in [tmp_path / "x" / "data", *made]}
        store.close()
    finally:
        os.umask(before)
    folders = {"data", "sandboxes"}
    assert {"a.db", "a.db-wal", "a.db-shm", "control.db", "lock"} <= set(modes)
    assert modes == {name: 0o700 if name in folders else 0o600 for name in modes}


def test_sandbox__deleted__leaves_no_file(tmp_path: Path) -> None:
    store = open_directory(tmp_path)
    for name in ("a", "b"):
        sandbox = store.open_sandbox(name)
        sandbox.submit(batch(1))
        asyncio.run(sandbox.durable(1))
    store.delete_sandbox("a")
    assert {path.name for path in (tmp_path / "sandboxes").glob("a*")} == set()
    store.close()
    assert [path.name for path in (tmp_path / "sandboxes").iterdir()] == ["b.db"]


def test_sandbox__killed_while_it_was_deleted__is_gone_after_the_next_start(tmp_path: Path) -> None:
    path = filled(tmp_path)
    change(tmp_path / "control.db", "INSERT INTO sandbox_removal VALUES ('a')", "DELETE FROM sandbox WHERE id = 'a'")
    store = open_directory(tmp_path)
    assert not path.exists()
    assert store.open_sandbox("a").recover(10).head is None
    store.close()


def test_store__directory_closed__refuses(tmp_path: Path) -> None:
    store = open_directory(tmp_path)
    sandbox = store.open_sandbox("a")
    store.close()
    for use in (store.sandboxes, lambda: store.save_definition("v", "n", b""), lambda: sandbox.submit(batch(1))):
        with pytest.raises(DioramaError) as caught:
            use()
        assert caught.value.code == "storage_failed"
    asyncio.run(sandbox.close())
