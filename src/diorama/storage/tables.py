"""Tables: the schema of both kinds of database, as SQLAlchemy Core describes it.

The SQL under ``sqlite/`` is made from this by :func:`sqlite_script`, so that a store opens without importing
SQLAlchemy (80 ms and 17 MB of resident memory, measured); a test holds the two and the migrations together.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from diorama.storage.views import SQLITE_VIEWS

Big = BigInteger().with_variant(Integer, "sqlite")

CONTROL = MetaData()
SANDBOX = MetaData()

definition = Table(
    "definition",
    CONTROL,
    Column("version", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

sandbox = Table(
    "sandbox",
    CONTROL,
    Column("id", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("key_hash", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("created_us", Big, nullable=False),
    Column("ttl_s", Big, nullable=False),
    Column("durability", Text, nullable=False),
)

sandbox_removal = Table("sandbox_removal", CONTROL, Column("id", Text, primary_key=True))

journal_block = Table(
    "journal_block",
    SANDBOX,
    Column("first_seq", Big, primary_key=True, autoincrement=False),
    Column("last_seq", Big, nullable=False),
    Column("first_us", Big, nullable=False),
    Column("last_us", Big, nullable=False),
    Column("count", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("records", Text, nullable=False),
)
Index("journal_block_time", journal_block.c.first_us, journal_block.c.last_us)

journal_original = Table(
    "journal_original",
    SANDBOX,
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False),
)

world = Table(
    "world",
    SANDBOX,
    Column("slice", Text, primary_key=True),
    Column("tbl", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", Big, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

head = Table(
    "head",
    SANDBOX,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Big, nullable=False),
    Column("state", Text, nullable=False),
    Column("journal_records", Big, nullable=False),
    Column("journal_bytes", Big, nullable=False),
)

METADATA = {"control": CONTROL, "sandbox": SANDBOX}


def sqlite_script(kind: str) -> str:
    """The SQL that makes an empty database of a kind (``control`` or ``sandbox``) at the newest format.

    Alembic's own version table is not in it: the store adds it with the number of the format.
    """
    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in METADATA[kind].sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in indexes)
    if kind == "sandbox":
        statements.extend(SQLITE_VIEWS)
    lines = (line.rstrip() for statement in statements for line in (statement.strip() + ";\n").splitlines())
    return "\n".join(lines) + "\n"
