from __future__ import annotations

import json
from typing import Any

import pytest

from diorama.capabilities.resources.model import Inference, Play, Reference, Resource, Role, Spot
from diorama.capabilities.resources.playing import expansion
from tests.unit.capabilities.resources.playing.shops import JSON, Shop

PERSON = {
    "type": "object",
    "required": ["id", "friends"],
    "properties": {
        "id": {"type": "string"},
        "friends": {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Person"}]},
        },
    },
}
ONE = {"$ref": "#/components/schemas/Person"}
WRITE = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "friends": {"type": "array", "items": {"type": "string"}}},
}


def reply(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
    return {status: {"description": "ok", "content": {JSON: {"schema": schema}}}}


def content() -> dict[str, Any]:
    """People who name each other."""
    expand = {"name": "expand", "in": "query", "schema": {"type": "string"}}
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "People", "version": "1"},
        "components": {"schemas": {"Person": PERSON}},
        "paths": {
            "/people": {
                "get": {
                    "operationId": "list",
                    "parameters": [expand],
                    "responses": reply({"type": "array", "items": ONE}),
                },
                "post": {
                    "operationId": "create",
                    "requestBody": {"content": {JSON: {"schema": WRITE}}},
                    "responses": reply(ONE, "201"),
                },
            },
            "/people/{id}": {"get": {"operationId": "read", "parameters": [one, expand], "responses": reply(ONE)}},
        },
    }


def play(endpoint: str, role: Role, **more: Any) -> Play:
    return Play(endpoint, role, **{"media_type": JSON, "item": (), **more})


def people(count: int) -> Shop:
    """A sandbox in which each of some people names all of them."""
    resource = Resource(
        key="shop /people",
        api="shop",
        name="person",
        schema_name="Person",
        id_field=("id",),
        references=(Reference(("friends", "*"), "shop /people", expandable=True),),
        plays=(
            play("list", Role.LIST, expand="expand"),
            play("create", Role.CREATE, body=(), status=201, response="201"),
            play("read", Role.READ, id=Spot("path", "id"), expand="expand"),
        ),
    )
    shop = Shop(inference=Inference((resource,)), content=content())
    ids = [f"p{number}" for number in range(count)]
    for one in ids:
        assert shop.send("POST", "/people", {"id": one, "friends": ids})[0] == 201
    return shop


def objects(value: Any) -> int:
    """How many objects a value has in it."""
    if isinstance(value, dict):
        return 1 + sum(map(objects, value.values()))
    return sum(map(objects, value)) if isinstance(value, list) else 0


def test_expansion__of_friends__puts_objects_in_the_place_of_ids() -> None:
    _, person = people(2).send("GET", "/people/p0?expand=friends.friends")
    assert [one["id"] for one in person["friends"]] == ["p0", "p1"]
    assert [one["id"] for one in person["friends"][1]["friends"]] == ["p0", "p1"]
    assert person["friends"][1]["friends"][0]["friends"] == ["p0", "p1"]


@pytest.mark.parametrize("path", ["/people", "/people/p3"])
def test_expansion__that_multiplies_with_every_step__leaves_ids_beyond_its_room(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion, "OBJECTS_MAX", 500)
    shop = people(10)
    out = shop.out("GET", f"{path}?expand=" + ".".join(["friends"] * 6))
    body = json.loads(out.reply.body)
    assert out.reply.status == 200
    assert 400 < objects(body) <= 500 + 10


def test_expansion__of_one_name_many_times__is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "OBJECTS_MAX", 3)
    _, person = people(3).send("GET", "/people/p0?expand=" + ",".join(["friends"] * 500))
    assert [one["id"] for one in person["friends"]] == ["p0", "p1", "p2"]
