from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx2
import pytest

from diorama.api.events import SUBSCRIBERS_MAX, ExchangeFeed
from diorama.app.control_plane import control_plane
from diorama.control.installation import Installation
from diorama.model.errors import CATALOGUE, DioramaError
from tests.unit.installations import ask, small_installation


def call(
    installation: Installation,
    method: str,
    path: str,
    *,
    closed: bool = False,
    client_address: str = "127.0.0.1",
    **arguments: Any,
) -> httpx2.Response:
    async def run() -> httpx2.Response:
        guarded = control_plane(installation, closed=closed)
        transport = httpx2.ASGITransport(guarded, client=(client_address, 5000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await client.request(method, path, **arguments)

    return asyncio.run(run())


def test_sandboxes__create_list_delete__works_over_http() -> None:
    installation, _ = small_installation()
    made = call(installation, "POST", "/_diorama/api/sandboxes", json={"id": "dev123", "owner": "ada"})
    assert made.status_code == 201
    assert made.json()["key"].startswith("dsk_")
    listed = call(installation, "GET", "/_diorama/api/sandboxes").json()["sandboxes"]
    assert [one["id"] for one in listed] == ["default", "dev123"]
    assert "key" not in listed[1]
    assert call(installation, "GET", "/_diorama/api/sandboxes/dev123").json()["owner"] == "ada"
    assert call(installation, "DELETE", "/_diorama/api/sandboxes/dev123").status_code == 204
    assert call(installation, "GET", "/_diorama/api/sandboxes/dev123").status_code == 404


def test_sandboxes__create_without_body__makes_one() -> None:
    installation, _ = small_installation()
    assert call(installation, "POST", "/_diorama/api/sandboxes").status_code == 201
    assert len(installation.sandboxes) == 2


@pytest.mark.parametrize("body", [{"id": 5}, {"idd": "x"}, {"ttl_s": "soon"}, [1]])
def test_sandboxes__body_of_another_shape__is_a_problem_of_ours(body: Any) -> None:
    installation, _ = small_installation()
    reply = call(installation, "POST", "/_diorama/api/sandboxes", json=body)
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "option_invalid"


def test_exchanges__filters__reach_the_journal() -> None:
    installation, plane = small_installation()
    ask(plane, "GET", "/items")
    ask(plane, "GET", "/nowhere")
    found = call(installation, "GET", "/_diorama/api/exchanges?status=4xx").json()["exchanges"]
    assert [one["path"] for one in found] == ["/nowhere"]
    assert found[0]["near_misses"][0]["endpoint"] == "list"
    assert call(installation, "GET", "/_diorama/api/exchanges/1").json()["path"] == "/items"
    assert call(installation, "GET", "/_diorama/api/exchanges?nonsense=1").status_code == 400


def test_errors__each_code__is_explained_where_its_type_points() -> None:
    installation, _ = small_installation()
    listed = call(installation, "GET", "/_diorama/errors").json()["errors"]
    assert {one["code"] for one in listed} == set(CATALOGUE)
    assert call(installation, "GET", "/_diorama/errors/budget_exceeded").json()["status"] == 507
    assert call(installation, "GET", "/_diorama/errors/nonsense").status_code == 404


@pytest.mark.parametrize("path", ["/_diorama", "/_diorama/", "/_diorama/health", "/_diorama/api/openapi.json"])
def test_about__each_page__answers(path: str) -> None:
    installation, _ = small_installation()
    assert call(installation, "GET", path).status_code == 200


@pytest.mark.parametrize("path", ["/_diorama/api/sandboxes", "/_diorama/api/sandboxes/absent", "/_diorama/nothing"])
def test_correlation_id__on_any_reply__is_the_requests_own_or_made(path: str) -> None:
    installation, _ = small_installation()
    named = call(installation, "GET", path, headers={"x-correlation-id": "mine"})
    made = call(installation, "GET", path, headers={"x-correlation-id": "not well-formed"})
    assert named.headers.get_list("x-correlation-id") == ["mine"]
    assert re.fullmatch("[0-9a-f]{32}", made.headers["x-correlation-id"])
    if named.status_code >= 400:
        assert named.json()["meta"]["correlation_id"] == "mine"


def test_correlation_id__of_what_the_guard_refuses__is_there() -> None:
    installation, _ = small_installation()
    reply = call(installation, "GET", "/_diorama/", closed=True, headers={"x-correlation-id": "mine"})
    assert (reply.status_code, reply.headers["x-correlation-id"]) == (403, "mine")
    assert reply.json()["meta"]["correlation_id"] == "mine"


def test_unknown_path__control_plane__is_a_problem_of_ours() -> None:
    installation, _ = small_installation()
    assert call(installation, "GET", "/_diorama/api/nothing").json()["code"] == "route_not_found"
    assert call(installation, "PUT", "/_diorama/api/sandboxes").json()["code"] == "method_not_allowed"


def test_guard__control_plane_closed__refuses_everything() -> None:
    installation, _ = small_installation()
    reply = call(installation, "GET", "/_diorama/health", closed=True)
    assert reply.status_code == 403
    assert reply.json()["code"] == "control_plane_closed"


def test_guard__client_of_another_machine__is_refused() -> None:
    installation, _ = small_installation()
    reply = call(installation, "GET", "/_diorama/health", client_address="192.0.2.7")
    assert reply.json()["code"] == "control_plane_closed"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost.evil.example"},
        {"host": "10.0.0.1:8000"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_guard__request_of_another_site__is_refused_and_changes_nothing(headers: dict[str, str]) -> None:
    installation, _ = small_installation()
    reply = call(installation, "POST", "/_diorama/api/sandboxes", headers=headers)
    assert reply.status_code == 403
    assert reply.json()["code"] == "origin_refused"
    assert list(installation.sandboxes) == ["default"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "dev.sbx.localhost:8000"])
def test_guard__loopback_name__is_let_through(host: str) -> None:
    installation, _ = small_installation()
    assert call(installation, "GET", "/_diorama/health", headers={"host": host}).status_code == 200


def test_guard__same_origin_page__is_let_through() -> None:
    installation, _ = small_installation()
    headers = {"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"}
    assert call(installation, "POST", "/_diorama/api/sandboxes", headers=headers).status_code == 201


def test_events__exchange_while_watching__is_sent() -> None:
    installation, plane = small_installation()

    async def run() -> list[bytes]:
        events = ExchangeFeed().subscribe(installation.sandboxes["default"])
        got = [await anext(events)]
        ask(plane, "GET", "/items")
        got.append(await anext(events))
        await events.aclose()  # type: ignore[attr-defined]  # an async generator behind its interface
        return got

    first, second = asyncio.run(run())
    assert first == b": watching\n\n"
    assert second.startswith(b"event: exchange\nid: 1\ndata: {")
    assert not installation.sandboxes["default"].journal.watchers


def test_events__one_subscriber_too_many__is_refused_until_another_goes() -> None:
    installation, _ = small_installation()
    sandbox = installation.sandboxes["default"]

    async def run() -> str:
        feed = ExchangeFeed()
        watching = [feed.subscribe(sandbox) for _ in range(SUBSCRIBERS_MAX)]
        for events in watching:
            await anext(events)
        with pytest.raises(DioramaError) as refused:
            feed.subscribe(sandbox)
        await watching[0].aclose()  # type: ignore[attr-defined]  # an async generator behind its interface
        another = feed.subscribe(sandbox)
        assert await anext(another) == b": watching\n\n"
        for events in [*watching[1:], another]:
            await events.aclose()  # type: ignore[attr-defined]  # as above
        return refused.value.code

    assert asyncio.run(run()) == "rate_exceeded"
    assert not sandbox.journal.watchers
