"""What the tests of playing share: a document, what is understood of it, written by hand, and a sandbox of both."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from diorama.capabilities.examples import CAPABILITY as EXAMPLES
from diorama.capabilities.resources.model import (
    Inference,
    Listing,
    Paging,
    Play,
    Reference,
    Resource,
    Role,
    Scope,
    Spot,
)
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.capabilities.resources.steps import compile_inference
from diorama.capabilities.validation import CAPABILITY as VALIDATION
from diorama.engine.effects import ManualClock
from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Plane
from diorama.flow.publication import publish
from diorama.formats.openapi import load_documents
from diorama.model.definition import Project
from diorama.model.exchange import Exchange
from diorama.model.http import Request
from diorama.ports.capability import CompileContext, Compiled, Slice, triggers_of
from diorama.ports.delivery import Outgoing
from diorama.ports.storage import SandboxRow

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

CUSTOMER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "email", "created_at", "updated_at", "metadata"],
    "properties": {
        "id": {"type": "string", "pattern": "^cus_[0-9a-z]{8}$"},
        "email": {"type": "string"},
        "name": {"type": ["string", "null"]},
        "tier": {"type": "string", "enum": ["free", "paid"]},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
        "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
        "credit": {"type": "integer"},
        "created_at": {"type": "string", "format": "date-time"},
        "updated_at": {"type": "string", "format": "date-time"},
    },
}
WRITE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "Email": {"type": "string"},
        "name": {"type": ["string", "null"]},
        "tier": {"type": "string", "default": "free"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
        "metadata": {"anyOf": [{"type": "object", "additionalProperties": {"type": "string"}}, {"const": ""}]},
    },
}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "customer", "amount", "amount_refunded", "status", "lines"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "account": {"type": "string"},
        "customer": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Customer"}]},
        "amount": {"type": "integer"},
        "amount_refunded": {"type": "integer"},
        "status": {"type": "string", "enum": ["open", "paid"]},
        "paid_by": {"$ref": "#/components/schemas/Customer"},
        "lines": {
            "type": "object",
            "required": ["object", "data", "has_more", "total_count"],
            "properties": {
                "object": {"const": "list"},
                "data": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                "has_more": {"type": "boolean"},
                "total_count": {"type": "integer"},
            },
        },
    },
}
LINE: dict[str, Any] = {
    "type": "object",
    "required": ["sku", "count"],
    "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "default": 1}},
}
PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["object", "items", "total", "next"],
    "properties": {
        "object": {"const": "list"},
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Customer"}},
        "total": {"type": "integer"},
        "next": {"type": ["string", "null"]},
    },
}


def _reply(schema: dict[str, Any], status: str = "200", **more: Any) -> dict[str, Any]:
    return {status: {"description": "ok", "content": {JSON: {"schema": schema}}, **more}}


def _body(schema: dict[str, Any], *media: str) -> dict[str, Any]:
    return {"content": {name: {"schema": schema} for name in media or (JSON,)}}


def document() -> dict[str, Any]:
    """Customers, and orders below accounts that are no resource."""
    customer, order = {"$ref": "#/components/schemas/Customer"}, {"$ref": "#/components/schemas/Order"}
    write = {"$ref": "#/components/schemas/Write"}
    query = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("email", "q", "sort")]
    query += [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("page", "size")]
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    account = {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}}
    expand = {"name": "expand", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
    order_write = {
        "type": "object",
        "properties": {
            "customer": {"type": "string"},
            "amount": {"type": "integer"},
            "paid_by": {"type": "string"},
            "lines": {"type": "array", "items": {"type": "object", "properties": LINE["properties"]}},
        },
    }
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "components": {"schemas": {"Customer": CUSTOMER, "Write": WRITE, "Order": ORDER, "Line": LINE, "Page": PAGE}},
        "paths": {
            "/customers": {
                "get": {
                    "operationId": "list",
                    "parameters": query,
                    "responses": _reply({"$ref": "#/components/schemas/Page"}),
                },
                "post": {
                    "operationId": "create",
                    "requestBody": _body(write, JSON, FORM),
                    "responses": _reply(customer, "201", headers={"Location": {"schema": {"type": "string"}}}),
                },
            },
            "/customers/{id}": {
                "parameters": [one],
                "get": {"operationId": "read", "responses": _reply(customer)},
                "put": {"operationId": "replace", "requestBody": _body(write), "responses": _reply(customer)},
                "patch": {
                    "operationId": "update",
                    "requestBody": {
                        "content": {
                            JSON: {"schema": write},
                            FORM: {"schema": write},
                            "application/merge-patch+json": {"schema": {"type": "object"}},
                            "application/json-patch+json": {"schema": {"type": "array"}},
                        }
                    },
                    "responses": _reply(customer),
                },
                "delete": {"operationId": "delete", "responses": {"204": {"description": "gone"}}},
            },
            "/accounts/{account}/orders": {
                "parameters": [account],
                "get": {
                    "operationId": "orders",
                    "parameters": [expand],
                    "responses": _reply({"type": "array", "items": order}),
                },
                "post": {"operationId": "order", "requestBody": _body(order_write), "responses": _reply(order)},
            },
            "/accounts/{account}/orders/{number}": {
                "parameters": [account, number],
                "get": {"operationId": "get_order", "parameters": [expand], "responses": _reply(order)},
            },
            "/accounts/{account}/orders/{number}/pay": {
                "parameters": [account, number],
                "post": {"operationId": "pay", "responses": _reply(order)},
            },
        },
    }


ID = Spot("path", "id")
NUMBER = Spot("path", "number")
ACCOUNT = Scope(Spot("path", "account"), ("account",))


def _play(endpoint: str, role: Role, **more: Any) -> Play:
    return Play(endpoint, role, **{"media_type": JSON, "item": (), **more})


CUSTOMERS = Resource(
    key="shop /customers",
    api="shop",
    name="customer",
    schema_name="Customer",
    id_field=("id",),
    plays=(
        _play(
            "list",
            Role.LIST,
            item=("items",),
            paging=Paging("page", "size", 20, 1000, "page"),
            listing=Listing(
                total=("total",), next_link=("next",), filters=(("email", ("email",)), ("q", ())), sort="sort"
            ),
        ),
        _play("create", Role.CREATE, body=(), status=201, response="201"),
        _play("read", Role.READ, id=ID),
        _play("replace", Role.REPLACE, id=ID, body=()),
        _play("update", Role.UPDATE, id=ID, body=()),
        _play("delete", Role.DELETE, id=ID, item=None, status=204, response="204", media_type=""),
    ),
)
ORDERS = Resource(
    key="shop /accounts/{}/orders",
    api="shop",
    name="order",
    schema_name="Order",
    id_field=("id",),
    references=(Reference(("customer",), "shop /customers", expandable=True, certain=True),),
    plays=(
        _play("orders", Role.LIST, scopes=(ACCOUNT,), listing=Listing(newest_first=True), expand="expand"),
        _play("order", Role.CREATE, scopes=(ACCOUNT,), body=()),
        _play("get_order", Role.READ, scopes=(ACCOUNT,), id=NUMBER, expand="expand"),
        _play("pay", Role.ACTION, scopes=(ACCOUNT,), id=NUMBER, action="pay", sets=((("status",), "paid"),)),
    ),
)
INFERENCE = Inference((CUSTOMERS, ORDERS))


class Written:
    """The capability of resources with an inference that was written by hand."""

    name = "resources"
    spec = ResourcesSpec
    slice: Slice | None = Slice("resources")

    def __init__(self, inference: Inference) -> None:
        self.inference = inference

    def compile(self, spec: ResourcesSpec, context: CompileContext) -> Compiled:
        return compile_inference(self.inference, spec, context)


def project_of(content: dict[str, Any], name: str = "shop") -> Project:
    """A document as a project."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.json"
        file.write_text(json.dumps(content))
        return load_documents((str(file),)).project


