"""Views: the ``sbx_*`` names under which a sandbox is read by plain SQL.

They show what the world and the journal hold and store nothing of their own, so there is one truth and one write.
Exchanges that repeat an earlier one stand together in the journal; here each has its row.
Times are kept as microseconds since 1970 and shown as ISO 8601 in UTC; what is JSON is shown as JSON text.
"""

from __future__ import annotations

SQLITE_VIEWS = (
    """
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
"""In the order in which they are made."""
