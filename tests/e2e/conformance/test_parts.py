"""The runner's own reading and writing, against the tables of the specifications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.formats import CHECKER, VIOLATIONS
from tests.e2e.conformance.operations import Media, Parameter, operations
from tests.e2e.conformance.samples import TEXTS, Samples
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.serialisation import UnwritableError, body_bytes, header_text, path_text, query_fields

LIST = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}


def parameter(place: str, style: str, *, explode: bool) -> Parameter:
    return Parameter("color", place, True, {}, style, explode)


def written(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "document.yaml"
    path.write_text(text)
    return Document(path)


@pytest.mark.parametrize(
    ("style", "explode", "scalar", "of_list", "of_object"),
    [
        ("simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
        ("label", False, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("matrix", False, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        ("matrix", True, ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
    ],
)
def test_path_text__of_the_specifications_table__is_as_there(
    style: str, explode: bool, scalar: str, of_list: str, of_object: str
) -> None:
    one = parameter("path", style, explode=explode)
    assert (path_text(one, "blue"), path_text(one, LIST), path_text(one, OBJECT)) == (scalar, of_list, of_object)


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", False, LIST, "color=blue,black,brown"),
        ("form", True, LIST, "color=blue&color=black&color=brown"),
        ("form", False, OBJECT, "color=R,100,G,200,B,150"),
        ("form", True, OBJECT, "R=100&G=200&B=150"),
        ("spaceDelimited", False, LIST, "color=blue%20black%20brown"),
        ("pipeDelimited", False, LIST, "color=blue|black|brown"),
        ("deepObject", True, OBJECT, "color[R]=100&color[G]=200&color[B]=150"),
        ("deepObject", True, {"a": [{"b": 1}]}, "color[a][0][b]=1"),
    ],
)
def test_query_fields__of_the_specifications_table__are_as_there(
    style: str, explode: bool, value: Any, expected: str
) -> None:
    fields = query_fields(parameter("query", style, explode=explode), value)
    assert "&".join(f"{name}={text}" for name, text in fields) == expected


def test_header_text__of_an_object__is_as_in_the_specifications_table() -> None:
    assert header_text(parameter("header", "simple", explode=False), OBJECT) == "R,100,G,200,B,150"
    assert header_text(parameter("header", "simple", explode=True), OBJECT) == "R=100,G=200,B=150"


@pytest.mark.parametrize("value", ["a\r\nb", " a", "é"])
def test_header_text__that_no_header_carries__is_not_written(value: str) -> None:
    with pytest.raises(UnwritableError):
        header_text(parameter("header", "simple", explode=False), value)


def test_body_bytes__of_forms__are_fields_and_parts() -> None:
    encoding = {"deep": {"style": "deepObject", "explode": True}}
    form = Media("application/x-www-form-urlencoded", {}, encoding)
    assert body_bytes(form, {"a b": "ü&", "deep": {"x": [1]}})[0] == b"a%20b=%C3%BC%26&deep[x][0]=1"
    body, content_type = body_bytes(Media("multipart/form-data", {}), {"a": "1", "b": {"c": 2}})
    assert content_type.startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1\r\n' in body
    assert b'content-type: application/json\r\n\r\n{"c": 2}\r\n' in body


def test_document__in_yaml__is_read_by_the_core_schema(tmp_path: Path) -> None:
    raw = written(tmp_path, "openapi: 3.1.0\non: on\nday: 2020-01-01\nhex: 0x1F\nten: 010\nfloat: 1e3\n200: yes\n").raw
    assert raw == {
        "openapi": "3.1.0",
        "on": "on",
        "day": "2020-01-01",
        "hex": 31,
        "ten": 10,
        "float": 1000.0,
        "200": "yes",
    }


def test_operations__of_swagger_2__are_in_the_same_form(tmp_path: Path) -> None:
    document = written(
        tmp_path,
        "swagger: '2.0'\ninfo: {title: t, version: '1'}\nbasePath: /v1\npaths:\n  /a:\n    post:\n      parameters:\n"
        "      - {name: q, in: query, type: array, items: {type: integer}, collectionFormat: pipes}\n"
        "      - {name: f, in: formData, type: string, required: true}\n      responses: {'200': {description: d}}\n",
    )
    (operation,) = operations(document)
    (query,) = operation.parameters
    (body,) = operation.body
    assert document.methods() == [("POST", "/a")]
    assert (operation.base_path, query.style, query.explode) == ("/v1", "pipeDelimited", False)
    assert (body.kind, body.schema["required"], operation.body_required) == ("form", ["f"], True)


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ("{type: string, nullable: true, enum: [a]}", [None, "a"], ["b"]),
        ("{type: integer, minimum: 1, exclusiveMinimum: true}", [2], [1]),
        ("{nullable: true, allOf: [{type: string}]}", [None, "a"], [1]),
        ("{$ref: '#/components/schemas/B', nullable: true}", [1], [None, "a"]),
        ("{type: string, pattern: '^a$'}", ["a"], ["a\n"]),
        ("{type: object, required: [r], properties: {r: {type: string, readOnly: true}}}", [{}], [1]),
    ],
)
def test_schemas__of_version_3_0__are_converted(
    schema: str, right: list[Any], wrong: list[Any], tmp_path: Path
) -> None:
    document = written(
        tmp_path,
        f"openapi: 3.0.3\npaths: {{}}\ncomponents:\n  schemas:\n    A: {schema}\n    B: {{type: integer}}\n",
    )
    schemas = Schemas(document, "request")
    validator = schemas.validator(schemas.converted(document.raw["components"]["schemas"]["A"]))
    assert [validator.is_valid(value) for value in right] == [True] * len(right)
    assert [validator.is_valid(value) for value in wrong] == [False] * len(wrong)


@pytest.mark.parametrize("name", sorted(VIOLATIONS))
def test_format__with_its_sample_and_its_violations__tells_them_apart(name: str) -> None:
    assert CHECKER.conforms(TEXTS.get(name, 1), name)
    assert not any(CHECKER.conforms(value, name) for value in VIOLATIONS[name])


@pytest.mark.parametrize(
    "schema",
    [
        "{type: string, pattern: '^[A-Z]{3}-[0-9]{2,4}$', maxLength: 6}",
        "{type: array, minItems: 3, uniqueItems: true, items: {type: string}}",
        "{type: object, minProperties: 2, properties: {a: {type: integer}, b: {enum: [x]}}}",
        "{oneOf: [{type: integer, multipleOf: 7, minimum: 8}, {type: object, required: [a]}]}",
        "{type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}",
    ],
)
def test_samples__of_a_schema__are_valid(schema: str, tmp_path: Path) -> None:
    document = written(tmp_path, f"openapi: 3.1.0\npaths: {{}}\ncomponents:\n  schemas:\n    A: {schema}\n")
    schemas = Schemas(document, "request")
    converted = schemas.converted(document.raw["components"]["schemas"]["A"])
    assert schemas.validator(converted).is_valid(Samples(schemas).of(converted))
