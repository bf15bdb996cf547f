"""Strategies for random schemas."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

DEFS: dict[str, Any] = {
    "Tree": {
        "type": "object",
        "properties": {
            "value": {"type": "integer"},
            "kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            "parent": {"$ref": "#/$defs/Tree"},
        },
        "required": ["value"],
    },
    "Node": {
        "oneOf": [
            {"type": "null"},
            {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/Node"}}},
        ]
    },
}

_NAMES = st.sampled_from(["a", "b", "c", "d", "x1", "x2"])
_STEPS = st.sampled_from([1, 2, 3, 0.5, 0.25, 0.1, 0.01])

NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-50, 0),
        "maximum": st.integers(3, 50),
        "exclusiveMinimum": st.integers(-50, -1),
        "exclusiveMaximum": st.integers(4, 60),
        "multipleOf": _STEPS,
    },
)
STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")}, optional={"minLength": st.integers(0, 8), "maxLength": st.integers(8, 20)}
)
PATTERNS = st.fixed_dictionaries(
    {
        "type": st.just("string"),
        "pattern": st.sampled_from(["^[a-z]{2,5}$", "^\\d+$", "x", "^(a|bc)*d$", "[A-Z]{3}", "^(?!ab)[a-z]+$"]),
    },
    optional={"minLength": st.integers(0, 4), "maxLength": st.integers(5, 12)},
)
FORMATS = st.fixed_dictionaries(
    {
        "type": st.just("string"),
        "format": st.sampled_from(["date", "date-time", "email", "uuid", "ipv4", "ipv6", "uri", "byte", "none"]),
    }
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("abc", max_size=3))
ENUMS = st.one_of(
    st.fixed_dictionaries({"enum": st.lists(VALUES, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"const": st.one_of(VALUES, st.just({"a": [1]}))}),
)
PLAIN = st.sampled_from(
    [{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}, True, {}, {"$ref": "#/$defs/Tree"}]
)
SCALARS = st.one_of(NUMBERS, STRINGS, PATTERNS, FORMATS, ENUMS, PLAIN)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(_NAMES, inner, max_size=4)},
        optional={
            "required": st.lists(_NAMES, max_size=2, unique=True),
            "minProperties": st.integers(0, 3),
            "dependentRequired": st.dictionaries(_NAMES, st.lists(_NAMES, max_size=2, unique=True), max_size=2),
            "additionalProperties": inner,
        },
    )


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={
            "minItems": st.integers(0, 3),
            "maxItems": st.integers(3, 5),
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
        },
    )


def _tagged(members: list[Any]) -> dict[str, Any]:
    """A ``oneOf`` whose alternatives exclude each other."""
    alternatives = [
        {"type": "object", "required": ["tag"], "properties": {"tag": {"const": index}, "value": member}}
        for index, member in enumerate(members)
    ]
    return {"oneOf": alternatives}


def _satisfiable(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    unions = st.lists(inner, min_size=1, max_size=3)
    merged = st.fixed_dictionaries({"allOf": st.tuples(inner).map(list)})
    return st.one_of(
        _objects(inner), _arrays(inner), unions.map(lambda some: {"anyOf": some}), unions.map(_tagged), merged
    )


SATISFIABLE = st.recursive(SCALARS, _satisfiable, max_leaves=12)
"""Schemas that some value meets."""


def _wild(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        _objects(inner),
        _arrays(inner),
        st.fixed_dictionaries({"allOf": several}),
        st.fixed_dictionaries({"oneOf": several}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner, "then": inner, "else": inner}),
        st.fixed_dictionaries({"type": st.just("array"), "contains": inner, "uniqueItems": st.booleans()}),
        st.fixed_dictionaries({"type": st.just("object"), "propertyNames": st.just({"pattern": "^[a-z]"})}),
        st.fixed_dictionaries({"properties": st.dictionaries(_NAMES, inner), "unevaluatedProperties": st.just(False)}),
    )


WILD = st.recursive(st.one_of(SCALARS, st.just({"$ref": "#/$defs/Node"})), _wild, max_leaves=10)
"""Schemas of all keywords, with contradictions."""
