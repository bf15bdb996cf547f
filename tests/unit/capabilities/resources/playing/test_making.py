from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Resource, Role, Scope, Spot
from diorama.model.errors import DioramaError
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, ORDERS, Shop, document

READ_ONLY = structs.replace(
    CUSTOMERS, plays=tuple(play for play in CUSTOMERS.plays if play.role in (Role.LIST, Role.READ))
)


def with_customers_above() -> Resource:
    """Orders that lie below customers, as ``/accounts/{account}`` were the customer."""
    scope = Scope(Spot("path", "account"), ("account",), CUSTOMERS.key)
    return structs.replace(
        ORDERS, parent=CUSTOMERS.key, plays=tuple(structs.replace(play, scopes=(scope,)) for play in ORDERS.plays)
    )


def test_unknown_id__where_things_are_made__is_the_same_for_everyone_and_stays() -> None:
    first, second = Shop({"unknown_ids": "make"}), Shop({"unknown_ids": "make"})
    second.customer()
    status, seen = first.send("GET", "/customers/cus_example1")
    assert status == 200
    assert seen["id"] == "cus_example1"
    assert second.send("GET", "/customers/cus_example1")[1] == seen
    assert first.send("GET", "/customers/cus_example1")[1] == seen
    assert [item["id"] for item in first.send("GET", "/customers")[1]["items"]] == ["cus_example1"]


def test_unknown_id__in_a_sandbox_of_another_seed__looks_otherwise() -> None:
    one, other = (
        Shop({"unknown_ids": "make"}, seed=seed).send("GET", "/customers/cus_example1")[1] for seed in ("a", "b")
    )
    assert one["id"] == other["id"]
    assert one != other


def test_unknown_id__after_a_delete__stays_away_until_somebody_asks_again() -> None:
    shop = Shop({"unknown_ids": "make"})
    shop.send("GET", "/customers/cus_example1")
    assert shop.send("DELETE", "/customers/cus_example1")[0] == 204
    assert shop.send("GET", "/customers")[1]["total"] == 0


def test_reference__to_nobody__is_refused_or_made() -> None:
    body = {"customer": "cus_nobody01", "amount": 5}
    status, problem = Shop().send("POST", "/accounts/a1/orders", body)
    assert (status, problem["code"]) == (422, "reference_unknown")
    maker = Shop({"unknown_ids": "make"})
    assert maker.send("POST", "/accounts/a1/orders", body)[1]["customer"] == "cus_nobody01"
    assert maker.send("GET", "/customers")[1]["total"] == 1


@pytest.mark.parametrize(
    "told",
    [
        {"example": "cus_always_pays"},
        {"examples": ["cus_always_pays"]},
        {"default": "cus_always_pays"},
        {"enum": ["cus_always_pays", "cus_nobody01", "cus_words_without_number"]},
        {"description": "Whoever pays; `cus_always_pays` always does."},
    ],
)
def test_reference__by_a_name_that_the_document_gives__is_made_though_ids_are_not(told: dict[str, Any]) -> None:
    content = deepcopy(document())
    write = content["paths"]["/accounts/{account}/orders"]["post"]["requestBody"]["content"]["application/json"]
    write["schema"]["properties"]["customer"] |= told
    shop = Shop(content=content)
    status, order = shop.send("POST", "/accounts/a1/orders", {"customer": "cus_always_pays", "amount": 5})
    assert (status, order["customer"]) == (200, "cus_always_pays")
    other = shop.send("POST", "/accounts/a1/orders", {"customer": "cus_words_elsewhere", "amount": 5})
    assert other[0] == 422


def test_reference__in_an_example_of_a_request__is_made_though_ids_are_not() -> None:
    content = deepcopy(document())
    write = content["paths"]["/accounts/{account}/orders"]["post"]["requestBody"]["content"]["application/json"]
    write["example"] = {"customer": "cus_always_pays"}
    body = {"customer": "cus_always_pays", "amount": 5}
    assert Shop(content=content).send("POST", "/accounts/a1/orders", body)[0] == 200
    assert Shop().send("POST", "/accounts/a1/orders", body)[1]["code"] == "reference_unknown"


