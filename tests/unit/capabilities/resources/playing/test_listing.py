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
