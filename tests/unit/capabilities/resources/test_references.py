"""References that inference finds: by the schema of an id, by an object, by a name."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.model import Reference
from tests.unit.capabilities.resources.documents import NUMBER, TEXT, array, endpoint, inferred, ref, thing

ID = {"type": "string", "pattern": "^[a-z]{2,4}_[0-9]{6}$"}
NULL = {"type": "null"}
KEY = "api /payments"


def references_to_a_payment(written: Any, schemas: dict[str, Any], payment_id: Any) -> tuple[Reference, ...]:
    """What a refund refers to by a property ``source``.

    Args:
        written: the property's schema.
        schemas: besides those of the two resources.
        payment_id: the schema of a payment's id.
    """
    payment = thing(id=payment_id, amount=NUMBER, currency=TEXT)
    refund = thing(id=TEXT, source=written, amount=NUMBER)
    inference = inferred(
        endpoint("POST /payments", ref("Payment"), thing(amount=NUMBER)),
        endpoint("GET /payments/{payment_id}", ref("Payment")),
        endpoint("POST /refunds", ref("Refund"), thing(source=written)),
        endpoint("GET /refunds/{refund_id}", ref("Refund")),
        schemas={"Payment": payment, "Refund": refund} | schemas,
    )
    return next(one.references for one in inference.resources if one.name == "refund")


@pytest.mark.parametrize(
    "written",
    [
        ref("PaymentId"),
        ref("PaymentId") | {"description": "What is given back."},
        ref("Source"),
        {"anyOf": [ref("PaymentId"), NULL]},
        {"oneOf": [NULL, ref("PaymentId")]},
        {"allOf": [ref("PaymentId")], "nullable": True},
    ],
)
def test_reference__by_the_schema_of_another_id__is_certain(written: Any) -> None:
    schemas = {"PaymentId": ID, "Source": ref("PaymentId")}
    found = references_to_a_payment(written, schemas, ref("PaymentId") | {"readOnly": True})
    assert found == (Reference(("source",), KEY, certain=True),)


def test_reference__by_the_schema_of_another_id_in_an_array__is_certain() -> None:
    found = references_to_a_payment(array(ref("PaymentId")), {"PaymentId": ID}, ref("PaymentId"))
    assert found == (Reference(("source", "*"), KEY, certain=True),)


@pytest.mark.parametrize(
    ("written", "payment_id"),
    [
        (ref("Uuid"), ref("Uuid")),
        (ref("ObjectId"), ref("ObjectId")),
        (ref("OrderId"), ref("PaymentId")),
        (ID, ID),
        ({"anyOf": [ref("PaymentId"), ref("OrderId")]}, ref("PaymentId")),
    ],
)
def test_reference__by_a_schema_that_says_not_whose_id_it_is__is_none(written: Any, payment_id: Any) -> None:
    schemas = dict.fromkeys(("Uuid", "ObjectId", "OrderId", "PaymentId"), ID)
    assert references_to_a_payment(written, schemas, payment_id) == ()


def test_reference__by_an_id_that_several_things_share__is_to_the_one_called_after_it() -> None:
    account = thing(AccountId=ref("AccountId"), Nickname=TEXT)
    balance = thing(AccountId=ref("AccountId"), Amount=NUMBER)
    mandate = thing(id=TEXT, debtor=ref("AccountId"))
    inference = inferred(
        endpoint("GET /balances", array(ref("Balance"))),
        endpoint("GET /balances/{AccountId}", ref("Balance")),
        endpoint("GET /accounts", array(ref("Account"))),
        endpoint("GET /accounts/{AccountId}", ref("Account")),
        endpoint("POST /mandates", ref("Mandate"), thing(debtor=ref("AccountId"))),
        endpoint("GET /mandates/{id}", ref("Mandate")),
        schemas={"AccountId": ID, "Account": account, "Balance": balance, "Mandate": mandate},
    )
    found = {one.name: one.references for one in inference.resources}
    assert found["mandate"] == (Reference(("debtor",), "api /accounts", certain=True),)
    assert found["account"] == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ref("Named"), (Reference(("payment",), KEY),)),
        (ref("Named") | {"description": "The source."}, (Reference(("payment",), KEY),)),
        (ref("Told") | {"description": "The id of a payment."}, (Reference(("payment",), KEY),)),
        (ref("Told"), ()),
    ],
)
def test_reference__by_a_name_and_a_description__reads_it_behind_a_reference(source: Any, expected: Any) -> None:
    inference = inferred(
        endpoint("POST /payments", ref("Payment"), thing(amount=NUMBER)),
        endpoint("GET /payments/{payment_id}", ref("Payment")),
        endpoint("POST /refunds", ref("Refund"), thing(payment=source)),
        endpoint("GET /refunds/{refund_id}", ref("Refund")),
        schemas={
            "Named": ID | {"description": "A payment's id."},
            "Told": TEXT | {"description": "How it was paid."},
            "Payment": thing(id=TEXT, amount=NUMBER),
            "Refund": thing(id=TEXT, payment=source, amount=NUMBER),
        },
    )
    assert next(one.references for one in inference.resources if one.name == "refund") == expected
