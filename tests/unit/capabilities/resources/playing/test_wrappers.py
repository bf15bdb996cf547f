"""What stands around an item: wrappers, arrays of one, replies that show nothing, and views with other names."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from diorama.capabilities.resources.model import Inference, Play, Pointer, Role
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, JSON, Shop, document

CUSTOMER = {"$ref": "#/components/schemas/Customer"}


def shop_with(role: Role, operation: str, schema: dict[str, Any], **changes: Any) -> Shop:
    """A shop one of whose operations replies otherwise."""
    content = document()
    path, method = ("/customers", "post") if role is Role.CREATE else ("/customers/{id}", operation)
    status = "201" if role is Role.CREATE else "200"
    content["paths"][path][method]["responses"] = {status: {"description": "ok", "content": {JSON: {"schema": schema}}}}
    plays = tuple(structs.replace(play, **changes) if play.role is role else play for play in CUSTOMERS.plays)
    return Shop(inference=Inference((structs.replace(CUSTOMERS, plays=plays),)), content=content)


def test_item__in_a_wrapper__has_what_the_schema_asks_for_around_it() -> None:
    wrapper = {
        "type": "object",
        "required": ["meta", "links", "body"],
        "properties": {
            "meta": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "customer"}}},
            "links": {"type": "object", "required": ["self"], "properties": {"self": {"type": "string"}}},
            "body": {"type": "object", "required": ["item", "n"], "properties": {"item": CUSTOMER, "n": {"const": 1}}},
        },
    }
    pointer: Pointer = ("body", "item")
    shop = shop_with(Role.READ, "get", wrapper, item=pointer)
    made = shop.customer()
    status, shown = shop.send("GET", f"/customers/{made['id']}")
    assert status == 200
    assert shown == {
        "meta": {"kind": "customer"},
        "links": {"self": f"/customers/{made['id']}"},
        "body": {"item": made, "n": 1},
    }


def test_item__as_the_only_one_of_an_array__stands_in_it() -> None:
    shop = shop_with(Role.READ, "get", {"type": "array", "items": CUSTOMER}, item_listed=True)
    made = shop.customer()
    assert shop.send("GET", f"/customers/{made['id']}") == (200, [made])


def test_create__whose_reply_shows_no_item__tells_what_it_can() -> None:
    told = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    shop = shop_with(Role.CREATE, "create", told, item=None)
    status, shown = shop.send("POST", "/customers", {"email": "a@example.com"})
    assert status == 201
    assert shop.send("GET", f"/customers/{shown['id']}")[1]["email"] == "a@example.com"


def test_create__whose_reply_tells_more__says_what_reading_says() -> None:
    schemas = document()["components"]["schemas"]
    properties = {**schemas["Customer"]["properties"], "secret": {"type": "string"}}
    more = {"type": "object", "required": [*schemas["Customer"]["required"], "secret"], "properties": properties}
    shop = shop_with(Role.CREATE, "create", more)
    made = shop.customer(name="Ada")
    assert made.pop("secret")
    assert shop.send("GET", f"/customers/{made['id']}")[1] == made


def test_delete__whose_reply_shows_the_item__shows_it_as_it_was() -> None:
    shop = shop_with(Role.DELETE, "delete", CUSTOMER, item=(), status=200, response="200", media_type=JSON)
    made = shop.customer()
    assert shop.send("DELETE", f"/customers/{made['id']}") == (200, made)
    assert shop.send("GET", f"/customers/{made['id']}")[0] == 404


def test_delete__with_a_tombstone__shows_it_from_then_on() -> None:
    gone = {
        "type": "object",
        "required": ["id", "deleted"],
        "properties": {"id": {"type": "string"}, "deleted": {"const": True}},
    }
    content = document()
    reply = {"200": {"description": "ok", "content": {JSON: {"schema": gone}}}}
    item = content["paths"]["/customers/{id}"]
    item["delete"]["responses"] = reply
    item["get"]["responses"]["200"]["content"][JSON]["schema"] = {"anyOf": [CUSTOMER, gone]}
    changes: dict[Role, dict[str, Any]] = {
        Role.DELETE: {"tombstone": True, "status": 200, "response": "200", "media_type": JSON},
        Role.READ: {"tombstone": True},
    }
    plays: tuple[Play, ...] = tuple(structs.replace(one, **changes.get(one.role, {})) for one in CUSTOMERS.plays)
    shop = Shop(inference=Inference((structs.replace(CUSTOMERS, plays=plays),)), content=content)
    made = shop.customer()
    tombstone = {"id": made["id"], "deleted": True}
    path = f"/customers/{made['id']}"
    assert shop.send("DELETE", path) == (200, tombstone)
    assert shop.send("GET", path) == (200, tombstone)
    assert shop.send("DELETE", path)[0] == 404
    assert shop.send("PATCH", path, {"name": "A"})[0] == 404
    assert shop.send("GET", "/customers")[1]["total"] == 0
