"""One suite over our protocol, over the ASGI application under a stock server, and over it in-process."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx2
import pytest
import uvicorn
import uvloop

from diorama.ports.capability import header_bit
from diorama.wire import WireLimits, data_plane_app
from diorama.wire.server import bind
from tests.e2e.wire.serving import PATIENCE_S, Served
from tests.unit.wire.planes import EchoControl, EchoPlane

LIMITS = WireLimits(body_bytes_max=1000, trusted_proxies=("127.0.0.0/8",))
BIT = header_bit(b"x-trigger-of-tests")


class Answer:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    def json(self) -> Any:
        return json.loads(self.body)


class Way(Protocol):
    plane: EchoPlane
    control: EchoControl

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer: ...


class OverSocket:
    """Asks a server."""

    def __init__(self, port: int, plane: EchoPlane, control: EchoControl) -> None:
        self._port = port
        self.plane = plane
        self.control = control

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        try:
            connection.request(method, target, body or None, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


class InProcess:
    """Asks the application without a server."""

    def __init__(self) -> None:
        self.plane = EchoPlane()
        self.control = EchoControl()
        self._app = data_plane_app(self.plane, self.control, LIMITS)

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        async def ask() -> Answer:
            transport = httpx2.ASGITransport(self._app, raise_app_exceptions=True)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
                response = await client.request(method, target, headers=headers, content=body)
            return Answer(response.status_code, list(response.headers.multi_items()), response.content)

        return asyncio.run(ask())


@contextmanager
def _stock(limits: WireLimits = LIMITS) -> Iterator[OverSocket]:
    plane, control = EchoPlane(), EchoControl()
    listener = bind("127.0.0.1", 0)
    app = data_plane_app(plane, control, limits)
    config = uvicorn.Config(app, http="httptools", ws="none", lifespan="on", log_config=None, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: uvloop.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    try:
        yield OverSocket(listener.getsockname()[1], plane, control)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


@pytest.fixture(scope="module", params=["protocol", "asgi under uvicorn", "asgi in-process"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    if request.param == "protocol":
        with Served(LIMITS) as served:
            yield OverSocket(served.address.port, served.plane, served.control)
    elif request.param == "asgi under uvicorn":
        with _stock() as over:
            yield over
    else:
        yield InProcess()


def test_request__as_it_was_sent__reaches_the_plane(way: Way) -> None:
    answer = way.ask("POST", "/echo/a%20b/%E2%82%AC?x=1&y=%26", {"X-Trigger-Of-Tests": "1"}, b"body")
    assert answer.status == 200
    seen = answer.json()
    assert (seen["method"], seen["path"], seen["query"]) == ("POST", "/echo/a%20b/%E2%82%AC", "x=1&y=%26")
    assert (seen["body"], seen["client"], seen["scheme"]) == ("body", "127.0.0.1", "http")
    assert ["x-trigger-of-tests", "1"] in seen["headers"]
    assert seen["triggers"] & BIT


def test_reply__with_its_headers__comes_back(way: Way) -> None:
    answer = way.ask("GET", "/echo")
    assert answer.headers["x-mixed-case"] == "Kept"
    assert answer.headers["x-correlation-id"] == "e"
    assert answer.headers["content-length"] == str(len(answer.body))


def test_reply__that_is_ready_bytes__comes_back(way: Way) -> None:
    answer = way.ask("GET", "/constant")
    assert (answer.status, answer.json()) == (200, {"constant": True})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-correlation-id"] == "c"


@pytest.mark.parametrize("path", ["/constant", "/echo", "/big/100"])
def test_head__of_anything__has_a_length_and_no_body(way: Way, path: str) -> None:
    answer = way.ask("HEAD", path)
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize("status", [204, 304])
def test_status__that_has_no_body__has_none(way: Way, status: int) -> None:
    answer = way.ask("GET", f"/status/{status}")
    assert (answer.status, answer.body) == (status, b"")
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("status", [200, 201, 205, 299, 418, 599])
def test_status__that_has_a_body__has_it(way: Way, status: int) -> None:
    answer = way.ask("GET", f"/status/{status}")
    assert (answer.status, answer.body) == (status, b"body")


def test_stream__in_pieces__arrives_whole(way: Way) -> None:
    answer = way.ask("GET", "/stream")
    assert (answer.body, answer.headers["x-kind"]) == (b"one,two,three", "stream")
    assert way.ask("HEAD", "/stream").body == b""


def test_exchange__that_waits__is_answered(way: Way) -> None:
    answer = way.ask("POST", "/soon", body=b"later")
    assert answer.json()["body"] == "later"
    assert answer.headers["x-correlation-id"] == "s"


@pytest.mark.parametrize("kind", ["name", "value", "feed", "nul", "space", "status", "status-large"])
def test_reply__that_is_not_http__is_a_500(way: Way, kind: str) -> None:
    before = len(way.plane.observed)
    answer = way.ask("GET", f"/inject/{kind}")
    assert (answer.status, answer.json()["code"]) == (500, "internal")
    assert "x-evil" not in answer.headers
    assert [outcome for outcome, _ in way.plane.observed[before:]] == ["write_failed"]


def test_reply__that_frames_itself__is_framed_by_the_wire(way: Way) -> None:
    answer = way.ask("GET", "/framing")
    assert (answer.body, answer.headers["content-length"], answer.headers["x-kept"]) == (b"ab", "2", "1")


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Mode": "navigate"}, {"Sec-Fetch-Dest": "document"}, {"Sec-Fetch-Dest": "iframe"}]
)
def test_navigation__of_a_browser__gets_a_sandboxed_document(way: Way, headers: dict[str, str]) -> None:
    for path in ("/echo", "/constant", "/stream"):
        answer = way.ask("GET", path, headers)
        assert answer.headers["content-security-policy"] == "sandbox allow-scripts allow-forms"


def test_fetch__of_a_browser__gets_no_sandbox(way: Way) -> None:
    answer = way.ask("GET", "/echo", {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"})
    assert "content-security-policy" not in answer.headers


@pytest.mark.parametrize("headers", [{"Service-Worker": "script"}, {"Sec-Fetch-Dest": "serviceworker"}])
def test_service_worker__of_any_path__is_refused(way: Way, headers: dict[str, str]) -> None:
    before = len(way.plane.handled)
    answer = way.ask("GET", "/echo/worker.js", headers)
    assert (answer.status, answer.json()["code"]) == (403, "origin_refused")
    assert answer.headers["x-correlation-id"]
    assert len(way.plane.handled) == before


def test_body__over_the_limit__is_refused(way: Way) -> None:
    assert way.ask("POST", "/echo", body=b"x" * 1000).status == 200
    answer = way.ask("POST", "/echo", body=b"x" * 1001)
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


def test_body__over_the_limit_in_chunks__is_refused(way: Way) -> None:
    answer = way.ask("POST", "/echo", {"Transfer-Encoding": "chunked"}, b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n")
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "10.9.9.9, 203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.test"},
        {"Forwarded": 'for=10.9.9.9, for="203.0.113.7:1234";proto=https;host=shop.test, for=127.0.0.2'},
    ],
)
def test_forwarding__by_a_trusted_proxy__is_believed(way: Way, headers: dict[str, str]) -> None:
    seen = way.ask("GET", "/echo", headers).json()
    assert (seen["client"], seen["scheme"]) == ("203.0.113.7", "https")
    assert [value for name, value in seen["headers"] if name == "host"] == ["shop.test"]


@pytest.mark.parametrize("proxies", [(), ("192.0.2.0/24",)])
def test_forwarding__by_anybody_else__is_not_believed(proxies: tuple[str, ...]) -> None:
    told = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.test"}
    limits = WireLimits(trusted_proxies=proxies)
    with Served(limits) as served, _stock(limits) as stock:
        for way in (OverSocket(served.address.port, served.plane, served.control), stock):
            seen = way.ask("GET", "/echo", {**told, "Forwarded": "for=203.0.113.7;proto=https;host=shop.test"}).json()
            assert (seen["client"], seen["scheme"]) == ("127.0.0.1", "http")
            assert [value for name, value in seen["headers"] if name == "host"] != ["shop.test"]


def test_control_plane__below_its_root__is_asked(way: Way) -> None:
    answer = way.ask("POST", "/_diorama/x?y=1", body=b"control")
    assert answer.body == b"POST /_diorama/x y=1 control"
    assert answer.headers["x-control"] == "yes"
    assert way.ask("HEAD", "/_diorama/x").body == b""


def test_plane__that_raises__is_a_500(way: Way) -> None:
    for path in ("/raise", "/raise-later"):
        answer = way.ask("GET", path)
        assert (answer.status, answer.json()["code"]) == (500, "internal")
    assert way.ask("GET", "/echo").status == 200


def test_lifespan__of_the_application__is_the_control_planes() -> None:
    with Served() as served:
        control = served.control
        assert control.lifespan == ["lifespan.startup"]
    assert control.lifespan == ["lifespan.startup", "lifespan.shutdown"]
    with _stock() as over:
        assert over.ask("GET", "/echo").status == 200
        control = over.control
    assert control.lifespan == ["lifespan.startup", "lifespan.shutdown"]
