from __future__ import annotations

from typing import Any

import pytest

from diorama.model.definition import MediaType, Parameter, Response
from diorama.model.http import Reply
from diorama.ports.capability import Stage
from tests.unit.capabilities.validation.exchanges import Bench, places

OK = Response(
    "200",
    headers=(
        Parameter("X-Total", "header", True, {"type": "integer"}),
        Parameter("X-Tags", "header", False, {"type": "array", "items": {"type": "string", "maxLength": 2}}),
    ),
    content=(
        MediaType(
            "application/json", {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
        ),
        MediaType("text/plain", {"type": "string", "maxLength": 3}),
        MediaType("image/*", {"type": "string", "format": "binary"}),
    ),
)
NONE = Response("204")
BAD = Response("4XX", content=(MediaType("application/json", {"type": "object"}),))
OTHER = Response("default", content=(MediaType("application/json", {"type": "array"}),))


def reply(body: bytes, content_type: str = "application/json", status: int = 200, **headers: str) -> Reply:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    kind = [(b"Content-Type", content_type.encode())] if content_type else []
    return Reply(status, (*kind, *named), body)


def broken(found: Reply, *responses: Response, **more: Any) -> list[tuple[str, str, str]]:
    x = Bench(responses=responses or (OK, NONE, BAD, OTHER)).run(Stage.VERIFY, reply=found, **more)
    assert x.error is None
    return places(x.plan.reply_violations)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (reply(b'{"id":1}', X_Total="1"), []),
        (reply(b'{"id":1}', X_Total="1", X_Tags="a,b"), []),
        (reply(b"abc", "text/plain; charset=utf-8", X_Total="1"), []),
        (reply(b"\xff", "image/png", X_Total="1"), []),
        (reply(b"", "", 204), []),
        (reply(b"{}", status=404), []),
        (reply(b"[]", status=500), []),
        (reply(b'{"id":"x"}', X_Total="1"), [("response body", "/id", "type")]),
        (reply(b'{"id":1}'), [("response header", "/X-Total", "required")]),
        (reply(b'{"id":1}', X_Total="x"), [("response header", "/X-Total", "type")]),
        (reply(b'{"id":1}', X_Total="1", X_Tags="a,bcd"), [("response header", "/X-Tags/1", "maxLength")]),
        (reply(b"long", "text/plain", X_Total="1"), [("response body", "", "maxLength")]),
        (reply(b"x", "text/html", X_Total="1"), [("response header", "/content-type", "contentMediaType")]),
        (reply(b"x", "", X_Total="1"), [("response header", "/content-type", "contentMediaType")]),
        (reply(b"{", X_Total="1"), [("response body", "", "body_malformed")]),
        (reply(b"", "", X_Total="1"), [("response body", "", "required")]),
        (reply(b"[]", status=404), [("response body", "", "type")]),
        (reply(b"{}", status=302), [("response body", "", "type")]),
    ],
)
def test_reply__against_its_response__breaks_what_it_breaks(found: Reply, expected: list[tuple[str, str, str]]) -> None:
    assert broken(found) == expected


def test_reply__of_an_undocumented_status__is_a_violation() -> None:
    assert broken(reply(b"{}", status=404), OK) == [("response status", "", "status")]


def test_reply__made_from_a_response__is_checked_by_that() -> None:
    assert broken(reply(b"{}", status=200), OK, BAD, response=BAD) == []


def test_reply__made_from_a_copy_of_a_response__is_checked_by_the_original() -> None:
    assert broken(reply(b"[]", status=404), OK, BAD, response=Response("4XX")) == [("response body", "", "type")]


def test_reply__to_head__has_no_body_to_check() -> None:
    assert broken(reply(b"", "", X_Total="1"), method="HEAD") == []


def test_reply__that_was_checked_already__is_not_read_again() -> None:
    found = reply(b'{"id":"x"}')
    assert broken(found, OTHER, OK, response=OK, checked=found) == [("response header", "/X-Total", "required")]
    bare = reply(b"{}")
    assert broken(bare, OTHER, response=OTHER, checked=bare) == []


@pytest.mark.parametrize("response", [None, Response("default")])
def test_reply__other_than_the_checked_one__is_read(response: Response | None) -> None:
    assert broken(reply(b"{}", status=500), OTHER, checked=reply(b"{}", status=500)) == [("response body", "", "type")]
    found = reply(b"{}", status=500)
    assert broken(found, OTHER, response=response, checked=found) == [("response body", "", "type")]


def test_reply__that_breaks_a_rule__is_replaced_when_wanted() -> None:
    bench = Bench(responses=(OK,), replies="on")
    error = bench.run(Stage.VERIFY, reply=reply(b"{}", X_Total="1")).error
    assert (error.code, error.status, places(error.violations)) == (
        "reply_violates_schema",
        500,
        [("response body", "/id", "required")],
    )
    assert "id is missing" in error.message


def test_reply__that_is_constant__is_checked_once() -> None:
    bench = Bench(responses=(OK,))
    constant = reply(b"{}", X_Total="1")
    constant.head = b"HTTP/1.1 200 OK\r\n"
    first = bench.run(Stage.VERIFY, reply=constant).plan.reply_violations
    constant.body = b'{"id":1}'
    assert bench.run(Stage.VERIFY, reply=constant).plan.reply_violations == first != ()
    other = reply(b'{"id":1}', X_Total="1")
    other.head = constant.head
    assert bench.run(Stage.VERIFY, reply=other).plan.reply_violations == ()


def test_reply__with_write_only__is_a_violation() -> None:
    schema = {"type": "object", "required": ["pin"], "properties": {"pin": {"type": "string", "writeOnly": True}}}
    response = Response("200", content=(MediaType("application/json", schema),))
    assert broken(reply(b"{}"), response) == []
    assert broken(reply(b'{"pin":"1"}'), response) == [("response body", "/pin", "writeOnly")]
