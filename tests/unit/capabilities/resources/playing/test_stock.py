"""What is there from the beginning: it refers to what there is, whoever is asked first, and has come bit by bit."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

from msgspec import structs

from diorama.capabilities.resources.model import Inference, Reference
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, ORDERS, Shop, document

WANTED = {"initial": 5}


def content() -> dict[str, Any]:
    """Customers that name orders, which name customers."""
    found = deepcopy(document())
    customer = found["components"]["schemas"]["Customer"]
    order = found["components"]["schemas"]["Order"]
    customer["properties"]["friends"] = {"type": "array", "items": {"type": "string"}}
    customer["required"] = [*customer["required"], "friends"]
    order["properties"]["buyers"] = {"type": "array", "minItems": 2, "items": {"type": "string"}}
    order["required"] = [*order["required"], "buyers"]
    return found


def shop_of(**more: Any) -> Shop:
    buyers = Reference(("buyers", "*"), CUSTOMERS.key)
    orders = structs.replace(ORDERS, references=(*ORDERS.references, buyers))
    return Shop({**WANTED, **more}, Inference((orders, CUSTOMERS)), content())


def test_stock__that_refers_to_others__names_those_that_there_are() -> None:
    shop = shop_of()
    _, orders = shop.send("GET", "/accounts/a1/orders")
    ids = [item["id"] for item in shop.send("GET", "/customers")[1]["items"]]
    assert len(orders) == len(ids) == 5
    for order in orders:
        assert order["customer"] in ids
        assert len(order["buyers"]) >= 2
        assert set(order["buyers"]) <= set(ids)
    assert len({order["customer"] for order in orders}) > 1


def test_stock__whoever_is_asked_first__is_the_same() -> None:
    one, other = shop_of(), shop_of()
    orders = one.send("GET", "/accounts/a1/orders")
    customers = one.send("GET", "/customers")
    assert other.send("GET", "/customers") == customers
    assert other.send("GET", "/accounts/a1/orders") == orders


def test_stock__of_a_ring__is_the_same_whoever_is_asked_first() -> None:
    content = deepcopy(document())
    paths, schemas = content["paths"], content["components"]["schemas"]
    schemas["Customer"]["properties"]["twin"] = {"type": "string"}
    schemas["Customer"]["required"] = [*schemas["Customer"]["required"], "twin"]
    for path in ("", "/{id}"):
        paths["/twins" + path] = {
            method: {**operation, "operationId": "twin " + operation["operationId"]}
            if method in paths["/customers" + path] and method != "parameters"
            else operation
            for method, operation in deepcopy(paths["/customers" + path]).items()
        }
    plays = tuple(structs.replace(play, endpoint="twin " + play.endpoint) for play in CUSTOMERS.plays)
    twins = structs.replace(
        CUSTOMERS,
        key="shop /twins",
        name="twin",
        plays=plays,
        references=(Reference(("twin",), CUSTOMERS.key, certain=True),),
    )
    customers = structs.replace(CUSTOMERS, references=(Reference(("twin",), "shop /twins", certain=True),))
    one, other = (Shop(WANTED, Inference((customers, twins)), content) for _ in range(2))
    first = (one.send("GET", "/customers"), one.send("GET", "/twins"))
    later = (other.send("GET", "/twins"), other.send("GET", "/customers"))
    assert first == later[::-1]
    ids = [item["id"] for item in first[1][1]["items"]]
    assert {item["twin"] for item in first[0][1]["items"]} <= set(ids)


def test_stock__by_its_moments__came_one_after_the_other() -> None:
    items = Shop(WANTED).send("GET", "/customers")[1]["items"]
    created = [item["created_at"] for item in items]
    assert all(earlier < later for earlier, later in pairwise(created))
    assert all(item["created_at"] <= item["updated_at"] <= "2023-11-14T22:13:20Z" for item in items)
    assert created[0] > "2023-10-14"


def test_unknown_id__that_is_made__came_before() -> None:
    shop = Shop({"unknown_ids": "make"})
    one, other = (shop.send("GET", f"/customers/cus_example{number}")[1]["created_at"] for number in range(2))
    assert one != other
    assert max(one, other) < "2023-11-14T21:13:21Z"
