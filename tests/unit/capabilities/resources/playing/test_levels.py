"""The levels above an item: when they stay as they are, and when they are properties like others."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Resource, Role
from tests.unit.capabilities.resources.playing.shops import JSON, ORDERS, Shop, document

MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


def anywhere(*roles: Role) -> Resource:
    """Orders that are created below an account, or anywhere, and read anywhere."""
    plays = (structs.replace(play, scopes=() if play.role in roles else play.scopes) for play in ORDERS.plays)
    return structs.replace(ORDERS, references=(), plays=tuple(plays))


def content() -> dict[str, Any]:
    """Orders at the root, too."""
    found = deepcopy(document())
    paths = found["paths"]
    for path in ("", "/{number}", "/{number}/pay"):
        item = deepcopy(paths["/accounts/{account}/orders" + path])
        item["parameters"] = [one for one in item["parameters"] if one["name"] != "account"]
        if not path:
            del item["get"], paths["/accounts/{account}/orders"]["post"]
        paths["/orders" + path] = item
        if path:
            del paths["/accounts/{account}/orders" + path]
    schema = {"type": "object", "properties": {"account": {"type": "string"}}}
    paths["/orders/{number}/pay"]["post"]["requestBody"] = {"content": {JSON: {"schema": schema}}}
    return found


def test_level_above__of_items_that_are_created_elsewhere__is_set_by_an_action() -> None:
    resource = anywhere(Role.CREATE, Role.READ, Role.ACTION)
    plays = (structs.replace(play, body=()) if play.role is Role.ACTION else play for play in resource.plays)
    shop = Shop(inference=Inference((structs.replace(resource, plays=tuple(plays)),)), content=content())
    _, order = shop.send("POST", "/orders", {"customer": "c", "amount": 5})
    status, paid = shop.send("POST", f"/orders/{order['id']}/pay", {"account": "a7"})
    assert (status, paid["account"], paid["id"]) == (200, "a7", order["id"])
    assert shop.send("GET", "/accounts/a7/orders")[1] == [paid]
    assert shop.send("GET", "/accounts/a8/orders")[1] == []


def test_item__of_another_parent__is_not_found_below_this_one() -> None:
    shop = Shop(inference=Inference((structs.replace(ORDERS, references=()),)))
    _, order = shop.send("POST", "/accounts/a1/orders", {"customer": "c", "amount": 5})
    assert shop.send("GET", f"/accounts/a1/orders/{order['id']}")[0] == 200
    assert shop.send("GET", f"/accounts/a2/orders/{order['id']}")[0] == 404
    assert shop.send("POST", f"/accounts/a2/orders/{order['id']}/pay")[0] == 404


@pytest.mark.parametrize(
    ("method", "body", "media"),
    [
        ("PUT", {"id": "cus_other000", "email": "a"}, JSON),
        ("PATCH", {"id": "cus_other000"}, JSON),
        ("PATCH", {"id": None, "name": "A"}, MERGE),
        ("PATCH", [{"op": "replace", "path": "/id", "value": "cus_other000"}], PATCH),
        ("PATCH", [{"op": "remove", "path": "/id"}], PATCH),
        ("PATCH", [{"op": "replace", "path": "", "value": {"email": "a", "metadata": {}}}], PATCH),
    ],
)
def test_change__of_the_id__leaves_it(method: str, body: Any, media: str) -> None:
    shop = Shop(specs={"validation": {"requests": "off"}})
    made = shop.customer()
    status, changed = shop.send(method, f"/customers/{made['id']}", body, media)
    assert (status, changed["id"]) == (200, made["id"])
    assert shop.send("GET", f"/customers/{made['id']}") == (200, changed)
    assert shop.send("GET", "/customers")[1]["total"] == 1
