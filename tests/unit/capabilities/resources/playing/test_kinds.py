from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.unit.capabilities.resources.playing.shops import CUSTOMER, Shop, document


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
