from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.resources.model import Inference, Listing
from diorama.capabilities.resources.playing import outlets
from diorama.capabilities.resources.playing.outlets import Encodings
from diorama.formats.schemas import Schemas
from tests.unit.capabilities.resources.playing.shops import CUSTOMERS, Shop, document


def test_encodings__of_one_value__are_made_once_and_never_of_another() -> None:
    encodings = Encodings()
    value = {"a": 1}
    assert encodings.of(value) is encodings.of(value)
    assert bytes(encodings.of({"a": 2}).body) == b'{"a":2}'


def test_encoded__found_right_once__is_not_looked_at_again() -> None:
    one, other = Schemas({}, "reply").check({"type": "object"}), Schemas({}, "reply").check({"type": "array"})
    encoded = Encodings().of({"a": 1})
    assert (encoded.holds(other), encoded.check, encoded.holds(one), encoded.check) == (False, None, True, one)


def test_encodings__asked_for_between__outlive_their_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "ENTRIES_MAX", 4)
    encodings = Encodings()
    values = [{"n": number} for number in range(6)]
    first = encodings.of(values[0])
    for value in values:
        encodings.of(value)
        assert encodings.of(values[0]) is first


def test_encodings__beyond_their_bound__are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "ENTRIES_MAX", 2)
    encodings = Encodings()
    values = [{"n": number} for number in range(5)]
    first = encodings.of(values[0])
    assert [json.loads(encodings.of(value).body) for value in values] == values
    assert encodings.of(values[0]) is not first


def with_list_reply(schema: dict[str, Any], headers: dict[str, Any] | None = None, media: str = "") -> Shop:
    """A shop whose list replies otherwise, with three customers."""
    content = document()
    media = media or "application/json"
    reply = {"description": "ok", "content": {media: {"schema": schema}}, "headers": headers or {}}
    content["paths"]["/customers"]["get"]["responses"] = {"200": reply}
    play = structs.replace(
        CUSTOMERS.plays[0],
        item=() if schema["type"] == "array" else ("items",),
        item_keyed=schema.get("properties", {}).get("items", {}).get("type") == "object",
        media_type=media,
        listing=Listing(),
    )
    shop = Shop(inference=Inference((structs.replace(CUSTOMERS, plays=(play, *CUSTOMERS.plays[1:])),)), content=content)
    for number in range(3):
        shop.customer(name=f"N{number}")
    return shop


CUSTOMER = {"$ref": "#/components/schemas/Customer"}


def test_list__that_is_a_bare_array__tells_total_and_next_page_in_headers() -> None:
    names = ("X-Total-Count", "Link")
    shop = with_list_reply(
        {"type": "array", "items": CUSTOMER}, {name: {"schema": {"type": "string"}} for name in names}
    )
    reply = shop.out("GET", "/customers?size=2").reply
    headers = dict(reply.headers)
    assert [item["name"] for item in json.loads(reply.body)] == ["N0", "N1"]
    assert headers[b"X-Total-Count"] == b"3"
    assert headers[b"Link"] == (
        b'<http://localhost/customers?size=2&page=2>; rel="next", '
        b'<http://localhost/customers?size=2&page=1>; rel="first", '
        b'<http://localhost/customers?size=2&page=2>; rel="last"'
    )
    last = dict(shop.out("GET", "/customers?size=2&page=2").reply.headers)[b"Link"]
    assert last.startswith(b'<http://localhost/customers?size=2&page=1>; rel="prev", ')
    assert b"next" not in last
    assert b"Link" not in dict(shop.out("GET", "/customers").reply.headers)


def test_list__whose_items_stand_by_id__is_an_object() -> None:
    shop = with_list_reply(
        {"type": "object", "properties": {"items": {"type": "object", "additionalProperties": CUSTOMER}}}
    )
    _, body = shop.send("GET", "/customers")
    assert [item["name"] for item in body["items"].values()] == ["N0", "N1", "N2"]
    assert all(key == item["id"] for key, item in body["items"].items())


def test_list__whose_items_show_less__shows_less_and_the_same_each_time() -> None:
    brief = {
        "type": "object",
        "required": ["id", "name", "rank"],
        "properties": {"id": {"type": "string"}, "name": {"type": ["string", "null"]}, "rank": {"type": "integer"}},
    }
    shop = with_list_reply({"type": "object", "properties": {"items": {"type": "array", "items": brief}}})
    _, body = shop.send("GET", "/customers")
    assert [sorted(item) for item in body["items"]] == [["id", "name", "rank"]] * 3
    assert [item["name"] for item in body["items"]] == ["N0", "N1", "N2"]
    assert shop.send("GET", "/customers")[1] == body


def test_list__in_xml__is_written_in_it() -> None:
    shop = with_list_reply(
        {"type": "object", "properties": {"items": {"type": "array", "items": CUSTOMER}}}, media="application/xml"
    )
    reply = shop.out("GET", "/customers").reply
    assert dict(reply.headers)[b"content-type"] == b"application/xml"
    assert reply.body.count(b"<name>N") == 3


def test_item__whose_media_type_is_declined_by_name__is_not_sent_for_any_other() -> None:
    shop = Shop()
    path = f"/customers/{shop.customer()['id']}"
    assert shop.send("GET", path, accept="*/*, application/json;q=0")[0] == 406
    assert shop.send("GET", path, accept="application/json;q=0.000, text/html")[0] == 406
    assert shop.send("GET", path, accept="application/json; charset=utf-8, text/html;q=0.5")[0] == 200


@pytest.mark.parametrize(("query", "prefer"), [("?country__code=DE&x__dynamic=1", ""), ("", "encode=1, my-example=2")])
def test_item__asked_for_with_words_that_look_like_preferences__is_the_one_that_is_kept(
    query: str, prefer: str
) -> None:
    shop = Shop()
    made = shop.customer(name="Ada")
    headers = {"prefer": prefer} if prefer else {}
    assert shop.send("GET", f"/customers/{made['id']}{query}", **headers) == (200, made)


BRIEF = {
    "type": "object",
    "required": ["id", "rank", "seen_at", "expires_at"],
    "properties": {
        "id": {"type": "string"},
        "rank": {"type": "integer"},
        "created_on": {"type": "string", "format": "date"},
        "seen_at": {"type": "string", "format": "date-time"},
        "expires_at": {"type": "string", "format": "date-time"},
    },
}
BRIEF_PAGE = {"type": "object", "properties": {"items": {"type": "array", "items": BRIEF}}}


def test_list__whose_items_show_more__shows_the_same_whenever_it_is_first_read() -> None:
    shops = [with_list_reply(BRIEF_PAGE) for _ in range(2)]
    shops[1].wall.advance_us(40 * 86_400_000_000)
    early, late = (shop.out("GET", "/customers").reply.body for shop in shops)
    assert early == late
    assert b"seen_at" in early


def test_likenesses__beyond_their_bound__are_forgotten_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "LIKENESS_BYTES_MAX", 400)
    encodings = Encodings()
    view, items = object(), [{"n": number} for number in range(40)]
    for item in items:
        encodings.likenesses.keep(view, item, {"shown": item["n"]})
    kept = [encodings.likenesses.of(view, item) for item in items]
    assert kept[-1] == {"shown": 39}
    assert 0 < sum(one is not None for one in kept) <= 30
    assert encodings.likenesses.of(object(), items[-1]) is None
    monkeypatch.setattr(outlets, "LIKENESS_BYTES_MAX", 0)
    shop = with_list_reply(BRIEF_PAGE)
    assert shop.send("GET", "/customers") == shop.send("GET", "/customers")
