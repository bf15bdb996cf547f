from __future__ import annotations

import re
from typing import Any

import pytest

from diorama.formats.generation import Generator, Setting
from diorama.formats.generation.believable.identifiers import described, like, shortened
from diorama.ports.dice import Dice

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
STRING: dict[str, Any] = {"type": "string"}


def made(schema: Any, thing: str = "payment_intent", schemas: dict[str, Any] | None = None, seed: int = 1) -> Any:
    return Generator(schemas or {}).identifier(schema, Dice(bytes([seed]) * 32), Setting(thing=thing))


@pytest.mark.parametrize(
    ("schema", "form"),
    [
        (STRING, UUID),
        ({"type": "string", "format": "uuid"}, UUID),
        ({"type": ["string", "null"]}, UUID),
        ({"type": "string", "pattern": "^AC[0-9a-fA-F]{32}$"}, "AC[0-9a-f]{32}"),
        ({"type": "string", "pattern": "^[0-9]{10}$"}, "[0-9]{10}"),
        ({"type": "string", "pattern": "^(SM|MM)[A-Z]{4}$"}, "(SM|MM)[A-Z]{4}"),
        ({"type": "string", "maxLength": 12}, "[0-9A-Za-z]{12}"),
        ({"type": "string", "minLength": 40, "maxLength": 50}, "[0-9A-Za-z]{40}"),
        ({"type": "string", "example": "cus_NffrFeUfNV2Hib"}, "cus_[0-9A-Za-z]{14}"),
        ({"type": "string", "example": "ORD-2024-001"}, "ORD-[1-9]\\d{3}-0\\d\\d"),
        ({"type": "string", "example": "1a83b24e-9c74-443c-8651-f8210670d35b"}, UUID),
        ({"type": "string", "description": "Unique; prefixed with `pay_`."}, "pay_[0-9A-Za-z]{14}"),
        ({"type": "string", "description": "The id (`acct_...`)."}, "acct_[0-9A-Za-z]{14}"),
        ({"enum": ["only"]}, "only"),
    ],
)
def test_identifier__of_a_schema__is_in_its_style(schema: Any, form: str) -> None:
    found = [made(schema, seed=seed) for seed in range(8)]
    assert all(re.fullmatch(form, value) for value in found), found
    assert made(schema, seed=3) == found[3]


def test_identifier__of_a_number__is_one_within_its_limits() -> None:
    assert 100_000 <= made({"type": "integer"}) <= 999_999
    assert 1 <= made({"type": "integer", "maximum": 9, "minimum": 1}) <= 9
    assert 10 <= made({"type": "integer", "example": 42}) <= 99
    assert len({made({"type": "integer"}, seed=seed) for seed in range(20)}) == 20


def test_identifier__of_a_value_that_is_no_id__is_a_uuid() -> None:
    assert re.fullmatch(UUID, made({"type": "boolean"}))


TELLING = {"type": "object", "properties": {"id": STRING, "object": {"enum": ["customer"]}}}


@pytest.mark.parametrize(
    ("schemas", "thing", "form"),
    [
        ({"customer": TELLING}, "customer", "cus_[0-9A-Za-z]{14}"),
        ({"customer": TELLING}, "payment_intent", "pi_[0-9A-Za-z]{14}"),
        ({"customer": {"properties": {"id": STRING}}}, "customer", UUID),
        ({"Card": {"properties": {"id": {**STRING, "example": "crd_1a2b3c4d5e"}}}}, "card", "crd_[0-9A-Za-z]{14}"),
        ({"Card": {"properties": {"id": {**STRING, "example": "crd_1a2b3c4d5e"}}}}, "account", "acc_[0-9A-Za-z]{14}"),
    ],
)
def test_identifier__by_the_style_of_the_document__has_a_prefix_or_none(
    schemas: dict[str, Any], thing: str, form: str
) -> None:
    assert re.fullmatch(form, made(STRING, thing, schemas))


def test_references__to_things_of_the_document__have_the_prefix_of_the_thing() -> None:
    order = {
        "properties": {"id": STRING, "customer": {"anyOf": [STRING, {"$ref": "#/$defs/customer"}]}, "card": STRING}
    }
    card = {"type": "object", "properties": {"id": STRING}}
    schemas = {"customer": TELLING, "order": order, "card": card}
    value = Generator(schemas).believable({"$ref": "#/$defs/order"}, Dice(bytes(32)))
    assert re.fullmatch("ord(er)?_.{14}", value["id"])
    assert re.fullmatch("cus_.{14}", value["customer"])
    assert re.fullmatch("card_.{14}", value["card"])


@pytest.mark.parametrize(
    ("thing", "short"),
    [("customer", "cus"), ("product", "prod"), ("invoice", "inv"), ("price", "price"), ("payment intent", "pi")],
)
def test_shortened__name__is_what_people_would_write(thing: str, short: str) -> None:
    assert shortened(tuple(thing.split())) == short


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("Starts with `sub_`.", "sub_"), ("Such as 'evt_1a2b3c4d'.", "evt_"), ("The value of max_items.", ""), ("", "")],
)
def test_described__prefix__is_found_where_it_is_told(text: str, prefix: str) -> None:
    assert described(text) == prefix


def test_like__an_example__keeps_words_and_length() -> None:
    value = like("user-0042-deadbeefcafe1234", Dice(bytes(32)))
    assert re.fullmatch(r"user-0\d{3}-[0-9a-f]{16}", value)
