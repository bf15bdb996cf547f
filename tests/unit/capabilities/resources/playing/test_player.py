from __future__ import annotations

import json

import pytest

from tests.unit.capabilities.resources.playing.shops import FORM, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_create__then_read__gives_back_what_was_written_and_the_schema_asks_for(shop: Shop) -> None:
    made = shop.customer(name="Ada", metadata={"loyalty": "gold"})
    assert made["email"] == "ada@example.com"
    assert made["name"] == "Ada"
    assert made["metadata"] == {"loyalty": "gold"}
    assert made["tier"] == "free"
    assert made["created_at"] == made["updated_at"] == "2023-11-14T22:13:20Z"
    assert shop.send("GET", f"/customers/{made['id']}") == (200, made)


def test_create__without_what_may_be_null__says_null_and_leaves_out_the_rest(shop: Shop) -> None:
    made = shop.customer()
    assert made["name"] is None
    assert "address" not in made
    assert made["metadata"] == {}


def test_create__with_a_declared_location__tells_where_the_item_is(shop: Shop) -> None:
    out = shop.out("POST", "/customers", {"email": "a"})
    made = json.loads(out.reply.body)
    assert dict(out.reply.headers)[b"Location"] == f"http://localhost/customers/{made['id']}".encode()


def test_create__of_what_clients_may_not_write__is_ignored(shop: Shop) -> None:
    made = shop.customer(created_at="1999-01-01T00:00:00Z", id="cus_aaaaaaaa")
    assert made["created_at"] == "2023-11-14T22:13:20Z"
    assert made["id"] != "cus_aaaaaaaa"


def test_create__of_a_form__is_read_like_json(shop: Shop) -> None:
    status, made = shop.send("POST", "/customers", b"Email=f%40example.com&metadata[a]=1&address[city]=Rome", FORM)
    assert status == 201
    assert made["email"] == "f@example.com"
    assert made["metadata"] == {"a": "1"}
    assert made["address"] == {"city": "Rome"}


def test_create__of_a_value_that_its_schema_forbids__is_made_right(shop: Shop) -> None:
    made = shop.customer(tier="platinum")
    assert made.get("tier", "free") in {"free", "paid"}


def test_read__of_nobody__is_refused_with_its_name(shop: Shop) -> None:
    status, problem = shop.send("GET", "/customers/cus_nobody")
    assert status == 404
    assert problem["code"] == "resource_unknown"
    assert "cus_nobody" in problem["detail"]


def test_read__with_a_preference__is_answered_by_the_document(shop: Shop) -> None:
    status, _ = shop.send("GET", "/customers/cus_nobody", prefer="code=200")
    assert status == 200
    assert shop.send("GET", "/customers/cus_nobody?__code=200")[0] == 200


def test_read__of_a_media_type_that_it_has_not__is_left_to_the_document(shop: Shop) -> None:
    made = shop.customer()
    assert shop.send("GET", f"/customers/{made['id']}", accept="application/json")[0] == 200
    assert shop.send("GET", f"/customers/{made['id']}", accept="image/png")[0] == 406


def test_update__of_some_properties__leaves_the_others_and_moves_the_time(shop: Shop) -> None:
    made = shop.customer(name="Ada", address={"city": "London", "zip": "1"})
    shop.wall.advance_us(7_000_000)
    status, changed = shop.send("PATCH", f"/customers/{made['id']}", {"address": {"city": "Paris"}})
    assert status == 200
    assert changed["address"] == {"city": "Paris"}
    assert changed["name"] == "Ada"
    assert changed["created_at"] == made["created_at"]
    assert changed["updated_at"] == "2023-11-14T22:13:27Z"
    assert shop.send("GET", f"/customers/{made['id']}")[1] == changed


def test_update__as_merge_patch__merges_and_null_takes_away(shop: Shop) -> None:
    made = shop.customer(name="Ada", address={"city": "London", "zip": "1"}, metadata={"a": "1", "b": "2"})
    patch = {"name": None, "address": {"zip": None}, "metadata": {"a": None, "c": "3"}}
    status, changed = shop.send("PATCH", f"/customers/{made['id']}", patch, "application/merge-patch+json")
    assert status == 200
    assert changed["name"] is None
    assert changed["address"] == {"city": "London"}
    assert changed["metadata"] == {"b": "2", "c": "3"}


def test_update__as_form__merges_and_an_empty_text_takes_away(shop: Shop) -> None:
    made = shop.customer(name="Ada", metadata={"a": "1", "b": "2"})
    path = f"/customers/{made['id']}"
    assert shop.send("PATCH", path, b"metadata[a]=&metadata[c]=3&name=", FORM)[1]["metadata"] == {"b": "2", "c": "3"}
    status, changed = shop.send("PATCH", path, b"metadata=", FORM)
    assert status == 200
    assert changed["metadata"] == {}
    assert changed["name"] is None


