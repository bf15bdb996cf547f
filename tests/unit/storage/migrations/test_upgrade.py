from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from diorama.storage.migrations import upgrade as upgrade_module
from diorama.storage.migrations.upgrade import upgrade
from diorama.storage.sqlite.database import prepare
from diorama.storage.versions import FORMATS, Kind

KINDS: list[Kind] = ["control", "sandbox"]


def schema(path: Path) -> dict[str, str | None]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type || ' ' || name, sql FROM sqlite_master").fetchall()
        facts = [connection.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")]
        stamped = connection.execute("SELECT * FROM alembic_version").fetchall()
    normal = {name: None if sql is None else " ".join(sql.split()) for name, sql in found}
    return normal | {"facts": str(facts), "stamped": str(stamped)}


@pytest.mark.parametrize("kind", KINDS)
def test_schema__by_migrations_and_at_once__is_the_same(tmp_path: Path, kind: Kind) -> None:
    prepare(tmp_path / "at-once.db", kind)
    upgrade(tmp_path / "migrated%s [1].db", kind, FORMATS[kind])
    assert schema(tmp_path / "migrated%s [1].db") == schema(tmp_path / "at-once.db")


def test_upgrade__failing_half_way__changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE world (in_the_way)")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        upgrade(path, "sandbox", 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("world",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)


def test_prepare__of_an_older_format__upgrades(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Path, Kind, int]] = []
    path = tmp_path / "a.db"
    prepare(path, "sandbox")
    newer = FORMATS["sandbox"] + 1
    monkeypatch.setitem(FORMATS, "sandbox", newer)
    monkeypatch.setattr(upgrade_module, "upgrade", lambda *given: calls.append(given))
    prepare(path, "sandbox")
    assert calls == [(path, "sandbox", newer)]
