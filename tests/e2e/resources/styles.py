"""Documents of one small API, each in another style: plain REST, forms, wrapped, with suffixes, and in verbs."""

from __future__ import annotations

from typing import Any

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def text(**more: Any) -> Schema:
    return {"type": "string", **more}


def reply(schema: Schema | None, status: str = "200") -> Schema:
    return {status: {"description": "done", **({"content": {JSON: {"schema": schema}}} if schema else {})}}


def body(schema: Schema, media: str = JSON) -> Schema:
    return {"required": True, "content": {media: {"schema": schema}}}


def query(*names: str, kind: str = "integer") -> list[Schema]:
    return [{"name": name, "in": "query", "schema": {"type": kind}} for name in names]


def in_path(name: str, kind: str = "string") -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def api(paths: Schema, **schemas: Schema) -> Schema:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Style", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def rest() -> Schema:
    """Plain REST: books with numbers as ids, a page and a size, merge patch."""
    writable = {"title": text(), "pages": {"type": "integer"}, "tags": {"type": "array", "items": text()}}
    own = {"id": {"type": "integer", "readOnly": True}, "createdAt": text(format="date-time", readOnly=True)}
    book = {"type": "object", "required": ["id", "title", "createdAt"], "properties": {**own, **writable}}
    page = {
        "type": "object",
        "required": ["books", "total"],
        "properties": {"books": {"type": "array", "items": ref("Book")}, "total": {"type": "integer"}},
    }
    removable = writable | {"tags": {"type": "array", "items": text(), "nullable": True}}
    change = body({"type": "object", "properties": removable}, "application/merge-patch+json")
    return api(
        {
            "/books": {
                "get": {"operationId": "listBooks", "parameters": query("page", "size"), "responses": reply(page)},
                "post": {
                    "operationId": "createBook",
                    "requestBody": body(ref("Book")),
                    "responses": reply(ref("Book"), "201"),
                },
            },
            "/books/{id}": {
                "parameters": [in_path("id", "integer")],
                "get": {"operationId": "getBook", "responses": reply(ref("Book"))},
                "patch": {"operationId": "changeBook", "requestBody": change, "responses": reply(ref("Book"))},
                "delete": {"operationId": "deleteBook", "responses": reply(None, "204")},
            },
        },
        Book=book,
    )


def forms() -> Schema:
    """Forms: ids with a prefix, POST that changes, tombstones, lists that go on behind an id."""
    customer = {
        "type": "object",
        "required": ["id", "object", "created", "metadata"],
        "properties": {
            "id": text(pattern="^cus_[0-9A-Za-z]{14}$"),
            "object": text(enum=["customer"]),
            "created": {"type": "integer", "format": "unix-time"},
            "email": text(nullable=True),
            "metadata": {"type": "object", "additionalProperties": text()},
        },
    }
    gone = {
        "type": "object",
        "required": ["id", "object", "deleted"],
        "properties": {
            "id": text(),
            "object": text(enum=["customer"]),
            "deleted": {"type": "boolean", "enum": [True]},
        },
    }
    write = {
        "type": "object",
        "properties": {"email": text(), "metadata": {"type": "object", "additionalProperties": text()}},
    }
    listed = {
        "type": "object",
        "required": ["object", "data", "has_more", "url"],
        "properties": {
            "object": text(enum=["list"]),
            "data": {"type": "array", "items": ref("Customer")},
            "has_more": {"type": "boolean"},
            "url": text(),
        },
    }
    either = {"anyOf": [ref("Customer"), ref("DeletedCustomer")]}
    cut = [*query("limit"), *query("starting_after", "ending_before", kind="string")]
    one = {"parameters": [in_path("customer")]}
    return api(
        {
            "/v1/customers": {
                "get": {"operationId": "GetCustomers", "parameters": cut, "responses": reply(listed)},
                "post": {
                    "operationId": "PostCustomers",
                    "requestBody": body(write, FORM),
                    "responses": reply(ref("Customer")),
                },
            },
            "/v1/customers/{customer}": {
                **one,
                "get": {"operationId": "GetCustomer", "responses": reply(either)},
                "post": {
                    "operationId": "PostCustomer",
                    "requestBody": body(write, FORM),
                    "responses": reply(ref("Customer")),
                },
                "delete": {"operationId": "DeleteCustomer", "responses": reply(ref("DeletedCustomer"))},
            },
        },
        Customer=customer,
        DeletedCustomer=gone,
    )


