"""The ``sbx_*`` names, read by plain SQL while the sandbox runs."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from diorama.storage import open_directory
from tests.contract.storage.batches import batch, repeating, row

JANUARY_US = 1_767_225_600_000_000


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    store = open_directory(tmp_path)
    sandbox = store.open_sandbox("a")
    rows = [
        row("c1", 0, {"name": "Ada"}, "customers", "mock_data"),
        row("n", 1, 3, "counters", "mock_data"),
        row("clock", 0, "PT1H", "values", "env"),
        row("key-1", 0, {"req_hash": "abc", "resp": {"status": 200}, "created_us": JANUARY_US}, "keys", "idempotency"),
        row(
            "e1",
            0,
            {
                "type": "payment.created",
                "payload": {"id": 1},
                "status": "PENDING",
                "attempts": 2,
                "next_us": JANUARY_US + 1_500_000,
                "created_us": JANUARY_US,
            },
            "events",
            "webhooks",
        ),
        row("u1", 0, {"url": "http://example.com"}, "subscriptions", "webhooks"),
        row("other", 0, 1),
    ]
    reply: dict[str, Any] = {
        "query": "q=1",
        "request_headers": "a: 1\nb: 2",
        "request_body": '{"x": "é"}',
        "reply_body_base64": "AAEC",
    }
    sandbox.submit(batch(1, 2, rows, **reply))
    sandbox.submit(batch(3, 1, kind="timer"))
    sandbox.submit(batch(4, 1, timings={"committed": 0}))
    asyncio.run(sandbox.durable(4))
    connection = sqlite3.connect(tmp_path / "sandboxes" / "a.db")
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()
    store.close()


def read(connection: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    return [dict(item) for item in connection.execute(sql)]


def test_request_log__exchanges_and_timers__shows_the_exchanges(plain: sqlite3.Connection) -> None:
    log = read(plain, "SELECT * FROM sbx_reqlog ORDER BY id")
    assert [item["id"] for item in log] == [1, 2, 4]
    first = log[0]
    assert json.loads(first.pop("req")) == {"query": "q=1", "headers": "a: 1\nb: 2", "body": '{"x": "é"}'}
    assert json.loads(first.pop("resp")) == {"headers": "", "body": "AAEC"}
    assert first == {
        "id": 1,
        "ts": "2023-11-14T22:13:20.000Z",
        "method": "GET",
        "path": "/things/1",
        "status": 200,
        "latency_ms": 2,
        "corr_id": "c1",
    }
    assert log[2]["latency_ms"] == 0


def test_request_log__columns__are_the_agreed_ones(plain: sqlite3.Connection) -> None:
    columns = {
        view: [item["name"] for item in read(plain, f"PRAGMA table_info({view})")]
        for view in ("sbx_reqlog", "sbx_mock_data", "sbx_env_param", "sbx_idempotency", "sbx_webhook_event")
    }
    assert columns == {
        "sbx_reqlog": ["id", "ts", "method", "path", "req", "resp", "status", "latency_ms", "corr_id"],
        "sbx_mock_data": ["namespace", "k", "v"],
        "sbx_env_param": ["k", "v"],
        "sbx_idempotency": ["key", "req_hash", "resp", "created_at"],
        "sbx_webhook_event": ["id", "type", "payload", "status", "attempts", "next_at", "created_at"],
    }


def test_mock_data__rows__are_shown_by_namespace_and_key(plain: sqlite3.Connection) -> None:
    assert read(plain, "SELECT * FROM sbx_mock_data ORDER BY k") == [
        {"namespace": "customers", "k": "c1", "v": '{"name": "Ada"}'},
        {"namespace": "counters", "k": "n", "v": "3"},
    ]


def test_environment__rows__are_shown_as_json(plain: sqlite3.Connection) -> None:
    assert read(plain, "SELECT * FROM sbx_env_param") == [{"k": "clock", "v": '"PT1H"'}]


def test_idempotency__rows__are_shown_with_their_fields(plain: sqlite3.Connection) -> None:
    assert read(plain, "SELECT * FROM sbx_idempotency") == [
        {"key": "key-1", "req_hash": "abc", "resp": '{"status":200}', "created_at": "2026-01-01T00:00:00.000Z"}
    ]


def test_webhook_events__rows__are_shown_with_their_fields(plain: sqlite3.Connection) -> None:
    assert read(plain, "SELECT * FROM sbx_webhook_event") == [
        {
            "id": "e1",
            "type": "payment.created",
            "payload": '{"id":1}',
            "status": "PENDING",
            "attempts": 2,
            "next_at": "2026-01-01T00:00:01.500Z",
            "created_at": "2026-01-01T00:00:00.000Z",
        }
    ]


def test_views__written_to__refuse(plain: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="view"):
        plain.execute("DELETE FROM sbx_mock_data")


def test_reqlog__repeats_in_the_journal__has_a_row_for_each(tmp_path: Path) -> None:
    store = open_directory(tmp_path)
    sandbox = store.open_sandbox("a")
    sandbox.submit(batch(1, 1))
    sandbox.submit(repeating(2, 3, path="/again", reply_body="the same"))
    asyncio.run(sandbox.durable(4))
    with closing(sqlite3.connect(tmp_path / "sandboxes" / "a.db")) as connection:
        found = connection.execute("SELECT id, ts, path, corr_id, resp FROM sbx_reqlog WHERE id > 1").fetchall()
    store.close()
    body = '{"headers":"","body":"the same"}'
    assert found == [
        (2, "2023-11-14T22:13:20.000Z", "/again", "r2", body),
        (3, "2023-11-14T22:13:20.001Z", "/again", "r3", body),
        (4, "2023-11-14T22:13:20.002Z", "/again", "r4", body),
    ]
