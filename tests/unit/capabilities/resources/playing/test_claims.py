"""Changes that break the item's schema are refused and change nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Reference
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, JSON, Shop, document

MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


def content(*, is_open: bool = False) -> dict[str, Any]:
    """Customers with narrow properties, and requests that say nothing of them."""
    found = deepcopy(document())
    customer = found["components"]["schemas"]["Customer"]
    customer["properties"] |= {
        "nick": {"type": "string", "maxLength": 20},
        "age": {"type": "integer", "minimum": 0},
        "friend": {"type": "string"},
    }
    customer["required"] = [*customer["required"], "nick"]
    customer["additionalProperties"] = {"type": "integer"} if is_open else False
    write = found["components"]["schemas"]["Write"]["properties"]
    write |= {"nick": {"type": "string"}, "age": {}, "friend": {"type": "string"}}
    return found


def shop_of(**more: Any) -> Shop:
    friend = Reference(("friend",), CUSTOMERS.key, certain=True)
    inference = Inference((structs.replace(CUSTOMERS, references=(friend,)),))
    return Shop(inference=inference, content=content(**more))


@pytest.mark.parametrize(
    ("body", "media", "pointer", "rule"),
    [
        ({"nick": "x" * 50}, MERGE, "/nick", "maxLength"),
        ({"nick": "x" * 50}, JSON, "/nick", "maxLength"),
        ({"nick": None}, MERGE, "/nick", "required"),
        ({"age": "many"}, MERGE, "/age", "type"),
        ({"age": -1}, JSON, "/age", "minimum"),
        ({"tier": "whale"}, MERGE, "/tier", "enum"),
        ({"name": "right", "tier": "whale"}, MERGE, "/tier", "enum"),
    ],
)
def test_update__that_breaks_the_items_schema__is_refused(body: Any, media: str, pointer: str, rule: str) -> None:
    shop = shop_of()
    made = shop.customer(nick="Rex", age=3, tier="free")
    status, problem = shop.send("PATCH", f"/customers/{made['id']}", body, media)
    assert (status, problem["code"]) == (422, "request_violates_schema")
    assert [(one["pointer"], one["rule"]) for one in problem["violations"]] == [(pointer, rule)]
    assert shop.send("GET", f"/customers/{made['id']}") == (200, made)


@pytest.mark.parametrize(
    ("operation", "pointer"),
    [
        ({"op": "replace", "path": "/tier", "value": "whale"}, "/tier"),
        ({"op": "remove", "path": "/nick"}, "/nick"),
        ({"op": "add", "path": "/age", "value": "many"}, "/age"),
        ({"op": "add", "path": "/metadata/a", "value": 5}, "/metadata/a"),
        ({"op": "add", "path": "/unheard_of", "value": 5}, "/unheard_of"),
    ],
)
def test_json_patch__that_breaks_the_items_schema__is_refused(operation: dict[str, Any], pointer: str) -> None:
    shop = shop_of()
    made = shop.customer(nick="Rex", age=3, tier="free")
    status, problem = shop.send("PATCH", f"/customers/{made['id']}", [operation], PATCH)
    assert (status, problem["code"]) == (409, "patch_failed")
    assert [one["pointer"] for one in problem["violations"]] == [pointer]
    assert shop.send("GET", f"/customers/{made['id']}") == (200, made)


def test_json_patch__of_what_the_server_sets__leaves_it() -> None:
    shop = shop_of()
    made = shop.customer(nick="Rex")
    operations = [
        {"op": "replace", "path": "/created_at", "value": "1999-01-01T00:00:00Z"},
        {"op": "add", "path": "/credit", "value": 1_000},
        {"op": "replace", "path": "/nick", "value": "Tom"},
    ]
    status, changed = shop.send("PATCH", f"/customers/{made['id']}", operations, PATCH)
    assert status == 200
    assert changed == {**made, "nick": "Tom"}


def test_json_patch__that_names_nobody__is_refused() -> None:
    shop = shop_of()
    made, friend = shop.customer(nick="Rex"), shop.customer(nick="Tom")
    path = f"/customers/{made['id']}"
    status, problem = shop.send("PATCH", path, [{"op": "add", "path": "/friend", "value": "cus_nobody00"}], PATCH)
    assert (status, problem["code"]) == (422, "reference_unknown")
    good = [{"op": "add", "path": "/friend", "value": friend["id"]}]
    assert shop.send("PATCH", path, good, PATCH)[1]["friend"] == friend["id"]


def test_replace__that_breaks_the_items_schema__is_refused() -> None:
    shop = shop_of()
    made = shop.customer(nick="Rex")
    status, problem = shop.send("PUT", f"/customers/{made['id']}", {"email": "a", "nick": "x" * 50})
    assert (status, problem["violations"][0]["pointer"]) == (422, "/nick")
    assert shop.send("GET", f"/customers/{made['id']}") == (200, made)


def test_write__of_what_the_schema_invites_without_naming__is_kept() -> None:
    shop = shop_of(is_open=True)
    made = shop.customer(nick="Rex", height=180)
    assert made["height"] == 180
    path = f"/customers/{made['id']}"
    assert shop.send("PATCH", path, {"weight": 80}, MERGE)[1] == {**made, "weight": 80}
    assert shop.send("PATCH", path, {"weight": "heavy"}, MERGE)[0] == 422
    added = [{"op": "add", "path": "/shoes", "value": 44}]
    assert shop.send("PATCH", path, added, PATCH)[1] == {**made, "weight": 80, "shoes": 44}
    assert shop.send("PUT", path, {"email": "a", "nick": "R", "hat": 9})[1].get("hat") == 9
    assert "height" not in shop.send("GET", path)[1]
