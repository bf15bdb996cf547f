from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.generation import Generator, Options, Setting
from diorama.formats.generation.believable.believing import Believing
from diorama.formats.generation.believable.identities import Identities
from diorama.formats.generation.believable.reading import NOTHING, Reader
from diorama.ports.dice import Dice

PREFIXED = {"Customer": {"type": "object", "properties": {"id": {"type": "string", "example": "cus_9s6XKzkNRiz8i3"}}}}
DIRECT: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "maxLength": 12},
    {"type": "string", "pattern": "^cus_[0-9a-f]{8}$"},
    {"type": "string", "description": "Starts with `pay_`."},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "date-time"},
    {"type": "integer"},
    {"type": "integer", "minimum": 1, "maximum": 5_000_000},
]
SEARCHED: list[dict[str, Any]] = [
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$"},
    {"type": "string", "enum": ["a", "b"]},
    {"type": ["string", "null"]},
    {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    {"type": "integer", "maximum": 3},
    {"type": "string", "not": {"const": ""}},
    {},
]


def searched(generator: Generator, schema: dict[str, Any], dice: Dice, setting: Setting) -> str | int:
    """The id that a search leads to."""
    reader = Reader(generator.flattener)
    return Believing(generator.flattener, generator.options, "reply", reader).identifier(schema, dice, setting)


@pytest.mark.parametrize("schema", DIRECT + SEARCHED)
@pytest.mark.parametrize("schemas", [{}, PREFIXED])
@pytest.mark.parametrize(
    "setting",
    [
        Setting(names=("id",), thing="customer"),
        Setting(names=("data", "sid")),
        Setting(names=("data", "box", "email"), thing="customer"),
        Setting(names=("full_name",), thing="person", now_us=5_000_000),
    ],
)
def test_identifier__made_at_once__is_the_one_that_a_search_leads_to(
    schema: dict[str, Any], schemas: dict[str, Any], setting: Setting
) -> None:
    generator = Generator(schemas)
    for number in range(5):
        dice = Dice(bytes(31) + bytes([number]))
        assert generator.identifier(schema, dice, setting) == searched(generator, schema, Dice(dice.key), setting)


@pytest.mark.parametrize("schema", DIRECT)
def test_identities__where_nothing_is_left_to_decide__make_at_once(schema: dict[str, Any]) -> None:
    generator = Generator()
    identities = Identities(generator.flattener, generator.options, Reader(generator.flattener))
    assert identities.made(schema, Dice(bytes(32)), Setting(thing="customer")) is not NOTHING


@pytest.mark.parametrize("schema", SEARCHED)
def test_identities__where_something_is_left_to_decide__leave_it_to_a_search(schema: dict[str, Any]) -> None:
    generator = Generator()
    identities = Identities(generator.flattener, generator.options, Reader(generator.flattener))
    assert identities.made(schema, Dice(bytes(32)), Setting(thing="customer")) is NOTHING


def test_identifier__that_the_document_offers__is_that() -> None:
    generator = Generator(options=Options(use_examples_value=True))
    schema = {"type": "string", "examples": ["one"]}
    assert generator.identifier(schema, Dice(bytes(32)), Setting(thing="customer")) == "one"


def test_identifier__of_two_things__has_the_style_of_each() -> None:
    generator = Generator(PREFIXED)
    schema = {"type": "string"}
    ids = [str(generator.identifier(schema, Dice(bytes(32)), Setting(thing=thing))) for thing in ("customer", "payout")]
    assert [one.partition("_")[0] for one in ids] == ["cus", "payout"[:3]]
