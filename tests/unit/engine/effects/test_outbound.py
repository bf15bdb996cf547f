from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from diorama.engine.effects import OutboundClient, OutboundPolicy
from diorama.engine.effects.connection import GuardedBackend
from diorama.model.errors import DioramaError
from diorama.ports.effects import OutboundAnswer, OutboundRequest

Answer = Callable[..., bytes]
PUBLIC = "93.184.216.34"


def call(client: OutboundClient, *requests: OutboundRequest, redirects_max: int = 0) -> list[OutboundAnswer]:
    """Make calls one after the other, on one loop, and close the client."""

    async def run() -> list[OutboundAnswer]:
        try:
            return [await client.send(request, redirects_max) for request in requests]
        finally:
            await client.aclose()

    return asyncio.run(run())


def failure(client: OutboundClient, *requests: OutboundRequest, redirects_max: int = 0) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        call(client, *requests, redirects_max=redirects_max)
    return caught.value


def local_client(server: Any, **named: Any) -> OutboundClient:
    return OutboundClient(OutboundPolicy(allow=(f"127.0.0.1:{server.port}",)), **named)


def get(url: str, **named: Any) -> OutboundRequest:
    return OutboundRequest("GET", url, **named)


def test_client__an_allowed_address__answers(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(b"hi", b"X-One: 1", b"Set-Cookie: a=b")
    (answer,) = call(local_client(server), get(server.url + "/a?b=c#d"))
    assert answer == OutboundAnswer(200, ((b"Content-Length", b"2"), (b"X-One", b"1"), (b"Set-Cookie", b"a=b")), b"hi")
    assert server.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port)


def test_client__two_calls__share_a_connection_and_no_cookie(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(b"", b"Set-Cookie: session=1; Path=/")
    call(local_client(server), get(server.url + "/1"), get(server.url + "/2"))
    assert server.connections == 1
    assert b"ookie" not in server.requests[1]


def test_client__headers_of_a_connection__are_its_own(server: Any) -> None:
    headers = (
        *((b"Host", b"internal"), (b"Content-Length", b"99"), (b"Transfer-Encoding", b"chunked"), (b"Upgrade", b"h2c")),
        *((b"Connection", b"X-Hop, close"), (b"X-Hop", b"1"), (b"X-Kept", b"2"), (b"accept-encoding", b"br")),
    )
    call(local_client(server), OutboundRequest("POST", server.url, headers, b"body"))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]]
    assert sorted(names) == [b"accept", b"accept-encoding", b"content-length", b"host", b"user-agent", b"x-kept"]
    assert (b"internal" in head, body) == (False, b"body")


