from __future__ import annotations

import pytest

from diorama.capabilities.cors import CAPABILITY, CorsSpec
from diorama.model.definition import Endpoint, Project
from diorama.model.http import Reply, Request
from diorama.ports.capability import CompileContext, Stage, Step, Trigger
from diorama.ports.exchange import OpenExchange

ORIGIN = (b"origin", b"https://app.example.com")
ASKING = (b"access-control-request-method", b"PUT")


def steps(spec: CorsSpec | None = None) -> dict[Stage, Step]:
    compiled = CAPABILITY.compile(spec or CorsSpec(), CompileContext(Project("p"), (), []))
    assert all(trigger == Trigger(header=b"origin") for _, trigger, _ in compiled.steps)
    return {stage: step for stage, _, step in compiled.steps}


def opened(method: str, *headers: tuple[bytes, bytes], endpoint: str | None = None) -> OpenExchange:
    x = OpenExchange()
    x.request = Request(method, "/things", b"", list(headers), b"", "127.0.0.1")
    x.endpoint = None if endpoint is None else Endpoint("e", endpoint, "/things")
    x.reply = None
    return x


def preflight(x: OpenExchange, spec: CorsSpec | None = None) -> dict[bytes, bytes] | None:
    reply = steps(spec)[Stage.ADMIT](x)
    assert reply is None or isinstance(reply, Reply)
    if reply is None:
        return None
    assert (reply.status, reply.body) == (204, b"")
    return dict(reply.headers)


@pytest.mark.parametrize("endpoint", [None, "GET"])
def test_preflight__from_a_browser__is_answered(endpoint: str | None) -> None:
    wanted = (b"access-control-request-headers", b"x-a,x-b")
    assert preflight(opened("OPTIONS", ORIGIN, ASKING, wanted, endpoint=endpoint)) == {
        b"access-control-allow-origin": b"https://app.example.com",
        b"access-control-allow-methods": b"PUT",
        b"access-control-allow-credentials": b"true",
        b"access-control-allow-headers": b"x-a,x-b",
        b"access-control-max-age": b"600",
        b"vary": b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }


def test_preflight__with_another_age__announces_it() -> None:
    headers = preflight(opened("OPTIONS", ORIGIN, ASKING), CorsSpec(max_age_s=10**9))
    assert headers is not None
    assert headers[b"access-control-max-age"] == b"86400"
    assert b"access-control-allow-headers" not in headers


def test_preflight__that_is_none__goes_on() -> None:
    assert preflight(opened("OPTIONS", ORIGIN)) is None
    assert preflight(opened("PUT", ORIGIN, ASKING)) is None
    assert preflight(opened("OPTIONS", ORIGIN, ASKING, endpoint="OPTIONS")) is None


def test_reply__to_another_origin__is_opened_to_it() -> None:
    x = opened("GET", ORIGIN)
    x.reply = Reply(200, ((b"content-type", b"a/b"), (b"X-Total", b"5")), b"body", b"HTTP/1.1 200 OK\r\n")
    opened_reply = steps()[Stage.DELIVER](x)
    assert isinstance(opened_reply, Reply)
    extra = opened_reply.headers[2:]
    assert extra == (
        (b"access-control-allow-origin", b"https://app.example.com"),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"x-total,x-correlation-id"),
        (b"vary", b"Origin"),
    )
    assert opened_reply.head == b"HTTP/1.1 200 OK\r\n" + b"".join(b"%b: %b\r\n" % line for line in extra)
    assert (opened_reply.status, opened_reply.body) == (200, b"body")
    assert x.reply.headers == ((b"content-type", b"a/b"), (b"X-Total", b"5"))


def test_reply__without_ready_head__gets_none() -> None:
    x = opened("GET", ORIGIN)
    x.reply = Reply(200)
    opened_reply = steps()[Stage.DELIVER](x)
    assert isinstance(opened_reply, Reply)
    assert opened_reply.head is None


def test_reply__with_the_documents_own_headers__is_left_alone() -> None:
    x = opened("GET", ORIGIN)
    x.reply = Reply(200, ((b"Access-Control-Allow-Origin", b"https://other.example.com"),))
    assert steps()[Stage.DELIVER](x) is None
    assert steps()[Stage.DELIVER](opened("GET", ORIGIN)) is None


def test_cors__switched_off__has_no_steps() -> None:
    assert steps(CorsSpec(enabled=False)) == {}
