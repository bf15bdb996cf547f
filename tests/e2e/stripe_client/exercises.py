"""Exercises: what the official ``stripe`` client does with a server, each asserting on the objects that it gets.

Each exercise takes a client, needs nothing but what it makes itself, and can be run on a server that others use.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import stripe
from stripe import StripeClient

CREATED_MAX_S = 600
ITEMS_MAX = 300  # a server whose pages never end is found out, too


def client_for(url: str) -> StripeClient:
    """The official client, talking to a server of ours, and trying nothing twice."""
    return StripeClient("sk_test_123", base_addresses={"api": url}, max_network_retries=0)


def customers_are_kept(client: StripeClient) -> None:
    """Create, retrieve and update: what was written is there, typed, and metadata are merged."""
    made = client.v1.customers.create(
        {
            "email": "ada@example.com",
            "name": "Ada Lovelace",
            "description": "First of her kind",
            "address": {"line1": "12 St James's Square", "city": "London", "postal_code": "SW1Y 4JH", "country": "GB"},
            "metadata": {"loyalty": "gold", "number": "1815"},
        }
    )
    assert isinstance(made, stripe.Customer)
    assert made.id.startswith("cus_")
    assert made.object == "customer"
    assert (made.email, made.name, made.description) == ("ada@example.com", "Ada Lovelace", "First of her kind")
    assert made.address is not None
    assert (made.address.city, made.address.country) == ("London", "GB")
    assert _plain(made.metadata) == {"loyalty": "gold", "number": "1815"}
    assert abs(made.created - time.time()) < CREATED_MAX_S
    assert made.livemode is False
    assert _plain(client.v1.customers.retrieve(made.id)) == _plain(made)

    changed = client.v1.customers.update(made.id, {"name": "Ada King", "metadata": {"loyalty": "platinum"}})
    assert (changed.name, changed.email) == ("Ada King", "ada@example.com")
    assert _plain(changed.metadata) == {"loyalty": "platinum", "number": "1815"}
    assert changed.created == made.created
    assert _plain(client.v1.customers.retrieve(made.id)) == _plain(changed)


def customers_end(client: StripeClient) -> None:
    """A deleted customer leaves a tombstone, is listed no more, and cannot be changed; unknown ones are errors."""
    made = client.v1.customers.create({"email": "grace@example.com"})
    deleted = client.v1.customers.delete(made.id)
    assert (deleted.id, deleted.deleted) == (made.id, True)
    assert getattr(client.v1.customers.retrieve(made.id), "deleted", False) is True
    assert made.id not in _ids(client.v1.customers.list({"limit": 100}))
    _refused(lambda: client.v1.customers.retrieve("cus_never0there"))
    _refused(lambda: client.v1.customers.update("cus_never0there", {"name": "Nobody"}))
    _refused(lambda: client.v1.customers.delete("cus_never0there"))


def customers_are_listed(client: StripeClient) -> None:
    """Pages are fetched by the client itself, forwards and backwards, each item once, the newest first."""
    made = [client.v1.customers.create({"email": f"listed{number}@example.com"}).id for number in range(7)]
    listed = _ids(client.v1.customers.list({"limit": 3}))
    assert [one for one in listed if one in made] == made[::-1]
    assert len(set(listed)) == len(listed)
    first = client.v1.customers.list({"limit": 3})
    assert (len(first.data), first.has_more) == (3, True)
    assert [one.id for one in first.data] == made[:3:-1]
    second = client.v1.customers.list({"limit": 2, "starting_after": first.data[-1].id})
    assert [one.id for one in second.data] == made[3:1:-1]
    before = client.v1.customers.list({"limit": 3, "ending_before": second.data[0].id})
    assert [one.id for one in before.data] == made[:3:-1]
    assert set(_ids(before)) >= set(made[4:])
    found = client.v1.customers.list({"email": "listed5@example.com"})
    assert {one.email for one in found.data} == {"listed5@example.com"}


def products_are_kept(client: StripeClient) -> None:
    """Create with an id of one's own and without, retrieve, update, list by a filter, delete."""
    own = client.v1.products.create({"name": "Tea", "id": f"tea-{time.time_ns()}"})
    assert own.id.startswith("tea-")
    _refused(lambda: client.v1.products.create({"name": "Tea", "id": own.id}), statuses=(400, 409))
    made = client.v1.products.create({"name": "Engine", "description": "Analytical", "active": False})
    assert made.id.startswith("prod_")
    assert (made.name, made.description, made.active) == ("Engine", "Analytical", False)
    assert client.v1.products.update(made.id, {"name": "Engine 2", "active": True}).name == "Engine 2"
    assert client.v1.products.retrieve(made.id).active is True
    assert client.v1.products.update(made.id, {"active": False}).active is False
    idle = _ids(client.v1.products.list({"active": False, "limit": 2}))
    assert made.id in idle
    assert own.id not in idle
    assert client.v1.products.delete(made.id).deleted is True


