from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Play, Role
from tests.unit.capabilities.resources.playing.shops import (
    CUSTOMER,
    CUSTOMERS,
    JSON,
    NUMBER,
    ORDERS,
    Shop,
    document,
)


def thing(name: str) -> dict[str, Any]:
    """A customer of one kind, which says what it is."""
    properties = {**CUSTOMER["properties"], "object": {"type": "string", "enum": [name]}, f"{name}_only": {}}
    return {**CUSTOMER, "required": [*CUSTOMER["required"], "object"], "properties": properties}


def shop_listing(*names: str) -> Shop:
    """A shop whose customers are of three kinds, of which lists show some."""
    content = deepcopy(document())
    schemas = content["components"]["schemas"]
    kinds = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("firm", "human", "robot")}
    for name in kinds:
        schemas[name] = thing(name)
    schemas["Customer"] = {"anyOf": list(kinds.values())}
    schemas["Page"]["properties"]["items"]["items"] = {"anyOf": [kinds[name] for name in names]}
    return Shop(content=content)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (("firm", "human", "robot"), "firm"),
        (("human", "robot"), "human"),
        (("robot",), "robot"),
    ],
)
def test_item__of_several_kinds__is_one_that_all_replies_show(listed: tuple[str, ...], expected: str) -> None:
    shop = shop_listing(*listed)
    item = shop.customer(name="Ada")
    assert (item["object"], item["name"]) == (expected, "Ada")
    assert shop.send("GET", "/customers")[1]["items"] == [item]
    assert shop.send("GET", f"/customers/{item['id']}")[1] == item
    changed = shop.send("PATCH", f"/customers/{item['id']}", {"name": "Eve"})[1]
    assert (changed["object"], changed["name"]) == (expected, "Eve")
    assert [record.reply_violations for record in shop.records()] == [(), (), (), ()]


def test_item__of_kinds_that_no_reply_shares__is_the_first() -> None:
    content = deepcopy(document())
    content["components"]["schemas"]["Customer"] = {"anyOf": [thing("firm"), thing("human")]}
    assert Shop(content=content).customer()["object"] == "firm"


def shop_of_orders(*, nullable: bool, readable: bool) -> Shop:
    """A shop whose orders are also made, and perhaps read, without the account that they belong to."""
    content = deepcopy(document())
    schema = content["components"]["schemas"]["Order"]
    schema["required"] = [*schema["required"], "url"]
    schema["properties"]["url"] = {"type": ["string", "null"] if nullable else "string", "format": "uri"}
    lines = schema["properties"]["lines"]
    lines["required"] = [*lines["required"], "url"]
    lines["properties"]["url"] = {"type": "string"}
    paths = content["paths"]
    made = {**paths["/accounts/{account}/orders"]["post"], "operationId": "plain"}
    reply = made["responses"]["200"]
    made["responses"] = {"200": {**reply, "headers": {"Location": {"schema": {"type": "string"}}}}}
    paths["/orders"] = {"post": made}
    plays = [*ORDERS.plays, Play("plain", Role.CREATE, media_type=JSON, item=(), body=())]
    if readable:
        number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths["/orders/{number}"] = {"get": {"operationId": "one", "parameters": [number], "responses": {"200": reply}}}
        plays.append(Play("one", Role.READ, media_type=JSON, item=(), id=NUMBER))
    orders = structs.replace(ORDERS, plays=tuple(plays))
    return Shop(inference=Inference((CUSTOMERS, orders)), content=content)


@pytest.mark.parametrize("nullable", [True, False])
def test_address__through_a_level_that_is_not_known__is_left_out(nullable: bool) -> None:
    shop = shop_of_orders(nullable=nullable, readable=False)
    out = shop.out("POST", "/orders", {"customer": shop.customer()["id"], "amount": 5})
    order = json.loads(out.reply.body)
    assert out.reply.status == 200
    assert b"/accounts/" not in out.reply.body
    assert b"Location" not in dict(out.reply.headers)
    assert order["url"] is None if nullable else order["url"]


def test_address__of_an_item_with_several__is_one_whose_levels_are_known() -> None:
    shop = shop_of_orders(nullable=False, readable=True)
    customer = shop.customer()["id"]
    out = shop.out("POST", "/orders", {"customer": customer, "amount": 5})
    order = json.loads(out.reply.body)
    assert order["url"] == f"http://localhost/orders/{order['id']}"
    assert dict(out.reply.headers)[b"Location"] == order["url"].encode()
    _, other = shop.send("POST", "/accounts/a1/orders", {"customer": customer, "amount": 5})
    assert other["url"] == f"http://localhost/accounts/a1/orders/{other['id']}"
