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


def test_identifier__of_a_string__is_one() -> None:
    assert isinstance(Generator().identifier({"type": "string"}, Dice(DICE), Setting(thing="customer")), str)
