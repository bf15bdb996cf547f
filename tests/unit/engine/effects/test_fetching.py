from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from diorama.engine.effects import OutboundPolicy, fetch_document, policy_for_operator
from diorama.model.errors import DioramaError

Answer = Callable[..., bytes]


def failure(url: str, policy: OutboundPolicy, **named: Any) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        fetch_document(url, policy, **named)
    return caught.value


def test_fetch__a_document_that_the_operator_named__comes_as_bytes(server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(
        gzip.compress(b"openapi: 3.1.0", mtime=0), b"Content-Encoding: gzip"
    )
    fetch: Callable[[str], bytes] = partial(fetch_document, policy=policy_for_operator(server.url))
    assert fetch(server.url + "/openapi.yaml") == b"openapi: 3.1.0"
    assert b"Accept: application/vnd.oai.openapi" in server.requests[0]


def test_fetch__where_a_loop_runs_already__works_too(server: Any) -> None:
    async def run() -> bytes:
        return fetch_document(server.url, policy_for_operator(server.url))

    assert asyncio.run(run()) == b"hello"

    async def run_refused() -> None:
        failure("http://10.0.0.1/", OutboundPolicy())

    asyncio.run(run_refused())


def test_fetch__what_is_private__is_refused(server: Any) -> None:
    assert failure(server.url, OutboundPolicy()).code == "outbound_refused"
    assert server.requests == []


@pytest.mark.parametrize(
    "location", [b"http://127.0.0.1:1/", b"http://169.254.169.254/", b"http://[::1]/", b"file:///etc/passwd"]
)
def test_fetch__a_redirect_to_what_is_closed__is_refused(location: bytes, server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: make_answer(b"", b"Location: " + location, status=b"302 Found")
    assert failure(server.url, policy_for_operator(server.url)).code == "outbound_refused"
    assert len(server.requests) == 1


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
def test_fetch__redirects__are_followed_five_times(hops: int, arrives: bool, server: Any, make_answer: Answer) -> None:
    server.responder = lambda _request: (
        make_answer(b"document")
        if len(server.requests) > hops
        else make_answer(b"", b"Location: /%d" % len(server.requests), status=b"302 Found")
    )
    if arrives:
        assert fetch_document(server.url, policy_for_operator(server.url)) == b"document"
    else:
        assert failure(server.url, policy_for_operator(server.url)).code == "outbound_failed"


@pytest.mark.parametrize("coded", [False, True])
def test_fetch__a_document_that_is_too_large__is_given_up(coded: bool, server: Any, make_answer: Answer) -> None:
    body = b"a" * 5_000
    server.responder = lambda _request: (
        make_answer(gzip.compress(body, mtime=0), b"Content-Encoding: gzip") if coded else make_answer(body)
    )
    error = failure(server.url, policy_for_operator(server.url), bytes_max=4_999)
    assert (error.code, error.status) == ("document_too_large", 413)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (b"404 N", "document_not_found"),
        (b"410 G", "document_not_found"),
        (b"401 U", "outbound_failed"),
        (b"304 N", "outbound_failed"),
    ],
)
def test_fetch__an_answer_without_the_document__fails_with_its_status(
    status: bytes, code: str, server: Any, make_answer: Answer
) -> None:
    server.responder = lambda _request: make_answer(b"", status=status)
    error = failure(server.url + "/hunter2?token=hunter2", policy_for_operator(server.url))
    assert (error.code, status[:3].decode() in error.message) == (code, True)
    assert "hunter2" not in error.message + error.hint


def test_fetch__an_answer_that_never_comes__is_a_timeout(server: Any) -> None:
    server.responder = lambda _request: None
    assert failure(server.url, policy_for_operator(server.url), timeout_s=0.05).code == "outbound_timeout"


def test_fetch__a_name_that_turns_private__is_refused(make_resolver: Any) -> None:
    resolver = make_resolver(("10.0.0.1",))
    error = failure("http://docs.example/openapi.json", policy_for_operator("https://docs.example/"), resolver=resolver)
    assert (error.code, resolver.asked) == ("outbound_refused", ["docs.example"])
