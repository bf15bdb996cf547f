from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Listing
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, Shop, document

ALL_TIERS = {"type": "string", "enum": ["free", "paid", "all"]}


def shop_of(parameter: dict[str, Any], name: str = "tier", held: dict[str, Any] | None = None) -> Shop:
    """A shop with a free and a paid customer whose list has a filter."""
    content = document()
    if held is not None:
        for schema in ("Customer", "Write"):
            there = content["components"]["schemas"][schema]
            content["components"]["schemas"][schema] = {**there, "properties": {**there["properties"], **held}}
    content["paths"]["/customers"]["get"]["parameters"] = [{"name": name, "in": "query", "schema": parameter}]
    field = next(iter(held)) if held else name
    play = structs.replace(CUSTOMERS.plays[0], listing=Listing(total=("total",), filters=((name, (field,)),)))
    resource = structs.replace(CUSTOMERS, plays=(play, *CUSTOMERS.plays[1:]))
    return Shop(inference=Inference((resource,)), content=content)


def told(shop: Shop, query: str = "") -> list[str]:
    status, body = shop.send("GET", f"/customers{query}")
    assert status == 200
    return [item["name"] for item in body["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("?tier=all", ["F", "P"]), ("?tier=free", ["F"]), ("?tier=paid", ["P"]), ("", ["F", "P"])],
)
def test_filter__by_a_word_that_no_item_can_have__lets_everything_through(query: str, expected: list[str]) -> None:
    shop = shop_of(ALL_TIERS)
    shop.customer(name="F", tier="free")
    shop.customer(name="P", tier="paid")
    assert told(shop, query) == expected


def test_filter__by_all_of_a_property_that_lists_nothing__lets_everything_through() -> None:
    shop = shop_of({"type": "string", "enum": ["open", "closed", "all"]}, "state", {"state": {"type": "string"}})
    shop.customer(name="O", state="open")
    shop.customer(name="C", state="closed")
    assert told(shop, "?state=all") == ["O", "C"]
    assert told(shop, "?state=closed") == ["C"]


def test_filter__with_a_default__hides_what_is_something_else() -> None:
    parameter = {"type": "string", "enum": ["open", "closed", "all"], "default": "open"}
    shop = shop_of(parameter, "state", {"state": {"type": "string"}})
    for name, state in (("O", "open"), ("C", "closed"), ("X", "draft")):
        shop.customer(name=name, state=state)
    assert told(shop) == ["O", "X"]
    assert told(shop, "?state=open") == ["O"]
    assert told(shop, "?state=all") == ["O", "C", "X"]


def test_filter__by_a_flag_with_a_default__hides_the_others() -> None:
    flag = {"type": "boolean"}
    shop = shop_of({**flag, "default": False}, "archived", {"archived": flag})
    shop.customer(name="A", archived=True)
    shop.customer(name="B", archived=False)
    assert told(shop) == ["B"]
    assert told(shop, "?archived=true") == ["A"]


def test_filter__whose_default_means_all__hides_nothing() -> None:
    shop = shop_of({**ALL_TIERS, "default": "all"})
    shop.customer(name="F", tier="free")
    shop.customer(name="P", tier="paid")
    assert told(shop) == ["F", "P"]
    assert told(shop, "?tier=paid") == ["P"]


def test_filter__by_one_value_of_an_array__finds_those_that_hold_it() -> None:
    shop = shop_of({"type": "string"}, "tag", {"tags": {"type": "array", "items": {"type": "string"}}})
    shop.customer(name="A", tags=["x", "y"])
    shop.customer(name="B", tags=["x"])
    assert told(shop, "?tag=y") == ["A"]
    assert told(shop, "?tag=x") == ["A", "B"]
    assert told(shop, "?tag=z") == []
