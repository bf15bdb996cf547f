from __future__ import annotations

import pytest
from msgspec import UNSET

from diorama.formats.openapi import load_documents
from diorama.model.definition import MediaType
from tests.unit.formats.openapi.documents import HEAD_30, HEAD_32, Folder, endpoint_of, messages_of


def read(folder: Folder, content: str, head: str = HEAD_30, rest: str = "") -> tuple[tuple[MediaType, ...], str]:
    loaded = folder.load(
        head + f"paths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {content}}}}}}}}}}}\n" + rest
    )
    return endpoint_of(loaded).responses[0].content, messages_of(loaded)


def test_media_types__in_order__keep_names_and_schemas(folder: Folder) -> None:
    content, messages = read(folder, "{text/plain: , 'Application/JSON;charset=UTF-8': {schema: {type: string}}}")
    assert [(media.name, media.schema) for media in content] == [
        ("text/plain", None),
        ("application/json; charset=utf-8", {"type": "string"}),
    ]
    assert messages == ""
    assert content[1].pointer == "/paths/~1a/get/responses/200/content/Application~1JSON;charset=UTF-8"


def test_media_types__with_stray_keys__leave_them_out(folder: Folder) -> None:
    content, messages = read(folder, "{description: ok, x-note: 1, a/b: {example: 1}, A/B: {}}")
    assert [media.name for media in content] == ["a/b"]
    assert "'description' is no media type" in messages
    assert "'a/b' stands twice" in messages


def test_examples__of_all_kinds__are_read(folder: Folder) -> None:
    folder.write("one.json", '{"one": 1}')
    folder.write("two.txt", "two")
    content, messages = read(
        folder,
        "{a/b: {example: null, examples: {a: {value: 1, summary: s}, b: {$ref: '#/components/examples/b'},"
        " c: {externalValue: two.txt}, d: {value: {$ref: one.json}}}}}",
        rest="components: {examples: {b: {value: {x: [1]}, description: d}}}\n",
    )
    found = [(item.name, item.value, item.serialized, item.summary) for item in content[0].examples]
    assert found == [
        ("", None, UNSET, ""),
        ("a", 1, UNSET, "s"),
        ("b", {"x": [1]}, UNSET, ""),
        ("c", UNSET, "two", ""),
        ("d", {"one": 1}, UNSET, ""),
    ]
    assert messages == ""


def test_examples__of_openapi_32__have_data_and_text(folder: Folder) -> None:
    content, _ = read(
        folder, "{a/b: {examples: {a: {dataValue: {x: 1}, serializedValue: 'x=1'}, b: {serializedValue: y}}}}", HEAD_32
    )
    assert [(item.value, item.serialized) for item in content[0].examples] == [({"x": 1}, "x=1"), (UNSET, "y")]


@pytest.mark.parametrize(
    ("examples", "values", "words"),
    [
        ("[1, 2]", [1, 2], "mapping of names"),
        ("{a: {id: 1}}", [{"id": 1}], "where an Example Object should"),
        ("{a: 5}", [5], "where an Example Object should"),
        ("{a: {summary: s}}", [], "no value"),
        ("text", [], "is a mapping"),
        ("{a: {externalValue: 'http://[bad'}}", [], "no URI"),
        ("{a: {externalValue: binary}}", [], "not UTF-8"),
    ],
)
def test_examples__untidy__are_understood_with_findings(
    folder: Folder, examples: str, values: list[object], words: str
) -> None:
    folder.write("binary", b"\xff\xfe\xfd")
    content, messages = read(folder, f"{{a/b: {{examples: {examples}}}}}")
    assert [example.value for example in content[0].examples] == values
    assert words in messages


@pytest.mark.parametrize("value", ["missing.txt", "../../outside.txt", "https://example.com/x"])
def test_external_example__that_cannot_be_read__is_refused(folder: Folder, value: str) -> None:
    error = folder.refusal(
        HEAD_30
        + "paths: {/a: {get: {responses: {'200': {description: d, content: {a/b: {examples: "
        + f"{{x: {{externalValue: '{value}'}}}}}}}}}}}}}}}}}}\n"
    )
    assert error.code in ("reference_unresolved", "outbound_refused")