def test_client__a_proxy_in_the_environment__is_ignored(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert call(local_client(server), get(server.url))[0].body == b"hello"


def test_client__a_name__is_connected_at_the_checked_address_and_stays_the_name(
    server: Any, make_resolver: Any, make_opener: Any
) -> None:
    resolver, opener = make_resolver((PUBLIC,)), make_opener(server.port)
    call(OutboundClient(OutboundPolicy(), resolver=resolver, opener=opener), get("http://api.example.com/a"))
    assert resolver.asked == ["api.example.com"]
    assert opener.opened == [(PUBLIC, 80)]
    assert b"\r\nHost: api.example.com\r\n" in server.requests[0]


def test_client__tls_to_a_name__asks_for_that_name(server: Any, make_resolver: Any, make_opener: Any) -> None:
    hello = bytearray()

    async def run() -> None:
        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            hello.extend(await reader.read(4096))
            writer.close()

        listener = await asyncio.start_server(listen, "127.0.0.1", 0)
        opener = make_opener(listener.sockets[0].getsockname()[1])
        client = OutboundClient(OutboundPolicy(), resolver=make_resolver((PUBLIC,)), opener=opener)
        async with listener:
            with pytest.raises(DioramaError) as caught:
                await client.send(get("https://api.example.com/"))
        assert caught.value.code == "outbound_failed"
        assert opener.opened == [(PUBLIC, 443)]
        await client.aclose()

    asyncio.run(run())
    assert b"api.example.com" in hello  # the server name of the handshake is not encrypted


def test_client__a_name_that_turns_private__is_connected_where_it_was_checked(
    server: Any, make_resolver: Any, make_opener: Any, make_answer: Answer
) -> None:
    """DNS rebinding: the second answer would be private, and nobody asks for it between check and connection."""
    server.responder = lambda _request: make_answer(b"", b"Connection: close")
    resolver, opener = make_resolver((PUBLIC,), ("10.0.0.1",)), make_opener(server.port)
    client = OutboundClient(OutboundPolicy(), resolver=resolver, opener=opener)
    error = failure(client, get("http://rebind.example/"), get("http://rebind.example/"))
    # The first call asked once and went to the public address. The second needed a new connection, and was refused.
    assert (error.code, resolver.asked) == ("outbound_refused", ["rebind.example"] * 2)
    assert opener.opened == [(PUBLIC, 80)]
    assert len(server.requests) == 1


def test_client__a_real_connection__resolves_nothing_again(
    server: Any, make_resolver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = make_resolver(("127.0.0.1",), ("127.0.0.2",))
    monkeypatch.setattr("socket.getaddrinfo", None)  # neither asyncio nor the HTTP library asks
    policy = OutboundPolicy(allow=("127.0.0.1",))
    (answer,) = call(OutboundClient(policy, resolver=resolver), get(f"http://name.example:{server.port}/"))
    assert (answer.body, resolver.asked) == (b"hello", ["name.example"])


def test_client__one_private_address_among_public_ones__opens_nothing(
    server: Any, make_resolver: Any, make_opener: Any
) -> None:
    opener = make_opener(server.port)
    client = OutboundClient(OutboundPolicy(), resolver=make_resolver((PUBLIC, "127.0.0.1")), opener=opener)
    assert failure(client, get("http://mixed.example/")).code == "outbound_refused"
    assert opener.opened == []


def test_client__an_address_that_takes_no_connection__is_followed_by_the_next(
    server: Any, make_resolver: Any, make_opener: Any
) -> None:
    opener = make_opener(server.port, closed=("1.1.1.1",))
    client = OutboundClient(OutboundPolicy(), resolver=make_resolver(("1.1.1.1", PUBLIC)), opener=opener)
    assert call(client, get("http://two.example/"))[0].status == 200
    assert opener.opened == [("1.1.1.1", 80), (PUBLIC, 80)]


def test_client__a_port_that_nobody_listens_on__fails(server: Any, make_resolver: Any, make_opener: Any) -> None:
    opener = make_opener(server.port, closed=(PUBLIC,))
    client = OutboundClient(OutboundPolicy(), resolver=make_resolver((PUBLIC,)), opener=opener)
    error = failure(client, get("http://closed.example/secret?token=secret"))
    assert (error.code, "closed.example" in error.message, "secret" in error.message) == (
        "outbound_failed",
        True,
        False,
    )


def test_backend__a_socket_of_this_machine__is_refused() -> None:
    client = OutboundClient(OutboundPolicy(allow_private=True))
    with pytest.raises(DioramaError) as caught:
        asyncio.run(GuardedBackend(client.guard).connect_unix_socket("/run/docker.sock"))
    assert caught.value.code == "outbound_refused"


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://10.0.0.1/",
            "http://169.254.169.254/latest",
            "//127.0.0.1:1234/",
            "http://localhost/",
            "file:///etc/passwd",
        ),
        *("http://user:hunter2@example.com/", "http://0x7f.1/", "http://[::1]/", "http://rebind.example/"),
    ],
)
def test_client__a_redirect_to_what_is_closed__is_refused(
    location: str, server: Any, make_resolver: Any, make_answer: Answer
) -> None:
    server.responder = lambda _request: make_answer(b"", b"Location: " + location.encode(), status=b"302 Found")
    client = local_client(server, resolver=make_resolver(("127.0.0.1",)))
    error = failure(client, get(server.url), redirects_max=5)
    assert (error.code, "hunter2" in error.message, len(server.requests)) == ("outbound_refused", False, 1)