def test_refusal__of_what_was_deleted__says_so() -> None:
    shop = Shop({"unknown_ids": "make"})
    shop.send("GET", "/customers/cus_example1")
    shop.send("DELETE", "/customers/cus_example1")
    _, problem = shop.send("GET", "/customers/cus_example1")
    assert "It was deleted" in str(problem)
    assert "--unknown-ids" not in str(problem)
    _, problem = shop.send("POST", "/accounts/a1/orders", {"customer": "cus_example1", "amount": 5})
    assert "It was deleted" in str(problem)
    assert "--unknown-ids make" in str(Shop().send("GET", "/customers/cus_example1")[1])


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_write__of_nobody_where_the_document_says_that_it_makes__makes(method: str) -> None:
    role = Role.REPLACE if method == "PUT" else Role.UPDATE
    plays = tuple(structs.replace(play, makes=play.role is role) for play in CUSTOMERS.plays)
    shop = Shop(inference=Inference((structs.replace(CUSTOMERS, plays=plays),)))
    status, made = shop.send(method, "/customers/cus_12345678", {"email": "new@example.com"})
    assert (status, made["id"], made["email"]) == (200, "cus_12345678", "new@example.com")
    assert shop.send("GET", "/customers")[1]["items"] == [made]
    assert (
        shop.send(method, "/customers/cus_12345678", {"email": "other@example.com"})[1]["created_at"]
        == made["created_at"]
    )
    assert shop.send("GET", "/customers")[1]["total"] == 1


def test_create__that_is_refused__leaves_nothing() -> None:
    shop = Shop()
    shop.send("POST", "/accounts/a1/orders", {"customer": "cus_nobody01", "amount": 5})
    assert shop.send("GET", "/accounts/a1/orders") == (200, [])


def test_id__where_replies_show_the_object__is_resolved() -> None:
    shop = Shop()
    customer = shop.customer(name="Ada")
    body = {"customer": customer["id"], "paid_by": customer["id"], "amount": 5}
    _, order = shop.send("POST", "/accounts/a1/orders", body)
    assert order["paid_by"] == customer
    assert order["customer"] == customer["id"]


def test_expand__of_a_reference__shows_the_object_and_keeps_the_id() -> None:
    shop = Shop()
    customer = shop.customer(name="Ada")
    _, order = shop.send("POST", "/accounts/a1/orders", {"customer": customer["id"], "amount": 5})
    path = f"/accounts/a1/orders/{order['id']}"
    assert shop.send("GET", f"{path}?expand=customer")[1] == {**order, "customer": customer}
    assert shop.send("GET", "/accounts/a1/orders?expand=customer")[1] == [{**order, "customer": customer}]
    assert shop.send("GET", f"{path}?expand=nothing")[1] == order
    assert shop.send("GET", path)[1] == order


def test_level_above__that_is_a_resource__has_to_be_there() -> None:
    inference = Inference((CUSTOMERS, with_customers_above()))
    shop = Shop(inference=inference)
    assert shop.send("GET", "/accounts/cus_nobody01/orders")[0] == 404
    customer = shop.customer()
    assert shop.send("GET", f"/accounts/{customer['id']}/orders") == (200, [])
    made = Shop({"unknown_ids": "make"}, inference)
    assert made.send("GET", "/accounts/cus_nobody01/orders") == (200, [])
    assert made.send("GET", "/customers")[1]["total"] == 1


def test_contents__of_a_resource_that_nobody_can_fill__are_generated_once() -> None:
    shop, again = Shop(inference=Inference((READ_ONLY,))), Shop(inference=Inference((READ_ONLY,)))
    _, listed = shop.send("GET", "/customers")
    assert listed["total"] == 3
    item = listed["items"][0]
    assert again.send("GET", f"/customers/{item['id']}") == (200, item)
    assert shop.send("GET", "/customers")[1] == listed


