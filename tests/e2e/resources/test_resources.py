"""Resources over real sockets: documents of every style through their cycle, and many clients at once."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

from tests.e2e.resources import styles
from tests.e2e.serving.process import Server

CLIENTS = 64
EACH = 5


class Client:
    """Talks to a server on one connection."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.connection.close()

    def __call__(self, method: str, path: str, body: Any = None, media: str = styles.JSON) -> tuple[int, Any]:
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if content is None else {"content-type": media}
        self.connection.request(method, path, content, headers)
        reply = self.connection.getresponse()
        text = reply.read()
        assert reply.getheader("x-diorama-violations") is None, text
        return reply.status, json.loads(text) if text else None


@contextmanager
def served(folder: Path, document: dict[str, Any], *options: str) -> Iterator[str]:
    file = folder / "style.json"
    file.write_text(json.dumps(document))
    with Server(["serve", str(file), "--memory", "--port", "0", "--log-format", "none", *options]) as server:
        yield server.url


@pytest.fixture
def opened(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
    make: Callable[[], dict[str, Any]] = request.param
    with served(tmp_path, make()) as url, Client(url) as client:
        yield client


@pytest.mark.parametrize("opened", [styles.rest], indirect=True)
def test_rest__through_its_cycle__keeps_what_was_written(opened: Client) -> None:
    status, book = opened("POST", "/books", {"title": "Emma", "pages": 400, "tags": ["novel"]})
    assert status == 201
    assert (book["title"], book["pages"], book["tags"]) == ("Emma", 400, ["novel"])
    path = f"/books/{book['id']}"
    assert opened("GET", path) == (200, book)
    change = {"pages": 410, "tags": None}
    status, changed = opened("PATCH", path, change, "application/merge-patch+json")
    assert (status, changed["pages"], "tags" in changed) == (200, 410, False)
    others = [opened("POST", "/books", {"title": f"T{number}"})[1] for number in range(4)]
    assert opened("GET", "/books?size=2&page=2")[1] == {"books": others[1:3], "total": 5}
    assert opened("DELETE", path) == (204, None)
    assert opened("GET", path)[0] == 404
    assert opened("GET", "/books")[1] == {"books": others, "total": 4}


@pytest.mark.parametrize("opened", [styles.forms], indirect=True)
def test_forms__through_their_cycle__merge_and_leave_a_tombstone(opened: Client) -> None:
    made = [opened("POST", "/v1/customers", f"email=c{n}%40example.com".encode(), styles.FORM)[1] for n in range(3)]
    path = f"/v1/customers/{made[0]['id']}"
    assert opened("POST", path, b"metadata[a]=1&metadata[b]=2", styles.FORM)[1]["metadata"] == {"a": "1", "b": "2"}
    status, changed = opened("POST", path, b"metadata[a]=&email=", styles.FORM)
    assert (status, changed["metadata"], changed["email"]) == (200, {"b": "2"}, None)
    _, first = opened("GET", "/v1/customers?limit=2")
    assert ([item["id"] for item in first["data"]], first["has_more"]) == ([made[2]["id"], made[1]["id"]], True)
    _, second = opened("GET", f"/v1/customers?limit=2&starting_after={made[1]['id']}")
    assert (second["data"], second["has_more"]) == ([changed], False)
    tombstone = {"id": made[0]["id"], "object": "customer", "deleted": True}
    assert opened("DELETE", path) == (200, tombstone)
    assert opened("GET", path) == (200, tombstone)
    assert len(opened("GET", "/v1/customers")[1]["data"]) == 2


@pytest.mark.parametrize("opened", [styles.wrapped], indirect=True)
def test_wrapped__through_its_cycle__stands_below_its_wrapper(opened: Client) -> None:
    sent = {"Data": {"Amount": "165.88"}, "Risk": {"Code": "x"}}
    status, made = opened("POST", "/consents", sent)
    assert status == 201
    assert made["Data"]["Amount"] == "165.88"
    assert made["Risk"] == {"Code": "x"}
    path = f"/consents/{made['Data']['ConsentId']}"
    assert made["Links"]["Self"].endswith(path)
    assert opened("GET", path) == (200, made)
    assert opened("DELETE", path)[0] == 204
    assert opened("GET", path)[0] == 404


@pytest.mark.parametrize("opened", [styles.suffixed], indirect=True)
def test_suffixed__through_its_cycle__maps_names_and_keeps_accounts_apart(opened: Client) -> None:
    root = "/Accounts/AC1/Queues"
    status, queue = opened("POST", f"{root}.json", b"FriendlyName=Support&MaxSize=7", styles.FORM)
    assert (status, queue["friendly_name"], queue["max_size"], queue["account_sid"]) == (201, "Support", 7, "AC1")
    path = f"{root}/{queue['sid']}.json"
    assert queue["uri"] == path
    assert opened("GET", path) == (200, queue)
    assert opened("POST", path, b"MaxSize=9", styles.FORM)[1] == {**queue, "max_size": 9}
    assert opened("GET", path.replace("AC1", "AC2"))[0] == 404
    assert opened("GET", "/Accounts/AC2/Queues.json")[1]["queues"] == []
    opened("POST", f"{root}.json", b"FriendlyName=Sales", styles.FORM)
    _, first = opened("GET", f"{root}.json?PageSize=1")
    assert len(first["queues"]) == 1
    _, second = opened("GET", first["next_page_uri"])
    assert len(second["queues"]) == 1
    assert second["queues"] != first["queues"]
    assert opened("DELETE", path)[0] == 204


@pytest.mark.parametrize("opened", [styles.verbs], indirect=True)
def test_verbs__through_their_cycle__find_ids_in_bodies(opened: Client) -> None:
    status, made = opened("POST", "/transfer/create", {"amount": "12.00", "note": "rent"})
    transfer = made["transfer"]
    assert (status, transfer["amount"], transfer["note"]) == (200, "12.00", "rent")
    assert opened("POST", "/transfer/get", {"transfer_id": transfer["transfer_id"]})[1]["transfer"] == transfer
    assert opened("POST", "/transfer/get", {"transfer_id": "3f0e8b55-0000-4000-8000-000000000000"})[0] == 404
    opened("POST", "/transfer/create", {"amount": "1.00"})
    assert len(opened("POST", "/transfer/list", {})[1]["transfers"]) == 2


def test_unknown_ids__made_by_option__are_remembered(tmp_path: Path) -> None:
    with served(tmp_path, styles.rest(), "--unknown-ids", "make") as url, Client(url) as client:
        status, book = client("GET", "/books/4711")
        assert (status, book["id"]) == (200, 4711)
        assert client("GET", "/books/4711") == (200, book)
        assert client("GET", "/books")[1] == {"books": [book], "total": 1}


def test_clients__creating_and_changing_at_once__lose_and_double_nothing(tmp_path: Path) -> None:
    with served(tmp_path, styles.forms()) as url, Client(url) as client:
        _, shared = client("POST", "/v1/customers", b"email=shared%40example.com", styles.FORM)

        def work(number: int) -> list[str]:
            ids = []
            with Client(url) as own:
                for turn in range(EACH):
                    sent = f"email=c{number}-{turn}%40example.com".encode()
                    ids.append(own("POST", "/v1/customers", sent, styles.FORM)[1]["id"])
                    mine = f"metadata[c{number}x{turn}]={number}".encode()
                    assert own("POST", f"/v1/customers/{shared['id']}", mine, styles.FORM)[0] == 200
            return ids

        with ThreadPoolExecutor(CLIENTS) as pool:
            made = [item_id for ids in pool.map(work, range(CLIENTS)) for item_id in ids]
        assert len(set(made)) == CLIENTS * EACH
        listed: list[dict[str, Any]] = []
        while True:
            behind = f"&starting_after={listed[-1]['id']}" if listed else ""
            _, page = client("GET", f"/v1/customers?limit=100{behind}")
            listed += page["data"]
            if not page["has_more"]:
                break
        assert sorted(item["id"] for item in listed) == sorted([*made, shared["id"]])
        expected = {f"c{number}-{turn}@example.com" for number in range(CLIENTS) for turn in range(EACH)}
        assert {item["email"] for item in listed} == expected | {"shared@example.com"}
        metadata = client("GET", f"/v1/customers/{shared['id']}")[1]["metadata"]
        assert metadata == {f"c{number}x{turn}": str(number) for number in range(CLIENTS) for turn in range(EACH)}


def test_list__in_a_schema_of_its_own__is_the_same_before_and_after_a_restart(tmp_path: Path) -> None:
    document = styles.rest()
    schemas = document["components"]["schemas"]
    more = {"lent_until": styles.text(format="date-time"), "shelf": {"type": "integer"}}
    book = schemas["Book"]
    schemas["Brief"] = {**book, "required": [*book["required"], *more], "properties": {**book["properties"], **more}}
    page = document["paths"]["/books"]["get"]["responses"]["200"]["content"][styles.JSON]["schema"]
    page["properties"]["books"]["items"] = styles.ref("Brief")
    file = tmp_path / "style.json"
    file.write_text(json.dumps(document))
    arguments = ["serve", str(file), "--port", "0", "--data", str(tmp_path / "data"), "--log-format", "none"]
    with Server(arguments) as server, Client(server.url) as client:
        for number in range(3):
            assert client("POST", "/books", {"title": f"T{number}"})[0] == 201
        before = client("GET", "/books")
        assert server.end() == 0
    with Server(arguments) as server, Client(server.url) as client:
        assert client("GET", "/books") == before
    assert [book["title"] for book in before[1]["books"]] == ["T0", "T1", "T2"]
    assert before[1]["books"][0]["lent_until"]