def prices_belong_to_products(client: StripeClient) -> None:
    """A price names its product, shows it when expanded, and is listed by it."""
    product = client.v1.products.create({"name": "Punched cards"})
    made = client.v1.prices.create(
        {
            "product": product.id,
            "currency": "gbp",
            "unit_amount": 1843,
            "recurring": {"interval": "month"},
        }
    )
    assert made.id.startswith("price_")
    assert (made.product, made.currency, made.unit_amount) == (product.id, "gbp", 1843)
    assert made.recurring is not None
    assert made.recurring.interval == "month"
    assert made.recurring.interval_count >= 1
    changed = client.v1.prices.update(made.id, {"nickname": "monthly", "active": False})
    assert (changed.nickname, changed.active, changed.unit_amount) == ("monthly", False, 1843)
    expanded = client.v1.prices.retrieve(made.id, {"expand": ["product"]})
    assert isinstance(expanded.product, stripe.Product)
    assert _plain(expanded.product) == _plain(client.v1.products.retrieve(product.id))
    assert client.v1.prices.retrieve(made.id).product == product.id
    more = [client.v1.prices.create({"product": product.id, "currency": "gbp"}).id for _ in range(3)]
    assert _ids(client.v1.prices.list({"product": product.id, "limit": 2})) == [*more[::-1], made.id]
    _refused(lambda: client.v1.prices.create({"product": "prod_never0there", "currency": "gbp", "unit_amount": 1}),
             statuses=(400, 404, 422))  # fmt: skip


def payments_go_their_way(client: StripeClient) -> None:
    """A payment intent is made for a customer, expanded in replies and lists, changed and canceled."""
    customer = client.v1.customers.create({"email": "payer@example.com"})
    made = client.v1.payment_intents.create(
        {
            "amount": 4200,
            "currency": "eur",
            "customer": customer.id,
            "description": "Order 1815",
            "metadata": {"order": "1815"},
        }
    )
    assert made.id.startswith("pi_")
    assert (made.amount, made.currency, made.customer, made.description) == (4200, "eur", customer.id, "Order 1815")
    changed = client.v1.payment_intents.update(made.id, {"amount": 4300, "metadata": {"parcel": "2"}})
    assert (changed.amount, changed.currency, changed.status) == (4300, "eur", made.status)
    assert _plain(changed.metadata) == {"order": "1815", "parcel": "2"}
    expanded = client.v1.payment_intents.retrieve(made.id, {"expand": ["customer"]})
    assert isinstance(expanded.customer, stripe.Customer)
    assert (expanded.customer.id, expanded.customer.email) == (customer.id, "payer@example.com")
    made_expanded = client.v1.payment_intents.create(
        {"amount": 1, "currency": "eur", "customer": customer.id, "expand": ["customer"]}
    )
    assert isinstance(made_expanded.customer, stripe.Customer)
    listed = client.v1.payment_intents.list({"customer": customer.id, "limit": 1, "expand": ["data.customer"]})
    found = list(islice(listed.auto_paging_iter(), ITEMS_MAX))
    assert [one.id for one in found] == [made_expanded.id, made.id]
    assert all(isinstance(one.customer, stripe.Customer) for one in found)
    canceled = client.v1.payment_intents.cancel(made.id, {"cancellation_reason": "abandoned"})
    assert (canceled.id, canceled.status) == (made.id, "canceled")
    assert client.v1.payment_intents.retrieve(made.id).status == "canceled"
    _refused(lambda: client.v1.payment_intents.create({"amount": 1, "currency": "eur", "customer": "cus_never0there"}),
             statuses=(400, 404, 422))  # fmt: skip


def subscriptions_go_their_way(client: StripeClient) -> None:
    """A subscription of a customer to a price: created, expanded, changed, listed by customer, canceled."""
    customer = client.v1.customers.create({"email": "subscriber@example.com"})
    product = client.v1.products.create({"name": "Journal"})
    price = client.v1.prices.create(
        {"product": product.id, "currency": "eur", "unit_amount": 900, "recurring": {"interval": "year"}}
    )
    made = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id, "quantity": 2}]})
    assert made.id.startswith("sub_")
    assert made.customer == customer.id
    items = made["items"].data
    assert [(one.price.id, one.quantity) for one in items] == [(price.id, 2)]
    assert items[0].price.unit_amount == 900
    changed = client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True, "metadata": {"why": "moved"}})
    assert (changed.cancel_at_period_end, changed.metadata["why"]) == (True, "moved")
    assert [one.id for one in changed["items"].data] == [one.id for one in items]
    expanded = client.v1.subscriptions.retrieve(made.id, {"expand": ["customer"]})
    assert isinstance(expanded.customer, stripe.Customer)
    assert expanded.customer.email == "subscriber@example.com"
    other = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    assert _ids(client.v1.subscriptions.list({"customer": customer.id, "limit": 1})) == [other.id, made.id]
    canceled = client.v1.subscriptions.cancel(made.id)
    assert (canceled.id, canceled.status) == (made.id, "canceled")


EXERCISES: tuple[Callable[[StripeClient], None], ...] = (
    customers_are_kept,
    customers_end,
    customers_are_listed,
    products_are_kept,
    prices_belong_to_products,
    payments_go_their_way,
    subscriptions_go_their_way,
)


def _ids(first: Any) -> list[str]:
    """The ids of a list that the client pages through by itself."""
    found = [one.id for one in islice(first.auto_paging_iter(), ITEMS_MAX)]
    assert len(found) < ITEMS_MAX, "the pages do not end"
    return found


def _plain(value: Any) -> Any:
    """A client's object as plain values."""
    return value.to_dict() if hasattr(value, "to_dict") else dict(value or {})


def _refused(call: Callable[[], object], statuses: tuple[int, ...] = (404,)) -> None:
    """The call raises the client's own error, with a message that it could read."""
    error: stripe.StripeError | None = None
    try:
        call()
    except stripe.StripeError as cause:
        error = cause
    assert error is not None, "it was not refused"
    assert error.http_status in statuses, f"{error.http_status}: {error}"
    assert error.user_message, f"the client read no message in {error.http_body!r}"
