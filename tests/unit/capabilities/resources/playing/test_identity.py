from __future__ import annotations

from typing import Any

from msgspec import structs

from diorama.capabilities.resources.model import Inference, Play, Resource, Role
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, JSON, Shop, document

ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["mode", "updated_at"],
    "properties": {
        "mode": {"type": "string", "enum": ["dark", "light"]},
        "size": {"type": "integer", "default": 12},
        "updated_at": {"type": "string", "format": "date-time"},
    },
}
SETTINGS = Resource(
    key="shop /settings",
    api="shop",
    name="settings",
    singleton=True,
    plays=(
        Play("settings", Role.READ, item=(), media_type=JSON),
        Play("set", Role.UPDATE, item=(), media_type=JSON, body=(), patch="merge"),
    ),
)


def choosing() -> dict[str, Any]:
    """The document, with ids that clients may choose and a settings page."""
    content = document()
    schemas = content["components"]["schemas"]
    schemas["Write"] = {**schemas["Write"], "properties": {**schemas["Write"]["properties"], "ID": {"type": "string"}}}
    reply = {"200": {"description": "ok", "content": {JSON: {"schema": ITEM}}}}
    write = {"type": "object", "properties": {name: ITEM["properties"][name] for name in ("mode", "size")}}
    replace = content["paths"]["/customers/{id}"]["put"]
    replace["responses"]["201"] = replace["responses"]["200"]
    content["paths"]["/settings"] = {
        "get": {"operationId": "settings", "responses": reply},
        "patch": {"operationId": "set", "requestBody": {"content": {JSON: {"schema": write}}}, "responses": reply},
    }
    return content


def test_id__that_a_client_chose__is_kept_and_taken_once() -> None:
    shop = Shop(content=choosing())
    status, made = shop.send("POST", "/customers", {"id": "cus_mine0001", "email": "a@example.com"})
    assert (status, made["id"]) == (201, "cus_mine0001")
    status, problem = shop.send("POST", "/customers", {"id": "cus_mine0001", "email": "b@example.com"})
    assert (status, problem["code"]) == (409, "resource_exists")
    assert shop.send("GET", "/customers/cus_mine0001")[1] == made


def test_ids__of_many_items__are_all_different() -> None:
    shop = Shop()
    assert len({shop.customer()["id"] for _ in range(200)}) == 200


def test_replace__where_nothing_else_creates__makes_the_item_under_its_path() -> None:
    plays = tuple(play for play in CUSTOMERS.plays if play.role is not Role.CREATE)
    shop = Shop(inference=Inference((structs.replace(CUSTOMERS, plays=plays),)), content=choosing())
    status, made = shop.send("PUT", "/customers/cus_put00001", {"email": "a@example.com"})
    assert (status, made["id"]) == (201, "cus_put00001")
    status, again = shop.send("PUT", "/customers/cus_put00001", {"email": "b@example.com"})
    assert (status, again["email"], again["created_at"]) == (200, "b@example.com", made["created_at"])


def test_singleton__read_before_it_was_written__is_there_and_can_be_changed() -> None:
    shop, other = (Shop(inference=Inference((SETTINGS,)), content=choosing()) for _ in range(2))
    status, first = shop.send("GET", "/settings")
    assert status == 200
    assert first["size"] == 12
    wanted = "light" if first["mode"] == "dark" else "dark"
    assert shop.send("PATCH", "/settings", {"mode": wanted})[1]["mode"] == wanted
    assert shop.send("GET", "/settings")[1]["mode"] == wanted
    changed = other.send("PATCH", "/settings", {"size": 5})[1]
    assert changed == {**first, "size": 5, "updated_at": "2023-11-14T22:13:20Z"}
