"""What the servers are given: the same API as an OpenAPI document, a project, stub mappings and a ready body."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "payments"
EXAMPLE_PATH = "/v1/customers"
KEY = {"Authorization": "Bearer sk_test_123"}

CONSTANT = {
    "id": "pay_8sKd20VnQwLr5Y",
    "object": "payment",
    "amount": 4200,
    "currency": "EUR",
    "status": "succeeded",
    "customer": "cus_2xQ7LmV9aTfKpD",
    "description": "Order 1815",
    "metadata": {"parcels": "2"},
    "created_at": "2026-01-01T10:05:00Z",
}


@dataclass(frozen=True)
class Material:
    """One API in every form that a server takes.

    Attributes:
        document: the OpenAPI document.
        project: the folder that holds ``diorama.yaml``.
        stubs: WireMock's root folder, with ``mappings``.
        body: the reply's body, for a server that knows only one.
        paths: a file of the paths to ask for.
        expected: the JSON body by path.
        headers: of each request.
    """

    document: Path
    project: Path
    stubs: Path
    body: Path
    paths: Path
    expected: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def first_path(self) -> str:
        """A path to ask for."""
        return next(iter(self.expected))


def constant(folder: Path) -> Material:
    """One route with one reply."""
    return _write(folder, {"/constant": ("/constant", CONSTANT)})


def routes(folder: Path, count: int) -> Material:
    """``count`` routes, each with a reply of its own; every second one has a parameter in its path."""
    templates = {}
    for number in range(count):
        collection = f"/v1/collection-{number // 2}"
        reply = {**CONSTANT, "route": number}
        if number % 2:
            templates[collection + "/{id}"] = (f"{collection}/item-{number}", reply)
        else:
            templates[collection] = (collection, reply)
    return _write(folder, templates)


def example(folder: Path) -> Material:
    """The example project of the repository, as it is."""
    document = yaml.load((EXAMPLE / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    reply = document["components"]["examples"]["CustomerList"]["value"]
    made = _write(folder, {EXAMPLE_PATH: (EXAMPLE_PATH, reply)})
    return Material(EXAMPLE / "openapi.yaml", EXAMPLE, made.stubs, made.body, made.paths, made.expected, headers=KEY)


def other(folder: Path, document: Path) -> Material:
    """Somebody's document: the first GET operation that needs nothing but a key."""
    path = first_plain_path(yaml.load(document.read_text(), Loader=yaml.CSafeLoader))
    made = _write(folder, {path: (path, None)})
    project = folder / "other"
    project.mkdir()
    shutil.copy(document, project)  # a link would lead out of the project, which Diorama refuses
    (project / "diorama.yaml").write_text(f"name: other\ndocuments: [{json.dumps(document.name)}]\n")
    return Material(document, project, made.stubs, made.body, made.paths, made.expected, headers=KEY)


def first_plain_path(document: Mapping[str, Any]) -> str:
    """The first path of a document whose GET operation has no required parameter, with the server's base path.

    Raises:
        LookupError: there is none.
    """
    for path, item in document["paths"].items():
        parameters = [*item.get("parameters", ()), *item.get("get", {}).get("parameters", ())]
        required = any(parameter.get("required", "$ref" in parameter) for parameter in parameters)
        if "get" in item and "{" not in path and not required:
            return path if isinstance(path, str) else str(path)
    raise LookupError("no GET operation of the document can be asked for without parameters")


def _write(folder: Path, templates: Mapping[str, tuple[str, Any]]) -> Material:
    """Write all forms.

    Args:
        folder: where to.
        templates: path template → (a path that matches it, the reply's body).
    """
    project, stubs = folder / "project", folder / "stubs"
    (stubs / "mappings").mkdir(parents=True)
    project.mkdir()
    (project / "openapi.json").write_text(json.dumps(_document(templates)))
    (project / "diorama.yaml").write_text("name: benchmark\ndocuments: [openapi.json]\n")
    mappings = {"mappings": [_mapping(template, reply) for template, (_, reply) in templates.items()]}
    (stubs / "mappings" / "all.json").write_text(json.dumps(mappings))
    expected = dict(templates.values())
    (folder / "paths.txt").write_text("".join(path + "\n" for path in expected))
    (folder / "body.json").write_text(_compact(next(iter(expected.values()))))
    return Material(
        document=project / "openapi.json",
        project=project,
        stubs=stubs,
        body=folder / "body.json",
        paths=folder / "paths.txt",
        expected=expected,
        headers={},
    )


def _document(templates: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {}
    for template, (_, reply) in templates.items():
        content = {"application/json": {"schema": {"type": "object"}, "example": reply}}
        operation: dict[str, Any] = {"responses": {"200": {"description": "The reply", "content": content}}}
        if "{id}" in template:
            operation["parameters"] = [parameter]
        paths[template] = {"get": operation}
    return {"openapi": "3.1.0", "info": {"title": "Benchmark", "version": "1"}, "paths": paths}


def _mapping(template: str, reply: Any) -> dict[str, Any]:
    key = "urlPathTemplate" if "{" in template else "urlPath"
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": _compact(reply)}
    return {"request": {"method": "GET", key: template}, "response": response}


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
