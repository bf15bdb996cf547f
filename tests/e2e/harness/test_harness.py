"""The cases of this folder through a real server, and the harness itself on replies that are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness.case import Case, CaseError, parse, read_cases, server_arguments
from tests.e2e.harness.comparison import differences
from tests.e2e.harness.execution import run
from tests.e2e.harness.message import Message

CASES = read_cases(Path(__file__).parent / "cases")

TEXT = """====test====
A title
====spec====
openapi: 3.1.0
====server====
mock -p 4010 ${document} -d --cors=false
====command====
curl -i http://localhost:4010/
====%s====
HTTP/1.1 %d Whatever
content-type: application/json

%s
"""


def case(body: str, exactness: str = "expect", status: int = 200) -> Case:
    return parse(TEXT % (exactness, status, body), "made-up.txt")


def reply(body: str, status: int = 200, media_type: str = "application/json") -> Message:
    return Message.parse(f"HTTP/1.1 {status} X\r\nContent-Type: {media_type}; charset=utf-8\r\n\r\n{body}\r\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mock__on_a_case_of_ours__answers_as_expected(case: Case) -> None:
    assert run(case).reasons == ()


def test_case__with_arguments_of_the_other_tool__becomes_arguments_of_ours() -> None:
    assert case("{}").arguments == ("--dynamic", "--no-cors")
    line = "proxy -p 4010 ${document} http://example.com --errors --json-schema-faker-fillProperties=false"
    assert server_arguments(line, "") == ("proxy", ("--errors", "--no-fill-properties"))


def test_case__with_an_argument_that_we_lack__is_refused_by_name() -> None:
    with pytest.raises(CaseError, match="--teapot"):
        server_arguments("mock --teapot ${document}", "some.txt")


def test_case__without_a_section__is_refused_by_name() -> None:
    with pytest.raises(CaseError, match="command"):
        parse("====spec====\n{}\n====server====\nmock\n====expect====\nHTTP/1.1 200 OK\n", "some.txt")


def test_message__behind_an_interim_reply__is_the_final_one() -> None:
    message = Message.parse("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nA: b\r\n\r\nyes")
    assert (message.status, message.headers, message.body) == (201, {"a": "b"}, "yes")


def test_message__without_headers__keeps_its_body() -> None:
    assert Message.parse("HTTP/1.1 200 OK\n\nabc") == Message(200, {}, "abc")
    assert Message.parse("HTTP/1.1 204 No Content") == Message(204, {}, "")


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        ('{"a": 1, "b": [true]}', '{"b":[true],"a":1.0}'),
        ("plain text", "plain text"),
        ("<a><b>1</b></a>", "<a>\n <b>1</b></a>"),
    ],
)
def test_differences__of_an_equal_body__are_none(expected: str, body: str) -> None:
    assert differences(case(expected), reply(body)) == []


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        ('{"a": 1}', '{"a": true}'),
        ('{"a": 1}', '{"a": 1, "b": 2}'),
        ("text", "other"),
        ("<a>1</a>", "<a>2</a>"),
        ("", "{}"),
    ],
)
def test_differences__of_another_body__name_both(expected: str, body: str) -> None:
    (difference,) = differences(case(expected), reply(body))
    assert repr(body) in difference
    assert repr(expected) in difference


def test_differences__of_status_and_media_type__are_both_named() -> None:
    found = differences(case("{}"), reply("{}", status=404, media_type="text/html"))
    assert found == ["status 404 instead of 200", "text/html instead of application/json"]


def test_differences__of_an_errors_body__do_not_count() -> None:
    assert differences(case('{"a": 1}', status=422), reply('{"other": 2}', status=422)) == []


def test_differences__of_a_missing_reply__say_so() -> None:
    assert "status missing instead of 200" in differences(case("{}"), Message.parse(""))


def test_differences__loose__compare_structure_only() -> None:
    expected = '{"name": "x", "tags": [{"id": 1}]}'
    assert differences(case(expected, "expect-loose"), reply('{"name": "y", "tags": [{"id": 7}], "more": 1}')) == []
    found = differences(case(expected, "expect-loose"), reply('{"name": 1, "tags": []}'))
    assert found == ["/name is number instead of string", "/tags is empty"]


def test_differences__keys_only__compare_keys_in_their_order() -> None:
    expected = '{"a": 0, "b": 0}'
    assert differences(case(expected, "expect-keysOnly"), reply('{"a": "x", "z": 1, "b": []}')) == []
    assert differences(case(expected, "expect-keysOnly"), reply('{"b": 0, "a": 0}')) != []
