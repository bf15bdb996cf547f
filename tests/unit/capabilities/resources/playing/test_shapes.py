from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.playing.coercion import scalar
from diorama.capabilities.resources.playing.completion import Maker
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.shapes import Shapes
from diorama.formats.generation import Generator
from diorama.ports.dice import Dice

GENERATOR = Generator({"Either": {"anyOf": [{"type": "string"}, {"type": "object"}]}})
SCHEMAS: list[Any] = [
    True,
    {"type": "string"},
    {"type": ["string", "null"]},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "string", "enum": ["a", "true", "1"]},
    {"enum": ["a", 1, None]},
    {"anyOf": [{"type": "string"}, {"type": "null"}]},
    {"$ref": "#/$defs/Either"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "properties": {"rows": {"type": "array", "items": {"type": "integer"}}}},
]
VALUES: list[Any] = ["a", "A", "1", "", "true", 1, 1.0, 1.5, True, False, None]


def shape_of(schema: Any) -> Any:
    return Shapes(GENERATOR).of(schema)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_shape__of_values_that_stand_as_they_are__agrees_with_their_coercion(schema: Any) -> None:
    shape = shape_of(schema)
    for value in VALUES:
        if type(value) in shape.plain or (type(value) is str and value in shape.words):
            assert scalar(value, shape) is value


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"type": "string"}, {str}),
        ({"type": ["number", "null"]}, {int, float, type(None)}),
        ({"type": "integer"}, {int}),
        ({"type": "object"}, set()),
        ({"enum": ["a"]}, set()),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, set()),
    ],
)
def test_shape__of_a_schema__knows_the_types_that_are_surely_right(schema: Any, types: set[type]) -> None:
    assert shape_of(schema).plain == types


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"type": "array", "items": {"type": "string"}}, {str}),
        ({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, set()),
        ({"type": "array", "items": {"enum": ["a"]}}, set()),
        ({"type": "string"}, set()),
        ({"enum": [["a"]]}, set()),
    ],
)
def test_shape__of_an_array__knows_the_types_of_items_that_are_surely_right(schema: Any, types: set[type]) -> None:
    assert shape_of(schema).plain_items == types


@pytest.mark.parametrize("value", [[], ["a"], [1, "2"], ["a", None]])
@pytest.mark.parametrize("schema", SCHEMAS)
def test_list__fitted_as_a_property__is_what_it_is_fitted_to_alone(schema: Any, value: list[Any]) -> None:
    shapes = Shapes(GENERATOR)
    maker = Maker(GENERATOR, Dice(bytes(32)), 0, "thing", lambda _shape, _id: ABSENT)
    whole = shapes.of({"type": "object", "properties": {"at": schema}})
    alone = maker.fitted(whole.members["at"], value, ("at",))
    assert maker.fitting(whole, {"at": value}, ()) == ({} if alone is ABSENT else {"at": alone})
