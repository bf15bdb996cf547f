from __future__ import annotations

import pytest

from diorama.formats.openapi import Limits
from tests.unit.formats.openapi.documents import (
    HEAD_2,
    HEAD_30,
    HEAD_31,
    HEAD_32,
    NO_PATHS,
    Folder,
    endpoint_of,
    endpoints_of,
    messages_of,
)

OK = "{responses: {'200': {description: ok}}}"


def test_methods__of_openapi_30__are_endpoints(folder: Folder) -> None:
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    loaded = folder.load(HEAD_30 + "paths:\n  /a:\n" + "".join(f"    {method}: {OK}\n" for method in methods))
    assert [endpoint.method for endpoint in endpoints_of(loaded)] == [method.upper() for method in methods]
    assert [endpoint.id for endpoint in endpoints_of(loaded)] == [f"{method} /a" for method in methods]
    assert loaded.findings == ()


def test_query_and_further_methods__of_openapi_32__are_endpoints(folder: Folder) -> None:
    text = f"paths: {{/a: {{query: {OK}, additionalOperations: {{COPY: {OK}, x-note: 1}}}}}}\n"
    assert [endpoint.method for endpoint in endpoints_of(folder.load(HEAD_32 + text))] == ["QUERY", "COPY"]
    old = folder.load(HEAD_31 + text)
    assert endpoints_of(old) == []
    assert "'query' is no method here" in messages_of(old)


def test_operation__with_all_its_words__keeps_them(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30
        + "paths:\n  /a/{id}:\n    get: {operationId: readA, summary: s, tags: [x, 1], deprecated: true,"
        + " parameters: [{name: id, in: path, required: true, schema: {type: string}}],"
        " responses: {200: {description: d}}}\n"
    )
    endpoint = endpoint_of(loaded)
    assert (endpoint.id, endpoint.operation_id, endpoint.summary) == ("readA", "readA", "s")
    assert (endpoint.tags, endpoint.deprecated, endpoint.path) == (("x", "1"), True, "/a/{id}")
    assert endpoint.pointer == "/paths/~1a~1{id}/get"
    assert [response.status for response in endpoint.responses] == ["200"]


def test_parameters__of_path_item_and_operation__are_merged(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30
        + "paths:\n  /a:\n    parameters:\n"
        + "    - {name: x, in: query, schema: {type: string}}\n    - {name: y, in: query, schema: {type: string}}\n"
        + "    get:\n      parameters:\n      - {name: x, in: query, schema: {type: integer}}\n"
        + "      - {name: x, in: header, schema: {type: boolean}}\n      responses: {200: {description: d}}\n"
    )
    found = [(item.place, item.name, item.schema) for item in endpoint_of(loaded).parameters]
    assert found == [
        ("query", "x", {"type": "integer"}),
        ("query", "y", {"type": "string"}),
        ("header", "x", {"type": "boolean"}),
    ]


def test_path_item__by_reference__is_merged_with_its_siblings(folder: Folder) -> None:
    folder.write(
        "items.yaml",
        "a:\n  parameters: [{name: p, in: query, schema: {type: string}}]\n"
        "  get: {operationId: fromFile, responses: {200: {$ref: '#/r'}}}\n  put: {responses: {200: {description: d}}}\n"
        "r: {description: shared}\n",
    )
    loaded = folder.load(HEAD_31 + f"paths: {{/a: {{$ref: 'items.yaml#/a', put: {{operationId: own, {OK[1:]}}}}}\n")
    assert [(item.method, item.operation_id) for item in endpoints_of(loaded)] == [("PUT", "own"), ("GET", "fromFile")]
    assert [parameter.name for parameter in endpoints_of(loaded)[1].parameters] == ["p"]
    assert endpoints_of(loaded)[1].responses[0].description == "shared"


