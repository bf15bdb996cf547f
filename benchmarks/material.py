"""What the servers are given in each case, written in every form that a server takes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from benchmarks.api import Api, Collection, Route
from benchmarks.forms import write_all

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "payments"
EXAMPLE_PATH = "/v1/customers"
KEY = {"Authorization": "Bearer sk_test_123"}
ROWS = "/items"
READY = "ready"

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

# Only what each of the peers keeps to when it makes a reply, so that all of them can be measured.
MADE = {
    "type": "object",
    "required": ["id", "name", "email", "amount", "currency", "status", "paid", "tags", "address"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "amount": {"type": "integer", "minimum": 1, "maximum": 100000},
        "currency": {"type": "string", "enum": ["EUR", "USD", "GBP"]},
        "status": {"type": "string", "enum": ["open", "paid", "refunded"]},
        "paid": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "address": {
            "type": "object",
            "required": ["city", "country"],
            "properties": {"city": {"type": "string"}, "country": {"type": "string", "enum": ["DE", "FR", "GB"]}},
        },
    },
}

ORDER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["reference", "amount", "currency", "email", "lines", "delivery"],
    "properties": {
        "reference": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4,8}$"},
        "amount": {"type": "integer", "minimum": 1, "maximum": 99999999},
        "currency": {"type": "string", "enum": ["EUR", "USD", "GBP"]},
        "email": {"type": "string", "minLength": 3, "maxLength": 80},
        "description": {"type": "string", "maxLength": 200},
        "discount": {"type": "number", "minimum": 0, "maximum": 100},
        "express": {"type": "boolean"},
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["article", "count"],
                "properties": {
                    "article": {"type": "string", "pattern": "^art_[a-z0-9]{8}$"},
                    "count": {"type": "integer", "minimum": 1, "maximum": 99},
                },
            },
        },
        "delivery": {
            "type": "object",
            "required": ["street", "city", "country"],
            "properties": {
                "street": {"type": "string", "minLength": 1, "maxLength": 100},
                "city": {"type": "string", "minLength": 1, "maxLength": 60},
                "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            },
        },
    },
}

VARIED = 42_000_000  # what distinct.lua replaces by another number in each request

ORDERED = {
    "reference": "DE-20260101",
    "amount": VARIED,
    "currency": "EUR",
    "email": "ada@example.com",
    "description": "Two parcels",
    "discount": 2.5,
    "express": True,
    "lines": [{"article": "art_0a1b2c3d", "count": 2}, {"article": "art_9z8y7x6w", "count": 1}],
    "delivery": {"street": "Unter den Linden 1", "city": "Berlin", "country": "DE"},
}

ROW = {
    "type": "object",
    "required": ["name", "amount", "currency", "status"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "maxLength": 80},
        "amount": {"type": "integer", "minimum": 0},
        "currency": {"type": "string", "enum": ["EUR", "USD", "GBP"]},
        "status": {"type": "string", "enum": ["open", "paid"]},
    },
}


@dataclass(frozen=True)
class Material:
    """An API in every form.

    Attributes:
        api: the API.
        folder: what holds its forms.
        document: the OpenAPI document.
        project: the folder that holds ``diorama.yaml``.
        asked: what is asked for, with what a right reply is.
        headers: of each request.
        distinct: whether each request differs from all others, in a header or in a number of its body.
    """

    api: Api
    folder: Path
    document: Path
    project: Path
    asked: tuple[Route, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    distinct: bool = False

    @property
    def first(self) -> Route:
        """What is asked for when it is only one."""
        return self.asked[0]

    @property
    def ready(self) -> Path:
        """The folder with the forms for servers that keep nothing."""
        ready = self.folder / READY
        return ready if ready.exists() else self.folder


def constant(folder: Path) -> Material:
    """One route with one reply."""
    return _write(folder, Api((Route("/constant", "/constant", reply=CONSTANT),)))


def distinct(folder: Path) -> Material:
    """The same, asked for by requests of which no two are alike."""
    return replace(constant(folder), distinct=True)


def routes(folder: Path, count: int) -> Material:
    """``count`` routes, each with a reply of its own; every second one has a parameter in its path."""
    made = []
    for number in range(count):
        collection = f"/v1/collection-{number // 2}"
        template, path = collection, collection
        if number % 2:
            template, path = collection + "/{id}", f"{collection}/item-{number}"
        made.append(Route(template, path, reply={**CONSTANT, "route": number}))
    return _write(folder, Api(tuple(made)))


def generated(folder: Path) -> Material:
    """One route whose reply is made from its schema."""
    return replace(_write(folder, Api((Route("/thing", "/thing", returns=MADE),), by_document=True)), distinct=True)


def validated(folder: Path) -> Material:
    """One POST whose body has to be as its schema says; a body that came before would need no validation."""
    refused = {**ORDERED, "amount": 0, "delivery": {**ORDERED["delivery"], "country": "Germany"}}  # type: ignore[dict-item]
    order = Route("/orders", "/orders", "POST", 201, CONSTANT, accepts=ORDER, sent=ORDERED, refused=refused)
    return replace(_write(folder, Api((order,), by_document=True)), distinct=True)


def collection(folder: Path) -> Material:
    """A collection without rows."""
    return _write(folder, Api(collection=Collection(ROWS, ROW)), (Route(ROWS, ROWS, reply=[]),))


def listing(folder: Path, count: int) -> Material:
    """A collection of ``count`` rows, which servers without memory get as a ready reply."""
    rows = tuple(
        {"name": f"Item {number}", "amount": 100 + number, "currency": "EUR", "status": "open"}
        for number in range(count)
    )
    ready = [{"id": f"{number:08x}-0000-4000-8000-000000000000", **row} for number, row in enumerate(rows)]
    asked = (Route(ROWS, ROWS, reply=ready),)
    made = _write(folder, Api(collection=Collection(ROWS, ROW, rows)), asked)
    _write(folder / READY, Api(asked))
    return made


def example(folder: Path) -> Material:
    """The example project of the repository, as it is."""
    document = yaml.load((EXAMPLE / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    reply = document["components"]["examples"]["CustomerList"]["value"]
    api = Api((Route(EXAMPLE_PATH, EXAMPLE_PATH, reply=reply),), by_document=True)
    made = _write(folder, api)
    return Material(api, folder, EXAMPLE / "openapi.yaml", EXAMPLE, made.asked, KEY)


def other(folder: Path, document: Path) -> Material:
    """Somebody's document: the first GET operation that needs nothing but a key."""
    path = first_plain_path(yaml.load(document.read_text(), Loader=yaml.CSafeLoader))
    api = Api((Route(path, path),), by_document=True)
    made = _write(folder, api)
    project = folder / "other"
    project.mkdir()
    shutil.copy(document, project)  # a link would lead out of the project, which Diorama refuses
    (project / "diorama.yaml").write_text(f"name: other\ndocuments: [{json.dumps(document.name)}]\n")
    return Material(api, folder, document, project, made.asked, KEY)


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


def _write(folder: Path, api: Api, asked: tuple[Route, ...] = ()) -> Material:
    write_all(api, folder)
    project = folder / "project"
    return Material(api, folder, project / "openapi.json", project, asked or api.routes)
