from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.capabilities.validation.brackets import nested, tokens_of
from diorama.capabilities.validation.coercion import coerced, scalar
from diorama.capabilities.validation.shapes import Shape
from diorama.model.definition import Parameter
from tests.unit.capabilities.validation.exchanges import Bench

SCHEMAS: dict[str, Any] = {
    "Id": {"type": "integer"},
    "Loop": {"allOf": [{"$ref": "#/$defs/Loop"}]},
    "Page": {"type": "object", "properties": {"size": {"$ref": "#/$defs/Id"}}},
}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "integer"}, "12", 12),
        ({"type": "integer"}, "-12", -12),
        ({"type": "integer"}, "007", 7),
        ({"type": "integer"}, "9" * 60, int("9" * 60)),
        ({"type": "integer"}, "1.0", 1.0),
        ({"type": "integer"}, "1e3", 1000.0),
        ({"type": "integer"}, "+5", "+5"),
        ({"type": "integer"}, "0x10", "0x10"),
        ({"type": "integer"}, "1_000", "1_000"),
        ({"type": "integer"}, "٣", "٣"),
        ({"type": "integer"}, "1" * 5000, "1" * 5000),
        ({"type": "number"}, "1e999", "1e999"),
        ({"type": "number"}, "NaN", "NaN"),
        ({"type": "number"}, "Infinity", "Infinity"),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "True", "True"),
        ({"type": "boolean"}, "1", "1"),
        ({"type": "null"}, "", None),
        ({"type": ["integer", "null"]}, "", None),
        ({"type": ["integer", "null"]}, "null", None),
        ({"type": ["string", "null"]}, "", ""),
        ({"type": ["string", "null"]}, "null", "null"),
        ({"type": "string"}, "12", "12"),
        ({}, "12", "12"),
        ({"type": ["integer", "string"]}, "12", 12),
        ({"type": ["integer", "string"]}, "007", "007"),
        ({"enum": [1, 2]}, "1", 1),
        ({"enum": ["1", "2"]}, "1", "1"),
        ({"const": True}, "true", True),
        ({"$ref": "#/$defs/Id"}, "5", 5),
        ({"$ref": "#/$defs/Loop"}, "5", "5"),
        ({"allOf": [{"$ref": "#/$defs/Id"}, {"minimum": 1}]}, "5", 5),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, "5", 5),
        ({"oneOf": [{"type": "integer"}, {"type": "boolean"}]}, "true", True),
        ({"anyOf": [{"type": "integer"}, {"enum": ["now"]}]}, "now", "now"),
        ({"type": "array", "items": {"type": "integer"}}, "[1,2]", [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, "1", [1]),
        ({"type": "object"}, '{"a":1}', {"a": 1}),
        ({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"enum": [""]}]}, "", ""),
    ],
)
def test_text__by_its_schema__becomes_its_value(schema: Any, text: str, value: Any) -> None:
    found = coerced(text, Shape(schema, SCHEMAS))
    assert (found, type(found)) == (value, type(value))


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_number__written_and_read__is_the_same(number: float) -> None:
    assert scalar(repr(number), frozenset(("number",))) == number


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"anyOf": [{"type": "integer", "minimum": 10}, {"type": "string"}]}, "5", "5"),
        ({"anyOf": [{"type": "integer", "minimum": 10}, {"type": "string"}]}, "50", 50),
        ({"type": ["boolean", "string"], "enum": ["true", False]}, "true", "true"),
        (
            {"type": "object", "properties": {"a": {"type": ["integer", "string"], "maxLength": 1, "minimum": 9}}},
            None,
            None,
        ),
    ],
)
def test_parameter__that_may_be_read_in_two_ways__is_read_in_the_right_one(schema: Any, text: Any, value: Any) -> None:
    if text is None:
        bench = Bench(Parameter("v", "query", False, schema, "deepObject", explode=True))
        assert bench.values("query", query="v[a]=5") == {"v": {"a": "5"}}
    else:
        bench = Bench(Parameter("v", "query", False, schema, "form", explode=True))
        assert bench.values("query", query=f"v={text}") == {"v": value}


def test_shape__of_joined_schemas__knows_all_properties() -> None:
    shape = Shape({"allOf": [{"$ref": "#/$defs/Page"}, {"properties": {"x": {"type": "boolean"}}}]}, SCHEMAS)
    assert list(shape.properties()) == ["size", "x"]
    assert shape.property("size").types == frozenset(("integer",))
    assert shape.property("other").types is None
    assert not shape.takes_additional()


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("a", ["a"]),
        ("a[b][]", ["a", "b", ""]),
        ("a[b", None),
        ("[a]", None),
        ("a[b]c", None),
        ("a]b", ["a]b"]),
        ("a[[b]]", None),
    ],
)
def test_name__with_brackets__is_taken_apart(name: str, tokens: list[str] | None) -> None:
    assert tokens_of(name) == tokens


def test_nested__repeated_and_mixed__keeps_every_value() -> None:
    pairs = [(["a"], "1"), (["a", "b"], "2"), (["c"], "3"), (["c"], "4"), (["d", ""], "5"), (["d", ""], "6")]
    assert nested(pairs) == {"a": {"": "1", "b": "2"}, "c": ["3", "4"], "d": {"": ["5", "6"]}}
    pairs = [(["l", "", "a"], "1"), (["l", "", "b"], "2"), (["l", "", "a"], "3")]
    assert nested(pairs) == {"l": {"": [{"a": "1", "b": "2"}, {"a": "3"}]}}
