from __future__ import annotations

import time
from typing import Any

import pytest

from diorama.formats.schemas import Check, Fault, Schemas, pointer_of

DEFINITIONS: dict[str, Any] = {
    "Cat": {
        "type": "object",
        "required": ["kind", "lives"],
        "properties": {"kind": {"type": "string"}, "lives": {"type": "integer", "maximum": 9}},
    },
    "Dog": {
        "type": "object",
        "required": ["kind", "bark"],
        "properties": {"kind": {"type": "string"}, "bark": {"type": "boolean"}},
        "additionalProperties": False,
    },
    "Tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/Tree"}, "size": {"type": "integer"}}},
}
PET = {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}
MAPPED = PET | {"discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat"}}}


def check_of(schema: Any) -> Check:
    return Schemas(DEFINITIONS, "request", root="/components/schemas").check(schema, "/s")


def faults(schema: Any, value: Any) -> list[Fault]:
    check = check_of(schema)
    assert not check.holds(value)
    return check.faults(value, "the body")


CASES: list[tuple[dict[str, Any], Any, str, str, str]] = [
    ({"minimum": 100}, 99, "minimum", "", "the body must be at least 100, got 99"),
    ({"maximum": 100}, 101, "maximum", "", "the body must be at most 100, got 101"),
    ({"maximum": 10**30}, 10**30 + 1, "maximum", "", f"the body must be at most {10**30}, got {10**30 + 1}"),
    ({"exclusiveMinimum": 5}, 5, "exclusiveMinimum", "", "the body must be greater than 5, got 5"),
    ({"exclusiveMaximum": 5}, 5, "exclusiveMaximum", "", "the body must be less than 5, got 5"),
    ({"multipleOf": 0.01}, 1.005, "multipleOf", "", "the body must be a multiple of 0.01, got 1.005"),
    ({"minLength": 2}, "é", "minLength", "", "the body must have at least 2 characters, got 1"),
    ({"maxLength": 1}, "ab", "maxLength", "", "the body must have at most 1 character, got 2"),
    ({"pattern": "^a+$"}, "b", "pattern", "", 'the body must match the pattern ^a+$, got "b"'),
    ({"pattern": "^[a-z]{1,900}$"}, "B", "pattern", "", 'the body must match the pattern ^[a-z]{1,900}$, got "B"'),
    ({"enum": ["a", 1]}, "b", "enum", "", 'the body must be one of "a", 1, got "b"'),
    ({"enum": [1]}, True, "enum", "", "the body must be 1, got true"),
    ({"const": 1}, 2, "const", "", "the body must be 1, got 2"),
    ({"format": "uuid"}, "x", "format", "", "the body must be a UUID such as"),
    ({"format": "byte"}, "?", "format", "", "the body must be Base64"),
    ({"type": "integer", "format": "int32"}, 2**31, "format", "", "the body must be a whole number of format int32"),
    ({"format": "int64"}, 1.5, "format", "", "the body must be a whole number of format int64"),
    ({"format": "float"}, 1e39, "format", "", "the body must be a number of format float"),
    ({"required": ["a"]}, {}, "required", "/a", "a is missing"),
    ({"properties": {"a": {"type": "string"}}}, {"a": 1}, "type", "/a", "a must be a string, got 1"),
    ({"type": ["integer", "null"]}, "x", "type", "", 'the body must be an integer or null, got "x"'),
    ({"items": {"type": "object", "required": ["b"]}}, [{}], "required", "/0/b", "the body[0].b is missing"),
    ({"additionalProperties": False, "properties": {"a": {}}}, {"b": 1}, "additionalProperties", "/b", "known are a"),
    ({"additionalProperties": {"type": "string"}}, {"b": 1}, "type", "/b", "b must be a string, got 1"),
    ({"patternProperties": {"^x": {"type": "null"}}}, {"x1": 1}, "type", "/x1", "x1 must be null, got 1"),
    ({"propertyNames": {"maxLength": 2}}, {"long": 1}, "propertyNames", "/long", 'the name "long" must have at most'),
    ({"minProperties": 1}, {}, "minProperties", "", "the body must have at least 1 property, got 0"),
    ({"maxProperties": 1}, {"a": 1, "b": 2}, "maxProperties", "", "at most 1 property, got 2"),
    ({"minItems": 2}, [1], "minItems", "", "the body must have at least 2 items, got 1"),
    ({"maxItems": 1}, [1, 2], "maxItems", "", "the body must have at most 1 item, got 2"),
    ({"uniqueItems": True}, [1, 2, 1.0], "uniqueItems", "/2", "item 2 is the same as item 0"),
    ({"prefixItems": [{"type": "string"}], "items": False}, ["a", 1], "items", "/1", "at most 1 items, got 2"),
    ({"prefixItems": [{"type": "string"}]}, [1], "type", "/0", "the body[0] must be a string, got 1"),
    ({"contains": {"type": "string"}}, [1], "contains", "", "at least 1 items that match"),
    ({"contains": {"type": "string"}, "minContains": 2}, ["a"], "minContains", "", "at least 2 items"),
    ({"contains": {}, "maxContains": 1}, [1, 2], "maxContains", "", "at most 1 items"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "dependentRequired", "/b", "b is missing; it is needed beside a"),
    ({"dependentSchemas": {"a": {"required": ["c"]}}}, {"a": 1}, "required", "/c", "c is missing"),
    ({"allOf": [{"minimum": 1}, {"maximum": 3}]}, 4, "maximum", "", "the body must be at most 3, got 4"),
    (
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        True,
        "anyOf",
        "",
        "must be a string or an integer, got true",
    ),
    ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "x", "format", "", "must be a date"),
    ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, 5, "oneOf", "", "it must match exactly one of them"),
    ({"not": {"type": "string"}}, "x", "not", "", 'the body must not be a string, got "x"'),
    ({"not": {"required": ["a", "b"]}}, {"a": 1, "b": 1}, "not", "", "must not have a, b together"),
    ({"not": {"enum": [1]}}, 1, "not", "", "the body must not be any of 1, got 1"),
    ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}, "a", "minLength", "", "at least 2"),
    ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}, 1, "minimum", "", "at least 2"),
    ({"properties": {"a": False}}, {"a": 1}, "false", "/a", "a must not be there"),
    (
        {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
        {"a": 1, "b": 2},
        "unevaluatedProperties",
        "/b",
        "b is no known property",
    ),
    ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2], "unevaluatedItems", "/1", "is no known item"),
    ({"$ref": "#/$defs/Tree"}, {"left": {"left": {"size": "x"}}}, "type", "/left/left/size", "left.left.size must be"),
]


