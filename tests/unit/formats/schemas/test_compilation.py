from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.schemas import Schemas, pointer_of

ACCOUNT = {
    "Account": {
        "type": "object",
        "required": ["id", "name", "pin", "nested"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "name": {"type": "string"},
            "pin": {"$ref": "#/$defs/Pin"},
            "nested": {"allOf": [{"$ref": "#/$defs/Given"}]},
        },
    },
    "Pin": {"type": "string", "writeOnly": True},
    "Given": {"type": "object", "readOnly": True},
}


def test_read_only__in_a_request__is_not_required_and_tolerated() -> None:
    check = Schemas(ACCOUNT, "request").check({"$ref": "#/$defs/Account"})
    assert check.holds({"name": "a", "pin": "1"})
    assert check.holds({"name": "a", "pin": "1", "id": "x", "nested": {}})
    assert not check.holds({"name": "a"})


def test_read_only__in_a_request_that_must_not_have_it__is_a_fault() -> None:
    check = Schemas(ACCOUNT, "request", refuse_hidden=True).check({"$ref": "#/$defs/Account"})
    value = {"name": "a", "pin": "1", "id": "x", "nested": {}}
    assert not check.holds(value)
    assert [(fault.rule, pointer_of(fault.at)) for fault in check.faults(value, "the body")] == [
        ("readOnly", "/id"),
        ("readOnly", "/nested"),
    ]


def test_write_only__in_a_reply__is_not_required_and_a_fault_when_there() -> None:
    check = Schemas(ACCOUNT, "reply", refuse_hidden=True).check({"$ref": "#/$defs/Account"})
    assert check.holds({"name": "a", "id": "x", "nested": {}})
    assert not check.holds({"name": "a", "nested": {}})
    (fault,) = check.faults({"name": "a", "id": "x", "nested": {}, "pin": "1234"}, "the reply")
    assert (fault.rule, fault.message) == (
        "writeOnly",
        "pin must not be there: it is write-only and must not be shown",
    )


def test_read_only__required_beside_its_declaration__is_not_required() -> None:
    base = {"Base": {"properties": {"id": {"readOnly": True}}}}
    check = Schemas(base, "request").check({"allOf": [{"$ref": "#/$defs/Base"}, {"required": ["id"]}]})
    assert check.holds({})
    check = Schemas(base, "request").check({"allOf": [{"$ref": "#/$defs/Base"}], "required": ["id", "x"]})
    assert not check.holds({})


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": "strin"}, "/s/type"),
        ({"type": 5}, "/s/type"),
        ({"minimum": "5"}, "/s/minimum"),
        ({"multipleOf": 0}, "/s/multipleOf"),
        ({"maxLength": -1}, "/s/maxLength"),
        ({"required": True}, "/s/required"),
        ({"enum": "a"}, "/s/enum"),
        ({"properties": []}, "/s/properties"),
        ({"items": "string"}, "/s/items"),
        ({"allOf": {}}, "/s/allOf"),
        ({"pattern": "["}, "/s/pattern"),
        ({"patternProperties": {"[": {}}}, "/s/patternProperties/["),
        ({"$ref": "#/$defs/Nothing"}, "/s/$ref"),
        ({"$ref": "http://example.com/x.json"}, "/s/$ref"),
        ({"$ref": "file:///etc/passwd"}, "/s/$ref"),
        ({"dependentRequired": []}, "/s/dependentRequired"),
        ({"patternProperties": 5}, "/s/patternProperties"),
    ],
)
def test_schema__with_a_broken_keyword__is_checked_without_it(schema: Any, pointer: str) -> None:
    schemas = Schemas({}, "request")
    check = schemas.check({"properties": {"a": {"type": "string"}}, **schema}, "/s")
    assert [problem.pointer for problem in schemas.problems] == [pointer]
    assert check.holds({"a": "x"})
    if "properties" not in schema:
        assert not check.holds({"a": 1})


def test_settle__with_a_broken_definition__reports_it_where_it_stands() -> None:
    schemas = Schemas({"A": {"properties": {"b": {"$ref": "#/$defs/B"}}}, "B": {"type": "x"}}, "reply", root="/d")
    schemas.check({"$ref": "#/$defs/A"})
    assert schemas.problems == []
    schemas.settle()
    assert [(problem.code, problem.pointer) for problem in schemas.problems] == [("schema_uncompilable", "/d/B/type")]


def test_check__that_reaches_many_definitions__shares_one_validator() -> None:
    definitions = {
        f"D{at}": {
            "type": "object",
            "properties": {"next": {"$ref": f"#/$defs/D{(at + 1) % 100}"}, "n": {"type": "integer"}},
        }
        for at in range(100)
    }
    schemas = Schemas(definitions, "reply")
    first = schemas.check({"$ref": "#/$defs/D0"})
    second = schemas.check({"$ref": "#/$defs/D50"})
    small = schemas.check({"type": "string"})
    assert first.holds({"next": {"n": 1}})
    late = schemas.check({"$ref": "#/$defs/D7"})
    assert not second.holds({"next": {"n": "x"}})
    assert not late.holds({"n": "x"})
    assert small.holds("x")
    assert pointer_of(second.faults({"next": {"n": "x"}}, "the body")[0].at) == "/next/n"


@pytest.mark.parametrize(
    "definitions",
    [
        {"A": {"$ref": "#/$defs/A"}},
        {"A": {"allOf": [{"$ref": "#/$defs/B"}]}, "B": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "string"}]}},
    ],
)
def test_check__of_definitions_in_a_circle__ends(definitions: dict[str, Any]) -> None:
    check = Schemas(definitions, "request").check({"properties": {"a": {"$ref": "#/$defs/A"}, "b": {"type": "null"}}})
    check.holds({"a": 1})
    assert check.faults({"a": 1, "b": 1}, "the body")


def test_check__of_a_boolean_schema__decides() -> None:
    schemas = Schemas({}, "request")
    assert schemas.check(schema=True).holds(1)
    assert not schemas.check(schema=False).holds(1)
    assert schemas.check(schema=False).faults(1, "the body")[0].rule == "false"


def test_check__of_what_is_no_json__is_false() -> None:
    check = Schemas({}, "request").check({"type": "string"})
    assert not check.holds("\ud800")
    assert not check.holds(b"x")


def test_reference__into_the_middle_of_a_definition__is_followed() -> None:
    definitions = {"A~b/c": {"properties": {"x y": {"type": "integer"}}}}
    check = Schemas(definitions, "request").check({"$ref": "#/$defs/A~0b~1c/properties/x%20y"})
    assert check.holds(1)
    assert not check.holds("a")
