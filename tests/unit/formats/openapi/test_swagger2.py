from __future__ import annotations

import pytest

from diorama.model.definition import Endpoint
from tests.unit.formats.openapi.documents import HEAD_2, Folder, endpoint_of, messages_of


def read(folder: Folder, operation: str, rest: str = "") -> tuple[Endpoint, str]:
    loaded = folder.load(HEAD_2 + f"paths: {{/a: {{post: {{{operation}}}}}}}\n" + rest)
    return endpoint_of(loaded), messages_of(loaded)


ANSWER = "responses: {'200': {description: d}}"


@pytest.mark.parametrize(
    ("place", "collection", "style", "explode"),
    [
        ("query", "", "form", False),
        ("query", "collectionFormat: csv", "form", False),
        ("query", "collectionFormat: ssv", "spaceDelimited", False),
        ("query", "collectionFormat: tsv", "tabDelimited", False),
        ("query", "collectionFormat: pipes", "pipeDelimited", False),
        ("query", "collectionFormat: multi", "form", True),
        ("header", "collectionFormat: csv", "simple", False),
        ("header", "collectionFormat: pipes", "pipeDelimited", False),
    ],
)
def test_collection_format__of_a_parameter__is_style_and_explode(
    folder: Folder, place: str, collection: str, style: str, explode: bool
) -> None:
    endpoint, messages = read(
        folder, f"parameters: [{{name: p, in: {place}, type: array, items: {{type: string}}, {collection}}}], {ANSWER}"
    )
    (parameter,) = endpoint.parameters
    assert (parameter.style, parameter.explode) == (style, explode)
    assert parameter.schema == {"type": "array", "items": {"type": "string"}}
    assert messages == ""


@pytest.mark.parametrize(("place", "collection", "style"), [("header", "multi", "simple"), ("query", "odd", "form")])
def test_collection_format__that_does_not_fit__is_csv(folder: Folder, place: str, collection: str, style: str) -> None:
    endpoint, messages = read(
        folder, f"parameters: [{{name: p, in: {place}, type: array, collectionFormat: {collection}}}], {ANSWER}"
    )
    assert (endpoint.parameters[0].style, endpoint.parameters[0].explode) == (style, False)
    assert messages


def test_parameter__with_constraints__keeps_them_as_its_schema(folder: Folder) -> None:
    endpoint, _ = read(
        folder,
        "parameters: [{name: n, in: query, required: true, type: integer, minimum: 1, exclusiveMinimum: true,"
        " allowEmptyValue: true, description: d, default: 3, x-nullable: true, x-example: 4}], " + ANSWER,
    )
    (parameter,) = endpoint.parameters
    assert parameter.schema == {"type": ["integer", "null"], "exclusiveMinimum": 1, "default": 3}
    assert (parameter.required, parameter.allow_empty, parameter.examples[0].value) == (True, True, 4)


def test_parameter__by_reference__is_resolved(folder: Folder) -> None:
    endpoint, _ = read(
        folder,
        f"parameters: [{{$ref: '#/parameters/p'}}, {{$ref: '#/parameters/b'}}], {ANSWER}",
        "parameters: {p: {name: q, in: query, type: string}, b: {name: b, in: body,"
        " schema: {$ref: '#/definitions/D'}}}\n"
        "definitions: {D: {type: object}}\n",
    )
    assert [parameter.name for parameter in endpoint.parameters] == ["q"]
    assert endpoint.request_body is not None
    assert endpoint.request_body.content[0].schema == {"$ref": "#/$defs/D"}


@pytest.mark.parametrize(
    ("consumes", "rest", "names"),
    [
        ("", "", ["application/json"]),
        ("consumes: [application/xml, text/plain], ", "", ["application/xml", "text/plain"]),
        ("", "consumes: [application/vnd.a+json]\n", ["application/vnd.a+json"]),
        ("consumes: [], ", "consumes: [application/xml]\n", ["application/json"]),
    ],
)
def test_body__with_consumes__has_its_media_types(folder: Folder, consumes: str, rest: str, names: list[str]) -> None:
    endpoint, _ = read(
        folder,
        f"{consumes}parameters: [{{name: b, in: body, required: true, schema: {{type: object}}}}], {ANSWER}",
        rest,
    )
    assert endpoint.request_body is not None
    assert endpoint.request_body.required
    assert [media.name for media in endpoint.request_body.content] == names