def test_external_example__on_the_net__is_fetched_once(folder: Folder) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return b"hello"

    file = folder.write(
        "a.yaml",
        HEAD_30
        + "paths: {/a: {get: {responses: {'200': {description: d, content: {text/plain: {examples:"
        + " {x: {externalValue: 'https://example.com/x'}}}}}}}}}\n",
    )
    loaded = load_documents([file], fetch=fetch)
    assert endpoint_of(loaded).responses[0].content[0].examples[0].serialized == "hello"
    assert asked == ["https://example.com/x"]
    assert loaded.files[1].location == "https://example.com/x"


def test_item_schema__of_a_stream__is_a_list(folder: Folder) -> None:
    content, _ = read(folder, "{application/jsonl: {itemSchema: {type: integer}}}", HEAD_32)
    assert content[0].schema == {"type": "array", "items": {"type": "integer"}}


def test_media_type__by_reference__is_resolved(folder: Folder) -> None:
    content, _ = read(
        folder,
        "{application/json: {$ref: '#/components/mediaTypes/m'}}",
        HEAD_32,
        "components: {mediaTypes: {m: {schema: {type: string}}}}\n",
    )
    assert (content[0].name, content[0].schema) == ("application/json", {"type": "string"})


def test_encoding__of_form_fields__is_kept(folder: Folder) -> None:
    content, messages = read(
        folder,
        "{multipart/form-data: {encoding: {a: {contentType: image/png}, b: {style: pipeDelimited,"
        " allowReserved: true}, c: 1}}}",
    )
    encoding = content[0].encoding
    assert (encoding["a"].content_type, encoding["a"].explode) == ("image/png", True)
    assert (encoding["b"].style, encoding["b"].explode, encoding["b"].allow_reserved) == ("pipeDelimited", False, True)
    assert "encoding is an object" in messages


def test_shared_response__used_twice__is_the_same_object(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30
        + "paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/r'}}},"
        + " put: {responses: {'200': {$ref: '#/components/responses/r'},"
        " '404': {$ref: '#/components/responses/r'}}}}}\n" + "components: {responses: {r: {description: d}}}\n"
    )
    first, second = loaded.project.groups[0].endpoints
    assert first.responses[0] is second.responses[0]
    assert [response.status for response in second.responses] == ["200", "404"]


@pytest.mark.parametrize(
    ("responses", "statuses", "words"),
    [
        ("{200: {description: d}, default: {description: d}}", ["200", "default"], ""),
        ("{'2xx': {description: d}}", ["2XX"], "read as '2XX'"),
        ("{'Default': {description: d}, 4XX: {description: d}}", ["default", "4XX"], "read as 'default'"),
        ("{'600': {}, ok: {}, x-a: {}}", [], "is no status"),
        ("{'200': }", ["200"], "says nothing"),
        ("{'200': {}}", ["200"], "no description"),
        ("", [], "no responses"),
    ],
)
def test_responses__of_every_status__are_read_or_told(
    folder: Folder, responses: str, statuses: list[str], words: str
) -> None:
    loaded = folder.load(HEAD_30 + f"paths: {{/a: {{get: {{responses: {responses}}}}}}}\n")
    assert [response.status for response in endpoint_of(loaded).responses] == statuses
    assert words in messages_of(loaded)


def test_request_body__with_and_without_content__is_read(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30 + "paths: {/a: {post: {requestBody: {required: true,"
        " content: {application/json: {schema: {type: object}}}}, responses: {}},"
        + " put: {requestBody: {$ref: '#/components/requestBodies/b'}, responses: {}}}}\n"
        + "components: {requestBodies: {b: {description: nothing}}}\n"
    )
    post, put = loaded.project.groups[0].endpoints
    assert post.request_body is not None
    assert put.request_body is not None
    assert (post.request_body.required, post.request_body.content[0].schema) == (True, {"type": "object"})
    assert (put.request_body.required, put.request_body.content) == (False, ())
    assert "no content" in messages_of(loaded)
