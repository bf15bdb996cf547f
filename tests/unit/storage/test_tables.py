"""The tables stand in three forms: metadata, the SQL that a new file is made with, and the migrations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from diorama.storage.tables import METADATA, sqlite_script


@pytest.mark.parametrize("kind", sorted(METADATA))
def test_script__beside_the_metadata__is_what_the_metadata_gives(repository: Path, kind: str) -> None:
    stored = (repository / "src" / "diorama" / "storage" / "sqlite" / f"{kind}.sql").read_text(encoding="utf-8")
    assert stored == sqlite_script(kind), f"write diorama.storage.tables.sqlite_script({kind!r}) to {kind}.sql"


OPEN_TWICE = """
import sys, pathlib
from diorama.storage import open_directory
for _ in range(2):
    store = open_directory(pathlib.Path(sys.argv[1]))
    store.open_sandbox("a")
    store.close()
"""


@pytest.mark.parametrize(
    ("script", "absent"),
    [
        ("import diorama.storage", {"sqlite3", "sqlalchemy", "alembic"}),
        (OPEN_TWICE, {"sqlalchemy", "alembic"}),
    ],
)
def test_import__of_what_is_not_needed__does_not_happen(
    repository: Path, tmp_path: Path, script: str, absent: set[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script + "\nimport sys; print(*sys.modules)", str(tmp_path)],
        env={"PYTHONPATH": str(repository / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert absent & set(done.stdout.split()) == set()
