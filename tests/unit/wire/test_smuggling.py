"""Requests whose length or host two readers could see differently are refused, and the connection ends."""

from __future__ import annotations

import asyncio
import json

import pytest

from diorama.wire import WireLimits
from tests.unit.wire.connections import Bench, settled
from tests.unit.wire.corpus import GET, HOST
from tests.unit.wire.planes import EchoPlane

POST = b"POST /echo HTTP/1.1\r\n" + HOST
BEHIND = b"GET /behind HTTP/1.1\r\n" + HOST + b"\r\n"

MALFORMED = {
    "both lengths": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both lengths the other way": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "two equal lengths": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "list of lengths": POST + b"Content-Length: 3, 3\r\n\r\nabc",
    "signed length": POST + b"Content-Length: +3\r\n\r\nabc",
    "negative length": POST + b"Content-Length: -3\r\n\r\nabc",
    "hexadecimal length": POST + b"Content-Length: 0x3\r\n\r\nabc",
    "overflowing length": POST + b"Content-Length: 99999999999999999999999\r\n\r\nabc",
    "empty length": POST + b"Content-Length:\r\n\r\nabc",
    "coding behind another": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "coding twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding that hides": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "coding then identity": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "coding in 1.0": b"POST /echo HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "space before colon": b"POST /echo HTTP/1.1\r\nHost : a\r\n\r\n",
    "folded line": POST + b"X: a\r\n b\r\n\r\n",
    "bare line feed": POST.replace(b"\r\n", b"\n") + b"\n",
    "bare line feed in headers": POST + b"X: a\nY: b\r\n\r\n",
    "bare carriage return": POST + b"X: a\rY: b\r\n\r\n",
    "nul": POST + b"X: a\x00b\r\n\r\n",
    "nul in the target": b"GET /a\x00b HTTP/1.1\r\n" + HOST + b"\r\n",
    "control character": POST + b"X: a\x01b\r\n\r\n",
    "name that is no token": POST + b"X(y): 1\r\n\r\n",
    "name of high bytes": POST + b"X\x80: 1\r\n\r\n",
    "empty name": POST + b": 1\r\n\r\n",
    "two hosts": POST + b"Host: other\r\n\r\n",
    "host with a space": b"GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n",
    "host with a path": b"GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "chunk size without number": POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n0\r\n\r\n",
    "chunk size with bare line feed": POST + b"Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
    "chunk longer than its size": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
    "overflowing chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx",
    "version 0.9": b"GET /echo\r\n\r\n",
    "version 2.0": b"GET /echo HTTP/2.0\r\n" + HOST + b"\r\n",
    "preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "unknown method": b"FROB /echo HTTP/1.1\r\n" + HOST + b"\r\n",
    "method in lower case": b"get /echo HTTP/1.1\r\n" + HOST + b"\r\n",
    "tunnel": b"CONNECT other:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "target of another scheme": b"GET ftp://a/b HTTP/1.1\r\n" + HOST + b"\r\n",
    "target without host": b"GET http:///b HTTP/1.1\r\n" + HOST + b"\r\n",
    "star for GET": b"GET * HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw bytes in the target": b"GET /\xc3\xbc HTTP/1.1\r\n" + HOST + b"\r\n",
    "greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


async def _answers(data: bytes, limits: WireLimits | None = None) -> tuple[bytes, EchoPlane]:
    plane = EchoPlane()
    connection, transport = Bench(plane, limits).connect()
    connection.data_received(data)
    await settled(10)
    connection.connection_lost(None)
    return bytes(transport.written), plane


def _problem(raw: bytes) -> dict[str, object]:
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json\r\n" in head
    assert b"x-correlation-id: " in head
    assert b"connection: close" in head
    assert b"content-length: %d\r\n" % len(body) in head
    problem: dict[str, object] = json.loads(body)
    assert raw.startswith(f"HTTP/1.1 {problem['status']} ".encode())
    return problem


@pytest.mark.parametrize("name", MALFORMED)
def test_framing__that_is_ambiguous_or_broken__is_refused_and_ends_the_connection(name: str) -> None:
    raw, plane = asyncio.run(_answers(MALFORMED[name] + BEHIND))
    assert _problem(raw)["code"] == "request_malformed"
    assert raw.count(b"\r\n\r\n") == 1
    assert plane.handled == []


@pytest.mark.parametrize("name", MALFORMED)
def test_framing__broken_behind_a_good_request__is_refused_after_its_reply(name: str) -> None:
    raw, plane = asyncio.run(_answers(GET + MALFORMED[name] + BEHIND))
    assert raw.startswith(b"HTTP/1.1 200 OK\r\n")
    _, _, refused = raw[9:].partition(b"HTTP/1.1 ")
    assert _problem(b"HTTP/1.1 " + refused)["status"] == 400
    assert [request.path for request in plane.handled] == ["/echo/a"]


def test_host__missing_in_1_1__is_refused() -> None:
    raw, plane = asyncio.run(_answers(b"GET /echo HTTP/1.1\r\n\r\n" + BEHIND))
    assert _problem(raw)["code"] == "host_missing"
    assert plane.handled == []


def test_host__missing_in_1_0__is_accepted() -> None:
    raw, plane = asyncio.run(_answers(b"GET /echo HTTP/1.0\r\n\r\n" + BEHIND))
    assert raw.startswith(b"HTTP/1.1 200 OK")
    assert plane.handled[0].http_version == "1.0"


def test_trailer__with_a_header_that_was_checked__does_not_replace_it() -> None:
    data = POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nHost: evil\r\nX-Sandbox-Id: evil\r\n\r\n"
    _, plane = asyncio.run(_answers(data))
    assert plane.handled[0].headers == [(b"host", b"test"), (b"transfer-encoding", b"chunked")]


def test_head__refused__has_no_body() -> None:
    raw, _ = asyncio.run(_answers(b"HEAD /echo HTTP/1.1\r\n\r\n"))
    assert raw.startswith(b"HTTP/1.1 400 ")
    assert raw.endswith(b"\r\n\r\n")


def test_refusal__of_a_request_with_a_correlation_id__keeps_it() -> None:
    raw, _ = asyncio.run(_answers(POST + b"X-Correlation-Id: abc-1\r\nHost: two\r\n\r\n"))
    assert b"x-correlation-id: abc-1\r\n" in raw
    assert _problem(raw)["meta"] == {
        "project": "",
        "group": "",
        "endpoint": "",
        "sandbox": "",
        "correlation_id": "abc-1",
    }


def test_refusals__in_two_processes__have_the_same_ids() -> None:
    first, _ = asyncio.run(_answers(b"GET /echo HTTP/1.1\r\n\r\n"))
    second, _ = asyncio.run(_answers(b"GET /echo HTTP/1.1\r\n\r\n"))
    assert first == second
