"""Files of every format that was ever released are read. Each stays here as it was written."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from diorama.storage import open_directory
from diorama.storage.versions import FORMATS, Kind
from tests.contract.storage.batches import row, sandbox_row, seqs

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("version", range(1, max(FORMATS.values()) + 1))
def test_directory__of_each_format__is_opened_whole(tmp_path: Path, version: int) -> None:
    shutil.copytree(FIXTURES / f"format-{version}", tmp_path / "data")
    store = open_directory(tmp_path / "data")
    assert store.load_definition("v1") == b"\x00definition"
    assert store.sandboxes() == [sandbox_row("a", owner="o", created_us=1, ttl_s=60, durability="strict")]
    sandbox = store.open_sandbox("a")
    recovered = sandbox.recover(100)
    store.close()
    assert sandbox.durable_seq == 5
    assert json.loads(recovered.head or b"") == {"branch": 0, "seq": 5}
    assert seqs(recovered.tail) == [1, 2, 3, 4, 5]
    assert list(recovered.rows) == [row("v", 0, "1", "customers", "mock_data"), row("k2", 1, "é")]
    files: dict[Kind, str] = {"control": "control.db", "sandbox": "sandboxes/a.db"}
    for kind, path in files.items():
        with closing(sqlite3.connect(tmp_path / "data" / path)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (FORMATS[kind],)
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(f"{FORMATS[kind]:04d}",)]
