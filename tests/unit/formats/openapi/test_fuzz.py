from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from diorama.formats.openapi import Limits, load_documents
from diorama.model.definition import decode_project, encode_project
from diorama.model.errors import DioramaError

LIMITS = Limits(nodes_max=20_000, depth_max=60, file_bytes_max=100_000, shared_bytes_max=1_000_000)

SEED_3: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://{h}/v1", "variables": {"h": {"default": "a", "enum": ["a", "b"]}}}],
    "security": [{"key": []}],
    "paths": {
        "/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "a",
                "tags": ["t"],
                "parameters": [{"$ref": "#/components/parameters/p"}],
                "responses": {
                    "200": {
                        "description": "d",
                        "headers": {"X-A": {"schema": {"type": "integer"}}},
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/A"},
                                "examples": {"x": {"value": 1}},
                            }
                        },
                    }
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {"schema": {"type": "object"}, "encoding": {"a": {"style": "form"}}}
                    }
                },
                "responses": {"default": {"$ref": "#/components/responses/r"}},
            },
        }
    },
    "components": {
        "parameters": {
            "p": {"name": "q", "in": "query", "style": "form", "schema": {"type": "array", "items": {"type": "string"}}}
        },
        "responses": {"r": {"description": "d"}},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X"}},
        "schemas": {
            "A": {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"$ref": "#/components/schemas/B"}, "b": {"type": "string", "nullable": True}},
            },
            "B": {
                "allOf": [{"$ref": "#/components/schemas/A"}, {"minLength": 1}],
                "discriminator": {"propertyName": "k", "mapping": {"x": "A"}},
            },
        },
    },
}
SEED_2: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "t", "version": "1"},
    "basePath": "/v1",
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "paths": {
        "/a": {
            "post": {
                "parameters": [
                    {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/A"}},
                    {
                        "name": "q",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "multi",
                    },
                    {"name": "f", "in": "formData", "type": "file"},
                ],
                "responses": {
                    "200": {
                        "description": "d",
                        "schema": {"type": "string"},
                        "examples": {"application/json": 1},
                        "headers": {"X": {"type": "string"}},
                    }
                },
                "security": [{"k": []}],
            }
        }
    },
    "definitions": {
        "A": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1, "exclusiveMinimum": True}}}
    },
    "securityDefinitions": {"k": {"type": "basic"}},
}
KEYWORDS = [
    "$ref",
    "type",
    "properties",
    "allOf",
    "oneOf",
    "items",
    "required",
    "nullable",
    "enum",
    "schema",
    "content",
    "examples",
    "parameters",
    "responses",
    "get",
    "in",
    "name",
    "style",
    "servers",
    "$id",
    "$anchor",
    "discriminator",
    "$dynamicRef",
]
WORDS = [
    "#/components/schemas/A", "#/components/schemas/B", "#/definitions/A", "#", "#/paths", "",
    "string", "object", "query",
    "path", "{", "/{x}", "no.yaml", "https://example.com/x", "..", "\x00", "3.0.0", "form", "\ud83d\ude00",
]  # fmt: skip

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(KEYWORDS), st.text(max_size=5)), inner, max_size=3),
    ),
    max_leaves=8,
)


def places_of(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [way]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        found += places_of(item, (*way, key))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    document = json.loads(json.dumps(draw(st.sampled_from([SEED_3, SEED_2]))))
    for _ in range(draw(st.integers(1, 4))):
        places = [way for way in places_of(document) if way]
        if not places:
            break
        way = draw(st.sampled_from(places))
        holder = document
        for key in way[:-1]:
            holder = holder[key]
        action = draw(st.sampled_from(["replace", "delete", "add", "wrap"]))
        if action == "replace":
            holder[way[-1]] = draw(values)
        elif action == "delete":
            del holder[way[-1]]
        elif action == "add" and isinstance(holder, dict):
            holder[draw(st.sampled_from(KEYWORDS))] = draw(values)
        else:
            holder[way[-1]] = {draw(st.sampled_from(KEYWORDS)): holder[way[-1]]}
    return document


def assert_loads_or_is_refused(data: bytes, name: str) -> None:
    """A document loads and can be stored, or it is refused by an error of ours that says where."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        refusal = None
        try:
            loaded = load_documents([str(file)], limits=LIMITS)
        except DioramaError as error:
            refusal = error
        if refusal is not None:
            assert refusal.message
            assert refusal.meta["file"]
            return
        assert decode_project(encode_project(loaded.project)) == loaded.project
        ids = [endpoint.id for group in loaded.project.groups for endpoint in group.endpoints]
        assert len(set(ids)) == len(ids)
        for api in loaded.project.apis:
            assert_references_resolve(api.schemas, api.schemas)


def assert_references_resolve(value: Any, schemas: dict[str, Any]) -> None:
    """Every reference of a definition leads to one of its schemas."""
    for schema in value.values():
        if isinstance(schema, dict) and isinstance(link := schema.get("$ref"), str):
            assert link.removeprefix("#/$defs/") in schemas


@settings(max_examples=400, deadline=10_000)
@given(mutated())
def test_loading__mutated_documents__load_or_are_refused(document: Any) -> None:
    assert_loads_or_is_refused(json.dumps(document).encode("utf-8", "surrogatepass"), "api.json")


@settings(max_examples=300, deadline=10_000)
@given(st.data())
def test_loading__mutated_text__loads_or_is_refused(data: st.DataObject) -> None:
    text = (
        json.dumps(data.draw(st.sampled_from([SEED_3, SEED_2])), indent=1)
        .replace("{", "", data.draw(st.integers(0, 1)))
        .encode()
    )
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    patch = data.draw(
        st.one_of(
            st.binary(max_size=10),
            st.sampled_from([b"&a ", b"*a", b"!!x ", b"<<: ", b"- ", b"? ", b"|\n", b"\t", b"%", b"---\n"]),
        )
    )
    assert_loads_or_is_refused(
        text[:start] + patch + text[start + length :], data.draw(st.sampled_from(["api.yaml", "api.json"]))
    )


@settings(max_examples=200, deadline=10_000)
@given(st.binary(max_size=60))
def test_loading__any_bytes__are_refused_or_load(data: bytes) -> None:
    assert_loads_or_is_refused(b"openapi: 3.0.0\n" + data, "api.yaml")
    assert_loads_or_is_refused(data, "api.json")
