"""The values of one object agree, and those of objects inside it agree with it."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.generation import LOCALES, Generator, Setting
from diorama.formats.generation.believable.calendar import parsed_us
from diorama.formats.generation.believable.locales import locale, locale_known
from diorama.ports.dice import Dice

STRING: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
NOW_US = 1_700_000_000_000_000


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def several(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 2}


def made(schema: Any, seed: int = 1, **setting: Any) -> Any:
    return Generator().believable(schema, Dice(bytes([seed]) * 32), setting=Setting(**setting))


def test_currency__of_objects_inside__is_that_of_the_one_around() -> None:
    schema = thing(currency={"enum": ["gbp", "eur"]}, fee=thing(currency=STRING), items=several(thing(currency=STRING)))
    for seed in range(10):
        value = made(schema, seed)
        inner = {value["fee"]["currency"], *(item["currency"] for item in value["items"])}
        assert {one.lower() for one in inner} == {value["currency"]}


def test_currency__standing_around__is_taken_over() -> None:
    assert made(thing(currency=STRING), around={"currency": "sek"})["currency"] == "SEK"
    assert made(thing(price=thing(currency=STRING)), given={"currency": "chf"})["price"]["currency"] == "CHF"
    lower = {"type": "string", "description": "Three letters, in lowercase."}
    assert made(thing(currency=lower), around={"currency": "SEK"})["currency"] == "sek"


def test_moments__of_one_thing__follow_each_other() -> None:
    row = thing(
        created_at=MOMENT,
        updated_at=MOMENT,
        expires_at=MOMENT,
        paidAt=MOMENT,
        date_of_birth={**STRING, "format": "date"},
    )
    for seed in range(10):
        for item in [made(row, seed, now_us=NOW_US), *made(several(row), seed, now_us=NOW_US)]:
            created, updated = parsed_us(item["created_at"]), parsed_us(item["updated_at"])
            expires, paid = parsed_us(item["expires_at"]), parsed_us(item["paidAt"])
            assert created is not None
            assert updated is not None
            assert expires is not None
            assert paid is not None
            assert created <= paid <= updated <= NOW_US < expires
            assert item["date_of_birth"] < "2004"


def test_moments__in_other_forms__are_those_that_the_document_tells() -> None:
    schema = thing(
        created=WHOLE,
        created_ms={**WHOLE, "description": "In milliseconds since the epoch."},
        date_created={**STRING, "description": "In RFC 2822 format."},
        created_at={**STRING, "example": "2017-04-05T10:43:07.123+00:00"},
        created_on={**STRING, "example": "2017-04-05"},
        creation_timestamp={**STRING, "example": "1700000000"},
    )
    value = made(schema, now_us=NOW_US)
    assert value["created"] == 1_700_000_000
    assert value["date_created"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert value["created_at"] == "2023-11-14T22:13:20.000+00:00"
    assert value["created_on"] == "2023-11-14"
    assert value["creation_timestamp"] == "1700000000"


def test_moments__given__move_the_others() -> None:
    schema = thing(created_at=MOMENT, updated_at=MOMENT)
    value = made(schema, now_us=NOW_US, given={"created_at": "2020-05-01T00:00:00Z"})
    assert "2020-05-01T00:00:00Z" <= value["updated_at"] <= "2023-11-14T22:13:20Z"


def test_people__of_one_object__are_one_person() -> None:
    person = thing(
        first_name=STRING, lastName=STRING, full_name=STRING, email=STRING, billing_details=thing(name=STRING)
    )
    value = made(person, given={"first_name": "Ada", "lastName": "Byron"})
    assert value["full_name"] == "Ada Byron"
    assert value["email"].startswith("ada.byron@example.")
    assert value["billing_details"]["name"] == "Ada Byron"


def test_people__with_roles_of_their_own__are_different_people() -> None:
    account = thing(name=STRING, iban=STRING)
    value = made(thing(debtor=account, creditor=account, users=several(thing(name=STRING))), 3)
    names = [value["debtor"]["name"], value["creditor"]["name"], *(user["name"] for user in value["users"])]
    assert len(set(names)) > 2
    assert value["debtor"]["iban"] != value["creditor"]["iban"]


def test_places__of_one_address__belong_together() -> None:
    address = thing(city=STRING, postal_code=STRING, state=STRING, country=STRING, line1=STRING)
    for code in LOCALES:
        where = locale(code)
        value = made(thing(address=address), locale=code)["address"]
        city = next(one for one in where.cities if one.name == value["city"])
        assert value["country"] == where.country
        assert value["state"] == city.region
        assert len(value["postal_code"]) == len(city.postal_code)
        assert value["line1"]


def test_places__of_a_country_that_stands__are_there() -> None:
    value = made(thing(address=thing(city=STRING, country=STRING)), around={"country": "FR"})["address"]
    assert value["country"] == "FR"
    assert value["city"] in {city.name for city in locale("fr").cities}


def test_amounts__of_one_payment__add_up() -> None:
    schema = thing(amount=WHOLE, amount_received=WHOLE, amount_refunded=WHOLE, fee=WHOLE, net=WHOLE, total={**STRING})
    value = made(schema, given={"amount": 4200})
    assert value["amount_received"] == 4200
    assert value["amount_refunded"] == 0
    assert value["net"] + value["fee"] == 4200
    assert value["total"] == "42.00"
    assert made(thing(amount=NUMBER), given={})["amount"] >= 5


def test_amounts__of_a_currency_without_cents__are_whole() -> None:
    value = made(thing(currency=STRING, price=STRING, total=NUMBER), given={"currency": "JPY"})
    assert value["price"].isdigit()
    assert value["total"] == int(value["total"])


def test_prices__of_a_bar__lie_between_low_and_high() -> None:
    for seed in range(30):
        bar = made(thing(open=NUMBER, high=NUMBER, low=NUMBER, close=NUMBER), seed, thing="candle")
        assert 0 < bar["low"] <= min(bar["open"], bar["close"])
        assert max(bar["open"], bar["close"]) <= bar["high"]


def test_counts__beside_a_list__count_it() -> None:
    schema = thing(
        total_count=WHOLE,
        data=several(thing(id=WHOLE)),
        has_more={"type": "boolean"},
        total=WHOLE,
        meta=thing(count=WHOLE),
    )
    for seed in range(5):
        value = made(schema, seed)
        count = len(value["data"])
        assert (value["total_count"], value["total"], value["meta"]["count"], value["has_more"]) == (
            count,
            count,
            count,
            False,
        )


def test_ids__of_the_same_thing__are_the_same() -> None:
    schema = thing(
        id=STRING, customer_id=STRING, customer=thing(id=STRING), items=several(thing(id=STRING, order_id=STRING))
    )
    value = made(schema, thing="order")
    assert value["customer"]["id"] == value["customer_id"]
    assert {item["order_id"] for item in value["items"]} == {value["id"]}
    assert len({item["id"] for item in value["items"]}) == len(value["items"])


def test_cards__of_one_object__agree() -> None:
    value = made(thing(number=STRING, last4=STRING, brand=STRING, exp_year=WHOLE, exp_month=WHOLE), thing="card")
    assert value["number"].endswith(value["last4"])
    assert value["exp_year"] > 2025
    assert 1 <= value["exp_month"] <= 12


def test_kinds__told_by_a_type__have_their_own_part_only() -> None:
    part = {"type": "object", "properties": {"a": STRING}}
    schema = {
        "type": "object",
        "required": ["type"],
        "properties": {"card": part, "bank": part, "wallet": part, "type": {"enum": ["card", "bank", "wallet"]}},
    }
    for seed in range(8):
        value = made(schema, seed)
        assert set(value) == {"type", value["type"]}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("deleted",), False), (("livemode",), False), (("has_more",), False), (("isActive",), True),
        (("charges_enabled",), True), (("email_verified",), True), (("cancel_at_period_end",), False),
    ],
)  # fmt: skip
def test_switches__by_name__are_as_usual(names: tuple[str, ...], expected: bool) -> None:
    assert all(made({"type": "boolean"}, seed, names=names) is expected for seed in range(5))


def test_states__of_an_enumeration__are_the_usual_ones() -> None:
    listed = {"enum": ["failed", "pending", "succeeded", "canceled"]}
    assert all(made(thing(status=listed), seed)["status"] == "succeeded" for seed in range(5))
    assert {made(thing(colour={"enum": ["red", "unknown", "blue"]}), seed)["colour"] for seed in range(20)} == {
        "red",
        "blue",
    }


def test_parts__that_tell_of_trouble__are_absent_while_all_is_well() -> None:
    schema = {
        "type": "object",
        "properties": {"id": STRING, "failure_code": STRING, "canceled_at": MOMENT, "errors": several(STRING)},
    }
    found = [set(made(schema, seed)) for seed in range(20)]
    assert sum(one == {"id"} for one in found) > 14
    nullable = thing(
        canceled_at={"type": ["string", "null"], "format": "date-time"}, email={"type": ["string", "null"]}
    )
    values = [made(nullable, seed) for seed in range(30)]
    assert sum(value["canceled_at"] is None for value in values) > 25
    assert sum(value["email"] is None for value in values) < 8


def test_parts__that_others_depend_on__are_there_though_nothing_invites_them() -> None:
    schema = {"type": "object", "properties": {"c": STRING}, "dependentRequired": {"c": ["a"]}}
    assert set(made(schema)) == {"a", "c"}


def test_items__with_schemas_of_their_own__keep_their_places() -> None:
    first = {"type": "array", "prefixItems": [{"const": 5}, {"const": 5}, STRING], "items": {"type": "boolean"}}
    for seed in range(20):
        value = made(first, seed)
        assert value[:2] == [5, 5][: len(value)]
        assert all(isinstance(one, str) for one in value[2:3])


def test_maps__of_clients__are_empty() -> None:
    schema = thing(
        metadata={"type": "object", "additionalProperties": STRING},
        extra={"type": "object", "additionalProperties": True},
    )
    assert made(schema) == {"metadata": {}, "extra": {}}


@pytest.mark.parametrize(("code", "expected"), [("de-AT", "de"), ("PT_br", "pt-br"), ("xx", "en"), ("en-GB", "en-gb")])
def test_locale__of_a_code__is_the_nearest(code: str, expected: str) -> None:
    assert locale(code).code == expected
    assert locale_known(code) is (code != "xx")
