"""Filters as they were understood, put to use."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.inference import infer
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.flow.publication import sites_of
from diorama.ports.capability import CompileContext
from tests.unit.capabilities.resources.playing.shops import Shop, project_of

NOTE: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "title": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


def notes() -> Shop:
    """Three notes with tags, in the document's own words."""
    schema = {"$ref": "#/components/schemas/Note"}
    one = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    many = {"description": "ok", "content": {"application/json": {"schema": {"type": "array", "items": schema}}}}
    query = [{"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}]
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "components": {"schemas": {"Note": NOTE}},
        "paths": {
            "/notes": {
                "get": {"parameters": query, "responses": {"200": many}},
                "post": {"requestBody": {"content": one["content"]}, "responses": {"201": one}},
            },
            "/notes/{id}": {"parameters": [number], "get": {"responses": {"200": one}}},
        },
    }
    project = project_of(content)
    inference = infer(CompileContext(project, sites_of(project), []), ResourcesSpec())
    shop = Shop(inference=inference, content=content)
    for title, tags in (("a", ["x", "y"]), ("b", ["y", "z"]), ("c", [])):
        assert shop.send("POST", "/notes", {"title": title, "tags": tags})[0] == 201
    return shop


@pytest.mark.parametrize(
    ("query", "titles"),
    [("", "abc"), ("?tag=y", "ab"), ("?tag=z", "b"), ("?tag=x&tag=z", "ab"), ("?tag=Y", "ab"), ("?tag=yz", "")],
)
def test_list__filtered_by_one_of_an_arrays_values__shows_what_has_it(query: str, titles: str) -> None:
    status, found = notes().send("GET", f"/notes{query}")
    assert (status, [note["title"] for note in found]) == (200, list(titles))
