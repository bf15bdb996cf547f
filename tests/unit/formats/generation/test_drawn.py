from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from diorama.formats.generation import Generator, Options, options_of
from diorama.ports.dice import Dice


def dice(number: int = 0) -> Dice:
    return Dice(number.to_bytes(32, "little"))


def drawn(schema: Any, number: int = 0, options: Options | None = None) -> Any:
    return Generator({}, options).drawn(schema, dice(number))


def test_drawn__same_dice__gives_the_same_value() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {}}}}
    assert drawn(schema) == drawn(schema)
    assert drawn(schema) != drawn(schema, 1)


def test_drawn__property__is_the_same_beside_whatever_siblings() -> None:
    name = {"type": "string", "format": "email"}
    alone = drawn({"type": "object", "properties": {"name": name}})
    among = drawn({"type": "object", "properties": {"z": {"type": "integer"}, "name": name, "a": {"type": "array"}}})
    assert alone["name"] == among["name"]


def test_drawn__object__has_all_properties_in_sorted_order() -> None:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("title", "description", "size")}}
    assert list(drawn(schema)) == ["description", "size", "title"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("email", r"[a-z.]+@example\.com"),
        ("hostname", r"[a-z]+\.example\.com"),
        ("uri", r"https://[a-z]+\.example\.com/[a-z]+"),
        ("ipv4", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
        ("ipv6", r"2001:db8::[0-9a-f]+:[0-9a-f]+"),
        ("date", r"20\d\d-\d\d-\d\d"),
        ("date-time", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("time", r"\d\d:\d\d:\d\dZ"),
        ("duration", r"P\d+DT\d+H"),
        ("uuid", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("byte", r"[A-Za-z0-9+/]{16}"),
        ("json-pointer", r"/[a-z]+/\d"),
    ],
)
def test_drawn__format__is_met_from_reserved_ranges(form: str, expected: str) -> None:
    for number in range(20):
        assert re.fullmatch(expected, drawn({"type": "string", "format": form}, number))


def test_drawn__decimal_steps__are_exact() -> None:
    schema = {"type": "number", "multipleOf": 0.01, "minimum": 0.1, "exclusiveMaximum": 0.3}
    values = {drawn(schema, number) for number in range(100)}
    assert all(Decimal(repr(value)) % Decimal("0.01") == 0 for value in values)
    assert all(0.1 <= value < 0.3 for value in values)
    assert len(values) > 3


def test_drawn__narrow_bounds__are_kept() -> None:
    assert drawn({"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6}) == 5
    assert drawn({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.02}) == 0.01
    assert 1e-9 <= drawn({"type": "number", "minimum": 1e-9, "maximum": 2e-9}) <= 2e-9
    assert drawn({"type": "integer", "minimum": 2**70, "maximum": 2**70}) == 2**70


def test_drawn__null_beside_another_type__is_seldom() -> None:
    values = [drawn({"type": ["string", "null"]}, number) for number in range(300)]
    assert 5 < values.count(None) < 80
    values = [drawn({"enum": ["a", "b", None]}, number) for number in range(300)]
    assert 5 < values.count(None) < 80


def test_drawn__fill_properties__adds_only_what_is_invited() -> None:
    closed = {"type": "object", "properties": {"a": {"type": "string"}}}
    invited = {**closed, "additionalProperties": {"type": "integer"}}
    assert list(drawn(closed)) == ["a"]
    assert len(drawn(invited)) > 1
    assert list(drawn(invited, options=Options(fill_properties=False))) == ["a"]
    assert len(drawn({**invited, "minProperties": 3}, options=Options(fill_properties=False))) == 3


def test_drawn__wishes_of_the_document__are_met_within_the_schema() -> None:
    options = options_of({"min-items": 3, "maxItems": 3, "useDefaultValue": True})
    array = {"type": "array", "items": {"type": "string", "default": "Item"}}
    assert drawn(array, options=options) == ["Item", "Item", "Item"]
    assert len(drawn({**array, "maxItems": 2}, options=options)) == 2
    assert len(drawn({**array, "minItems": 5}, options=options)) == 5


def test_drawn__optionals__follow_their_probability() -> None:
    schema = {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["b"]}
    assert list(drawn(schema, options=Options(required_only=True))) == ["b"]
    assert list(drawn(schema, options=Options(optionals_probability=0.0))) == ["b"]
    some = [len(drawn(schema, number, Options(optionals_probability=0.5))) for number in range(50)]
    assert set(some) == {1, 2}


def test_drawn__wide_and_deep_schema__stays_small() -> None:
    names = [f"p{index}" for index in range(12)]
    schemas = {
        f"L{level}": {
            "type": "object",
            "properties": {name: {"$ref": f"#/$defs/L{level + 1}"} for name in names},
        }
        for level in range(12)
    }
    schemas["L12"] = {"type": "string"}
    value = Generator(schemas).drawn({"$ref": "#/$defs/L0"}, dice())
    assert len(msgspec.json.encode(value)) < 100_000
    assert list(value) == sorted(names)


def test_drawn__required_without_end__is_cut() -> None:
    schemas = {
        f"L{level}": {
            "type": "object",
            "properties": {f"p{index}": {"$ref": f"#/$defs/L{(level + 1) % 30}"} for index in range(9)},
            "required": [f"p{index}" for index in range(9)],
        }
        for level in range(30)
    }
    value = Generator(schemas).drawn({"$ref": "#/$defs/L0"}, dice())
    assert len(msgspec.json.encode(value)) < 200_000


def test_drawn__alternatives_inheriting_each_other__end() -> None:
    schemas: dict[str, Any] = {
        "Base": {
            "oneOf": [{"$ref": "#/$defs/One"}, {"$ref": "#/$defs/Two"}],
            "discriminator": {"propertyName": "kind"},
        },
        "One": {"allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"kind": {"const": "One"}}}], "type": "object"},
        "Two": {"type": "object", "properties": {"kind": {"const": "Two"}}, "required": ["kind"]},
    }
    generator = Generator(schemas)
    assert generator.drawn({"$ref": "#/$defs/Base"}, dice())["kind"] in {"One", "Two"}


def test_drawn__contradiction__ends_with_something() -> None:
    schemas: list[dict[str, Any]] = [
        {"type": "string", "minLength": 5, "maxLength": 2},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "array", "items": False, "minItems": 2},
        {"oneOf": [{}, {}]},
        {"not": {}},
        {"type": "string", "pattern": "^a$", "minLength": 9},
        {"type": "string", "pattern": "("},
    ]
    for schema in schemas:
        msgspec.json.encode(drawn(schema))
        assert Generator().conforms(schema, drawn(schema)) is ("(" in schema.get("pattern", ""))


def test_drawn__distinct_items__are_as_many_as_there_can_be() -> None:
    assert sorted(drawn({"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3})) == [
        1,
        2,
        3,
    ]
    schema = {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2}
    assert Draft202012Validator(schema).is_valid(drawn(schema))


def test_drawn__parts_that_cannot_be_right__are_left_out() -> None:
    never = {"allOf": [{"const": 1}, {"type": "string"}]}
    assert drawn({"type": "object", "properties": {"a": never, "b": {"type": "string"}}}).keys() == {"b"}
    assert drawn({"type": "array", "items": never}) == []
    assert isinstance(drawn({"anyOf": [never, {"type": "string"}]}), str)


def test_options__of_a_document__are_read_in_both_spellings() -> None:
    options = options_of(
        {"minItems": 1, "max-length": 9, "fillProperties": True, "optionalsProbability": 2, "maxItems": "x", "a": 1},
        fill_properties=False,
    )
    assert options == Options(min_items=1, max_length=9, fill_properties=False)
    assert options_of({"optionalsProbability": 0.2, "alwaysFakeOptionals": True}).optionals_probability == 1.0
