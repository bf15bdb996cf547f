"""Format 1 of a sandbox: journal, world, head, and the views over them.

A migration is history: it says what was, and never imports the tables or views as they are now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_VIEWS = (
    """
CREATE VIEW sbx_reqlog AS
SELECT
  json_extract(value, '$.seq') AS id,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(value, '$.real_us') / 1000000.0, 'unixepoch') AS ts,
  json_extract(value, '$.method') AS method,
  json_extract(value, '$.path') AS path,
  json_object(
    'query', coalesce(json_extract(value, '$.query'), ''),
    'headers', coalesce(json_extract(value, '$.request_headers'), ''),
    'body', coalesce(json_extract(value, '$.request_body'), json_extract(value, '$.request_body_base64'), '')
  ) AS req,
  json_object(
    'headers', coalesce(json_extract(value, '$.reply_headers'), ''),
    'body', coalesce(json_extract(value, '$.reply_body'), json_extract(value, '$.reply_body_base64'), '')
  ) AS resp,
  json_extract(value, '$.status') AS status,
  (json_extract(value, '$.timings.committed') + 999999) / 1000000 AS latency_ms,
  json_extract(value, '$.correlation_id') AS corr_id
FROM journal_block, json_each(journal_block.records)
WHERE json_extract(value, '$.kind') = 'exchange'
""",
    """
CREATE VIEW sbx_mock_data AS
SELECT tbl AS namespace, "key" AS k, value AS v
FROM world WHERE slice = 'mock_data'
""",
    """
CREATE VIEW sbx_env_param AS
SELECT "key" AS k, value AS v
FROM world WHERE slice = 'env'
""",
    """
CREATE VIEW sbx_idempotency AS
SELECT
  "key",
  json_extract(value, '$.req_hash') AS req_hash,
  json_extract(value, '$.resp') AS resp,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(value, '$.created_us') / 1000000.0, 'unixepoch') AS created_at
FROM world WHERE slice = 'idempotency'
""",
    """
CREATE VIEW sbx_webhook_event AS
SELECT
  "key" AS id,
  json_extract(value, '$.type') AS type,
  json_extract(value, '$.payload') AS payload,
  json_extract(value, '$.status') AS status,
  json_extract(value, '$.attempts') AS attempts,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(value, '$.next_us') / 1000000.0, 'unixepoch') AS next_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(value, '$.created_us') / 1000000.0, 'unixepoch') AS created_at
FROM world WHERE slice = 'webhooks' AND tbl = 'events'
""",
)


def upgrade() -> None:
    """Make the tables, their index and the views."""
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("journal_records", sa.Integer, nullable=False),
        sa.Column("journal_bytes", sa.Integer, nullable=False),
    )
    op.create_table(
        "journal_block",
        sa.Column("first_seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("first_us", sa.Integer, nullable=False),
        sa.Column("last_us", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("records", sa.Text, nullable=False),
    )
    op.create_index("journal_block_time", "journal_block", ["first_us", "last_us"])
    op.create_table(
        "world",
        sa.Column("slice", sa.Text, primary_key=True),
        sa.Column("tbl", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    for view in _VIEWS:
        op.get_bind().exec_driver_sql(view)
