"""A thing that was made just now is at its beginning: nothing has become of it yet."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.generation import Generator, Setting
from diorama.formats.generation.believable.beginnings import begins_at_zero, first_state, gone_at_first
from diorama.ports.dice import Dice

STRING: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
SWITCH: dict[str, Any] = {"type": "boolean"}
MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}


def made(properties: dict[str, Any], seed: int, *, is_new: bool = True, required: bool = True) -> Any:
    schema = {"type": "object", "properties": properties, "required": list(properties) if required else []}
    setting = Setting(thing="order", is_new=is_new)
    value = Generator().believable(schema, Dice(bytes([seed]) * 32), setting=setting)
    assert Generator().conforms(schema, value)
    return value


@pytest.mark.parametrize(
    ("states", "first"),
    [
        (["published", "draft"], "draft"),
        (["paid", "open", "canceled"], "open"),
        (["draft", "open", "paid", "uncollectible", "void"], "draft"),
        (["active", "inactive"], "active"),
        (["failed", "pending", "succeeded"], "pending"),
        (["delivered", "queued", "sent"], "queued"),
        (["Authorised", "AwaitingAuthorisation", "Rejected"], "AwaitingAuthorisation"),
        (["canceled", "requires_capture", "requires_payment_method", "succeeded"], "requires_payment_method"),
        (["SHIPPED", "IN_PROGRESS"], "IN_PROGRESS"),
        (["available", "pending", "sold"], "available"),
        (["queued", "received", "sent"], "queued"),
        (["closed", "odd", "paid"], "odd"),
        (["paid", "closed"], "paid"),
        ([3, 1], 3),
    ],
)
def test_state__of_a_new_thing__is_one_that_things_begin_in(states: list[Any], first: Any) -> None:
    assert first_state(states) == first
    for seed in range(5):
        assert made({"status": {"enum": states}}, seed) == {"status": first}


def test_state__told_by_a_description__begins_there_too() -> None:
    schema = {**STRING, "description": "It is one of `paid`, `open` or `void`.", "example": "paid"}
    assert made({"status": schema}, 1) == {"status": "open"}
    assert made({"status": schema}, 1, is_new=False) == {"status": "paid"}


def test_choices__of_a_new_thing__are_the_first_that_is_usual() -> None:
    properties = {"billing_scheme": {"enum": ["per_unit", "tiered"]}, "reason": {"enum": ["unknown", "gift", "sale"]}}
    for seed in range(5):
        assert made(properties, seed) == {"billing_scheme": "per_unit", "reason": "gift"}


def test_counts__of_a_new_thing__are_zero() -> None:
    names = ("comments_count", "likeCount", "total_orders", "amount_refunded", "amount_captured", "times_redeemed")
    for seed in range(5):
        assert made(dict.fromkeys(names, WHOLE), seed) == dict.fromkeys(names, 0)
        assert made(dict.fromkeys(names, WHOLE), seed, required=False) == dict.fromkeys(names, 0)
    assert made({"comments_count": {**WHOLE, "minimum": 2}}, 1)["comments_count"] >= 2


def test_counts__of_the_list_beside__stay_right() -> None:
    properties = {"data": {"type": "array", "minItems": 2, "items": STRING}, "total_count": WHOLE}
    value = made(properties, 1)
    assert value["total_count"] == len(value["data"])


def test_switches__of_what_comes_later__are_off() -> None:
    names = ("paid", "captured", "is_published", "completed")
    assert made(dict.fromkeys(names, SWITCH), 1) == dict.fromkeys(names, False)
    assert made(dict.fromkeys(names, SWITCH), 1, is_new=False) == dict.fromkeys(names, True)
    assert made({"active": SWITCH}, 1) == {"active": True}


def test_parts__that_come_later__are_null_or_left_out() -> None:
    names = ("paid_at", "published_at", "canceled_at", "refund_reason", "closedAt", "failure_date")
    for seed in range(20):
        assert made(dict.fromkeys(names, MOMENT), seed) == dict.fromkeys(names)
    optional = {"failure_reason": STRING, "error": STRING, "dispute": STRING, "completed_by": STRING, "title": STRING}
    for seed in range(20):
        assert list(made(optional, seed, required=False)) == ["title"]


@pytest.mark.parametrize(
    ("name", "is_zero"),
    [
        ("comments_count", True),
        ("total_orders", True),
        ("amount_paid", True),
        ("count", False),
        ("page_count", False),
        ("max_retry_count", False),
        ("total_price", False),
        ("total_fees", False),
        ("amount", False),
        ("", False),
    ],
)
def test_number__by_its_name__begins_at_zero_or_not(name: str, is_zero: bool) -> None:
    assert begins_at_zero(name) is is_zero


def test_part__by_its_name__is_there_at_first_or_not() -> None:
    assert gone_at_first("failure_code")
    assert gone_at_first("paidAt")
    assert not any(map(gone_at_first, ("created_at", "due_date", "amount_refunded", "name", "paid")))
