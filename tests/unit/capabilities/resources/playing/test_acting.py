from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Reference
from diorama.capabilities.resources.playing.acting import acted
from diorama.capabilities.resources.playing.shapes import Shapes
from diorama.formats.generation import Generator
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, ORDERS, Shop, document

NUMBER = {"type": "integer"}
SHAPE = Shapes(Generator({})).of(
    {
        "type": "object",
        "properties": {"amount": NUMBER, "amount_captured": NUMBER, "amount_refunded": NUMBER, "note": {}},
    }
)
ITEM = {"amount": 10, "amount_captured": 0, "amount_refunded": 0}


@pytest.mark.parametrize(
    ("verb", "written", "expected"),
    [
        ("capture", {}, {"amount_captured": 10}),
        ("capture", {"amount": 4}, {"amount_captured": 4}),
        ("refund", {"amount": 4, "note": "late"}, {"amount_refunded": 4, "note": "late"}),
        ("cancel", {"note": "late", "amount": 4}, {"note": "late"}),
        ("do", {"amount": 4}, {}),
    ],
)
def test_number__in_an_actions_body__says_how_much_is_acted_on(
    verb: str, written: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert acted(ITEM, written, SHAPE, verb) == expected


def test_currency__that_nobody_wrote__is_that_of_what_is_named() -> None:
    content = document()
    schemas = content["components"]["schemas"]
    for name in ("Customer", "Order"):
        schemas[name] = {
            **schemas[name],
            "required": [*schemas[name]["required"], "currency"],
            "properties": {**schemas[name]["properties"], "currency": {"enum": ["EUR", "GBP", "SEK"]}},
        }
    orders = structs.replace(ORDERS, references=(Reference(("customer",), CUSTOMERS.key),))
    shop = Shop(inference=Inference((CUSTOMERS, orders)), content=content)
    for _ in range(5):
        customer = shop.customer()
        _, order = shop.send("POST", "/accounts/a1/orders", {"customer": customer["id"], "amount": 5})
        assert order["currency"] == customer["currency"]
