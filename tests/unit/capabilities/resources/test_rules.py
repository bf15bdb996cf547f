"""The rules of inference, each by a document that needs it."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.inference import infer
from diorama.capabilities.resources.model import Reference, Role, Spot
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.model.definition import Api, Endpoint, Group, MediaType, Project, Response
from diorama.ports.capability import CompileContext, Site
from tests.unit.capabilities.resources.documents import (
    FLAG,
    FORM,
    JSON,
    NUMBER,
    TEXT,
    array,
    endpoint,
    inferred,
    only,
    play_of,
    reasons_of,
    ref,
    roles_of,
    thing,
)

PAYMENT = thing(
    id=TEXT,
    status={"type": "string", "enum": ["pending", "captured", "canceled", "succeeded"]},
    captured=FLAG,
    captured_at=TEXT,
    amount=NUMBER,
)


def payments_with(*further: Endpoint, item: dict[str, Any] = PAYMENT) -> tuple[Endpoint, ...]:
    """A collection of payments and further endpoints."""
    return (
        endpoint("POST /payments", ref("Payment"), thing(amount=NUMBER)),
        endpoint("GET /payments/{payment}", ref("Payment")),
        *further,
    )


# --------------------------------------------------------------------------------------------------- the same thing


def test_one_thing__under_two_paths__is_one_resource_that_the_second_filters() -> None:
    subscription = thing(id=TEXT, plan=TEXT, customer={"anyOf": [TEXT, ref("customer")]}, status=TEXT)
    customer = thing(id=TEXT, email=TEXT, name=TEXT)
    inference = inferred(
        endpoint("GET /v1/customers", array(ref("customer"))),
        endpoint("POST /v1/customers", ref("customer"), thing(email=TEXT)),
        endpoint("GET /v1/customers/{customer}", ref("customer")),
        endpoint("GET /v1/customers/{customer}/subscriptions", array(ref("subscription"))),
        endpoint("POST /v1/customers/{customer}/subscriptions", ref("subscription"), thing(plan=TEXT)),
        endpoint("DELETE /v1/customers/{customer}/subscriptions/{id}", ref("subscription")),
        endpoint("GET /v1/subscriptions", array(ref("subscription")), query={"expand": array(TEXT)}),
        endpoint("POST /v1/subscriptions", ref("subscription"), thing(customer=TEXT, plan=TEXT)),
        endpoint("GET /v1/subscriptions/{id}", ref("subscription"), query={"expand": array(TEXT)}),
        schemas={"customer": customer, "subscription": subscription},
    )
    found = {resource.name: resource for resource in inference.resources}
    assert list(found) == ["customer", "subscription"]
    plays = {play.endpoint: play for play in found["subscription"].plays}
    assert len(plays) == 6
    (scope,) = plays["GET /v1/customers/{customer}/subscriptions"].scopes
    assert (scope.field, scope.resource) == (("customer",), "api /v1/customers")
    assert plays["GET /v1/subscriptions"].scopes == ()
    assert found["subscription"].references == (
        Reference(("customer",), "api /v1/customers", expandable=True, certain=True),
    )
    assert plays["GET /v1/subscriptions/{id}"].expand == "expand"


def test_lists_of_the_same_schema__that_say_nothing_of_their_owner__are_not_merged() -> None:
    user = thing(id=TEXT, name=TEXT, mail=TEXT)
    inference = inferred(
        endpoint("GET /users", array(ref("User"))),
        endpoint("GET /users/{user_id}", ref("User")),
        endpoint("GET /users/{user_id}/followers", array(ref("User"))),
        schemas={"User": user},
    )
    assert len(only(inference).plays) == 2
    assert list(reasons_of(inference)) == ["GET /users/{user_id}/followers"]


def test_special_paths__below_a_collection__make_and_list_the_same_items() -> None:
    number = thing(id=TEXT, number=TEXT, country=TEXT, kind=TEXT)
    inference = inferred(
        endpoint("GET /numbers", thing(numbers=array(ref("Number")))),
        endpoint("GET /numbers/{id}", ref("Number")),
        endpoint("POST /numbers/local", ref("Local"), thing(number=TEXT)),
        endpoint("GET /numbers/local", thing(numbers=array(ref("Local")))),
        schemas={"Number": number, "Local": dict(number)},
    )
    assert list(roles_of(only(inference)).values()) == ["list", "read", "create", "list"]


def test_actions__under_a_path_of_their_own__belong_to_the_item_that_they_reply_with() -> None:
    inference = inferred(
        *payments_with(endpoint("POST /test/payments/{payment}/capture", ref("Payment"))), schemas={"Payment": PAYMENT}
    )
    assert play_of(only(inference), Role.ACTION).id == Spot("path", "payment")


def test_an_action__that_replies_with_something_else__is_none() -> None:
    inference = inferred(
        *payments_with(
            endpoint("POST /payments/{payment}/receipts", thing(url=TEXT, sent=FLAG)),
            endpoint("POST /payments/{payment}/copy", ref("Payment")),
            endpoint("POST /payments/{payment}/ping"),
        ),
        schemas={"Payment": PAYMENT},
    )
    assert reasons_of(inference) == {
        "POST /payments/{payment}/receipts": "'receipts' replies with something else than the item",
        "POST /payments/{payment}/copy": "'copy' makes or moves other things than the item",
        "POST /payments/{payment}/ping": "what 'ping' changes is not known",
    }


# ------------------------------------------------------------------------------------------------------- the actions


@pytest.mark.parametrize(
    ("verb", "sets", "stamps"),
    [
        ("capture", ((("status",), "captured"), (("captured",), True)), (("captured_at",),)),
        ("cancel", ((("status",), "canceled"),), ()),
        ("confirm", ((("status",), "succeeded"),), ()),
        ("mark_canceled", ((("status",), "canceled"),), ()),
        ("refresh", (), ()),
    ],
)
def test_action__with_a_verb__sets_the_values_that_fit(verb: str, sets: Any, stamps: Any) -> None:
    path = f"POST /payments/{{payment}}/{verb}"
    play = play_of(
        only(inferred(*payments_with(endpoint(path, ref("Payment"))), schemas={"Payment": PAYMENT})), Role.ACTION
    )
    assert (play.action, play.sets, play.stamps) == (verb, sets, stamps)
    assert play.certainty == (0.95 if sets else 0.8)


def test_action__of_a_status_without_enum__takes_a_value_that_the_description_names() -> None:
    told = thing(id=TEXT, amount=NUMBER, status=TEXT | {"description": "Can be `pending`, `paid`, or `cancelled`."})
    path = "POST /payments/{payment}/cancel"
    play = play_of(
        only(inferred(*payments_with(endpoint(path, ref("Payment"))), schemas={"Payment": told})), Role.ACTION
    )
    assert play.sets == ((("status",), "cancelled"),)


def test_delete__that_replies_with_the_item__shows_what_became_of_it() -> None:
    gone = endpoint("DELETE /payments/{payment}", ref("Payment"))
    play = play_of(only(inferred(*payments_with(gone), schemas={"Payment": PAYMENT})), Role.DELETE)
    assert (play.item, play.tombstone, play.sets) == ((), False, ((("status",), "canceled"),))


# -------------------------------------------------------------------------------------------------------- singletons


def test_singleton__that_is_read_and_written__is_one() -> None:
    settings = thing(theme=TEXT, language=TEXT, mails=FLAG)
    inference = inferred(
        endpoint("GET /accounts/{account}/settings", ref("Settings")),
        endpoint("PUT /accounts/{account}/settings", ref("Settings"), ref("Settings")),
        endpoint("PATCH /accounts/{account}/settings", ref("Settings"), ref("Settings")),
        endpoint("GET /me", thing(id=TEXT)),
        schemas={"Settings": settings},
    )
    resource = only(inference)
    assert (resource.name, resource.singleton, resource.id_field) == ("settings", True, ())
    assert list(roles_of(resource).values()) == ["read", "replace", "update"]
    assert all(play.id is None for play in resource.plays)
    assert list(reasons_of(inference)) == ["GET /me"]


def test_singleton__that_shows_an_item_of_a_collection__is_left_out() -> None:
    inference = inferred(
        *payments_with(
            endpoint("GET /orders/{order}/payment", ref("Payment")),
            endpoint("POST /orders/{order}/payment", ref("Payment"), thing(amount=NUMBER)),
        ),
        schemas={"Payment": PAYMENT},
    )
    assert len(only(inference).plays) == 2
    assert set(reasons_of(inference).values()) == {"it shows an item of another collection, and does not say which one"}


# ------------------------------------------------------------------------------------------- what keeps, what does not


def test_write_only__without_a_read__is_one_when_the_id_comes_back() -> None:
    stream = thing(id=TEXT, url=TEXT, status=TEXT)
    resource = only(
        inferred(
            endpoint("POST /streams", ref("Stream"), thing(url=TEXT)),
            endpoint("POST /streams/{id}", ref("Stream"), thing(status=TEXT)),
            schemas={"Stream": stream},
        )
    )
    assert list(roles_of(resource).values()) == ["create", "update"]


@pytest.mark.parametrize(
    ("parameter", "fields", "field", "certainty"),
    [
        ("username", ("id", "login", "url"), "login", 0.95),
        ("user", ("id", "login", "url"), "id", 0.95),
        ("user_id", ("id", "user_id", "url"), "user_id", 0.95),
        ("email", ("id", "email", "url"), "email", 0.95),
        ("person", ("id", "name", "url"), "id", 0.79),
        ("handle", ("name", "title", "url"), "name", 0.83),
    ],
)
def test_id__by_what_the_path_calls_it__is_found(
    parameter: str, fields: tuple[str, ...], field: str, certainty: float
) -> None:
    user = thing(**dict.fromkeys(fields, TEXT))
    found = only(inferred(endpoint("GET /users", array(user)), endpoint(f"GET /users/{{{parameter}}}", user)))
    assert (found.id_field, found.certainty) == ((field,), certainty)


def test_put__without_another_way_to_make_one__makes_it() -> None:
    key = thing(name=TEXT, value=TEXT, note=TEXT)
    resource = only(
        inferred(
            endpoint("GET /keys/{name}", ref("Key")),
            endpoint("PUT /keys/{name}", ref("Key"), ref("Key"), more=(Response("201"),)),
            schemas={"Key": key},
        )
    )
    assert play_of(resource, Role.REPLACE).makes
    assert resource.id_field == ("name",)


@pytest.mark.parametrize(
    ("first", "more", "makes"),
    [("200", ("201",), True), ("200", ("202", "404"), False), ("201", (), True), ("204", ("201",), True)],
)
def test_put__beside_a_create__makes_one_where_its_replies_say_so(
    first: str, more: tuple[str, ...], makes: bool
) -> None:
    key = thing(id=TEXT, name=TEXT, value=TEXT)
    shown = None if first == "204" else ref("Key")
    others = tuple(Response(status, content=(MediaType(JSON, ref("Key")),)) for status in more)
    resource = only(
        inferred(
            endpoint("POST /keys", ref("Key"), ref("Key")),
            endpoint("GET /keys/{id}", ref("Key")),
            endpoint("PUT /keys/{id}", shown, ref("Key"), status=first, more=others),
            schemas={"Key": key},
        )
    )
    assert play_of(resource, Role.REPLACE).makes is makes


def test_create__that_shows_only_the_id__is_one() -> None:
    inference = inferred(
        endpoint("POST /jobs", thing(id=TEXT), thing(title=TEXT, note=TEXT), status="202"),
        endpoint("GET /jobs/{id}", thing(id=TEXT, title=TEXT, note=TEXT)),
    )
    create = play_of(only(inference), Role.CREATE)
    assert (create.item, create.status, create.certainty) == ((), 202, 0.75)
    assert "its reply shows the new id" in create.reasons


def test_replies__that_differ__make_no_resource() -> None:
    inference = inferred(
        endpoint("GET /reports", array(thing(day=TEXT, visits=NUMBER, sales=NUMBER))),
        endpoint("GET /reports/{id}", thing(id=TEXT, author=TEXT, pages=NUMBER, text=TEXT)),
    )
    assert inference.resources == ()
    assert len(inference.unplayed) == 2


def test_items__without_an_id_that_requests_could_name__are_left_out() -> None:
    row = thing(day=TEXT, visits=NUMBER, sales=NUMBER)
    inference = inferred(endpoint("GET /rows", array(row)), endpoint("GET /rows/{index}", row))
    assert inference.resources == ()
    assert reasons_of(inference)["GET /rows/{index}"] == "the item shows no id that a request could name"


def test_a_post__that_replies_with_a_counted_list__makes_nothing() -> None:
    inference = inferred(
        endpoint("GET /pets/{id}", thing(id=TEXT, name=TEXT, kind=TEXT)),
        endpoint("POST /pets", thing(data=array(thing(id=TEXT, name=TEXT, kind=TEXT)), total=NUMBER), thing(kind=TEXT)),
    )
    assert reasons_of(inference)["POST /pets"] == "it replies with a list, so it looks for items and makes none"


def test_create__with_200_and_201__replies_with_201() -> None:
    made = endpoint("POST /payments", ref("Payment"), thing(amount=NUMBER))
    both = endpoint("POST /payments", ref("Payment"), thing(amount=NUMBER), status="201", more=made.responses)
    read = endpoint("GET /payments/{id}", ref("Payment"))
    assert play_of(only(inferred(both, read, schemas={"Payment": PAYMENT})), Role.CREATE).status == 201


def test_previews__and_other_trials__make_nothing() -> None:
    inference = inferred(
        *payments_with(endpoint("POST /payments/create_preview", ref("Payment"), thing(amount=NUMBER))),
        schemas={"Payment": PAYMENT},
    )
    assert list(reasons_of(inference)) == ["POST /payments/create_preview"]


def test_lists_below_items__that_clients_make__are_left_to_the_examples() -> None:
    line = thing(order_id=TEXT, text=TEXT, price=NUMBER)
    order = thing(id=TEXT, note=TEXT, total=NUMBER)
    fixed = (endpoint("GET /orders", array(order)), endpoint("GET /orders/{order_id}", order))
    lines = endpoint("GET /orders/{order_id}/lines", array(line))
    assert [one.name for one in inferred(*fixed, lines).resources] == ["order", "line"]
    made = endpoint("POST /orders", order, thing(note=TEXT))
    assert [one.name for one in inferred(*fixed, lines, made).resources] == ["order"]


def test_filters__with_bounds__name_the_property_that_they_bound() -> None:
    names = ("created_after", "min_amount", "fromDate", "amount", "q", "unknown", "after")
    query = dict.fromkeys(names, TEXT)
    entry = thing(id=TEXT, created_at=TEXT, amount=NUMBER, date=TEXT)
    found = inferred(endpoint("GET /entries", array(entry), query=query), endpoint("GET /entries/{id}", entry))
    listing = play_of(only(found), Role.LIST).listing
    assert listing is not None
    assert listing.filters == (
        ("created_after", ("created_at",)),
        ("min_amount", ("amount",)),
        ("fromDate", ("date",)),
        ("amount", ("amount",)),
        ("q", ()),
    )
    assert play_of(only(found), Role.LIST).paging.position == "after"


@pytest.mark.parametrize(
    ("parameter", "fields", "filters"),
    [
        ("tag", {"tags": array(TEXT)}, (("tag", ("tags",)),)),
        ("tag", {"tags": array(NUMBER), "tag": TEXT}, (("tag", ("tag",)),)),
        ("tags", {"tags": array(TEXT)}, (("tags", ("tags",)),)),
        ("ownerId", {"owner_ids": array(ref("Told"))}, (("ownerId", ("owner_ids",)),)),
        ("filter[category]", {"categories": array(TEXT)}, (("filter[category]", ("categories",)),)),
        ("tag", {"attributes": thing(tags=array(TEXT))}, (("tag", ("attributes", "tags")),)),
        ("tag", {"tags": array(thing(name=TEXT))}, ()),
        ("tag", {"tags": TEXT}, ()),
        ("end", {"ends": array(NUMBER)}, ()),
    ],
)
def test_filters__in_the_singular__look_into_arrays_of_plain_values(parameter: str, fields: Any, filters: Any) -> None:
    note = thing(id=TEXT, title=TEXT, **fields)
    resource = only(
        inferred(
            endpoint("GET /notes", array(ref("Note")), query={parameter: TEXT}),
            endpoint("GET /notes/{id}", ref("Note")),
            schemas={"Note": note, "Told": TEXT},
        )
    )
    listing = play_of(resource, Role.LIST).listing
    assert listing is not None
    assert listing.filters == filters


# -------------------------------------------------------------------------------------------------------- references


def test_references__by_schema_and_by_name__are_told_apart() -> None:
    price = thing(id=TEXT, amount=NUMBER, currency=TEXT)
    item = thing(
        id=TEXT,
        price=ref("Price"),
        tax_ids=array(TEXT),
        owner_id=TEXT,
        owner=TEXT | {"description": "ID of the owner."},
        amount=NUMBER,
    )
    owner = thing(id=TEXT, name=TEXT, mail=TEXT)
    tax = thing(id=TEXT, rate=NUMBER, country=TEXT)
    found = inferred(
        *(one for name in ("Price", "Owner", "Tax") for one in pair(name)),
        endpoint("POST /items", ref("Item"), thing(price=TEXT, amount=NUMBER)),
        endpoint("GET /items/{id}", ref("Item")),
        schemas={"Price": price, "Item": item, "Owner": owner, "Tax": tax},
    )
    resource = found.resources[-1]
    assert resource.references == (
        Reference(("price",), "api /prices", embedded=True, certain=True),
        Reference(("tax_ids", "*"), "api /taxes"),
        Reference(("owner_id",), "api /owners"),
        Reference(("owner",), "api /owners"),
    )


def pair(name: str) -> tuple[Endpoint, Endpoint]:
    """A list and a read."""
    path = {"Price": "/prices", "Owner": "/owners", "Tax": "/taxes"}[name]
    return endpoint(f"GET {path}", array(ref(name))), endpoint(f"GET {path}/{{id}}", ref(name))


# ------------------------------------------------------------------------------------------------------------- names


def test_names__of_equal_collections__are_told_apart_by_what_stands_before() -> None:
    card = {"Card": thing(id=TEXT, last4=TEXT, brand=TEXT), "Other": thing(id=TEXT, holder=TEXT, kind=TEXT)}
    inference = inferred(
        endpoint("GET /v1/issuing/cards", array(ref("Other"))),
        endpoint("GET /v1/issuing/cards/{id}", ref("Other")),
        endpoint("GET /v1/customers/{customer}/cards", array(ref("Card"))),
        endpoint("GET /v1/customers/{customer}/cards/{id}", ref("Card")),
        schemas=card,
    )
    assert [one.name for one in inference.resources] == ["card", "customer_card"]


def test_several_apis__with_the_same_paths__keep_apart() -> None:
    sites = []
    apis = []
    for name in ("one", "two"):
        api = Api(name, schemas={"Payment": PAYMENT})
        apis.append(api)
        mine = [
            Endpoint(f"{name} {one.id}", one.method, one.path, parameters=one.parameters, responses=one.responses)
            for one in payments_with()
        ]
        sites += [Site(one, Group(name, name, endpoints=tuple(mine)), api) for one in mine]
    found = infer(CompileContext(Project("p", tuple(apis)), tuple(sites), []), ResourcesSpec())
    assert [(one.key, one.name) for one in found.resources] == [
        ("one /payments", "payment"),
        ("two /payments", "payment"),
    ]


def test_schemas__that_are_circular_or_composed__are_seen_through() -> None:
    node = {"allOf": [thing(id=TEXT, name=TEXT), thing(children=array(ref("Node")), parent=ref("Node"))]}
    maybe = {"oneOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}
    resource = only(
        inferred(
            endpoint("GET /nodes", thing(nodes=array({"allOf": [ref("Node")], "description": "one"}))),
            endpoint("GET /nodes/{node_id}", maybe),
            schemas={"Node": node},
        )
    )
    assert resource.schema_name == "Node"
    assert resource.certainty == 0.95


def test_form_bodies__that_wrap_the_item__are_found() -> None:
    pet = thing(id=TEXT, name=TEXT, kind=TEXT)
    resource = only(
        inferred(
            endpoint("POST /pets", thing(pet=ref("Pet")), thing(pet=thing(name=TEXT)), takes=FORM),
            endpoint("GET /pets/{id}", thing(pet=ref("Pet"))),
            schemas={"Pet": pet},
        )
    )
    create = play_of(resource, Role.CREATE)
    assert (create.body, create.item) == (("pet",), ("pet",))


def test_a_post__below_an_item_of_another_collection__creates_there() -> None:
    order = thing(id=TEXT, note=TEXT, customer=TEXT)
    inference = inferred(
        endpoint("GET /customers", array(ref("Customer"))),
        endpoint("GET /customers/{customer}", ref("Customer")),
        endpoint("POST /customers/{customer}/orders", ref("Order"), thing(note=TEXT)),
        endpoint("GET /orders", array(ref("Order"))),
        endpoint("GET /orders/{id}", ref("Order")),
        schemas={"Customer": thing(id=TEXT, name=TEXT, mail=TEXT), "Order": order},
    )
    assert inference.unplayed == ()
    create = play_of(inference.resources[-1], Role.CREATE)
    assert [(scope.field, scope.resource) for scope in create.scopes] == [(("customer",), "api /customers")]


def test_singleton__with_a_post_beside_a_put__is_made_by_the_post() -> None:
    page = thing(source=TEXT, domain=TEXT, https=FLAG)
    resource = only(
        inferred(
            endpoint("GET /sites/{site}/page", ref("Page")),
            endpoint("POST /sites/{site}/page", ref("Page"), thing(source=TEXT), status="201"),
            endpoint("PUT /sites/{site}/page", None, thing(source=TEXT, domain=TEXT)),
            endpoint("DELETE /sites/{site}/page"),
            schemas={"Page": page},
        )
    )
    assert list(roles_of(resource).values()) == ["read", "create", "replace", "delete"]


def test_verbs__with_the_id_inside_an_envelope__find_it() -> None:
    pet = thing(id=TEXT, name=TEXT, kind=TEXT)
    resource = only(
        inferred(
            endpoint("POST /pet/create", thing(data=ref("Pet")), thing(data=thing(name=TEXT))),
            endpoint("POST /pet/update", thing(data=ref("Pet")), thing(data=thing(id=TEXT, name=TEXT))),
            schemas={"Pet": pet},
        )
    )
    update = play_of(resource, Role.UPDATE)
    assert (update.id, update.body) == (Spot("body", pointer=("data", "id")), ("data",))
