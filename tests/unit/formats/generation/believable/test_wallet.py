"""Number, brand and last digits of a card are of one published test card."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.generation import Generator, Setting
from diorama.formats.generation.reserved.cards import ALL_CARDS, branded
from diorama.ports.dice import Dice

STRING = {"type": "string"}


def made(schema: Any, seed: int, **setting: Any) -> Any:
    return Generator().believable(schema, Dice(bytes([seed]) * 32), setting=Setting(**setting))


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


@pytest.mark.parametrize(
    "number",
    [
        STRING,
        {**STRING, "pattern": "^4[0-9]{15}$"},
        {**STRING, "pattern": "^[0-9]{16}$"},
        {**STRING, "pattern": "^3[0-9]{13,15}$"},
        {**STRING, "minLength": 19},
        {"type": "integer", "minimum": 6_000_000_000_000_000},
    ],
)
def test_card__with_all_its_parts__is_one_test_card(number: Any) -> None:
    brands = {"enum": ["mastercard", "visa", "amex", "discover", "diners", "jcb", "unionpay"]}
    schema = thing(card=thing(brand=brands, last4=STRING, number=number))
    for seed in range(12):
        card = made(schema, seed)["card"]
        found = next(one for one in ALL_CARDS if one.number == str(card["number"]))
        assert card["last4"] == found.number[-4:]
        assert card["brand"] == found.brand


def test_card__of_few_brands__is_of_one_of_them() -> None:
    schema = thing(card_number=STRING, card_type={"enum": ["AMEX", "MC"]}, last_four=STRING)
    for seed in range(12):
        value = made(schema, seed)
        found = next(one for one in ALL_CARDS if one.number == value["card_number"])
        assert branded(found, value["card_type"])
        assert value["last_four"] == found.number[-4:]


def test_card__that_stands_in_part__is_completed_by_the_same_card() -> None:
    schema = thing(brand=STRING, last4=STRING, number=STRING)
    for seed in range(12):
        value = made(schema, seed, thing="card", given={"brand": "mastercard"})
        assert next(one for one in ALL_CARDS if one.number == value["number"]).brand == "mastercard"
        assert value["number"].endswith(value["last4"])
        told = made(STRING, seed, thing="card", names=("last4",), around={"number": "378282246310005"})
        assert told == "0005"
        assert made(STRING, seed, thing="card", names=("brand",), around={"last4": "1117"}) == "discover"
