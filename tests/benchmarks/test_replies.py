"""Whether replies are right, and the clients that create and read, on a small server that keeps rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from benchmarks import create_and_read
from benchmarks.api import Collection, Route
from benchmarks.closed_loop import LoadError
from benchmarks.process import free_port
from benchmarks.replies import ReplyError, create, mismatch

ROW = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
ROWS = Collection("/items", ROW, ({"name": "a"}, {"name": "b"}))


class Keeper(ThreadingHTTPServer):
    """Keeps rows; what it forgets or mixes up is set by the test."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.rows: list[dict[str, Any]] = []
        self.status = 201
        self.swapped = False
        self.media_type = "application/json"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Keeper

    def do_POST(self) -> None:
        row = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if not isinstance(row.get("name"), str):
            return self._answer(422, {})
        self.server.rows.append({"id": len(self.server.rows), **row})
        return self._answer(self.server.status, self.server.rows[-1])

    def do_GET(self) -> None:
        number = self.path.rpartition("/")[2]
        if number.isdigit():
            self._answer(200, self.server.rows[0 if self.server.swapped else int(number)])
        else:
            self._answer(200, self.server.rows)

    def log_message(self, *arguments: object) -> None:
        pass

    def _answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", self.server.media_type)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    server = Keeper()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def listing(*names: str) -> Route:
    return Route("/items", "/items", reply=[{"id": "chosen by another server", "name": name} for name in names])


def test_mismatch__of_a_list__leaves_ids_to_the_server_and_nothing_else(keeper: Keeper) -> None:
    port = keeper.server_port
    create(port, ROWS, {})
    assert mismatch(port, [listing("a", "b")], {}, ROWS) == ""
    assert "another body" in mismatch(port, [listing("b", "a")], {}, ROWS)
    assert "another body" in mismatch(port, [listing("a", "b")], {})


def test_mismatch__of_a_made_reply__looks_at_its_schema(keeper: Keeper) -> None:
    right = Route("/items", "/items", returns={"type": "array", "maxItems": 0})
    assert mismatch(keeper.server_port, [right], {}) == ""
    wrong = replace(right, returns={"type": "array", "minItems": 1})
    assert "breaks its schema ($: " in mismatch(keeper.server_port, [wrong], {})


def test_mismatch__of_status_and_media_type__names_both(keeper: Keeper) -> None:
    assert "status 200 instead of 404" in mismatch(keeper.server_port, [Route("/", "/", status=404)], {})
    keeper.media_type = "text/plain"
    assert "text/plain instead of application/json" in mismatch(keeper.server_port, [Route("/", "/")], {})
    assert "no reply" in mismatch(free_port(), [Route("/", "/")], {})


def test_mismatch__of_a_post__wants_bad_bodies_refused(keeper: Keeper) -> None:
    route = Route("/items", "/items", "POST", 201, accepts=ROW, sent={"name": "a"}, refused={"name": 1})
    assert mismatch(keeper.server_port, [route], {}) == ""
    taken = replace(route, refused={"name": "any"})
    assert "is answered with 201, not 4xx" in mismatch(keeper.server_port, [taken], {})


def test_create__that_is_refused__says_so(keeper: Keeper) -> None:
    keeper.status = 200
    with pytest.raises(ReplyError, match="status 200 instead of 201"):
        create(keeper.server_port, ROWS, {})


def test_clients__of_a_server_that_keeps_rows__read_what_they_created(keeper: Keeper) -> None:
    seen = create_and_read.measure(keeper.server_port, "/items", {"x-a": "b"}, first=100, rows=20)
    assert seen.bad == 0
    assert seen.requests_per_second > 0
    assert sorted(row["name"] for row in keeper.rows) == [f"Row {number:08d}" for number in range(100, 120)]


def test_clients__of_a_server_that_mixes_rows_up__count_bad_replies(keeper: Keeper) -> None:
    keeper.swapped = True
    seen = create_and_read.measure(keeper.server_port, "/items", {}, first=0, rows=10)
    assert seen.bad == 9


def test_clients__without_a_server__say_so() -> None:
    with pytest.raises(LoadError, match="no connection"):
        create_and_read.measure(free_port(), "/items", {}, first=0, rows=1)