@pytest.mark.parametrize(
    ("paths", "ids", "words"),
    [
        (
            "{/a: {get: {operationId: x}, put: {operationId: x}}, /b: {get: {operationId: y}}}",
            ["get /a", "put /a", "y"],
            "stands 2 times",
        ),
        ("{/a: {get: {operationId: 'put /a'}, put: {}}}", ["put /a", "api put /a"], ""),
        ("{/a?x=1: {get: {}}, /a?x=2: {get: {}}}", ["get /a", "api get /a"], "has a query"),
    ],
)
def test_ids__of_endpoints__are_unique(folder: Folder, paths: str, ids: list[str], words: str) -> None:
    loaded = folder.load(HEAD_30 + f"paths: {paths}\n")
    assert [endpoint.id for endpoint in endpoints_of(loaded)] == ids
    assert words in messages_of(loaded)


def test_ids__across_documents__are_unique(folder: Folder) -> None:
    from diorama.formats.openapi import load_documents

    files = [folder.write(f"{name}/api.yaml", HEAD_30 + f"paths: {{/x: {{get: {OK}}}}}") for name in ("a", "b")]
    loaded = load_documents(files, name="shop")
    assert [endpoint.id for endpoint in endpoints_of(loaded)] == ["get /x", "api-2 get /x"]
    assert [api.id for api in loaded.project.apis] == ["api", "api-2"]
    assert [group.name for group in loaded.project.groups] == ["api", "api-2"]
    assert loaded.project.name == "shop"


@pytest.mark.parametrize(
    ("path", "parameters", "names", "words"),
    [
        ("/a/{id}", "[]", ["id"], "'id' is not described"),
        ("/a", "[{name: id, in: path, required: true, schema: {}}]", [], "'id' is not in the path"),
        ("/a/{x}-{y}/{z}.json", "[]", ["x", "y", "z"], "not described"),
        ("/a/{x}/{x}", "[]", ["x"], "stands twice in the path"),
        ("/a/{x}", "[{name: x, in: path, schema: {}}]", ["x"], "always required"),
    ],
)
def test_template__that_differs_from_its_parameters__is_reconciled(
    folder: Folder, path: str, parameters: str, names: list[str], words: str
) -> None:
    loaded = folder.load(HEAD_30 + f"paths:\n  '{path}':\n    get: {{parameters: {parameters}, {OK[1:]}\n")
    endpoint = endpoint_of(loaded)
    assert (endpoint.path, [parameter.name for parameter in endpoint.parameters]) == (path, names)
    assert all(parameter.required for parameter in endpoint.parameters)
    assert words in messages_of(loaded)
    assert loaded.findings[0].line in (4, 5)


def test_template__without_a_slash__gets_one(folder: Folder) -> None:
    loaded = folder.load(HEAD_30 + f"paths: {{a: {{get: {OK}}}, x-b: {{}}, '/c#d': {{get: {OK}}}, /e/: {{get: {OK}}}}}")
    assert [endpoint.path for endpoint in endpoints_of(loaded)] == ["/a", "/c", "/e/"]


@pytest.mark.parametrize("path", ["/a/{b", "/a/b}", "/a/{}", "/{a{b}}"])
def test_template__with_broken_braces__is_refused(folder: Folder, path: str) -> None:
    error = folder.refusal(HEAD_30 + f"paths:\n  '{path}': {{get: {OK}}}\n")
    assert (error.code, error.meta["line"]) == ("document_invalid", 4)


