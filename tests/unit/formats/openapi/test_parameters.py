from __future__ import annotations

import pytest

from diorama.model.definition import Parameter
from tests.unit.formats.openapi.documents import HEAD_30, HEAD_32, Folder, endpoint_of, messages_of


def read(folder: Folder, parameters: str, path: str = "/a", head: str = HEAD_30) -> tuple[list[Parameter], str]:
    loaded = folder.load(
        head + f"paths: {{'{path}': {{get: {{parameters: {parameters}, responses: {{'200': {{description: d}}}}}}}}}}\n"
        "components: {schemas: {F: {type: object, required: [a], properties: {a: {type: string}, b: {type: array}}}}}\n"
    )
    return list(endpoint_of(loaded).parameters), messages_of(loaded)


@pytest.mark.parametrize(
    ("place", "given", "style", "explode"),
    [
        ("query", "", "form", True),
        ("query", "explode: false", "form", False),
        ("query", "style: spaceDelimited", "spaceDelimited", False),
        ("query", "style: pipeDelimited, explode: true", "pipeDelimited", True),
        ("query", "style: deepObject, explode: true", "deepObject", True),
        ("path", "", "simple", False),
        ("path", "style: label", "label", False),
        ("path", "style: matrix, explode: true", "matrix", True),
        ("header", "", "simple", False),
        ("header", "explode: true", "simple", True),
        ("cookie", "", "form", True),
        ("cookie", "style: cookie", "form", True),
    ],
)
def test_parameter__of_each_place__has_the_defaults_of_its_place(
    folder: Folder, place: str, given: str, style: str, explode: bool
) -> None:
    path = "/a/{p}" if place == "path" else "/a"
    (parameter,), messages = read(
        folder, f"[{{name: p, in: {place}, required: true, schema: {{type: array}}, {given}}}]", path
    )
    assert (parameter.place, parameter.style, parameter.explode) == (place, style, explode)
    assert (parameter.required, parameter.schema, messages) == (True, {"type": "array"}, "")
    assert parameter.pointer.endswith("/get/parameters/0")


def test_parameter__with_a_style_of_another_place__gets_the_default(folder: Folder) -> None:
    (parameter,), messages = read(folder, "[{name: p, in: header, style: deepObject, schema: {}}]")
    assert parameter.style == "simple"
    assert "cannot have this style" in messages


def test_parameter__with_flags_and_examples__keeps_them(folder: Folder) -> None:
    (parameter,), _ = read(
        folder,
        "[{name: p, in: query, allowReserved: true, allowEmptyValue: true, required: 'true', schema: {},"
        " example: 1, examples: {x: {value: 2, summary: two}}}]",
    )
    assert (parameter.allow_reserved, parameter.allow_empty, parameter.required) == (True, True, True)
    assert [(example.name, example.value, example.summary) for example in parameter.examples] == [
        ("", 1, ""),
        ("x", 2, "two"),
    ]


def test_parameter__with_content__has_a_media_type(folder: Folder) -> None:
    (parameter,), _ = read(
        folder, "[{name: p, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/F'}}}}]"
    )
    assert parameter.schema is None
    assert parameter.media_type is not None
    assert (parameter.media_type.name, parameter.media_type.schema) == ("application/json", {"$ref": "#/$defs/F"})


def test_parameter__without_schema__allows_everything(folder: Folder) -> None:
    (parameter,), _ = read(folder, "[{name: p, in: query}]")
    assert (parameter.schema, parameter.media_type) == (None, None)


def test_parameter__with_its_type_beside_schema__is_understood(folder: Folder) -> None:
    (parameter,), messages = read(folder, "[{name: p, in: query, type: integer, minimum: 1}]")
    assert parameter.schema == {"type": "integer", "minimum": 1}
    assert "beside 'schema'" in messages


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_header_parameter__that_the_specification_reserves__is_ignored(folder: Folder, name: str) -> None:
    parameters, messages = read(folder, f"[{{name: {name}, in: header, schema: {{}}}}]")
    assert parameters == []
    assert "is ignored" in messages


def test_parameter__twice_in_one_list__is_told(folder: Folder) -> None:
    parameters, messages = read(
        folder, "[{name: p, in: query, schema: {type: string}}, {name: p, in: query, schema: {type: integer}}]"
    )
    assert [parameter.schema for parameter in parameters] == [{"type": "integer"}]
    assert "stands twice" in messages


def test_query_string__as_a_form__is_one_parameter_for_each_property(folder: Folder) -> None:
    parameters, messages = read(
        folder,
        "[{name: q, in: querystring,"
        " content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/F'},"
        " encoding: {b: {explode: false}}}}}]",
        head=HEAD_32,
    )
    assert [(item.name, item.required, item.style, item.explode) for item in parameters] == [
        ("a", True, "form", True),
        ("b", False, "form", False),
    ]
    assert messages == ""


def test_query_string__as_json__is_left_out_with_a_finding(folder: Folder) -> None:
    parameters, messages = read(
        folder, "[{name: q, in: querystring, content: {application/json: {schema: {type: object}}}}]", head=HEAD_32
    )
    assert parameters == []
    assert "only as a form" in messages


def test_response_headers__of_all_kinds__are_parameters(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30
        + "paths: {/a: {get: {responses: {'200': {description: d, headers: {\n"
        + " X-A: {schema: {type: integer}, required: true, example: 3},\n X-B: {$ref: '#/components/headers/B'},\n"
        + " Content-Type: {schema: {}},\n X-C: text}}}}}}\ncomponents: {headers: {B: {schema: {type: string}}}}\n"
    )
    headers = endpoint_of(loaded).responses[0].headers
    assert [(header.name, header.schema, header.place, header.required) for header in headers] == [
        ("X-A", {"type": "integer"}, "header", True),
        ("X-B", {"type": "string"}, "header", False),
    ]
    assert headers[0].examples[0].value == 3
    assert "'Content-Type' is ignored" in messages_of(loaded)
    assert "'X-C' is no object" in messages_of(loaded)
