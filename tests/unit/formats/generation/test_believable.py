from __future__ import annotations

from typing import Any

from diorama.formats.generation import Generator, Setting
from diorama.ports.dice import Dice

DICE = bytes(range(32))

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}


def test_believable__with_given_properties__keeps_them() -> None:
    value = Generator().believable(PERSON, Dice(DICE), setting=Setting(given={"name": "Ada"}))
    assert value["name"] == "Ada"
    assert isinstance(value["age"], int)


def test_believable__whose_property_names_have_a_schema__makes_names_by_it() -> None:
    schema = {"type": "object", "minProperties": 2, "propertyNames": {"type": "string", "pattern": "^[a-z]{3}$"}}
    value = Generator().believable(schema, Dice(DICE))
    assert len(value) >= 2
    assert all(len(name) == 3 for name in value)


def test_identifier__of_a_string__is_one() -> None:
    assert isinstance(Generator().identifier({"type": "string"}, Dice(DICE), Setting(thing="customer")), str)
