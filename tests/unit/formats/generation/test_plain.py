from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from diorama.formats.generation import Generator

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
    "List": {"anyOf": [{"$ref": "#/$defs/List"}, {"type": "string"}]},
    "Endless": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Endless"}}, "required": ["next"]},
    "Pet": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"miaow": "#/$defs/Cat"}},
    },
    "Cat": {"allOf": [{"$ref": "#/$defs/Pet"}, {"type": "object", "properties": {"lives": {"type": "integer"}}}]},
    "Dog": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "string"),
        ({"type": "number"}, 0),
        ({"type": "integer"}, 0),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({}, None),
        (True, None),
        ({"type": "object"}, {}),
        ({"type": "array"}, []),
        ({"type": ["null", "string"]}, "string"),
        ({"type": "array", "items": {"type": "string"}}, ["string"]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["string", "string"]),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, []),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}, ["string", 0]),
        ({"type": "string", "minLength": 8}, "stringst"),
        ({"type": "string", "maxLength": 3}, "str"),
        ({"type": "string", "format": "date-time"}, "2019-08-24T14:15:22Z"),
        ({"type": "string", "format": "date"}, "2019-08-24"),
        ({"type": "string", "format": "email"}, "user@example.com"),
        ({"type": "string", "format": "uri"}, "http://example.com"),
        ({"type": "string", "format": "ipv4"}, "192.168.0.1"),
        ({"type": "string", "format": "password"}, "pa$$word"),
        ({"type": "string", "format": "password", "minLength": 12}, "pa$$word_qwe"),
        ({"type": "number", "minimum": 3.5}, 3.5),
        ({"type": "number", "exclusiveMinimum": 3}, 4),
        ({"type": "number", "maximum": 5}, 0),
        ({"type": "number", "maximum": -5}, -5),
        ({"type": "number", "exclusiveMaximum": 0}, -1),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
        ({"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ({"type": "string", "example": "Work"}, "Work"),
        ({"type": "string", "examples": ["Work", "Rest"]}, "Work"),
        ({"type": "integer", "default": 7}, 7),
        ({"type": "string", "enum": ["b", "a"]}, "b"),
        ({"const": {"a": 1}}, {"a": 1}),
        ({"type": "string", "example": "e", "default": "d", "enum": ["e", "d"]}, "e"),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 0),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "string"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 0),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"property1": 0, "property2": 0}),
        ({"minLength": 2}, "string"),
        ({"properties": {"a": {"type": "integer"}}}, {"a": 0}),
    ],
)
def test_plain__by_schema__is_what_users_know(schema: Any, expected: Any) -> None:
    value = Generator().plain(schema)
    assert value == expected
    assert type(value) is type(expected)


def test_plain__object__keeps_the_order_of_the_document() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "a": {"type": "number"}, "b": {}}}
    assert list(Generator().plain(schema)) == ["title", "a", "b"]


def test_plain__all_of__is_merged() -> None:
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string", "minLength": 8}}},
            {"type": "object", "properties": {"a": {"maxLength": 9}, "b": {"type": "integer"}}, "required": ["b"]},
        ]
    }
    assert Generator().plain(schema) == {"a": "stringst", "b": 0}


def test_plain__example_of_a_part__is_taken_property_by_property() -> None:
    part = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "example": {"a": "x"}}
    schema = {"allOf": [part, {"properties": {"c": {"type": "boolean"}}}]}
    assert Generator().plain(schema) == {"a": "x", "b": 0, "c": True}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "example": 5},
        {"type": "string", "pattern": "^[A-Z]{3}-\\d{2}$"},
        {"type": "string", "pattern": "^[a-z]+$", "minLength": 12, "maxLength": 12},
        {"type": "array", "items": {"type": "integer"}, "minItems": 4, "uniqueItems": True},
        {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2, "uniqueItems": True},
        {"type": "array", "contains": {"const": 5}, "minItems": 2},
        {"type": "integer", "not": {"const": 0}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "not": {"required": ["a"]}},
        {"oneOf": [{"type": "number"}, {"type": "integer"}]},
        {"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}},
        {"type": "object", "maxProperties": 1, "properties": {"a": {}, "b": {}}, "required": ["b"]},
        {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "minProperties": 1},
        {"type": "object", "properties": {"a": {}}, "dependentRequired": {"a": ["b", "c"], "c": ["d"]}},
        {"type": "object", "properties": {"a": {}}, "dependentSchemas": {"a": {"required": ["b"]}}},
        {"type": "object", "minProperties": 2, "propertyNames": {"pattern": "^[a-z]{3}$"}},
        {
            "type": "object",
            "properties": {"kind": {"enum": ["a", "b"]}},
            "required": ["kind"],
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"x": {"type": "integer"}}, "required": ["x"]},
            "else": {"properties": {"y": {"type": "integer"}}, "required": ["y"]},
        },
        {"allOf": [{"properties": {"a": {}}}, {"$ref": "#/$defs/Dog"}], "unevaluatedProperties": False},
        {"properties": {"a": {"type": "string"}, "b": False}, "type": "object"},
    ],
)
def test_plain__sample_that_would_break_a_rule__is_repaired(schema: dict[str, Any]) -> None:
    generator = Generator(DEFS)
    assert Draft202012Validator({"$defs": DEFS, "allOf": [schema]}).is_valid(generator.plain(schema))


def test_plain__recursive_schema__ends() -> None:
    generator = Generator(DEFS)
    assert generator.plain({"$ref": "#/$defs/Tree"}) == {"value": 0, "kids": []}
    assert generator.plain({"$ref": "#/$defs/List"}) == "string"


def test_plain__schema_that_nothing_can_meet__ends_all_the_same() -> None:
    generator = Generator(DEFS)
    assert isinstance(generator.plain({"$ref": "#/$defs/Endless"}), dict)
    assert generator.plain(False) is None
    assert generator.plain({"$ref": "#/$defs/Nowhere"}) is None


def test_plain__directions__leave_out_what_does_not_travel() -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        },
    }
    generator = Generator()
    assert generator.plain(schema) == {"id": 0, "name": "string"}
    assert generator.plain(schema, "request") == {"secret": "string", "name": "string"}


def test_plain__discriminator__names_the_alternative() -> None:
    generator = Generator(DEFS)
    union = {
        "oneOf": [{"$ref": "#/$defs/Dog"}, {"type": "null"}],
        "discriminator": {"propertyName": "kind", "mapping": {"woof": "#/$defs/Dog"}},
    }
    assert generator.plain(union) == {"kind": "woof"}
    assert generator.plain({"$ref": "#/$defs/Cat"})["kind"] == "miaow"
    assert generator.plain({"$ref": "#/$defs/Pet"}) == {"kind": "miaow", "name": "string", "lives": 0}


def test_plain__uuids_of_one_object__differ() -> None:
    schema = {"properties": {name: {"type": "string", "format": "uuid"} for name in ("id", "owner")}}
    value = Generator().plain(schema)
    assert value["id"] != value["owner"]
    assert value == Generator().plain(schema)
