"""The control plane's conversations, one misbehaviour each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.wire.connections import Bench, settled
from tests.unit.wire.corpus import GET, HOST
from tests.unit.wire.planes import EchoPlane

ASK = b"GET /_diorama/x HTTP/1.1\r\n" + HOST + b"\r\n"
START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
BODY: dict[str, Any] = {"type": "http.response.body", "body": b"abc"}


def _start(status: int = 200, **headers: bytes) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": named}


def _converse(messages: list[dict[str, Any]], ask: bytes = ASK) -> tuple[bytes, bool, list[str]]:
    """What goes back for messages sent by an application, whether the connection was broken off, and complaints."""
    complaints: list[str] = []

    async def control(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    async def run() -> tuple[bytes, bool]:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(str(context["exception"]))
        )
        connection, transport = Bench(EchoPlane(), control=control).connect()
        connection.data_received(ask + GET)
        await settled(10)
        connection.connection_lost(None)
        return bytes(transport.written), transport.aborted

    return *asyncio.run(run()), complaints


def test_response__of_unknown_length__comes_in_chunks() -> None:
    raw, aborted, complaints = _converse([_start(x_a=b"1"), {**BODY, "more_body": True}, {**BODY, "body": b""}])
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"x-a: 1\r\ntransfer-encoding: chunked\r\ndate: " in head
    assert body.startswith(b"3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK")
    assert (aborted, complaints) == (False, [])


def test_response__of_known_length__comes_plain() -> None:
    raw, _, _ = _converse([_start(content_length=b"3", date=b"then"), BODY])
    assert raw.startswith(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ndate: then\r\n\r\nabcHTTP/1.1 200 OK")


@pytest.mark.parametrize("status", [204, 304])
def test_response__that_has_no_body__has_none(status: int) -> None:
    raw, _, complaints = _converse([_start(status), BODY])
    assert raw.partition(b"\r\n\r\n")[2].startswith(b"HTTP/1.1 200 OK")
    assert complaints == []


def test_response__to_head__has_no_body() -> None:
    raw, _, complaints = _converse([_start(content_length=b"3"), BODY], ASK.replace(b"GET", b"HEAD"))
    assert raw.partition(b"\r\n\r\n")[2].startswith(b"HTTP/1.1 200 OK")
    assert complaints == []


def test_response__that_closes__ends_the_connection() -> None:
    raw, _, _ = _converse([_start(content_length=b"3", connection=b"Close"), BODY])
    assert raw.endswith(b"connection: close\r\n\r\nabc")


def test_response__to_1_0_with_keep_alive__keeps_it() -> None:
    ask = b"GET /_diorama/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    raw, _, _ = _converse([_start(content_length=b"3"), BODY], ask)
    assert b"connection: keep-alive\r\n\r\nabcHTTP/1.1 200 OK" in raw


def test_response__that_frames_itself_in_chunks__is_framed_once() -> None:
    raw, _, _ = _converse([_start(transfer_encoding=b"chunked"), BODY])
    assert raw.count(b"transfer-encoding") == 1
    assert b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n" in raw


@pytest.mark.parametrize(
    "messages",
    [
        [_start(content_length=b"2"), BODY],
        [_start(content_length=b"4"), BODY],
        [START, {**BODY, "more_body": True}],
        [START, START],
        [START, BODY, BODY],
    ],
)
def test_response__that_is_not_as_announced__is_complained_about(messages: list[dict[str, Any]]) -> None:
    raw, aborted, complaints = _converse(messages)
    assert raw.startswith(b"HTTP/1.1 200 OK")
    assert len(complaints) == 1
    assert aborted is (messages[-2:] != [BODY, BODY])


@pytest.mark.parametrize("messages", [[], [BODY], [_start(x=b"a\nb")], [_start(99)], [{"type": "other"}]])
def test_response__that_never_begins__is_a_500(messages: list[dict[str, Any]]) -> None:
    raw, aborted, complaints = _converse(messages)
    assert raw.startswith(b"HTTP/1.1 500 ")
    assert b"HTTP/1.1 200 OK" in raw
    assert not aborted
    assert len(complaints) == 1


def test_application__that_listens_on__is_told_when_the_client_leaves() -> None:
    heard: list[str] = []

    async def control(scope: Any, receive: Any, send: Any) -> None:
        heard.append((await receive())["type"])
        heard.append((await receive())["type"])
        await send(START)

    async def run() -> None:
        connection, transport = Bench(EchoPlane(), control=control).connect()
        connection.data_received(ASK)
        await settled(5)
        assert heard == ["http.request"]
        connection.connection_lost(ConnectionResetError())
        await settled(5)
        assert heard == ["http.request", "http.disconnect"]
        assert transport.written == b""

    asyncio.run(run())


def test_scope__of_a_request__says_where_it_came_from() -> None:
    scopes: list[dict[str, Any]] = []

    async def control(scope: dict[str, Any], receive: Any, send: Any) -> None:
        scopes.append(scope)
        await send(START)
        await send(BODY)

    async def run() -> None:
        connection, _ = Bench(EchoPlane(), control=control).connect()
        connection.data_received(ASK.replace(b"/x ", b"/%C3%A4?q=%20 "))
        await settled(5)
        connection.connection_lost(None)

    asyncio.run(run())
    scope = scopes[0]
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == ("/_diorama/ä", b"/_diorama/%C3%A4", b"q=%20")
    assert (scope["client"], scope["server"], scope["scheme"]) == (("127.0.0.1", 50000), ("127.0.0.1", 80), "http")
    assert scope["headers"] == [(b"host", b"test")]
    assert scope["asgi"]["spec_version"] == "2.3"
