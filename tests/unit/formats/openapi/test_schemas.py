from __future__ import annotations

import json
from typing import Any

import pytest

from diorama.formats.openapi import Limits
from tests.unit.formats.openapi.documents import HEAD_2, HEAD_30, HEAD_31, NO_PATHS, Folder, messages_of, schemas_of

NULL = {"type": "null"}


def convert(folder: Folder, schema: Any, head: str = HEAD_30) -> tuple[Any, str]:
    """A schema as the component ``A``, beside ``B`` and ``C``, and the messages of what was untidy."""
    text = json.dumps({"A": schema, "B": {"type": "object"}, "C": {"type": "string"}})
    section = f"definitions: {text}\n" if head == HEAD_2 else f"components: {{schemas: {text}}}\n"
    loaded = folder.load(head + NO_PATHS + section)
    return schemas_of(loaded)["A"], messages_of(loaded)


REF_B = {"$ref": "#/components/schemas/B"}
OUT_B = {"$ref": "#/$defs/B"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"enum": ["a", None], "nullable": True}, {"enum": ["a", None]}),
        ({"nullable": True}, {}),
        ({"type": ["string", "null"], "nullable": True}, {"type": ["string", "null"]}),
        ({"allOf": [REF_B], "nullable": True, "title": "t"}, {"title": "t", "anyOf": [{"allOf": [OUT_B]}, NULL]}),
        ({"anyOf": [REF_B], "nullable": True}, {"anyOf": [OUT_B, NULL]}),
        ({"oneOf": [REF_B], "nullable": True}, {"anyOf": [{"oneOf": [OUT_B]}, NULL]}),
        (
            {"type": "object", "allOf": [REF_B], "nullable": True, "readOnly": True, "x-a": 1},
            {"readOnly": True, "x-a": 1, "anyOf": [{"type": "object", "allOf": [OUT_B]}, NULL]},
        ),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1.5, "exclusiveMaximum": True}, {"exclusiveMaximum": 1.5}),
        ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}),
        ({"exclusiveMaximum": True}, {}),
        (
            {"properties": {"a": {"items": {"nullable": True, "type": "integer"}}}},
            {"properties": {"a": {"items": {"type": ["integer", "null"]}}}},
        ),
        ({"type": "string", "format": "whatever", "x-b": {"nullable": True}}, "same"),
        ({"type": "object", "additionalProperties": False, "discriminator": {"propertyName": "k"}}, "same"),
        ({"type": "string", "example": {"$ref": "not one"}, "default": None, "readOnly": True, "xml": {}}, "same"),
        ({"properties": {"$ref": {"type": "string"}, "nullable": {"type": "string"}, "type": {}}}, "same"),
    ],
)
def test_schema__of_openapi_30__becomes_json_schema(folder: Folder, old: Any, new: Any) -> None:
    found, messages = convert(folder, old)
    expected = old if new == "same" else new
    assert found == expected
    assert list(found) == list(expected)
    assert messages == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "x-nullable": True}, {"type": ["string", "null"]}),
        ({"type": "file"}, {"type": "string", "format": "binary"}),
        ({"discriminator": "kind", "type": "object"}, {"discriminator": {"propertyName": "kind"}, "type": "object"}),
    ],
)
def test_schema__of_swagger_2__becomes_json_schema(folder: Folder, old: Any, new: Any) -> None:
    assert convert(folder, old, HEAD_2) == (new, "")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"type": "string", "nullable": True}, {"type": "string"}, "nullable means nothing"),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}, "is a number since"),
        (
            {"items": [{"type": "string"}], "additionalItems": False},
            {"prefixItems": [{"type": "string"}], "items": False},
            "prefixItems",
        ),
        (
            {"dependencies": {"a": ["b"], "c": {"type": "object"}}},
            {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"type": "object"}}},
            "",
        ),
        ({"$schema": "x", "$id": "y", "$anchor": "z", "$defs": {"q": {}}, "type": "string"}, {"type": "string"}, ""),
        ({"examples": {"a": {"value": 1}}}, {"examples": [1]}, "list of values"),
        ({"type": ["string", "null"], "const": None, "if": {}, "contentSchema": {"type": "object"}}, None, ""),
        (True, True, ""),
        (False, False, ""),
    ],
)
def test_schema__of_openapi_31__is_kept_or_brought_up_to_date(folder: Folder, old: Any, new: Any, words: str) -> None:
    found, messages = convert(folder, old, HEAD_31)
    assert found == (old if new is None else new)
    assert words in messages
    assert bool(words) == bool(messages)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"type": "int"}, {"type": "integer"}, "read as 'integer'"),
        ({"type": "String"}, {"type": "string"}, "read as 'string'"),
        ({"type": "any"}, {}, "type must be"),
        ({"type": ["string", "string", "odd"]}, {"type": ["string"]}, "type must be"),
        ({"type": None}, {}, "type must be"),
        ({"minLength": "5", "maxLength": 5.0}, {"minLength": 5, "maxLength": 5}, "in quotes"),
        ({"minimum": "1.5", "maximum": "x"}, {"minimum": 1.5}, "maximum must be a number"),
        ({"minItems": -1, "maxItems": 1.5}, {}, "whole number"),
        ({"multipleOf": 0}, {}, "above 0"),
        ({"uniqueItems": "true", "readOnly": 1}, {"uniqueItems": True}, "readOnly must be"),
        ({"pattern": 1, "title": []}, {}, "pattern must be text"),
        ({"enum": "a", "allOf": [], "anyOf": {}}, {}, "enum must be"),
        ({"properties": [], "items": None, "required": "a"}, {}, "properties must be"),
        ({"required": ["a", "a", "b"]}, {"required": ["a", "b"]}, ""),
        ({"required": ["a", 1]}, {"required": ["a", "1"]}, "property names"),
        ({"discriminator": {"mapping": {}}}, {}, "propertyName"),
        ({"properties": {"a": None}}, {"properties": {"a": {}}}, "allows everything"),
        ({"dependencies": []}, {}, ""),
    ],
)
def test_schema__with_untidy_keywords__is_understood_with_findings(
    folder: Folder, old: Any, new: Any, words: str
) -> None:
    found, messages = convert(folder, old)
    assert found == new
    assert words in messages


