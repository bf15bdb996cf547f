"""`diorama validate` and `diorama inspect` as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.serving.process import run

UNRESOLVED = """openapi: 3.1.0
info: {title: Broken, version: '1'}
paths:
  /a:
    get:
      responses:
        '200':
          description: OK
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Absent'}
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    document = tmp_path / "unresolved.yaml"
    document.write_text(UNRESOLVED)
    return document


def test_validate__of_a_good_document__says_valid_and_exits_0(payments: Path) -> None:
    done = run(["validate", str(payments)])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "valid  16 endpoints, 0 warnings"


def test_validate__of_a_broken_document__says_where_and_exits_1(broken: Path) -> None:
    done = run(["validate", str(broken)])
    assert done.returncode == 1
    assert "unresolved.yaml:11" in done.stderr
    assert done.stderr.count("Absent") == 1


def test_validate_json__of_a_good_document__is_one_object(payments: Path) -> None:
    done = run(["validate", "--json", str(payments)])
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"valid": True, "findings": []}


def test_validate_json__of_a_broken_document__is_one_object_with_the_place(broken: Path) -> None:
    done = run(["validate", "--json", str(broken)])
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["valid"] is False
    assert said["error"]["code"] == "reference_unresolved"
    assert said["error"]["meta"]["line"] == 11
    assert said["error"]["hint"]


def test_inspect__of_a_project__lists_every_endpoint(payments: Path) -> None:
    done = run(["inspect", str(payments)], {"COLUMNS": "160"})
    assert done.returncode == 0
    for path in ("/v1/customers", "/v1/payments/{payment_id}/capture", "/v1/refunds/{refund_id}"):
        assert path in done.stdout
    assert "16 endpoints" in done.stdout


def test_inspect__in_60_columns__stays_within_them(payments: Path) -> None:
    done = run(["inspect", str(payments)], {"COLUMNS": "60"})
    assert done.returncode == 0
    table = [line for line in done.stdout.splitlines() if not line.startswith("Payments")]
    assert max(len(line) for line in table) <= 60


def test_inspect__in_60_columns__keeps_paths_whole(payments: Path) -> None:
    done = run(["inspect", str(payments)], {"COLUMNS": "60"})
    assert "POST    /v1/payments/{payment_id}/capture" in [line.rstrip() for line in done.stdout.splitlines()]


def test_inspect__into_a_pipe__has_one_line_for_each_endpoint(payments: Path) -> None:
    done = run(["inspect", str(payments)], {"COLUMNS": ""})
    (line,) = [line for line in done.stdout.splitlines() if "/v1/payments/{payment_id}/capture" in line]
    assert "payments.capture" in line


def test_inspect_json__of_a_project__has_a_row_for_every_endpoint(payments: Path) -> None:
    done = run(["inspect", "--json", str(payments)])
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert said["project"] == "payments"
    rows = {row["endpoint"]: row for row in said["endpoints"]}
    assert len(rows) == 16
    create = rows["payments.create"]
    assert (create["method"], create["path"], create["credentials"]) == ("POST", "/v1/payments", "secretKey")
    assert "200 example" in create["answers"]
