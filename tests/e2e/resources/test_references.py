"""References over real sockets, as the example project has them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.serving.process import ROOT, Server

Send = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]
CARD = {"amount": 4200, "currency": "EUR", "payment_method": "pm_card_visa"}


@pytest.fixture(scope="module")
def send() -> Iterator[Send]:
    """Posts to the example project."""
    project = str(ROOT / "examples/payments")
    headers = {"content-type": "application/json", "authorization": "Bearer sk_test_123"}
    with Server(["serve", project, "--memory", "--port", "0", "--log-format", "none"]) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)

        def posted(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            connection.request("POST", path, json.dumps(body), headers)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())

        yield posted
        connection.close()


def test_payment__of_a_customer_that_is_there__names_it(send: Send) -> None:
    _, customer = send("/v1/customers", {"email": "ada@example.com"})
    status, payment = send("/v1/payments", CARD | {"customer": customer["id"]})
    assert (status, payment["customer"]) == (200, customer["id"])


def test_payment__without_a_customer__names_none(send: Send) -> None:
    send("/v1/customers", {"email": "ada@example.com"})
    status, payment = send("/v1/payments", CARD)
    assert (status, payment["customer"]) == (200, None)


def test_payment__of_a_customer_that_is_not_there__is_refused_as_the_document_says(send: Send) -> None:
    status, problem = send("/v1/payments", CARD | {"customer": "cus_4NobodyHere1"})
    assert (status, problem["status"]) == (404, 404)
    assert "cus_4NobodyHere1" in problem["detail"]


def test_refund__of_a_payment__has_its_currency(send: Send) -> None:
    for currency in ("EUR", "GBP", "JPY"):
        _, payment = send("/v1/payments", CARD | {"currency": currency})
        status, refund = send("/v1/refunds", {"payment": payment["id"]})
        assert (status, refund["payment"], refund["currency"]) == (200, payment["id"], currency)


def test_refund__of_a_payment_that_is_not_there__is_refused(send: Send) -> None:
    status, problem = send("/v1/refunds", {"payment": "pay_4NobodyHere1"})
    assert status == 404
    assert "pay_4NobodyHere1" in problem["detail"]
