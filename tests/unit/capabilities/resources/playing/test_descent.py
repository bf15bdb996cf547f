from __future__ import annotations

from typing import Any

from msgspec import structs

from diorama.capabilities.resources.model import Inference, Play, Resource, Role, Scope, Spot
from tests.unit.capabilities.resources.playing.shops import JSON, Shop

THING: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "note": {"type": "string"}},
}
PATHS = ("/accounts", "/accounts/{account}/txs", "/accounts/{account}/txs/{tx}/lines")
BODY = {"content": {JSON: {"schema": THING}}}
REPLY = {"200": {"description": "ok", "content": {JSON: {"schema": THING}}}}


def below(kind: str, *parameters: str) -> dict[str, Any]:
    return {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": THING["properties"]["id"]} for name in parameters
        ],
        "get": {
            "operationId": f"list {kind}",
            "responses": {
                "200": {"description": "ok", "content": {JSON: {"schema": {"type": "array", "items": THING}}}}
            },
        },
        "post": {"operationId": f"create {kind}", "requestBody": BODY, "responses": REPLY},
    }


def document() -> dict[str, Any]:
    one = {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bank", "version": "1"},
        "paths": {
            PATHS[0]: below("account"),
            PATHS[1]: below("tx", "account"),
            PATHS[2]: below("line", "account", "tx"),
            "/accounts/{account}": {
                "parameters": [one],
                "delete": {"operationId": "delete account", "responses": {"204": {"description": "gone"}}},
            },
        },
    }


def resource(name: str, path: str, *above: tuple[str, str]) -> Resource:
    scopes = tuple(Scope(Spot("path", parameter), (), key) for parameter, key in above)
    plays = [
        Play(f"list {name}", Role.LIST, scopes=scopes, item=(), media_type=JSON),
        Play(f"create {name}", Role.CREATE, scopes=scopes, item=(), body=(), media_type=JSON),
    ]
    if not above:
        gone = Play("delete account", Role.DELETE, id=Spot("path", "account"), status=204, response="204")
        plays.append(gone)
    return Resource(f"shop {path}", "shop", name, id_field=("id",), plays=tuple(plays))


ACCOUNT = ("account", "shop a")
INFERENCE = Inference(
    (
        structs.replace(resource("account", "a"), key="shop a"),
        resource("tx", "t", ACCOUNT),
        resource("line", "l", ACCOUNT, ("tx", "shop t")),
    )
)


def test_delete__of_an_owner__takes_what_is_below_with_it() -> None:
    shop = Shop(inference=INFERENCE, content=document())
    for account in ("a", "b"):
        assert shop.send("POST", "/accounts", {"id": account})[0] == 200
        assert shop.send("POST", f"/accounts/{account}/txs", {"id": "t1"})[0] == 200
        assert shop.send("POST", f"/accounts/{account}/txs/t1/lines", {"id": "l1"})[0] == 200
    assert shop.send("DELETE", "/accounts/a")[0] == 204
    shop.send("POST", "/accounts", {"id": "a"})
    assert shop.send("GET", "/accounts/a/txs") == (200, [])
    assert shop.send("POST", "/accounts/a/txs", {"id": "t1"})[0] == 200
    assert shop.send("GET", "/accounts/a/txs/t1/lines") == (200, [])
    assert [item["id"] for item in shop.send("GET", "/accounts/b/txs")[1]] == ["t1"]
    assert [item["id"] for item in shop.send("GET", "/accounts/b/txs/t1/lines")[1]] == ["l1"]


def test_delete__where_unknown_ids_are_made__takes_what_is_below_with_it() -> None:
    shop = Shop({"unknown_ids": "make"}, INFERENCE, document())
    shop.send("POST", "/accounts/a/txs", {"id": "t1"})
    assert shop.send("DELETE", "/accounts/a")[0] == 204
    shop.send("POST", "/accounts", {"id": "a"})
    assert shop.send("GET", "/accounts/a/txs") == (200, [])
