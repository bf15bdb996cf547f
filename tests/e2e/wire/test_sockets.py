"""The protocol over real sockets, without and with TLS."""

from __future__ import annotations

import re

import pytest

from diorama.wire import WireLimits
from tests.e2e.wire.serving import RawClient, Served
from tests.unit.wire.connections import masked
from tests.unit.wire.corpus import CONSTANT, GET, H2C_GET, HOST, SEQUENCES
from tests.unit.wire.planes import CONSTANT_BODY

LAST = b"GET /echo/end HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
ENDS_ITSELF = {
    "close ends it",
    "1.0 ends it",
    "1.0 stream ends it",
    "no host",
    "garbage behind",
    "head that breaks",
    "named and broken",
    "different hosts",
}


def _held(served: Served) -> int:
    """Bytes that the server holds for its connections."""
    return sum(
        connection.transport.get_write_buffer_size()
        + sum(map(len, connection._inbox))
        + sum(map(len, connection._out))
        + 500 * len(connection._items)
        for connection in served.connections()
    )


def _answers(served: Served, pieces: list[bytes], size: int = 0) -> bytes:
    """What comes back: so many bytes, or everything. With TLS, the end behind a refusal takes its time."""
    with served.connect() as client:
        for piece in pieces:
            try:
                client.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
        return client.read_bytes(size) if size else client.read_until_eof()


@pytest.mark.parametrize("name", SEQUENCES)
def test_replies__for_splits_on_a_socket__are_the_same(served: Served, name: str) -> None:
    data = SEQUENCES[name] + (b"" if name in ENDS_ITSELF else LAST)
    whole = _answers(served, [data])
    assert whole.startswith(b"HTTP/1.1 ")
    for at in range(1, len(data), 5):
        assert masked(_answers(served, [data[:at], data[at:]], len(whole))) == masked(whole), at
    bytewise = _answers(served, [data[at : at + 1] for at in range(len(data))], len(whole))
    assert masked(bytewise) == masked(whole)


