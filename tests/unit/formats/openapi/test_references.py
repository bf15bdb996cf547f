from __future__ import annotations

from typing import Any

import pytest

from tests.unit.formats.openapi.documents import HEAD_30, HEAD_31, NO_PATHS, Folder, schemas_of


def schemas(folder: Folder, text: str, head: str = HEAD_31) -> dict[str, Any]:
    return schemas_of(folder.load(head + NO_PATHS + text))


def test_reference__to_a_component__keeps_its_name(folder: Folder) -> None:
    found = schemas(folder, "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {type: string}}}")
    assert found == {"A": {"$ref": "#/$defs/B"}, "B": {"type": "string"}}


def test_reference__to_an_inline_schema__gets_a_name_of_its_own(folder: Folder) -> None:
    text = (
        "components:\n  schemas:\n    A: {properties: {b: {type: integer}, c/d: {type: string}}}\n"
        "    B: {$ref: '#/components/schemas/A/properties/b'}\n"
        "    b: {$ref: '#/components/schemas/A/properties/c~1d'}\n"
        "    C: {$ref: '#/components/schemas/A/properties/c%7E1d'}\n"
    )
    found = schemas(folder, text)
    name = found["B"]["$ref"].removeprefix("#/$defs/")
    assert found[name] == {"type": "integer"}
    assert name not in ("A", "B", "b", "C")
    assert found["C"] == found["b"] != found["B"]


def test_reference__to_itself_below_a_property__stays(folder: Folder) -> None:
    found = schemas(folder, "components: {schemas: {A: {properties: {next: {$ref: '#/components/schemas/A'}}}}}")
    assert found == {"A": {"properties": {"next": {"$ref": "#/$defs/A"}}}}


