"""`--log-format json`: lines for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.serving.conversation import AUTHORIZED, ask
from tests.e2e.serving.process import Server


def test_json_lines__of_a_whole_run__each_parse_and_name_what_they_are_about(payments: Path) -> None:
    with Server(["serve", str(payments), "--memory", "--port", "0", "--log-format", "json"]) as server:
        made = ask(server.port, "/_diorama/api/sandboxes", method="POST", body={"id": "dev123"})
        assert made.status == 201
        ask(server.port, "/v1/customers", {**AUTHORIZED, "x-correlation-id": "first"})
        ask(server.port, "/v1/nothing", {**AUTHORIZED, "x-correlation-id": "second"})
        ask(server.port, "/v1/payments", {**AUTHORIZED, "x-correlation-id": "third", "x-sandbox-id": "dev123"})
        server.end()
    lines: list[dict[str, Any]] = [json.loads(line) for line in server.said]
    assert (lines[0]["event"], lines[0]["base_url"]) == ("listening", f"http://127.0.0.1:{server.port}")
    told = [(one["sandbox_id"], one["endpoint_id"], one["correlation_id"], one["status"]) for one in lines[1:]]
    assert told == [
        ("default", "customers.list", "first", 200),
        ("default", "", "second", 404),
        ("dev123", "payments.list", "third", 200),
    ]
    assert [one["error"] for one in lines[1:]] == ["", "route_not_found", ""]


def test_json_lines__right_before_the_end__are_not_lost(payments: Path) -> None:
    with Server(["mock", str(payments), "--port", "0", "--log-format", "json"]) as server:
        for number in range(50):
            ask(server.port, "/v1/customers", {**AUTHORIZED, "x-correlation-id": f"c{number}"})
        server.end()
    told = [json.loads(line).get("correlation_id") for line in server.said[1:]]
    assert told == [f"c{number}" for number in range(50)]


def test_log_format_none__after_exchanges__shows_the_banner_only(payments: Path) -> None:
    with Server(["mock", str(payments), "--port", "0", "--log-format", "none"]) as server:
        ask(server.port, "/v1/customers", AUTHORIZED)
        server.end()
    assert server.said[-1] == "Ctrl-C ends it."
