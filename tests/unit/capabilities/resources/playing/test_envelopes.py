from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from diorama.capabilities.resources.playing import envelopes
from diorama.capabilities.resources.playing.envelopes import outline, same
from diorama.formats.generation.flattening import Flattener
from diorama.model.exchange import Exchange
from diorama.model.world import put_row
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, Shop, document

ITEM = {"$ref": "#/$defs/Item"}
ROWS = {"type": "array", "items": ITEM, "description": "several", "x-of": "items"}
FLATTENER = Flattener(
    {
        "Item": {"type": "object"},
        "Page": {"type": "object", "required": ["data"], "properties": {"data": ROWS, "total": {"type": "integer"}}},
        "Long": {"$ref": "#/$defs/Page", "minProperties": 2},
    }
)


def around(place: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"data": place}, **more}


@pytest.mark.parametrize("schema", [{"$ref": "#/$defs/Page"}, FLATTENER.schemas["Page"]])
def test_outline__of_a_page__says_nothing_of_its_items(schema: dict[str, Any]) -> None:
    assert outline(FLATTENER, schema, ("data",), ITEM) == {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array"}, "total": {"type": "integer"}},
    }


def test_outline__of_a_bare_array__is_an_array() -> None:
    assert outline(FLATTENER, ROWS, (), ITEM) == {"type": "array"}


def test_outline__of_a_page_further_in__keeps_what_is_around() -> None:
    found = outline(FLATTENER, around(around(ROWS)), ("data", "data"), ITEM)
    assert found == around(around({"type": "array"}))


@pytest.mark.parametrize(
    "schema",
    [
        around({**ROWS, "minItems": 1}),
        around({**ROWS, "uniqueItems": True}),
        around({**ROWS, "items": {"type": "object"}}),
        around({**ROWS, "type": ["array", "null"]}),
        around(ROWS, allOf=[{"properties": {"data": {"maxItems": 3}}}]),
        around(ROWS, patternProperties={"^d": {"maxItems": 3}}),
        {"$ref": "#/$defs/Long"},
        {"$ref": "#/$defs/Page", "maxProperties": 1},
        {"type": "object", "additionalProperties": ROWS},
        True,
    ],
)
def test_outline__where_more_is_said_of_the_items__is_none(schema: Any) -> None:
    assert outline(FLATTENER, schema, ("data",), ITEM) is None


def test_schemas__that_differ_in_the_kind_of_a_constant__are_not_the_same() -> None:
    assert same({"const": 1}, {"const": 1})
    assert not same({"const": 1}, {"const": True})


def shown(shop: Shop, path: str) -> tuple[Exchange, Any]:
    """(the journal's record, what was answered) of a GET."""
    answer = shop.send("GET", path)[1]
    return shop.records()[-1], answer


def with_wrong_row(shop: Shop) -> str:
    """The id of a customer whose row an earlier version of the document wrote."""
    item = shop.customer()
    shop.customer()
    held = {"item": {**item, "email": 7}, "in": {}}
    shop.sandbox.world = put_row(shop.sandbox.world, ("resources", CUSTOMERS.key), item["id"], held)
    return str(item["id"])


def test_item__that_is_wrong_where_it_is_kept__is_found_in_each_reply() -> None:
    shop = Shop()
    wrong = with_wrong_row(shop)
    for _ in range(2):
        record, answer = shown(shop, f"/customers/{wrong}")
        assert (answer["email"], [one.pointer for one in record.reply_violations]) == (7, ["/email"])
        record, answer = shown(shop, "/customers")
        assert [one.pointer for one in record.reply_violations] == ["/items/0/email"]


def test_item__that_is_wrong_where_it_is_kept__is_refused_when_wanted() -> None:
    shop = Shop(specs={"validation": {"replies": "on"}})
    wrong = with_wrong_row(shop)
    assert [shop.send("GET", path)[0] for path in (f"/customers/{wrong}", "/customers")] == [500, 500]


def test_page__with_something_wrong_around_right_items__is_found() -> None:
    content = deepcopy(document())
    content["components"]["schemas"]["Page"]["properties"]["total"]["maximum"] = 1
    shop = Shop(content=content)
    shop.customer()
    assert shown(shop, "/customers")[0].reply_violations == ()
    shop.customer()
    for _ in range(2):
        assert [one.pointer for one in shown(shop, "/customers")[0].reply_violations] == ["/total"]


def test_items__by_another_schema_than_they_are_kept_by__are_checked_whole() -> None:
    content = deepcopy(document())
    content["components"]["schemas"]["Strict"] = {"type": "object", "properties": {"name": {"maxLength": 2}}}
    content["paths"]["/customers/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {
        "allOf": [{"$ref": "#/components/schemas/Customer"}, {"$ref": "#/components/schemas/Strict"}]
    }
    shop = Shop(content=content)
    item = shop.customer(name="Ada Lovelace")
    assert [one.pointer for one in shown(shop, f"/customers/{item['id']}")[0].reply_violations] == ["/name"]


def test_page__read_again_after_a_change__shows_the_change() -> None:
    shop = Shop()
    items = [shop.customer(), shop.customer()]
    assert shop.send("GET", "/customers")[1]["items"] == items
    assert shop.send("GET", "/customers")[1]["items"] == items
    items[1] = shop.send("PATCH", f"/customers/{items[1]['id']}", {"name": "Eve"})[1]
    assert shop.send("GET", "/customers")[1]["items"] == items
    assert shop.send("GET", "/customers?page=2&size=1")[1]["items"] == items[1:]


def test_reply__of_items_known_to_be_right__is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    item = shop.customer()

    def never(*_: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr("diorama.capabilities.validation.replies.read_with", never)
    assert shown(shop, f"/customers/{item['id']}")[1] == item
    assert shown(shop, "/customers")[1]["items"] == [item]
    monkeypatch.setattr(envelopes, "_ARRAY", frozenset())
    assert Shop().send("GET", "/customers")[0] == 500
