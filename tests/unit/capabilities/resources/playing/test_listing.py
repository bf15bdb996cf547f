from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Listing, Paging, Play, Resource
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, Shop, document

NAMES = ["Ada", "Bea", "Cid", "Dan", "Eve"]


def with_list(**changes: Any) -> Resource:
    """Customers whose list is played otherwise."""
    plays: list[Play] = [structs.replace(CUSTOMERS.plays[0], **changes), *CUSTOMERS.plays[1:]]
    return structs.replace(CUSTOMERS, plays=tuple(plays))


def shop_of(resource: Resource = CUSTOMERS, parameters: tuple[str, ...] = ()) -> Shop:
    """A shop with five customers."""
    content = document()
    content["paths"]["/customers"]["get"]["parameters"] += [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters
    ]
    shop = Shop(inference=Inference((resource,)), content=content)
    for name in NAMES:
        shop.customer(name=name, email=f"{name.lower()}@example.com")
    return shop


def names(body: dict[str, Any]) -> list[str]:
    return [item["name"] for item in body["items"]]


def test_list__of_all__shows_items_in_order_with_total_and_no_next_page() -> None:
    status, body = shop_of().send("GET", "/customers")
    assert status == 200
    assert names(body) == NAMES
    assert (body["object"], body["total"], body["next"]) == ("list", 5, None)


def test_pages__followed_by_their_links__show_each_item_once() -> None:
    shop = shop_of()
    path, seen = "/customers?size=2&sort=name", []
    while path:
        _, body = shop.send("GET", path)
        seen.append(names(body))
        path = body["next"]
    assert seen == [["Ada", "Bea"], ["Cid", "Dan"], ["Eve"]]


def test_page__behind_the_last__is_empty() -> None:
    _, body = shop_of().send("GET", "/customers?size=2&page=9")
    assert (names(body), body["total"], body["next"]) == ([], 5, None)


def test_offset__given__begins_there() -> None:
    shop = shop_of(with_list(paging=Paging("offset", "size", 2, 100, "offset")), ("offset",))
    _, body = shop.send("GET", "/customers?offset=1")
    assert names(body) == ["Bea", "Cid"]
    assert body["next"] == "/customers?offset=3"


def test_cursor__of_a_reply__goes_on_even_when_its_item_is_gone() -> None:
    listing = Listing(total=("total",), next_cursor=("next",))
    shop = shop_of(with_list(paging=Paging("cursor", "size", 2, 100, "cursor"), listing=listing), ("cursor",))
    _, first = shop.send("GET", "/customers")
    assert names(first) == ["Ada", "Bea"]
    shop.customer(name="Fay")
    _, second = shop.send("GET", f"/customers?cursor={first['next']}")
    assert names(second) == ["Cid", "Dan"]
    shop.send("DELETE", f"/customers/{first['items'][1]['id']}")
    assert names(shop.send("GET", f"/customers?cursor={first['next']}")[1]) == ["Cid", "Dan"]


def test_cursor__that_no_list_gave__is_refused() -> None:
    shop = shop_of(with_list(paging=Paging("cursor", "size", 2, 100, "cursor")), ("cursor",))
    assert shop.send("GET", "/customers?cursor=%C3%A4")[0] == 422


def id_shop() -> Shop:
    paging = Paging("id", "size", 2, 100, "after", "before")
    listing = Listing(newest_first=True)
    return shop_of(with_list(paging=paging, listing=listing), ("after", "before"))


def test_id__to_begin_behind_or_end_before__cuts_the_newest_first() -> None:
    shop = id_shop()
    _, first = shop.send("GET", "/customers")
    assert names(first) == ["Eve", "Dan"]
    _, second = shop.send("GET", f"/customers?after={first['items'][-1]['id']}")
    assert names(second) == ["Cid", "Bea"]
    _, back = shop.send("GET", f"/customers?before={second['items'][0]['id']}")
    assert names(back) == ["Eve", "Dan"]