def test_contents__by_number__are_as_many() -> None:
    shop = Shop({"initial": 7})
    assert shop.send("GET", "/customers")[1]["total"] == 7
    shop.customer()
    assert shop.send("GET", "/customers")[1]["total"] == 8


def test_contents__by_number__are_no_more_than_there_are_ids() -> None:
    content = deepcopy(document())
    content["components"]["schemas"]["Customer"]["properties"]["id"] = {"type": "string", "enum": ["cus_a", "cus_b"]}
    shop = Shop({"initial": 7}, content=content)
    status, listed = shop.send("GET", "/customers")
    assert status == 200
    assert sorted(item["id"] for item in listed["items"]) == ["cus_a", "cus_b"]


def exemplified() -> dict[str, Any]:
    content = document()
    read = content["paths"]["/customers/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    read["example"] = {"id": "cus_example1", "email": "example@example.com", "name": "Example"}
    return content


def test_contents__from_examples__are_completed_by_the_schema() -> None:
    shop = Shop({"initial": "examples"}, content=exemplified())
    _, item = shop.send("GET", "/customers/cus_example1")
    assert (item["email"], item["name"]) == ("example@example.com", "Example")
    assert item["metadata"] == {}
    assert shop.send("GET", "/customers")[1]["total"] == 1


def test_contents__empty__are_empty_though_there_are_examples() -> None:
    shop = Shop({"initial": "empty"}, Inference((READ_ONLY,)), exemplified())
    assert shop.send("GET", "/customers")[1]["total"] == 0


def test_contents__of_fixtures__take_the_place_of_all_else() -> None:
    fixtures = {"customer": [{"id": "cus_fixture1", "email": "f@example.com"}, {"email": "g@example.com"}]}
    shop = Shop({"initial": 5, "fixtures": fixtures})
    _, listed = shop.send("GET", "/customers")
    assert [item["email"] for item in listed["items"]] == ["f@example.com", "g@example.com"]
    assert listed["items"][0]["id"] == "cus_fixture1"


def test_contents__below_what_is_above__belong_to_it() -> None:
    orders = structs.replace(
        with_customers_above(),
        plays=tuple(play for play in with_customers_above().plays if play.role in (Role.LIST, Role.READ)),
    )
    shop = Shop(inference=Inference((CUSTOMERS, orders)))
    one, other = shop.customer(), shop.customer()
    _, of_one = shop.send("GET", f"/accounts/{one['id']}/orders")
    _, of_other = shop.send("GET", f"/accounts/{other['id']}/orders")
    assert len(of_one) == len(of_other) == 3
    assert {item["account"] for item in of_one} == {one["id"]}
    assert {item["account"] for item in of_other} == {other["id"]}


def test_unknown_id__made_and_deleted__keeps_no_more_than_its_id() -> None:
    shop = Shop({"unknown_ids": "make"})
    shop.send("GET", "/customers/cus_example1")
    shop.send("DELETE", "/customers/cus_example1")
    rows = dict(shop.sandbox.world.table(("resources", CUSTOMERS.key)).items())
    assert rows == {"cus_example1": {"item": {"id": "cus_example1"}, "in": {}, "gone": True}}
    assert shop.send("GET", "/customers/cus_example1")[0] == 404


@pytest.mark.parametrize(("locale", "is_ascii"), [("en", True), ("ja", False)])
def test_locale__of_items__decides_their_people(locale: str, *, is_ascii: bool) -> None:
    _, listed = Shop({"initial": 20, "locale": locale}).send("GET", "/customers?size=50")
    names = [item["name"] for item in listed["items"] if item["name"]]
    assert {name.isascii() for name in names} == {is_ascii}


def test_locale__that_there_is_not__is_refused() -> None:
    with pytest.raises(DioramaError) as caught:
        Shop({"locale": "xx"})
    assert (caught.value.code, caught.value.meta["pointer"]) == ("project_invalid", "/resources/locale")