@pytest.mark.parametrize(
    "mix",
    [
        ("control", "sync"),
        ("waiting", "sync"),
        ("waiting", "control", "sync", "waiting"),
        ("stream", "waiting", "stream", "control", "sync"),
    ],
)
def test_replies__to_a_pipelined_mix__keep_their_order(served: Served, mix: tuple[str, ...]) -> None:
    targets = {"control": "/_diorama/m{}", "sync": "/echo/m{}", "waiting": "/wait/{}-m{}", "stream": "/stream"}
    with served.connect() as client:
        name = "-".join(mix)
        requests = []
        for number, kind in enumerate(mix):
            target = targets[kind].format(name, number) if kind == "waiting" else targets[kind].format(number)
            requests.append(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        client.send(b"".join(requests))
        for number, kind in reversed(list(enumerate(mix))):
            if kind == "waiting":
                served.release(f"{name}-m{number}")
        for number, kind in enumerate(mix):
            reply = client.read_reply()
            assert (b"three" if kind == "stream" else b"m%d" % number) in reply


def test_pipeliner__that_never_reads__is_held_at_the_bound(served: Served) -> None:
    with served.connect() as client:
        client.set_blocking(blocking=False)
        request = b"GET /big/2000 HTTP/1.1\r\n" + HOST + b"\r\n"
        block = request * 1000
        pushed = refused = most = 0
        while pushed < 1_000_000 * len(request) and refused < 200:
            taken = client.try_send(block[pushed % len(request) :])
            pushed += taken
            refused = 0 if taken else refused + 1
            most = max(most, served.call(_held, served))
        # 256 KiB of replies and at most one turn's worth more, with what is parsed ahead and what TLS has in hand.
        assert most < 1_200_000
        assert pushed > 100_000 * len(request)
        assert refused, "the server went on reading"
        client.set_blocking(blocking=True)
        for _ in range(2000):
            assert client.read_reply().endswith(b"x" * 2000)


def test_reply__to_a_constant__is_the_ready_bytes_with_date_and_correlation(served: Served) -> None:
    with served.connect() as client:
        for _ in range(3):
            client.send(CONSTANT)
            assert client.read_reply() == (
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\nx-correlation-id: c\r\n"
                b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n%b" % (len(CONSTANT_BODY), CONSTANT_BODY)
            )


def test_h2c__get_with_another_request_behind__loses_neither(served: Served) -> None:
    with served.connect() as client:
        client.send(H2C_GET + GET)
        assert b'"path": "/echo/h2c"' in client.read_reply()
        assert b'"path": "/echo/a"' in client.read_reply()


def test_http_1_0__without_keep_alive__gets_no_chunks_and_the_end(served: Served) -> None:
    for target, expected in (("/stream", b"one,two,three"), ("/_diorama/unknown", b"GET /_diorama/unknown  ")):
        with served.connect() as client:
            client.send(f"GET {target} HTTP/1.0\r\n\r\n".encode())
            head, _, body = client.read_until_eof().partition(b"\r\n\r\n")
            assert b"chunked" not in head
            assert b"connection: close" in head
            assert body == expected


def test_http_1_0__with_keep_alive__is_kept(served: Served) -> None:
    with served.connect() as client:
        for _ in range(2):
            client.send(b"GET /constant HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert b"connection: keep-alive\r\n" in client.read_reply()


def test_large_bodies__both_ways__arrive_whole(served: Served) -> None:
    body = bytes(range(32, 127)) * 50_000
    with served.connect() as client:
        client.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(body))
        client.send(body)
        reply = client.read_reply()
        assert len(reply) > len(body)
        client.send(b"GET /big/5000000 HTTP/1.1\r\n" + HOST + b"\r\n")
        assert client.read_reply().endswith(b"\r\n\r\n" + b"x" * 5_000_000)


def test_body__that_is_too_large_and_sent_anyway__still_lets_the_client_read_the_refusal(served: Served) -> None:
    with served.connect() as client:
        client.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 20000000\r\n\r\n")
        try:
            for _ in range(200):
                client.send(b"x" * 100_000)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.read_reply().startswith(b"HTTP/1.1 413 ")


def test_slow_client__in_the_middle_of_its_headers__gets_a_408(served: Served) -> None:
    with served.connect() as client:
        client.send(GET[:20])
        served.until(lambda: any(connection._intake.open for connection in served.connections()))
        served.beat(11)
        assert client.read_reply().startswith(b"HTTP/1.1 408 ")
        assert client.read_until_eof() == b""


def test_client__that_is_half_open__gets_its_reply(plain: Served) -> None:
    with plain.connect() as client:
        client.send(b"GET /wait/half HTTP/1.1\r\n" + HOST + b"\r\n")
        client.send_eof()
        plain.until(lambda: plain.plane.handled)
        plain.release("half")
        assert b'"path": "/wait/half"' in client.read_reply()
        assert client.read_until_eof() == b""


def test_client__that_resets_while_its_exchange_waits__is_observed_and_the_exchange_completes(served: Served) -> None:
    before = served.call(lambda: len(served.plane.observed))
    client = served.connect()
    client.send(b"GET /wait/reset HTTP/1.1\r\n" + HOST + b"\r\n")
    served.until(lambda: "reset" in served.plane.waiting)
    client.reset()
    served.until(lambda: all(connection._running is None for connection in served.connections()))
    assert "reset" not in served.plane.completed
    served.release("reset")
    served.until(lambda: len(served.plane.observed) > before)
    assert "reset" in served.plane.completed
    assert served.plane.observed[-1][0] == "client_gone"


def test_tls__with_scheme__is_told_to_the_plane(served: Served) -> None:
    with served.connect() as client:
        client.send(GET)
        assert f'"scheme": "{served.address.scheme}"'.encode() in client.read_reply()


def test_limits__of_the_server__hold_on_its_connections() -> None:
    with Served(WireLimits(body_bytes_max=5)) as server, server.connect() as client:
        client.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 6\r\n\r\nabcdef")
        reply = client.read_reply()
        assert reply.startswith(b"HTTP/1.1 413 ")
        assert re.search(rb'"code":"body_too_large"', reply)


def test_client__on_ipv6__is_served() -> None:
    with Served(host="::1") as server:
        assert server.address.url.startswith("http://[::1]:")
        with RawClient(("::1", server.address.port)) as client:
            client.send(GET)
            assert b'"client": "::1"' in client.read_reply()