@pytest.mark.parametrize(
    ("consumes", "kind", "names"),
    [
        ("", "string", ["application/x-www-form-urlencoded", "multipart/form-data"]),
        ("", "file", ["multipart/form-data"]),
        ("consumes: [multipart/form-data], ", "string", ["multipart/form-data"]),
        (
            "consumes: [application/json, application/x-www-form-urlencoded], ",
            "string",
            ["application/x-www-form-urlencoded"],
        ),
    ],
)
def test_form_data__with_consumes__is_a_request_body(
    folder: Folder, consumes: str, kind: str, names: list[str]
) -> None:
    endpoint, _ = read(
        folder,
        f"{consumes}parameters: [{{name: f, in: formData, required: true, type: {kind}}},"
        f" {{name: l, in: formData, type: array, items: {{type: string}}, collectionFormat: multi}}], {ANSWER}",
    )
    body = endpoint.request_body
    assert body is not None
    assert [media.name for media in body.content] == names
    schema = body.content[0].schema
    assert isinstance(schema, dict)
    assert schema["required"] == ["f"]
    assert schema["properties"]["f"] == (
        {"type": "string", "format": "binary"} if kind == "file" else {"type": "string"}
    )
    assert (body.content[0].encoding["l"].style, body.content[0].encoding["l"].explode) == ("form", True)


def test_body__beside_form_data__wins_with_a_finding(folder: Folder) -> None:
    endpoint, messages = read(
        folder, f"parameters: [{{name: b, in: body, schema: {{}}}}, {{name: f, in: formData, type: string}}], {ANSWER}"
    )
    assert endpoint.request_body is not None
    assert endpoint.request_body.content[0].schema == {}
    assert "exclude each other" in messages


@pytest.mark.parametrize(
    ("response", "rest", "content"),
    [
        ("{description: d}", "produces: [application/json]\n", []),
        ("{description: d, schema: {type: string}}", "", [("application/json", True, [])]),
        ("{description: d, schema: {type: string}}", "produces: [a/b, c/d]\n", [("a/b", True, []), ("c/d", True, [])]),
        (
            "{description: d, schema: {}, examples: {c/d: 1}}",
            "produces: [a/b, c/d]\n",
            [("a/b", True, []), ("c/d", True, [1])],
        ),
        ("{description: d, examples: {text/plain: hello}}", "", [("text/plain", False, ["hello"])]),
        (
            "{description: d, examples: {x/y: 2, c/d: 1}}",
            "produces: [a/b, c/d]\n",
            [("c/d", False, [1]), ("x/y", False, [2])],
        ),
        ("{description: d, examples: {first: 1}}", "produces: [a/b]\n", [("a/b", False, [1])]),
    ],
)
def test_response__with_produces_and_examples__has_its_content(
    folder: Folder, response: str, rest: str, content: list[tuple[str, bool, list[object]]]
) -> None:
    endpoint, _ = read(folder, f"responses: {{'200': {response}}}", rest)
    found = [
        (media.name, media.schema is not None, [example.value for example in media.examples])
        for media in endpoint.responses[0].content
    ]
    assert found == content


def test_response__by_reference__depends_on_the_operations_produces(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_2
        + "paths: {/a: {get: {produces: [a/b], responses: {'200': {$ref: '#/responses/r'}}},"
        + " put: {produces: [c/d], responses: {'200': {$ref: '#/responses/r'}}}}}\n"
        + "responses: {r: {description: d, schema: {type: file}, headers: {X-A: {type: array,"
        " items: {type: integer}}, X-B: 1}}}\n"
    )
    get, put = loaded.project.groups[0].endpoints
    assert [item.responses[0].content[0].name for item in (get, put)] == ["a/b", "c/d"]
    assert get.responses[0].content[0].schema == {"type": "string", "format": "binary"}
    header = get.responses[0].headers[0]
    assert (header.name, header.style, header.schema) == (
        "X-A",
        "simple",
        {"type": "array", "items": {"type": "integer"}},
    )
    assert "'X-B' is no object" in messages_of(loaded)


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("", ("",)),
        ("basePath: /\n", ("",)),
        ("host: x.example\nbasePath: /v1/\nschemes: [https]\n", ("/v1", "")),
        ("basePath: v1\n", ("/v1", "")),
    ],
)
def test_base_path__of_a_document__is_its_root(folder: Folder, text: str, roots: tuple[str, ...]) -> None:
    loaded = folder.load(HEAD_2 + text + "paths: {}\n")
    assert loaded.project.groups[0].root_paths == roots


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("[1]", "parameter is an object"),
        ("[{in: query}]", "no 'name'"),
        ("[{name: x, in: cookie}]", "no usable 'in'"),
    ],
)
def test_parameter__of_the_wrong_kind__is_refused(folder: Folder, parameters: str, words: str) -> None:
    error = folder.refusal(HEAD_2 + f"paths: {{/a: {{get: {{parameters: {parameters}}}}}}}\n")
    assert (error.code, words in error.message) == ("document_invalid", True)


def test_parameters__untidy__are_understood_with_findings(folder: Folder) -> None:
    endpoint, messages = read(
        folder,
        "parameters: [{name: q, in: query, type: string}, {name: q, in: query, schema: {type: integer}}], " + ANSWER,
    )
    assert endpoint.parameters[0].schema == {"type": "integer"}
    assert "stands twice" in messages
    assert "only body parameters" in messages