def test_client__a_redirect_unasked_for__is_an_answer(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(b"moved", b"Location: /b", status=b"302 Found")
    (answer,) = call(local_client(server), get(server.url))
    assert (answer.status, answer.body, len(server.requests)) == (302, b"moved", 1)


@pytest.mark.parametrize(
    ("status", "method", "followed", "body"),
    [
        (b"301 M", "POST", b"GET", b""),
        (b"302 M", "PUT", b"PUT", b"body"),
        (b"303 M", "PUT", b"GET", b""),
        (b"303 M", "HEAD", b"HEAD", b""),
        (b"307 M", "POST", b"POST", b"body"),
        (b"308 M", "POST", b"POST", b"body"),
    ],
)
def test_client__a_redirect_to_follow__keeps_of_the_request_what_the_status_says(
    status: bytes, method: str, followed: bytes, body: bytes, server: Any, make_answer: Answer
) -> None:
    moved = make_answer(b"", b"Location: ../b?c", status=status)
    server.responder = lambda request: moved if b" /a/x " in request else make_answer(b"", b"X: end")
    headers = ((b"Content-Type", b"text/plain"), (b"Authorization", b"Bearer 1"))
    content = b"body" if method != "HEAD" else b""
    call(local_client(server), OutboundRequest(method, server.url + "/a/x", headers, content), redirects_max=1)
    second = server.requests[1]
    assert second.startswith(followed + b" /b?c HTTP/1.1")
    assert second.endswith(b"\r\n\r\n" + body)
    assert (b"Content-Type" in second) == bool(body)
    assert b"Authorization: Bearer 1" in second


def test_client__a_redirect_to_another_origin__leaves_credentials_behind(
    server: Any, make_resolver: Any, make_opener: Any, make_answer: Answer
) -> None:
    moved = make_answer(b"", b"Location: http://b.example/", b"Connection: close", status=b"307 M")
    server.responder = lambda request: moved if b"Host: a.example" in request else make_answer()
    headers = tuple((name, b"hunter2") for name in (b"Authorization", b"Cookie", b"X-Api-Key", b"X-My-Secret"))
    client = OutboundClient(OutboundPolicy(), resolver=make_resolver((PUBLIC,)), opener=make_opener(server.port))
    call(client, get("http://a.example/", headers=(*headers, (b"X-Plain", b"1"))), redirects_max=1)
    assert server.requests[0].count(b"hunter2") == 4
    assert (b"hunter2" in server.requests[1], b"X-Plain" in server.requests[1]) == (False, True)


@pytest.mark.parametrize(("asked", "policy_max", "requests"), [(2, 5, 3), (9, 1, 2)])
def test_client__redirects_without_end__are_bounded(
    asked: int, policy_max: int, requests: int, server: Any, make_answer: Answer
) -> None:
    server.responder = lambda _request: make_answer(b"", b"Location: /again", status=b"302 Found")
    policy = OutboundPolicy(allow=("127.0.0.1",), redirects_max=policy_max)
    error = failure(OutboundClient(policy), get(server.url), redirects_max=asked)
    assert (error.code, len(server.requests)) == ("outbound_failed", requests)


def test_client__a_coded_answer__comes_decoded(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(
        gzip.compress(b"plain", mtime=0), b"Content-Encoding: gzip", b"X: 1"
    )
    (answer,) = call(local_client(server), get(server.url))
    assert answer == OutboundAnswer(200, ((b"X", b"1"),), b"plain")


def test_client__an_unknown_coding__comes_as_it_is(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(b"??", b"Content-Encoding: br")
    (answer,) = call(local_client(server), get(server.url))
    assert (answer.body, (b"Content-Encoding", b"br") in answer.headers) == (b"??", True)


def test_client__an_answer_of_just_the_size__is_taken(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(b"a" * 1000)
    assert len(call(local_client(server), get(server.url, answer_bytes_max=1000))[0].body) == 1000


@pytest.mark.parametrize("kind", ["announced", "chunked", "bomb", "trailing", "absurd"])
def test_client__an_answer_that_is_too_long__is_given_up(kind: str, server: Any, make_answer: Answer) -> None:
    chunk = b"3e8\r\n" + b"a" * 1000 + b"\r\n"
    server.responder = {
        "announced": lambda _request: make_answer(b"a" * 1001),
        "chunked": lambda _request: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 9 + b"0\r\n\r\n",
        "bomb": lambda _request: make_answer(gzip.compress(b"\0" * 90_000, mtime=0), b"Content-Encoding: gzip"),
        "trailing": lambda _request: (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"%x\r\n%b\r\n" % (len(gzip.compress(b"x", mtime=0)), gzip.compress(b"x"))
            + chunk * 20
            + b"0\r\n\r\n"
        ),
        "absurd": lambda _request: b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 19 + b"\r\n\r\n",
    }[kind]
    error = failure(local_client(server), get(server.url, answer_bytes_max=1000))
    assert (error.code, error.meta) == ("outbound_failed", {"reason": "answer_too_large"})


def test_client__a_large_bomb__stops_at_the_bound(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(
        gzip.compress(b"\0" * 80_000_000, mtime=0), b"Content-Encoding: gzip"
    )
    error = failure(local_client(server), get(server.url, answer_bytes_max=1_000_000))
    assert error.meta == {"reason": "answer_too_large"}


@pytest.mark.parametrize("coding", [b"gzip", b"gzip, gzip", b"deflate"])
def test_client__an_answer_that_is_not_what_its_coding_says__fails(
    coding: bytes, server: Any, make_answer: Answer
) -> None:
    server.responder = lambda _request: make_answer(b"\xff\xff\xff", b"Content-Encoding: " + coding)
    error = failure(local_client(server), get(server.url))
    assert (error.code, error.meta) == ("outbound_failed", {"reason": "answer_undecodable"})


def test_client__head__has_no_body_and_any_length(server: Any) -> None:
    server.responder = lambda _request: b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nContent-Encoding: gzip\r\n\r\n"
    (answer,) = call(local_client(server), OutboundRequest("HEAD", server.url, answer_bytes_max=10))
    assert (answer.body, answer.headers[0]) == (b"", (b"Content-Length", b"99999"))


@pytest.mark.parametrize(
    "reply", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx"]
)
def test_client__an_answer_that_breaks_off__fails(reply: bytes, server: Any) -> None:
    server.responder = lambda _request: reply + (b"" if b"close" in reply else b"Connection: close")
    assert failure(local_client(server), get(server.url)).code == "outbound_failed"


def test_client__an_answer_that_never_comes__is_a_timeout(server: Any) -> None:
    server.responder = lambda _request: None
    error = failure(local_client(server), get(server.url + "/secret", timeout_s=0.05))
    assert (error.code, error.status, "secret" in error.message) == ("outbound_timeout", 504, False)


def test_client__a_body_that_stops_half_way__is_a_timeout_of_the_whole_call(server: Any) -> None:
    server.responder = lambda _request: (
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"
    )  # and waits for what comes next
    assert failure(local_client(server), get(server.url, timeout_s=0.05)).code == "outbound_timeout"


def test_client__a_name_server_that_never_answers__is_a_timeout() -> None:
    class SilentResolver:
        async def resolve(self, host: str, port: int) -> tuple[str, ...]:
            await asyncio.Event().wait()
            return ()

    client = OutboundClient(OutboundPolicy(), resolver=SilentResolver())
    assert failure(client, get("http://a.example/", timeout_s=0.02)).code == "outbound_timeout"


@pytest.mark.parametrize("timeout_s", [0, -1, 301, float("nan"), float("inf")])
def test_client__a_timeout_out_of_range__is_refused(timeout_s: float) -> None:
    error = failure(OutboundClient(OutboundPolicy()), get("http://a.example/", timeout_s=timeout_s))
    assert error.code == "option_invalid"


@pytest.mark.parametrize("method", ["", "CONNECT", "connect", "GET /x HTTP/1.1\r\n", "GÉT"])
def test_client__a_method_that_is_none__is_refused(method: str) -> None:
    error = failure(OutboundClient(OutboundPolicy()), OutboundRequest(method, "http://a.example/"))
    assert error.code == "outbound_refused"


@pytest.mark.parametrize(
    "header", [(b"X", b"hunter2\r\nY: 1"), (b"X: 1\r\nY", b"hunter2"), (b"X", b"hunter2\x00"), (b"", b"hunter2")]
)
def test_client__a_header_that_would_break_the_request__is_refused_and_not_quoted(
    header: tuple[bytes, bytes], server: Any
) -> None:
    error = failure(local_client(server), get(server.url, headers=(header,)))
    assert (error.code, "hunter2" in repr(error.problem()), server.requests) == ("outbound_refused", False, [])


def test_client__many_calls_at_once__all_answer_over_few_connections(server: Any, make_answer: Answer) -> None:
    server.responder = lambda request: make_answer(request.split(b" ")[1])

    async def run() -> list[OutboundAnswer]:
        client = local_client(server, connections_max=4)
        answers = await asyncio.gather(*(client.send(get(f"{server.url}/{number}")) for number in range(40)))
        await client.aclose()
        return answers

    answers = asyncio.run(run())
    assert [answer.body for answer in answers] == [b"/%d" % number for number in range(40)]
    assert server.connections <= 4


def test_client__after_a_timeout__goes_on_with_the_next_call(server: Any, make_answer: Answer) -> None:
    server.responder = lambda request: None if b"/slow" in request else make_answer(b"ok")

    async def run() -> bytes:
        client = local_client(server, connections_max=1)
        for _ in range(3):
            with pytest.raises(DioramaError):
                await client.send(get(server.url + "/slow", timeout_s=0.03))
        answer = await client.send(get(server.url + "/fast"))
        await client.aclose()
        return answer.body

    assert asyncio.run(run()) == b"ok"


def test_effects__imported__load_no_http_library() -> None:
    program = (
        "import sys, json, diorama.engine.effects as e;"
        "c = e.OutboundClient(e.OutboundPolicy());"
        "print(json.dumps([n for n in ('httpx2', 'httpcore2', 'anyio', 'ssl') if n in sys.modules and n != 'ssl']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONPATH": "src"})
    assert json.loads(done.stdout) == []