def test_required__true_on_a_property__is_required_in_the_object(folder: Folder) -> None:
    schema = {"properties": {"a": {"type": "string", "required": True}, "b": {"required": False}}, "required": ["c"]}
    found, messages = convert(folder, schema)
    assert found == {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["c", "a"]}
    assert messages.count("true on a property") == 2


@pytest.mark.parametrize("schema", ["text", 1, [], {"items": "text"}, {"properties": {"a": []}}])
def test_schema__of_the_wrong_kind__is_refused(folder: Folder, schema: Any) -> None:
    error = folder.refusal(HEAD_31 + NO_PATHS + "components:\n  schemas:\n    A: " + json.dumps(schema))
    assert (error.code, error.meta["line"]) == ("document_invalid", 6)


def test_nullable__beside_a_reference__means_nothing(folder: Folder) -> None:
    found, messages = convert(folder, REF_B | {"nullable": True})
    assert found == OUT_B
    assert "nullable beside $ref" in messages


def test_mapping__of_a_discriminator__leads_to_definitions(folder: Folder) -> None:
    folder.write("d.yaml", "D: {type: object}\n")
    mapping = {"b": "B", "b2": "#/components/schemas/B", "d": "d.yaml#/D", "x": "Nothing", "n": 1}
    found, messages = convert(folder, {"discriminator": {"propertyName": "k", "mapping": mapping}})
    assert found["discriminator"]["mapping"] == {"b": "#/$defs/B", "b2": "#/$defs/B", "d": "#/$defs/D"}
    assert messages.count("leads to no schema") == 2


def test_allof__of_a_hundred_thousand__is_refused(folder: Folder) -> None:
    error = folder.refusal(
        HEAD_31 + NO_PATHS + "components: {schemas: {A: {allOf: [" + "{}," * 100_000 + "]}}}",
        limits=Limits(branches_max=10_000),
    )
    assert error.code == "document_trap"


def test_schema__that_needs_no_change__is_not_copied(folder: Folder) -> None:
    loaded = folder.load(HEAD_31 + NO_PATHS + "components: {schemas: {A: &a {type: string}, B: {items: *a}}}")
    assert schemas_of(loaded)["A"] is schemas_of(loaded)["B"]["items"]
