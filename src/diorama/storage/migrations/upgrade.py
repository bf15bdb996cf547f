"""The upgrade of one file, in one transaction: it has the newest format afterwards, or is as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from diorama.storage.versions import APPLICATION_ID, Kind


def upgrade(path: Path, kind: Kind, version: int) -> None:
    """Run the migrations that a file has not seen yet.

    Args:
        path: an SQLite file of an older format, or an empty one.
        kind: which tables it holds.
        version: the format to reach.

    Raises:
        sqlite3.Error: when SQLite refuses; nothing has changed then.
    """
    # sqlite3's own transactions commit before DDL. With isolation_level=None we begin by hand, and DDL takes part.
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path, isolation_level=None), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", "diorama.storage:migrations")
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(Path(__file__).parent / kind).replace("%", "%%"))
    try:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            command.upgrade(config, f"{version:04d}")
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={version}")
    except DBAPIError as cause:
        raise cause.orig or cause from cause
    finally:
        engine.dispose()
