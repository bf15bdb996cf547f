"""Format 2 of a sandbox: exchanges that repeat an earlier one stand together in one line, their originals apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_REQLOG = """
CREATE VIEW sbx_reqlog AS
SELECT
  seq AS id,
  strftime('%Y-%m-%dT%H:%M:%fZ', real_us / 1000000.0, 'unixepoch') AS ts,
  json_extract(exchange, '$.method') AS method,
  json_extract(exchange, '$.path') AS path,
  json_object(
    'query', coalesce(json_extract(exchange, '$.query'), ''),
    'headers', coalesce(json_extract(exchange, '$.request_headers'), ''),
    'body', coalesce(json_extract(exchange, '$.request_body'), json_extract(exchange, '$.request_body_base64'), '')
  ) AS req,
  json_object(
    'headers', coalesce(json_extract(exchange, '$.reply_headers'), ''),
    'body', coalesce(json_extract(exchange, '$.reply_body'), json_extract(exchange, '$.reply_body_base64'), '')
  ) AS resp,
  json_extract(exchange, '$.status') AS status,
  latency_ms,
  corr_id
FROM (
  SELECT
    json_extract(line.value, '$.seq') AS seq,
    json_extract(line.value, '$.real_us') AS real_us,
    json_extract(line.value, '$.correlation_id') AS corr_id,
    (json_extract(line.value, '$.timings.committed') + 999999) / 1000000 AS latency_ms,
    line.value AS exchange
  FROM journal_block, json_each(journal_block.records) AS line
  WHERE json_extract(line.value, '$.kind') = 'exchange'
  UNION ALL
  SELECT
    json_extract(line.value, '$.seq') + again."key",
    json_extract(line.value, '$.began[2]')
      + (json_extract(again.value, '$[1]') - json_extract(line.value, '$.began[0]')) / 1000,
    json_extract(again.value, '$[3]'),
    0,
    journal_original.line
  FROM
    journal_block,
    json_each(journal_block.records) AS line,
    json_each(line.value, '$.repeats') AS again
  LEFT JOIN journal_original ON journal_original.seq = json_extract(again.value, '$[0]')
  WHERE json_extract(line.value, '$.kind') = 'repeats'
)
"""


def upgrade() -> None:
    """Have the view show each of them; what was written before reads as it is."""
    op.create_table(
        "journal_original",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Text, nullable=False),
    )
    connection = op.get_bind()
    connection.exec_driver_sql("DROP VIEW sbx_reqlog")
    connection.exec_driver_sql(_REQLOG)
