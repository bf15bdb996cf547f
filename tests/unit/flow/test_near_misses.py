"""What a request that matched nothing probably meant."""

from __future__ import annotations

import msgspec
import pytest

from diorama.flow.near_misses import near_misses, routing_error
from diorama.flow.publication import publish
from diorama.model.http import Reply
from tests.unit.flow.staging import Theatre, endpoint, project

PATHS = [
    ("GET", "/customers"),
    ("POST", "/customers"),
    ("GET", "/customers/{id}"),
    ("GET", "/customers/{id}/payments"),
    ("DELETE", "/refunds/{id}"),
]


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return Theatre(definition=project([endpoint(method, path) for method, path in PATHS]))


@pytest.mark.parametrize(
    ("method", "path", "nearest", "difference"),
    [
        ("GET", "/custommers", "get /customers", "the path has 'customers' where the request has 'custommers'"),
        ("GET", "/Customers", "get /customers", "the path has 'customers' where the request has 'Customers'"),
        ("GET", "/customers/1/payments/", "get /customers/{id}/payments", "the path has a slash at its end"),
        ("GET", "/customers/1/payments/2", "get /customers/{id}/payments", "the path has 3 segments, not 4"),
        ("PATCH", "/refunds/1", "delete /refunds/{id}", "the method is DELETE, not PATCH"),
    ],
)
def test_near_misses__of_a_request__say_what_differs(
    theatre: Theatre, method: str, path: str, nearest: str, difference: str
) -> None:
    best = near_misses(theatre.published, method, path)[0]
    assert (best.endpoint, best.difference) == (nearest, difference)
    assert 0 < best.distance < 0.5


def test_near_misses__of_something_wholly_different__are_none(theatre: Theatre) -> None:
    assert near_misses(theatre.published, "GET", "/x/y/z/w/v/u") == ()


def test_near_misses__many__are_three_in_order_of_distance(theatre: Theatre) -> None:
    found = near_misses(theatre.published, "GET", "/customer")
    assert len(found) == 3
    assert [miss.distance for miss in found] == sorted(miss.distance for miss in found)


def test_wrong_method__for_a_path_that_exists__is_a_405_that_lists_the_methods(theatre: Theatre) -> None:
    reply = theatre.at_once("DELETE", "/customers")
    assert reply.status == 405
    assert (b"Allow", b"GET, POST") in reply.headers
    record = theatre.exchanges()[-1]
    assert record.error == "method_not_allowed"
    assert record.near_misses[0].path == "/customers"


def test_allow__where_get_answers_head__lists_head_too() -> None:
    published = publish(project([endpoint("GET", "/a")], {"routing": {"head_from_get": True}}), [])
    error, _ = routing_error(published, "POST", "/a")
    assert error.headers == ((b"Allow", b"GET, HEAD"),)


def test_unknown_path__asked_for__is_a_404_that_names_the_nearest(theatre: Theatre) -> None:
    reply: Reply = theatre.at_once("GET", "/custommers/1")
    problem = msgspec.json.decode(reply.body)
    assert (reply.status, problem["code"]) == (404, "route_not_found")
    assert "GET /customers/{id}" in problem["hint"]
    assert problem["meta"]["near_misses"][0]["path"] == "/customers/{id}"
    assert theatre.exchanges()[-1].near_misses[0].endpoint == "get /customers/{id}"


def test_near_misses__among_ten_thousand_routes__compare_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    import diorama.flow.near_misses as module

    compared = 0
    distance = module._distance

    def counted(*arguments: object) -> float:
        nonlocal compared
        compared += 1
        return distance(*arguments)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr(module, "_distance", counted)
    published = publish(project([endpoint("GET", f"/api/thing{number}") for number in range(10_000)]), [])
    assert near_misses(published, "GET", "/api/thing/1") == ()
    assert near_misses(published, "GET", "/api/thin7")[0].endpoint.startswith("get /api/thing")
    assert compared <= 2 * module.EXAMINED_MAX


def test_near_misses__of_a_hostile_path__come_back(theatre: Theatre) -> None:
    assert near_misses(theatre.published, "GET", "/" * 20_000) == ()
    assert near_misses(theatre.published, "GET", "/" + "a" * 60_000)[0].distance > 0.6