def test_id__of_nobody_to_begin_behind__is_refused() -> None:
    assert id_shop().send("GET", "/customers?after=cus_nobody")[0] == 404


def test_size__beyond_the_most__is_cut() -> None:
    shop = shop_of(with_list(paging=Paging("page", "size", 2, 3, "page")))
    assert len(shop.send("GET", "/customers?size=50")[1]["items"]) == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("email=cid@example.com", ["Cid"]),
        ("email=nobody@example.com", []),
        ("q=da", ["Ada", "Dan"]),
        ("q=name:'Eve'", ["Eve"]),
        ("q=name:'Eve' OR name:'Ada'", ["Ada", "Eve"]),
        ("q=name:'Eve' AND tier:'paid'", []),
        ("sort=-name", NAMES[::-1]),
        ("sort=name:desc&size=2", ["Eve", "Dan"]),
    ],
)
def test_query__with_filter_or_sort__decides_what_is_shown(query: str, expected: list[str]) -> None:
    _, body = shop_of().send("GET", "/customers?" + query.replace(" ", "%20"))
    assert names(body) == expected
    if "size" not in query:
        assert body["total"] == len(expected)


def test_times__from_and_until__are_compared_as_times() -> None:
    listing = Listing(filters=(("created_from", ("created_at",)), ("created_until", ("created_at",))))
    content_parameters = ("created_from", "created_until")
    shop = shop_of(with_list(listing=listing), content_parameters)
    shop.wall.advance_us(3_600_000_000)
    shop.customer(name="Fay")
    assert names(shop.send("GET", "/customers?created_from=2023-11-14T23:00:00Z")[1]) == ["Fay"]
    assert names(shop.send("GET", "/customers?created_until=1700000000")[1]) == NAMES
    assert names(shop.send("GET", "/customers?created_until=2023-11-14")[1]) == [*NAMES, "Fay"]


def told_shop(paging: Paging, parameters: tuple[str, ...] = (), array: dict[str, Any] | None = None) -> Shop:
    """A shop whose list tells all that a list can tell of itself."""
    content = document()
    page: dict[str, Any] = content["components"]["schemas"]["Page"]
    told = {"number": "integer", "offset": "integer", "more": "boolean", "previous": "string", "last": "string"}
    more = {name: {"type": [kind, "null"]} for name, kind in told.items()}
    items = {**page["properties"]["items"], **(array or {})}
    content["components"]["schemas"]["Page"] = {**page, "properties": {**page["properties"], **more, "items": items}}
    content["paths"]["/customers"]["get"]["parameters"] += [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters
    ]
    listing = Listing(
        total=("total",),
        has_more=("more",),
        page=("number",),
        offset=("offset",),
        next_link=("next",),
        previous_link=("previous",),
        last_link=("last",),
        newest_first=paging.style == "id",
    )
    shop = Shop(inference=Inference((with_list(paging=paging, listing=listing),)), content=content)
    for name in NAMES:
        shop.customer(name=name)
    return shop


def test_page__far_behind_the_last__tells_its_own_number_and_the_way_back() -> None:
    shop = told_shop(Paging("page", "size", 2, 100, "page"))
    _, body = shop.send("GET", "/customers?page=99")
    assert (names(body), body["number"], body["more"], body["next"]) == ([], 99, False, None)
    assert (body["previous"], body["last"]) == ("/customers?page=3", "/customers?page=3")
    assert names(shop.send("GET", body["previous"])[1]) == ["Eve"]
    status, body = shop.send("GET", "/customers?page=" + "9" * 18)
    assert (status, names(body)) == (200, [])


