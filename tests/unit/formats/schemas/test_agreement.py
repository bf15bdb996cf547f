"""Verdicts compared with those of the jsonschema package, on schemas and values that nobody chose."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from diorama.formats.schemas import Schemas

NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([0.5, 1.0, 2.5, -1.5]),
    st.sampled_from(["", "a", "ab"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
DEFINITIONS: dict[str, Any] = {
    "Node": {"type": "object", "properties": {"a": {"$ref": "#/$defs/Node"}, "b": {"type": "integer"}}},
    "Small": {"anyOf": [{"type": "integer", "maximum": 2}, {"type": "string", "maxLength": 1}]},
}


PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "minimum": st.integers(-3, 3),
    "exclusiveMaximum": st.integers(-3, 3),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": st.integers(0, 2),
    "maxLength": st.integers(0, 2),
    "pattern": st.sampled_from(["^a", "b$", "^$", "^[ab]{1,100}$"]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "propertyNames": st.sampled_from([{"maxLength": 1}, {"enum": ["a", "b"]}, {"pattern": "^a"}]),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=1), max_size=1),
    "minProperties": st.integers(0, 2),
    "maxProperties": st.integers(0, 2),
    "unevaluatedProperties": st.booleans(),
    "$ref": st.sampled_from(["#/$defs/Node", "#/$defs/Small"]),
}
ONE = ["items", "contains", "additionalProperties", "not", "if", "then", "else"]
LISTS = ["prefixItems", "allOf", "anyOf", "oneOf"]
MAPS = {"properties": NAMES, "patternProperties": st.sampled_from(["^a", "b|c"])}


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> Any:
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.one_of(st.booleans(), st.just({}), st.builds(dict, type=TYPES)))
    schema: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from([*PLAIN, *ONE, *LISTS, *MAPS]), min_size=1, max_size=4, unique=True)):
        if name in PLAIN:
            schema[name] = draw(PLAIN[name])
        elif name in ONE:
            schema[name] = draw(schemas(depth - 1))
        elif name in LISTS:
            schema[name] = [draw(schemas(depth - 1)) for _ in range(draw(st.integers(1, 3)))]
        else:
            schema[name] = {draw(MAPS[name]): draw(schemas(depth - 1)) for _ in range(draw(st.integers(1, 2)))}
    return schema


@settings(max_examples=600, suppress_health_check=list(HealthCheck))
@given(schemas(), st.lists(VALUES, min_size=1, max_size=4))
def test_verdict__on_any_schema_and_value__is_that_of_jsonschema(schema: Any, values: list[Any]) -> None:
    whole = {"$defs": DEFINITIONS, **schema} if isinstance(schema, dict) else schema
    reference = Draft202012Validator(whole)
    check = Schemas(DEFINITIONS, "request").check(schema)
    for value in values:
        expected = reference.is_valid(value)
        assert check.holds(value) == expected
        if not expected:
            found = check.faults(value, "the value")
            assert found
            assert all(fault.rule != "schema" for fault in found), "the search found nothing"