def test_templates__of_the_same_shape__give_a_finding(folder: Folder) -> None:
    loaded = folder.load(HEAD_30 + f"paths: {{'/a/{{x}}': {{get: {OK}}}, '/a/{{y}}': {{get: {OK}, put: {OK}}}}}")
    assert len(endpoints_of(loaded)) == 3
    assert messages_of(loaded).count("matches the same requests") == 1


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ("[]", "'paths' is an object"),
        ("{/a: []}", "path '/a' is an object"),
        ("{/a: {get: []}}", "operation is an object"),
        ("{/a: {get: {parameters: {}}}}", "'parameters' is a list"),
        ("{/a: {get: {parameters: [1]}}}", "parameter is an object"),
        ("{/a: {get: {parameters: [{in: query}]}}}", "no 'name'"),
        ("{/a: {get: {parameters: [{name: x, in: body}]}}}", "no usable 'in'"),
        ("{/a: {get: {responses: []}}}", "'responses' is an object"),
        ("{/a: {get: {responses: {200: []}}}}", "response is an object"),
        ("{/a: {get: {requestBody: 1}}}", "request body is an object"),
        ("{/a: {get: {requestBody: {content: {a/b: 1}}}}}", "media type is an object"),
        ("{/a: {get: {security: {}}}}", "'security' is a list"),
        ("{/a: {get: {security: [x]}}}", "security requirement is an object"),
        ("{/a: {$ref: '#/info/title'}}", "no path item"),
    ],
)
def test_structure__of_the_wrong_kind__is_refused(folder: Folder, paths: str, words: str) -> None:
    error = folder.refusal(HEAD_30 + f"paths: {paths}\n")
    assert error.code == "document_invalid"
    assert words in error.message
    assert error.hint
    assert error.violations[0].rule == "document_invalid"


def test_errors__of_a_whole_document__are_reported_at_once(folder: Folder) -> None:
    error = folder.refusal(
        HEAD_30 + "paths:\n  /a: []\n  /b: {get: 1}\n  /c: {get: {responses: {200: {$ref: '#/x'}}}}\n"
    )
    assert [violation.pointer for violation in error.violations] == [
        "/paths/~1a",
        "/paths/~1b/get",
        "/paths/~1c/get/responses/200",
    ]
    assert "api.yaml:5" in error.violations[1].message


@pytest.mark.parametrize("text", [NO_PATHS, "paths:\n", "webhooks: {a: {}}\n", "paths: {/a: , /b: {get: }}\n"])
def test_document__without_operations__loads(folder: Folder, text: str) -> None:
    loaded = folder.load(HEAD_31 + text)
    assert endpoints_of(loaded) == []
    assert loaded.project.groups[0].root_paths == ("",)


def test_path_items__that_multiply_one_another__are_refused(folder: Folder) -> None:
    parameters = "".join(f"  - {{name: a{n}, in: query, schema: {{type: string}}}}\n" for n in range(200))
    text = HEAD_31 + "paths:\n" + "".join(f"  /{n}: {{$ref: '#/x-p'}}\n" for n in range(500))
    text += f"x-p:\n  get: {OK}\n  parameters:\n{parameters}"
    assert folder.refusal(text, limits=Limits(shared_bytes_max=1_000_000)).code == "document_trap"


def test_responses__that_multiply_one_another__are_refused(folder: Folder) -> None:
    text = HEAD_2 + "responses: {r: {description: " + "x" * 10_000 + "}}\npaths:\n"
    text += "".join(f"  /{n}: {{get: {{responses: {{200: {{$ref: '#/responses/r'}}}}}}}}\n" for n in range(500))
    assert folder.refusal(text, limits=Limits(shared_bytes_max=1_000_000)).code == "document_trap"


def test_method__in_upper_case_or_unknown__is_told(folder: Folder) -> None:
    loaded = folder.load(HEAD_30 + f"paths: {{/a: {{GET: {OK}, gett: {OK}, x-own: 1}}}}")
    assert endpoint_of(loaded).method == "GET"
    assert "'GET' is read as 'get'" in messages_of(loaded)
    assert "'gett' is no method" in messages_of(loaded)


def test_further_method__that_is_no_token__is_refused(folder: Folder) -> None:
    assert (
        folder.refusal(HEAD_32 + f"paths: {{/a: {{additionalOperations: {{'a b': {OK}}}}}}}").code == "document_invalid"
    )