def test_update__as_json_patch__does_all_or_nothing(shop: Shop) -> None:
    made = shop.customer(name="Ada")
    path, media = f"/customers/{made['id']}", "application/json-patch+json"
    good = [{"op": "test", "path": "/name", "value": "Ada"}, {"op": "replace", "path": "/name", "value": "Grace"}]
    assert shop.send("PATCH", path, good, media)[1]["name"] == "Grace"
    bad = [{"op": "replace", "path": "/name", "value": "Eve"}, {"op": "test", "path": "/tier", "value": "none"}]
    status, problem = shop.send("PATCH", path, bad, media)
    assert (status, problem["code"]) == (409, "patch_failed")
    assert shop.send("GET", path)[1]["name"] == "Grace"


def test_update__of_nobody__is_refused(shop: Shop) -> None:
    assert shop.send("PATCH", "/customers/cus_nobody", {"name": "A"})[0] == 404


def test_replace__of_an_item__forgets_what_is_not_written(shop: Shop) -> None:
    made = shop.customer(name="Ada", metadata={"a": "1"})
    status, changed = shop.send("PUT", f"/customers/{made['id']}", {"email": "new@example.com"})
    assert status == 200
    assert changed["id"] == made["id"]
    assert changed["created_at"] == made["created_at"]
    assert changed["email"] == "new@example.com"
    assert changed["name"] is None
    assert changed["metadata"] == {}


def test_replace__of_nobody_where_items_are_created_otherwise__is_refused(shop: Shop) -> None:
    assert shop.send("PUT", "/customers/cus_nobody", {"email": "a"})[0] == 404


def test_delete__of_an_item__leaves_nothing(shop: Shop) -> None:
    made = shop.customer()
    assert shop.send("DELETE", f"/customers/{made['id']}") == (204, None)
    assert shop.send("GET", f"/customers/{made['id']}")[0] == 404
    assert shop.send("DELETE", f"/customers/{made['id']}")[0] == 404
    assert shop.send("GET", "/customers")[1]["total"] == 0


def test_action__on_an_item__sets_what_it_stands_for(shop: Shop) -> None:
    customer = shop.customer()
    _, order = shop.send("POST", "/accounts/a1/orders", {"customer": customer["id"], "amount": 5})
    status, paid = shop.send("POST", f"/accounts/a1/orders/{order['id']}/pay")
    assert (status, paid["status"]) == (200, "paid")
    assert shop.send("GET", f"/accounts/a1/orders/{order['id']}")[1] == paid


def test_scopes__of_two_accounts__keep_their_items_apart(shop: Shop) -> None:
    customer = shop.customer()
    _, order = shop.send("POST", "/accounts/a1/orders", {"customer": customer["id"], "amount": 5})
    assert order["account"] == "a1"
    assert shop.send("GET", f"/accounts/a2/orders/{order['id']}")[0] == 404
    assert shop.send("GET", "/accounts/a2/orders") == (200, [])
    assert shop.send("GET", "/accounts/a1/orders") == (200, [order])


def test_array__where_replies_have_a_list_object__is_put_into_one_and_completed(shop: Shop) -> None:
    customer = shop.customer()
    written = {"customer": customer["id"], "amount": 5, "lines": [{"sku": "tea"}, {"sku": "cup", "count": 2}]}
    _, order = shop.send("POST", "/accounts/a1/orders", written)
    assert order["lines"] == {
        "object": "list",
        "data": [{"sku": "tea", "count": 1}, {"sku": "cup", "count": 2}],
        "has_more": False,
        "total_count": 2,
    }


def test_part__of_a_number_that_was_written__is_nothing_at_first(shop: Shop) -> None:
    customer = shop.customer()
    _, order = shop.send("POST", "/accounts/a1/orders", {"customer": customer["id"], "amount": 5})
    assert (order["amount"], order["amount_refunded"]) == (5, 0)


def test_replies__validated_by_the_document__break_no_rule(shop: Shop) -> None:
    customer = shop.customer(name="Ada")
    shop.send("POST", "/accounts/a1/orders", {"customer": customer["id"], "amount": 5, "lines": [{"sku": "x"}]})
    for method, path in (
        ("GET", "/customers"),
        ("GET", "/accounts/a1/orders"),
        ("GET", f"/customers/{customer['id']}"),
    ):
        out = shop.out(method, path)
        assert out.reply.status == 200
        assert b"x-diorama-violations" not in out.headers


def test_create__with_validation_off__still_reads_what_was_sent() -> None:
    shop = Shop(specs={"validation": {"requests": "off"}})
    status, made = shop.send("POST", "/customers", {"email": "a@example.com", "name": 5})
    assert (status, made["email"], made["name"]) == (201, "a@example.com", "5")
    assert shop.send("GET", "/customers?email=a@example.com&size=1")[1]["items"] == [made]
    assert shop.send("POST", "/customers", b"{", "application/json")[0] == 201


def test_resource__less_sure_than_is_wanted__is_answered_by_the_document_unless_named() -> None:
    assert Shop({"certainty_min": 1.5}).send("GET", "/customers/cus_nobody")[0] == 200
    named = {"certainty_min": 1.5, "overrides": {"customer": {"enabled": True}}}
    assert Shop(named).send("GET", "/customers/cus_nobody")[0] == 404
