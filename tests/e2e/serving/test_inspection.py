"""`diorama inspect`, as far as it is about resources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.serving.process import run

SHOP = """openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    post: &one
      responses: {'201': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: show
      responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
    delete: {responses: {'204': {description: gone}}}
  /orders/{id}/touch:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: touch
      responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
  /health:
    get:
      operationId: health
      responses: {'200': {description: OK, content: {application/json: {schema: {type: object}}}}}
components:
  schemas:
    Order: {type: object, properties: {id: {type: string}, note: {type: string}, total: {type: integer}}}
"""
SHOP_ACTION = """  /orders/{{id}}/turn_{noun}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
    post: {{operationId: turn.{noun}, <<: *one}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path


def test_inspect__of_a_document__shows_resources_with_certainty_and_reason(shop: Path) -> None:
    done = run(["inspect", str(shop / "shop.yaml")], {"COLUMNS": "200"})
    assert done.returncode == 0
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("order ")]
    assert "create, read, delete, touch" in line
    assert "sure 0.95" in line
    assert "3 of 4 operations reply with Order" in line
    assert "201 create order, sure" in done.stdout
    assert "1 resource, 4 operations played, 5 endpoints" in done.stdout


def test_inspect__of_what_is_not_sure__says_why(shop: Path) -> None:
    said = run(["inspect", str(shop / "shop.yaml")], {"COLUMNS": "200"}).stdout
    assert "fair 0.80: 'touch' of an item; replies with Order" in said
    assert "it is neither a list nor written anywhere" in said


@pytest.mark.parametrize("columns", [60, 120])
def test_inspect__of_resources__stays_within_the_columns(shop: Path, columns: int) -> None:
    said = run(["inspect", str(shop / "shop.yaml")], {"COLUMNS": str(columns)}).stdout
    table = [line for line in said.splitlines() if not line.startswith("Shop")]
    assert max(len(line) for line in table) <= columns


def test_inspect__in_a_pipe__has_one_line_for_each_row(shop: Path) -> None:
    nouns = "abcdefghijklmnopqrstuvwxyz"
    steps = "".join(SHOP_ACTION.format(noun=noun) for noun in nouns)
    document = SHOP.replace("  /health:\n", f"{steps}  /health:\n")
    (shop / "shop.yaml").write_text(document)
    said = run(["inspect", str(shop / "shop.yaml")], {"COLUMNS": ""}).stdout.splitlines()
    (line,) = [line for line in said if line.startswith("order ")]
    assert "create, read, delete, touch, turn_a, turn_b" in line
    assert "turn_z" in line
    assert "29 of 30 operations reply with Order" in line
    after = said[said.index(line) + 1]
    assert after == ""


def test_inspect_json__of_a_document__carries_everything(shop: Path) -> None:
    said = json.loads(run(["inspect", "--json", str(shop / "shop.yaml")]).stdout)
    (order,) = said["resources"]
    assert (order["key"], order["id_field"], order["sure"]) == ("shop /orders", ["id"], "sure")
    touch = order["plays"][-1]
    assert (touch["endpoint"], touch["role"], touch["action"], touch["sure"]) == ("touch", "action", "touch", "fair")
    assert touch["reasons"] == ["'touch' of an item", "replies with Order"]
    assert said["unplayed"] == [{"endpoint": "health", "reason": "it is neither a list nor written anywhere"}]
    assert {row["endpoint"]: row["plays"] for row in said["endpoints"]}["show"] == "200 read order, sure"


def test_inspect__of_a_project_that_overrides__shows_what_is_left(shop: Path) -> None:
    written = "resources:\n  overrides:\n    order:\n      operations: {touch: off}\n"
    (shop / "diorama.yaml").write_text(written)
    said = json.loads(run(["inspect", "--json", str(shop)]).stdout)
    assert {"endpoint": "touch", "reason": "the project switches it off"} in said["unplayed"]


def test_inspect__of_a_project_without_resources__says_so(shop: Path) -> None:
    (shop / "diorama.yaml").write_text("resources: {enabled: false}\n")
    said = run(["inspect", str(shop)], {"COLUMNS": "200"}).stdout
    assert "Resources are switched off" in said
    assert "201 generated" in said


def test_inspect__of_a_misspelt_override__names_what_is_near(shop: Path) -> None:
    (shop / "diorama.yaml").write_text("resources: {overrides: {ordr: {enabled: false}}}\n")
    done = run(["inspect", str(shop)])
    assert done.returncode == 1
    assert "'ordr'" in done.stderr
    assert "order" in done.stderr.partition("hint")[2]
