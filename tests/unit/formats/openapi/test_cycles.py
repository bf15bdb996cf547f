from __future__ import annotations

import json
from typing import Any

import pytest

from diorama.formats.openapi import Limits
from tests.unit.formats.openapi.documents import HEAD_31, NO_PATHS, Folder, messages_of, schemas_of


def document(schemas: dict[str, Any]) -> str:
    text = json.dumps({"components": {"schemas": schemas}})[1:-1].replace('"@', '"#/components/schemas/')
    return "{" + f'"openapi": "3.1.0", "info": {{"title": "t", "version": "1"}}, "paths": {{}}, {text}' + "}"


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"@{name}"}


def out(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


@pytest.mark.parametrize("order", [("Pet", "Cat"), ("Cat", "Pet")])
def test_inheritance__drawn_both_ways__ends_in_the_parents_base(folder: Folder, order: tuple[str, str]) -> None:
    schemas = {
        "Pet": {"oneOf": [ref("Cat")], "discriminator": {"propertyName": "k"}, "properties": {"k": {}}},
        "Cat": {"allOf": [ref("Pet"), {"properties": {"c": {}}}]},
    }
    loaded = folder.load(document({name: schemas[name] for name in order}), "a.json")
    found = schemas_of(loaded)
    assert found["Cat"]["allOf"][0] == out("Pet.base")
    assert found["Pet.base"] == {"properties": {"k": {}}}
    assert found["Pet"]["oneOf"] == [out("Cat")]
    assert "refer to each other" in messages_of(loaded)


@pytest.mark.parametrize(
    ("schemas", "name", "expected"),
    [
        ({"A": {"allOf": [ref("A"), {"type": "object"}]}}, "A", {"allOf": [{}, {"type": "object"}]}),
        ({"A": {"anyOf": [ref("A"), {"type": "object"}]}}, "A", {"anyOf": [False, {"type": "object"}]}),
        ({"A": {"$ref": "@A", "type": "object"}}, "A", {"type": "object"}),
        ({"A": {"not": ref("B")}, "B": {"if": ref("A"), "then": {}}}, "B", {"if": {}, "then": {}}),
        ({"A": {"dependentSchemas": {"x": ref("A")}}}, "A", {"dependentSchemas": {"x": {}}}),
        ({"A": ref("B"), "B": {"allOf": [ref("A")]}}, "B", {"allOf": [{}]}),
    ],
)
def test_circle__on_one_value__is_opened_with_a_finding(
    folder: Folder, schemas: dict[str, Any], name: str, expected: Any
) -> None:
    loaded = folder.load(document(schemas), "a.json")
    assert schemas_of(loaded)[name] == expected
    assert "by way of itself" in messages_of(loaded)


def test_circle__below_properties_and_items__is_no_circle(folder: Folder) -> None:
    schemas = {"A": {"properties": {"a": ref("A")}, "items": ref("B")}, "B": {"additionalProperties": ref("A")}}
    loaded = folder.load(document(schemas), "a.json")
    assert loaded.findings == ()
    assert schemas_of(loaded)["A"]["items"] == out("B")


def test_chain__of_many_schemas_on_one_value__is_refused(folder: Folder) -> None:
    schemas: dict[str, Any] = {f"A{n}": ref(f"A{n + 1}") for n in range(300)} | {"A300": {}}
    error = folder.refusal(document(schemas), "a.json")
    assert (error.code, "200 levels" in error.message) == ("document_trap", True)


def test_chain__that_doubles_at_each_step__is_refused(folder: Folder) -> None:
    schemas: dict[str, Any] = {f"A{n}": {"allOf": [ref(f"A{n + 1}")] * 2} for n in range(60)} | {"A60": {}}
    error = folder.refusal(document(schemas), "a.json", limits=Limits(depth_max=10_000))
    assert (error.code, "10,000 schemas" in error.message) == ("document_trap", True)


def test_circle__of_fifty_thousand_references__is_refused(folder: Folder) -> None:
    schemas = "".join(f"    a{n}: {{$ref: '#/components/schemas/a{(n + 1) % 50_000}'}}\n" for n in range(50_000))
    error = folder.refusal(HEAD_31 + NO_PATHS + "components:\n  schemas:\n" + schemas)
    assert error.code == "reference_unresolved"