def test_reference__circular_across_files__stays(folder: Folder) -> None:
    folder.write("b.yaml", "B: {properties: {a: {$ref: 'api.yaml#/components/schemas/A'}, b: {$ref: '#/B'}}}\n")
    found = schemas(folder, "components: {schemas: {A: {properties: {b: {$ref: 'b.yaml#/B'}}}}}")
    assert found["A"] == {"properties": {"b": {"$ref": "#/$defs/B"}}}
    assert found["B"] == {"properties": {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/B"}}}


def test_reference__through_another_reference__is_followed(folder: Folder) -> None:
    text = (
        "components: {schemas: {A: {$ref: '#/components/schemas/B/properties/x'}, B: {$ref: '#/components/schemas/C'},"
        " C: {properties: {x: {type: boolean}}}}}"
    )
    found = schemas(folder, text)
    assert found[found["A"]["$ref"].removeprefix("#/$defs/")] == {"type": "boolean"}


@pytest.mark.parametrize(
    "text",
    [
        "{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}",
        "{A: {$ref: '#/components/schemas/A'}}",
        "{A: {$ref: '#/components/schemas/A/properties/x'}}",
        "{A: {$ref: '#/components/schemas/B/x'}, B: {$ref: '#/components/schemas/A/x'}}",
        "{A: {$ref: '#/components/schemas/None'}}",
        "{A: {$ref: '#nowhere'}}",
        "{A: {$ref: '#/openapi/x'}}",
        "{A: {$ref: '#/components/schemas/A/allOf/9'}}",
    ],
)
def test_reference__that_leads_nowhere__is_refused_with_its_place(folder: Folder, text: str) -> None:
    error = folder.refusal(HEAD_31 + NO_PATHS + "components:\n  schemas: " + text)
    assert error.code == "reference_unresolved"
    assert error.meta["line"] == 5
    assert error.meta["pointer"].startswith("/components/schemas")
    assert error.hint


def test_reference__nearly_right__gets_a_suggestion(folder: Folder) -> None:
    error = folder.refusal(
        HEAD_31 + NO_PATHS + "components: {schemas: {Pet: {type: string}, A: {$ref: '#/definitions/pet'}}}"
    )
    assert error.hint == "Did you mean #/components/schemas/Pet?"


def test_references__several_unresolved__are_all_listed(folder: Folder) -> None:
    error = folder.refusal(HEAD_31 + NO_PATHS + "components:\n  schemas:\n    A: {$ref: '#/x'}\n    B: {$ref: '#/y'}\n")
    assert [violation.pointer for violation in error.violations] == ["/components/schemas/A", "/components/schemas/B"]
    assert "and 1 more" in error.message


def test_reference__as_a_bare_name__is_understood_with_a_finding(folder: Folder) -> None:
    loaded = folder.load(HEAD_30 + NO_PATHS + "components: {schemas: {A: {$ref: B}, B: {type: string}}}")
    assert schemas_of(loaded)["A"] == {"$ref": "#/$defs/B"}
    assert "bare name" in loaded.findings[0].message


def test_reference__that_is_no_text__is_refused(folder: Folder) -> None:
    assert folder.refusal(HEAD_30 + NO_PATHS + "components: {schemas: {A: {$ref: [1]}}}").code == "document_invalid"


def test_reference__by_anchor__is_found(folder: Folder) -> None:
    found = schemas(folder, "components: {schemas: {A: {$ref: '#b'}, B: {$anchor: b, type: string}}}")
    assert found == {"A": {"$ref": "#/$defs/B"}, "B": {"type": "string"}}


def test_reference__below_an_id__resolves_against_it(folder: Folder) -> None:
    text = (
        "components: {schemas: {\n"
        " A: {$id: 'https://example.com/a', properties: {x: {$ref: '#/$defs/y'}, z: {$ref: 'b#c'}},"
        " $defs: {y: {type: integer}}},\n"
        " B: {$id: 'https://example.com/b', items: {$anchor: c, type: string}},\n"
        " C: {$ref: 'https://example.com/a'}}}"
    )
    found = schemas(folder, text)
    names = {key: item["$ref"].removeprefix("#/$defs/") for key, item in found["A"]["properties"].items()}
    assert found[names["x"]] == {"type": "integer"}
    assert found[names["z"]] == {"type": "string"}
    assert found["C"] == {"$ref": "#/$defs/A"}
    assert "$id" not in str(found)


def test_dynamic_reference__to_an_anchor__is_read_as_a_plain_one(folder: Folder) -> None:
    found = schemas(
        folder, "components: {schemas: {A: {$dynamicAnchor: node, properties: {x: {$dynamicRef: '#node'}}}}}"
    )
    assert found == {"A": {"properties": {"x": {"$ref": "#/$defs/A"}}}}


def test_reference__with_siblings__keeps_them_only_since_openapi_31(folder: Folder) -> None:
    text = "components: {schemas: {A: {$ref: '#/components/schemas/B', minLength: 2}, B: {type: string}}}"
    assert schemas(folder, text)["A"] == {"$ref": "#/$defs/B", "minLength": 2}
    assert schemas(folder, text, HEAD_30)["A"] == {"$ref": "#/$defs/B"}


def test_names__with_characters_that_references_cannot_hold__are_made_safe(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30 + NO_PATHS + "components: {schemas: {'List<A>': {type: array}, List_A_: {type: string},"
        " B: {$ref: '#/components/schemas/List<A>'}}}"
    )
    found = schemas_of(loaded)
    assert found["B"] == {"$ref": "#/$defs/List_A_"}
    assert found["List_A_"] == {"type": "array"}
    assert found["List_A_-2"] == {"type": "string"}


def test_pointer_chain__without_end__is_refused(folder: Folder) -> None:
    chain = "".join(f"x-{number}: {{$ref: '#/x-{number + 1}/x'}}\n" for number in range(2_000))
    text = HEAD_30 + NO_PATHS + chain + "components: {schemas: {A: {$ref: '#/x-0/x'}}}\n"
    assert folder.refusal(text).code == "reference_unresolved"