class Shop:
    """A sandbox of the document.

    Args:
        spec: the corner of resources.
        inference: what is understood.
        content: another document.
        seed: the sandbox's.
        specs: further corners.
    """

    def __init__(
        self,
        spec: dict[str, Any] | None = None,
        inference: Inference = INFERENCE,
        content: dict[str, Any] | None = None,
        seed: str = "seed",
        specs: dict[str, Any] | None = None,
    ) -> None:
        self.wall = ManualClock()
        project = msgspec.structs.replace(
            project_of(content or document()), specs={"resources": spec or {}, **(specs or {})}
        )
        self.published = publish(project, [VALIDATION, Written(inference), EXAMPLES])
        row = SandboxRow("default", "shop", self.published.version, seed, "")
        self.sandbox = Sandbox(row, self.published, self.wall, bytes(32))
        self.plane = Plane({"default": self.sandbox}, self.wall)

    def send(
        self, method: str, path: str, body: Any = None, content_type: str = JSON, **headers: str
    ) -> tuple[int, Any]:
        """(status, body) of a reply."""
        reply = self.out(method, path, body, content_type, **headers).reply
        return reply.status, json.loads(reply.body) if reply.body else None

    def out(self, method: str, path: str, body: Any = None, content_type: str = JSON, **headers: str) -> Outgoing:
        """A reply on its way."""
        lines = [(b"host", b"localhost")]
        lines += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        data = b""
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            lines.append((b"content-type", content_type.encode()))
        bare, _, query = path.partition("?")
        out = self.plane.handle(Request(method, bare, query.encode(), lines, data, "127.0.0.1", triggers_of(lines)))
        assert isinstance(out, Outgoing)
        return out

    def records(self) -> list[Exchange]:
        """The journal."""
        return [record for record in self.sandbox.journal.oldest_first() if isinstance(record, Exchange)]

    def customer(self, **written: Any) -> dict[str, Any]:
        """A new customer."""
        status, item = self.send("POST", "/customers", {"email": "ada@example.com", **written})
        assert status == 201
        assert isinstance(item, dict)
        return item
