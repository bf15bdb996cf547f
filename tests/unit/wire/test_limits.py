"""What a connection may take, and what it gets when it takes more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

import pytest

from diorama.model.errors import DioramaError
from diorama.wire import WireLimits
from tests.unit.wire.connections import Bench, FakeTransport, settled
from tests.unit.wire.corpus import GET, HOST
from tests.unit.wire.planes import EchoPlane

POST = b"POST /echo HTTP/1.1\r\n" + HOST
SMALL = WireLimits(target_bytes_max=2048, headers_bytes_max=8192, headers_max=50, body_bytes_max=1000)


async def _fed(pieces: Iterable[bytes], limits: WireLimits = SMALL) -> tuple[FakeTransport, EchoPlane]:
    plane = EchoPlane()
    connection, transport = Bench(plane, limits).connect()
    for piece in pieces:
        connection.data_received(piece)
        if transport.written:
            break
    await settled(10)
    connection.connection_lost(None)
    return transport, plane


def _status(transport: FakeTransport) -> int:
    return int(transport.written[9:12]) if transport.written else 0


def _code(transport: FakeTransport) -> str:
    code: str = json.loads(bytes(transport.written).rpartition(b"\r\n\r\n")[2])["code"]
    return code


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [100, 4096, 1 << 20])
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /" + b"a" * 2047 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"GET /" + b"a" * 2048 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 431),
        (GET[:-2] + b"X: 1\r\n" * 49 + b"\r\n", 200),
        (GET[:-2] + b"X: 1\r\n" * 50 + b"\r\n", 431),
        (GET[:-2] + b"X: " + b"a" * 8000 + b"\r\n\r\n", 200),
        (GET[:-2] + b"X: " + b"a" * 8200 + b"\r\n\r\n", 431),
        (POST + b"Content-Length: 1000\r\n\r\n" + b"b" * 1000, 200),
        (POST + b"Content-Length: 1001\r\n\r\n" + b"b" * 1001, 413),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"64\r\n" + b"b" * 100 + b"\r\n" + b"0\r\n\r\n", 200),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"64\r\n" + b"b" * 100 + b"\r\n") * 11, 413),
    ],
)
def test_limits__at_and_above_their_edge__hold_however_it_is_split(data: bytes, status: int, size: int) -> None:
    transport, plane = asyncio.run(_fed(_cut(data, size)))
    assert _status(transport) == status
    assert len(plane.handled) == (status == 200)


def _endless(start: bytes, piece: bytes) -> Iterable[bytes]:
    yield start
    for _ in range(1_000_000 // len(piece)):
        yield piece


@pytest.mark.parametrize(
    ("start", "piece", "code"),
    [
        (b"GET /", b"a" * 1000, "headers_too_large"),
        (GET[:-2] + b"X: ", b"a" * 1000, "headers_too_large"),
        (GET[:-2] + b"X", b"a" * 1000, "headers_too_large"),
        (GET[:-2], b"X: 1\r\n" * 100, "headers_too_large"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 1000, "headers_too_large"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", b"a" * 1000, "headers_too_large"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: 1\r\n" * 100, "headers_too_large"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 100, "body_too_large"),
    ],
)
def test_request__that_never_ends__is_refused_before_it_takes_much(start: bytes, piece: bytes, code: str) -> None:
    fed = 0

    def counted() -> Iterable[bytes]:
        nonlocal fed
        for one in _endless(start, piece):
            fed += len(one)
            yield one

    transport, plane = asyncio.run(_fed(counted()))
    assert _code(transport) == code
    assert fed < 20_000
    assert plane.handled == []


def test_body__of_a_control_plane_request__has_a_limit_of_its_own() -> None:
    limits = WireLimits(body_bytes_max=10, control_body_bytes_max=20)
    for length, status in ((20, 200), (21, 413)):
        head = b"POST /_diorama/echo HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % length
        transport, _ = asyncio.run(_fed([head + b"b" * length], limits))
        assert _status(transport) == status


def test_body__in_large_pieces__is_received_whole() -> None:
    body = bytes(range(256)) * 4096
    data = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body + GET
    _, plane = asyncio.run(_fed([data], WireLimits()))
    assert plane.handled[0].body == body
    assert plane.handled[1].path == "/echo/a"


@pytest.mark.parametrize("expectation", [b"100-continue", b"100-Continue"])
def test_expectation__that_can_be_met__gets_a_100_before_the_body(expectation: bytes) -> None:
    async def check() -> None:
        connection, transport = Bench(EchoPlane()).connect()
        connection.data_received(POST + b"Expect: " + expectation + b"\r\nContent-Length: 2\r\n\r\n")
        assert bytes(transport.written) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.data_received(b"ok")
        assert transport.written.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        connection.connection_lost(None)

    asyncio.run(check())


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (POST + b"Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413),
        (POST + b"Expect: the-unexpected\r\nContent-Length: 2\r\n\r\n", 417),
        (POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n" + b"X: 1\r\n" * 60 + b"\r\n", 431),
        (POST + b"Host: two\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 400),
    ],
)
def test_expectation__of_a_request_that_is_refused__gets_the_refusal_and_no_100(head: bytes, status: int) -> None:
    transport, plane = asyncio.run(_fed([head]))
    assert _status(transport) == status
    assert json.loads(bytes(transport.written).rpartition(b"\r\n\r\n")[2])["status"] == status
    assert b"100 Continue" not in transport.written
    assert plane.handled == []


def test_expectation__behind_a_waiting_exchange__gets_its_100_after_that_reply() -> None:
    async def check() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        connection.data_received(b"GET /wait/a HTTP/1.1\r\n" + HOST + b"\r\n")
        connection.data_received(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        await settled()
        assert transport.written == b""
        plane.gate("a").set()
        await settled()
        assert transport.written.startswith(b"HTTP/1.1 200 OK\r\n")
        assert transport.written.endswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.connection_lost(None)

    asyncio.run(check())


def test_expectation__in_1_0__is_ignored() -> None:
    data = b"POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok"
    transport, _ = asyncio.run(_fed([data]))
    assert transport.written.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "wrong", [{"trusted_proxies": ("nowhere",)}, {"headers_bytes_max": 100}, {"target_bytes_max": 100}]
)
def test_limits__that_cannot_be_kept__are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DioramaError) as refused:
        WireLimits(**wrong).networks()  # type: ignore[arg-type]  # that is the point
    assert refused.value.code == "option_invalid"