@pytest.mark.parametrize("size", [0, -1, -5])
@pytest.mark.parametrize("style", ["page", "offset", "cursor", "id"])
def test_size__of_nothing__ends_the_list(style: Any, size: int) -> None:
    shop = told_shop(Paging(style, "size", 2, 100, "page"), ())
    status, body = shop.send("GET", f"/customers?size={size}")
    assert (status, names(body), body["total"], body["more"], body["next"]) == (200, [], 5, False, None)


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        (Paging("page", "size", 2, 100, "page"), [NAMES[:2], NAMES[2:4], NAMES[4:]]),
        (Paging("offset", "size", 2, 100, "page"), [NAMES[:2], NAMES[2:4], NAMES[4:]]),
        (Paging("id", "size", 2, 100, "after", "before"), [["Eve", "Dan"], ["Cid", "Bea"], ["Ada"]]),
    ],
)
def test_pages__followed_there_and_back__are_the_same(paging: Paging, expected: list[list[str]]) -> None:
    shop = told_shop(paging, ("after", "before"))
    there, back, path = [], [], "/customers"
    while path:
        _, body = shop.send("GET", path)
        there.append(names(body))
        path, last = body["next"], body
    path = last["previous"]
    while path:
        _, body = shop.send("GET", path)
        back.append(names(body))
        path = body["previous"]
    assert there == expected
    assert back == expected[-2::-1]


def test_id__to_end_before__tells_whether_more_stands_above() -> None:
    shop = told_shop(Paging("id", "size", 2, 100, "after", "before"), ("after", "before"))
    _, second = shop.send("GET", shop.send("GET", "/customers")[1]["next"])
    _, top = shop.send("GET", f"/customers?before={second['items'][0]['id']}")
    assert (names(top), top["more"]) == (["Eve", "Dan"], False)
    assert names(shop.send("GET", top["next"])[1]) == ["Cid", "Bea"]
    _, middle = shop.send("GET", f"/customers?before={second['items'][1]['id']}")
    assert (names(middle), middle["more"]) == (["Dan", "Cid"], True)
    _, above = shop.send("GET", f"/customers?before={top['items'][0]['id']}")
    assert (names(above), above["more"]) == ([], False)


def test_page__where_the_schema_bounds_its_items__holds_no_more() -> None:
    shop = told_shop(Paging("page", "size", 4, 100, "page"), array={"maxItems": 3})
    _, body = shop.send("GET", "/customers?size=50")
    assert (names(body), body["next"]) == (NAMES[:3], "/customers?size=50&page=2")
    assert names(shop.send("GET", body["next"])[1]) == NAMES[3:]


def test_page__with_fewer_items_than_the_schema_wants__is_left_to_the_document() -> None:
    shop = told_shop(Paging("page", "size", 4, 100, "page"), array={"minItems": 2})
    assert names(shop.send("GET", "/customers")[1]) == NAMES[:4]
    status, body = shop.send("GET", "/customers?page=2")
    assert (status, len(body["items"]) >= 2, "Eve" in names(body)) == (200, True, False)


def test_list__asked_for_by_post__is_cut_and_filtered_by_its_body() -> None:
    content = document()
    listed = content["paths"]["/customers"].pop("get")
    asked = {"type": "object", "properties": {"count": {"type": "integer"}, "email": {"type": "string"}}}
    body = {"content": {"application/json": {"schema": asked}}}
    content["paths"]["/customers/list"] = {"post": {**listed, "parameters": [], "requestBody": body}}
    paging = Paging("offset", "count", 20, 100, "offset")
    listing = Listing(total=("total",), filters=(("email", ("email",)),))
    shop = Shop(inference=Inference((with_list(paging=paging, listing=listing),)), content=content)
    for name in NAMES:
        shop.customer(name=name, email=f"{name.lower()}@example.com")
    assert names(shop.send("POST", "/customers/list", {})[1]) == NAMES
    assert names(shop.send("POST", "/customers/list", {"count": 2, "offset": 1})[1]) == ["Bea", "Cid"]
    assert names(shop.send("POST", "/customers/list", {"email": "dan@example.com"})[1]) == ["Dan"]
