from __future__ import annotations

import gc

import pytest

from diorama.formats.openapi import Limits, load_documents
from diorama.model.definition import decode_project, encode_project
from tests.unit.formats.openapi.documents import (
    HEAD_2,
    HEAD_30,
    HEAD_31,
    HEAD_32,
    NO_PATHS,
    Folder,
    api_of,
    messages_of,
)


@pytest.mark.parametrize(
    ("head", "dialect"),
    [
        (HEAD_2, "swagger-2.0"),
        ("swagger: 2.0\ninfo: {}\n", "swagger-2.0"),
        (HEAD_30, "openapi-3.0"),
        ("openapi: 3.0\ninfo: {}\n", "openapi-3.0"),
        ("openapi: 3.1.0-rc1\ninfo: {}\n", "openapi-3.1"),
        (HEAD_31, "openapi-3.1"),
        (HEAD_32, "openapi-3.2"),
        ("openapi: 3.9.1\ninfo: {}\n", "openapi-3.2"),
    ],
)
def test_dialect__of_each_version__is_known(folder: Folder, head: str, dialect: str) -> None:
    assert api_of(folder.load(head + NO_PATHS)).dialect == dialect


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("a: 1", "document_unsupported", "no OpenAPI document"),
        ("asyncapi: 3.0.0", "document_unsupported", "AsyncAPI"),
        ('{"log": {}}', "document_unsupported", "HAR"),
        ("$schema: x", "document_unsupported", "JSON Schema"),
        ("swagger: '1.2'", "document_unsupported", "Swagger '1.2'"),
        ("openapi: 4.0.0", "document_unsupported", "OpenAPI '4.0.0'"),
        ("openapi: []", "document_unsupported", "OpenAPI"),
        ("[1]", "document_invalid", "mapping"),
        ("just text", "document_invalid", "mapping"),
    ],
)
def test_document__of_another_kind__is_refused_by_name(folder: Folder, text: str, code: str, words: str) -> None:
    error = folder.refusal(text)
    assert (error.code, words in error.message) == (code, True)
    assert "openapi: 3.x.y" in error.hint


def test_document__with_all_its_words__is_an_api(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_31 + NO_PATHS + "x-json-schema-faker: {fillProperties: false, max-items: 2}\n", "my shop.v1.yaml"
    )
    api = api_of(loaded)
    assert (api.id, api.title, api.version) == ("my-shop.v1", "t", "1")
    assert api.source.endswith("my shop.v1.yaml")
    assert api.generation == {"fillProperties": False, "max-items": 2}
    assert loaded.project.name == "my-shop.v1"


def test_document__without_info__loads_with_a_finding(folder: Folder) -> None:
    loaded = folder.load("openapi: 3.0.0\nx-json-schema-faker: 1\npaths: {}\n")
    assert (api_of(loaded).title, api_of(loaded).generation) == ("", {})
    assert "no info" in messages_of(loaded)
    assert "x-json-schema-faker is an object" in messages_of(loaded)


def test_info__with_numbers__is_read_as_text(folder: Folder) -> None:
    loaded = folder.load("openapi: 3.0.0\ninfo: {title: true, version: 1.0}\npaths: {}\n")
    assert (api_of(loaded).title, api_of(loaded).version) == ("true", "1.0")


def test_null_sections__everywhere__are_as_if_absent(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30 + "servers:\ntags:\nsecurity:\ncomponents: {schemas: ,"
        " parameters: }\npaths:\n  /a:\n    parameters:\n    get: {parameters: , requestBody: , responses: {}}\n"
    )
    assert len(loaded.project.groups[0].endpoints) == 1


def test_findings__of_a_load__have_file_line_pointer_and_hint(folder: Folder) -> None:
    loaded = folder.load(HEAD_30 + "paths:\n  /a:\n    get:\n      responses:\n        '200': {}\n        '201': {}\n")
    (finding,) = loaded.findings
    assert finding.file.endswith("api.yaml")
    assert (finding.line, finding.pointer) == (7, "/paths/~1a/get/responses/200")
    assert "(2 times, first here)" in finding.message
    assert finding.hint


def test_findings__more_than_the_limit__are_counted(folder: Folder) -> None:
    schemas = ", ".join(f"S{n}: {{type: int}}" for n in range(20))
    loaded = folder.load(
        HEAD_30 + NO_PATHS + f"components: {{schemas: {{{schemas}}}}}\n", limits=Limits(findings_max=5)
    )
    assert len(loaded.findings) == 6
    assert "15 further findings" in loaded.findings[-1].message


def test_project__loaded__survives_storage(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_31
        + "paths: {'/a/{x}': {get: {responses: {'200': {description: d, content: {a/b: {example: null}}}}}}}\n"
        + "components: {schemas: {A: {const: 18446744073709551616}}}\n"
    )
    assert decode_project(encode_project(loaded.project)) == loaded.project


def test_loading__twice__gives_the_same_bytes(folder: Folder) -> None:
    text = (
        HEAD_31 + "paths: {'/a/{x}': {get: {operationId: b}}}\ncomponents: {schemas: {B: {$ref: '#/paths'}, A: {}}}\n"
    )
    first, second = folder.load(text), folder.load(text)
    assert encode_project(first.project) == encode_project(second.project)


def test_garbage_collection__during_a_load__rests_and_goes_on(folder: Folder) -> None:
    assert gc.isenabled()
    folder.load(HEAD_30 + NO_PATHS)
    assert gc.isenabled()
    folder.refusal("a: [")
    assert gc.isenabled()
    gc.disable()
    try:
        folder.load(HEAD_30 + NO_PATHS)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_file__named_without_a_folder__is_found(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("parts/b.yaml", "type: string\n")
    folder.write("a.yaml", HEAD_30 + NO_PATHS + "components: {schemas: {A: {$ref: parts/b.yaml}}}\n")
    monkeypatch.chdir(folder.path)
    assert [file.location for file in load_documents(["a.yaml"]).files] == ["a.yaml", "parts/b.yaml"]
    assert [file.location for file in load_documents(["./a.yaml"]).files] == ["./a.yaml", "./parts/b.yaml"]
    assert [file.location for file in load_documents(["."]).files] == ["./a.yaml", "./parts/b.yaml"]