def wrapped() -> Schema:
    """Wrapped: what matters stands below ``Data``, in capitals, beside links and a total."""
    consent = {
        "type": "object",
        "required": ["ConsentId", "Status", "CreationDateTime", "Amount"],
        "properties": {
            "ConsentId": text(minLength=1, maxLength=40),
            "Status": text(enum=["AWAU", "AUTH"]),
            "CreationDateTime": text(format="date-time"),
            "Amount": text(pattern=r"^\d{1,13}\.\d{1,5}$"),
        },
    }
    one = {
        "type": "object",
        "required": ["Data", "Links"],
        "properties": {"Data": consent, "Links": ref("Links"), "Risk": {"type": "object"}},
    }
    links = {"type": "object", "required": ["Self"], "properties": {"Self": text(format="uri")}}
    write = {
        "type": "object",
        "required": ["Data", "Risk"],
        "properties": {
            "Data": {"type": "object", "required": ["Amount"], "properties": {"Amount": text()}},
            "Risk": {"type": "object"},
        },
    }
    return api(
        {
            "/consents": {
                "post": {
                    "operationId": "CreateConsents",
                    "requestBody": body(write),
                    "responses": reply(ref("ConsentReply"), "201"),
                }
            },
            "/consents/{ConsentId}": {
                "parameters": [in_path("ConsentId")],
                "get": {"operationId": "GetConsent", "responses": reply(ref("ConsentReply"))},
                "delete": {"operationId": "DeleteConsent", "responses": reply(None, "204")},
            },
        },
        ConsentReply=one,
        Links=links,
    )


def suffixed() -> Schema:
    """Suffixed: paths end in ``.json``; requests say ``FriendlyName``, replies ``friendly_name``, below an account."""
    queue = {
        "type": "object",
        "properties": {
            "sid": text(pattern="^QU[0-9a-f]{32}$", nullable=True),
            "account_sid": text(nullable=True),
            "friendly_name": text(nullable=True),
            "max_size": {"type": "integer"},
            "date_created": text(format="date-time-rfc-2822", nullable=True),
            "uri": text(nullable=True),
        },
    }
    write = {"type": "object", "properties": {"FriendlyName": text(), "MaxSize": {"type": "integer"}}}
    listed = {
        "type": "object",
        "properties": {
            "queues": {"type": "array", "items": ref("queue")},
            "page": {"type": "integer"},
            "page_size": {"type": "integer"},
            "next_page_uri": text(nullable=True),
        },
    }
    account = {"parameters": [in_path("AccountSid")]}
    return api(
        {
            "/Accounts/{AccountSid}/Queues.json": {
                **account,
                "get": {
                    "operationId": "ListQueue",
                    "parameters": query("Page", "PageSize"),
                    "responses": reply(listed),
                },
                "post": {
                    "operationId": "CreateQueue",
                    "requestBody": body(write, FORM),
                    "responses": reply(ref("queue"), "201"),
                },
            },
            "/Accounts/{AccountSid}/Queues/{Sid}.json": {
                "parameters": [in_path("AccountSid"), in_path("Sid")],
                "get": {"operationId": "FetchQueue", "responses": reply(ref("queue"))},
                "post": {
                    "operationId": "UpdateQueue",
                    "requestBody": body(write, FORM),
                    "responses": reply(ref("queue")),
                },
                "delete": {"operationId": "DeleteQueue", "responses": reply(None, "204")},
            },
        },
        queue=queue,
    )


def verbs() -> Schema:
    """Verbs: everything is a POST, and ids travel in bodies."""
    transfer = {
        "type": "object",
        "required": ["transfer_id", "amount", "created"],
        "properties": {
            "transfer_id": text(format="uuid"),
            "amount": text(),
            "created": text(format="date-time"),
            "note": text(),
        },
    }
    one = {
        "type": "object",
        "required": ["transfer", "request_id"],
        "properties": {"transfer": ref("Transfer"), "request_id": text()},
    }
    many = {
        "type": "object",
        "required": ["transfers", "request_id"],
        "properties": {"transfers": {"type": "array", "items": ref("Transfer")}, "request_id": text()},
    }
    create = {"type": "object", "required": ["amount"], "properties": {"amount": text(), "note": text()}}
    by_id = {"type": "object", "required": ["transfer_id"], "properties": {"transfer_id": text()}}
    cut = {"type": "object", "properties": {"count": {"type": "integer"}, "offset": {"type": "integer"}}}
    operations = {
        "create": ("transferCreate", create, one),
        "get": ("transferGet", by_id, one),
        "list": ("transferList", cut, many),
    }
    return api(
        {
            f"/transfer/{verb}": {"post": {"operationId": name, "requestBody": body(sent), "responses": reply(shown)}}
            for verb, (name, sent, shown) in operations.items()
        },
        Transfer=transfer,
    )


def linked() -> Schema:
    """Todos that tell their own addresses, below a root of the server's."""
    own = {"id": {"type": "integer"}, "url": text(format="uri"), "self": text()}
    todo = {"type": "object", "required": ["id", "title", "url", "self"], "properties": {**own, "title": text()}}
    created = reply(ref("Todo"), "201")
    created["201"]["headers"] = {"Location": {"schema": text(format="uri")}}
    page = {
        "type": "object",
        "required": ["todos"],
        "properties": {"todos": {"type": "array", "items": ref("Todo")}, "next": text(format="uri", nullable=True)},
    }
    write = body({"type": "object", "properties": {"title": text()}})
    return {
        **api(
            {
                "/todos": {
                    "get": {"parameters": query("page", "per_page"), "responses": reply(page)},
                    "post": {"requestBody": write, "responses": created},
                },
                "/todos/{id}": {
                    "parameters": [in_path("id", "integer")],
                    "get": {"responses": reply(ref("Todo"))},
                    "patch": {"requestBody": write, "responses": reply(ref("Todo"))},
                },
            },
            Todo=todo,
        ),
        "servers": [{"url": "/v1"}],
    }