@pytest.mark.parametrize(("schema", "value", "rule", "pointer", "message"), CASES)
def test_fault__of_each_kind__has_its_place_rule_and_words(
    schema: dict[str, Any], value: Any, rule: str, pointer: str, message: str
) -> None:
    (fault,) = faults(schema, value)
    assert (fault.rule, pointer_of(fault.at)) == (rule, pointer)
    assert message in fault.message


def test_fault__of_a_definition__points_into_the_document() -> None:
    (fault,) = faults({"$ref": "#/$defs/Cat"}, {"kind": "cat", "lives": 10})
    assert fault.schema_pointer == "/components/schemas/Cat/properties/lives/maximum"
    (inline,) = faults({"properties": {"a/b": {"type": "integer", "format": "int32"}}}, {"a/b": 2**40})
    assert inline.schema_pointer == "/s/properties/a~1b/format"


@pytest.mark.parametrize(
    ("value", "rule", "pointer"),
    [
        ({"kind": "cat", "lives": 10}, "maximum", "/lives"),
        ({"kind": "Dog", "bark": 1}, "type", "/bark"),
        ({}, "required", "/kind"),
        ({"kind": "cow"}, "discriminator", "/kind"),
        ({"kind": 5}, "discriminator", "/kind"),
    ],
)
def test_discriminator__names_the_branch__tells_only_its_faults(value: Any, rule: str, pointer: str) -> None:
    (fault,) = faults(MAPPED, value)
    assert (fault.rule, pointer_of(fault.at)) == (rule, pointer)


def test_one_of__without_discriminator__tells_the_closest_branch() -> None:
    summary, fault = faults(PET, {"kind": "cat", "lives": 10, "x": 1})
    assert (summary.rule, fault.rule) == ("oneOf", "maximum")
    assert "the closest is Cat" in summary.message


def test_faults__more_than_the_cap__are_cut() -> None:
    check = check_of({"items": {"type": "string"}})
    assert len(check.faults([1] * 1000, "the body", most=100)) == 100


def test_faults__in_a_million_wrong_items__are_found_in_bounded_time() -> None:
    check = check_of({"anyOf": [{"items": {"type": "string"}}, {"items": {"type": "boolean"}}]})
    value = [1] * 1_000_000
    started = time.perf_counter()
    assert not check.holds(value)
    found = check.faults(value, "the body")
    assert time.perf_counter() - started < 3
    assert 0 < len(found) <= 100


def test_faults__one_wrong_item_behind_many_right_ones__tell_something() -> None:
    check = check_of({"items": {"type": "object", "properties": {"a": {"type": "string"}}}})
    value: list[Any] = [{"a": "x"}] * 50_000 + [{"a": 1}]
    assert not check.holds(value)
    assert check.faults(value, "the body")


def test_faults__of_a_deep_value__do_not_break_the_stack() -> None:
    value: dict[str, Any] = {"size": "x"}
    for _ in range(900):
        value = {"left": value}
    check = check_of({"$ref": "#/$defs/Tree"})
    assert not check.holds(value)
    assert check.faults(value, "the body")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"password": {"maxLength": 2, "pattern": "^x"}}}, {"password": "hunter2"}),
        ({"properties": {"p": {"type": "integer", "format": "password"}}}, {"p": "hunter2"}),
        ({"properties": {"token": {"enum": ["a"]}}}, {"token": "hunter2"}),
    ],
)
def test_message__about_a_secret__never_quotes_it(schema: Any, value: Any) -> None:
    assert all("hunter2" not in fault.message for fault in faults(schema, value))


def test_message__about_a_long_value__quotes_little_of_it() -> None:
    (fault,) = faults({"enum": ["a"]}, "x" * 10_000)
    assert len(fault.message) < 200


def test_message__about_a_parameter_marked_secret__never_quotes_it() -> None:
    check = check_of({"type": "integer"})
    (fault,) = check.faults("hunter2", "the request", ("key",), secret=True)
    assert fault.message == "key must be an integer, got a string"
