from __future__ import annotations

import json
from typing import Any

import pytest

from diorama.capabilities.examples import ExamplesSpec
from diorama.capabilities.examples.rendering import thing_of
from diorama.model.definition import Parameter
from diorama.model.errors import DioramaError
from tests.unit.capabilities.examples.replies import Answering, endpoint, media, response

BELIEVABLE = ExamplesSpec(data="believable")
CUSTOMER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "email"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "email": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
    },
}


def customer(reply: Any) -> Any:
    return json.loads(reply.body)


def test_reply__believable__stays_the_same_object_and_is_ready() -> None:
    answering = Answering(endpoint(response("200", media(schema=CUSTOMER))), BELIEVABLE)
    first = answering.reply()
    assert answering.reply(seed=bytes([9]) * 32) is first
    assert first.head is not None
    assert customer(first)["email"].partition("@")[2].startswith("example.")
    assert customer(first)["created_at"] == "2026-01-15T10:00:00Z"
    assert list(customer(first)) == ["id", "email", "created_at"]


def test_reply__believable__belongs_to_the_sandboxs_seed() -> None:
    answering = Answering(endpoint(response("200", media(schema=CUSTOMER))), BELIEVABLE)
    first = answering.reply()
    answering.sandbox_seed = b"another"
    other = answering.reply()
    assert customer(other)["id"] != customer(first)["id"]
    answering.sandbox_seed = b"diorama"
    assert answering.reply() is first
    fresh = Answering(endpoint(response("200", media(schema=CUSTOMER))), BELIEVABLE)
    assert fresh.reply().body == first.body


def test_reply__believable_for_many_sandboxes__keeps_a_bounded_number() -> None:
    answering = Answering(endpoint(response("200", media(schema=CUSTOMER))), BELIEVABLE)
    bodies = []
    for number in range(80):
        answering.sandbox_seed = b"%d" % number
        bodies.append(answering.reply().body)
    answering.sandbox_seed = b"0"
    assert answering.reply().body == bodies[0]
    assert len(set(bodies)) == 80


def test_reply__with_an_example__is_that_one_for_all_sandboxes() -> None:
    answering = Answering(
        endpoint(response("200", media("application/json", {"id": "a"}, schema=CUSTOMER))), BELIEVABLE
    )
    first = answering.reply()
    answering.sandbox_seed = b"another"
    assert answering.reply() is first
    assert customer(first) == {"id": "a"}


def test_reply__with_believable_headers__has_them_beside_an_example() -> None:
    header = Parameter("X-Request-Id", "header", schema={"type": "string", "format": "uuid"})
    target = endpoint(response("200", media("application/json", {"id": "a"}), headers=(header,)))
    reply = Answering(target, BELIEVABLE).reply()
    assert customer(reply) == {"id": "a"}
    assert len(dict(reply.headers)[b"X-Request-Id"]) == 36


def test_reply__dynamic__is_believable_at_the_sandboxs_time() -> None:
    for spec, names in (
        (ExamplesSpec(dynamic=True), ["created_at", "email", "id"]),
        (ExamplesSpec(dynamic=True, data="believable"), ["id", "email", "created_at"]),
    ):
        answering = Answering(endpoint(response("200", media(schema=CUSTOMER))), spec)
        one, other = answering.reply(), answering.reply(seed=bytes([9]) * 32)
        assert one.body != other.body
        assert one.head is None
        assert customer(one)["created_at"] == "2023-11-14T22:13:20Z"
        assert list(customer(one)) == names


def test_reply__by_locale__has_people_of_there() -> None:
    schema = {"type": "object", "properties": {"phone": {"type": "string"}, "country": {"type": "string"}}}
    spec = ExamplesSpec(data="believable", locale="de")
    value = customer(Answering(endpoint(response("200", media(schema=schema))), spec).reply())
    assert value["phone"].startswith("+49")
    assert value["country"] == "DE"


def test_locale__that_is_unknown__is_refused_with_those_there_are() -> None:
    with pytest.raises(DioramaError) as caught:
        Answering(endpoint(response("200")), ExamplesSpec(locale="xx"))
    assert caught.value.code == "project_invalid"
    assert "pt-br" in caught.value.hint


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        ("/customers/{id}", "customer"),
        ("/v1/payment_intents", "payment_intent"),
        ("/{id}", ""),
        ("/address", "address"),
        ("/companies", "company"),
        ("/paymentIntents/{id}", "payment_intent"),
    ],
)
def test_thing__of_a_path__is_its_last_noun(path: str, thing: str) -> None:
    assert thing_of(path) == thing
