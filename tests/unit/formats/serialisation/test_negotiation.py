from __future__ import annotations

import pytest

from diorama.formats.serialisation.negotiation import MediaRange, best, concrete, media_range, ranges
from diorama.model.errors import DioramaError
from tests.unit.capabilities.examples.replies import Answering, accept, content_type, endpoint, media, response

JSON, XML, TEXT, HAL = "application/json", "application/xml", "text/plain", "application/hal+json"


@pytest.mark.parametrize(
    ("header", "offered", "expected"),
    [
        ("application/json", [JSON, XML], 0),
        ("application/json;q=0.8, application/xml", [JSON, XML], 1),
        ("application/json;q=0.8, application/xml;q=0.9", [JSON, XML], 1),
        ("application/json, text/plain, */*", [XML, TEXT, JSON], 2),
        ("*/*", [XML, JSON], 0),
        ("text/*, application/json;q=0.5", [JSON, TEXT], 1),
        ("*/*;q=0.5, application/xml", [JSON, XML], 1),
        ("application/json;q=0, */*", [JSON, XML], 1),
        ("application/json;q=0", [JSON], None),
        ("application/json; charset=utf-8", [JSON], 0),
        ("application/json", ["application/json; charset=utf-8"], 0),
        ("application/json;version=2", ["application/json;version=1", "application/json; version=2"], 1),
        ("application/json;version=3", ["application/json;version=1"], 0),
        ("application/json", [HAL], 0),
        ("application/*+json", [JSON, HAL], 1),
        ("application/hal+json", [JSON], None),
        ("APPLICATION/JSON", [JSON], 0),
        ("inv/alid", [TEXT], None),
        ("nonsense", [TEXT], None),
        ("text/plain;q=x", [TEXT], None),
        ('text/plain;a="x,y;z"', ['text/plain;a="x,y;z"'], 0),
        ("application/json", ["*/*"], 0),
        ("text/html", ["text/*"], 0),
    ],
)
def test_best__by_accept__is_what_it_likes_best(header: str, offered: list[str], expected: int | None) -> None:
    found = best(header, offered)
    assert (None if found is None else found[0]) == expected


def test_ranges__of_a_very_long_header__are_limited() -> None:
    assert len(ranges(",".join(["a/b"] * 1000))) == 64


def test_media_range__malformed__is_none() -> None:
    assert media_range("a b/c") is None
    assert media_range("/c") is None
    assert media_range("a/b;q=0.5;ext=1") == MediaRange("a", "b", (), 0.5)


@pytest.mark.parametrize(
    ("offered", "asked", "text", "expected"),
    [
        ("*/*", None, True, "text/plain"),
        ("*/*", MediaRange("*", "*"), False, "application/json"),
        ("*/*", MediaRange("application", "xml"), False, "application/xml"),
        ("*/*", MediaRange("text", "*"), True, "text/plain"),
        ("application/*", None, True, "application/json"),
        ("image/*", MediaRange("*", "*"), True, "image/png"),
        ("text/html", MediaRange("*", "*"), True, "text/html"),
    ],
)
def test_concrete__offered_range__is_announced_as_a_type(
    offered: str, asked: MediaRange | None, text: bool, expected: str
) -> None:
    assert concrete(offered, asked, text=text) == expected


def test_compose__without_accept__prefers_json_else_the_first() -> None:
    both = Answering(endpoint(response("200", media(XML, "<a/>"), media(JSON, "a"))))
    assert content_type(both.reply()) == JSON
    assert content_type(both.reply(headers=accept(""))) == JSON
    assert content_type(both.reply(headers=accept("*/*"))) == XML
    text = Answering(endpoint(response("200", media(TEXT, schema={"type": "string"}))))
    assert text.reply(headers=accept("")).body == b"string"


def test_compose__nothing_acceptable__says_what_there_is() -> None:
    answering = Answering(endpoint(response("200", media(TEXT, "hello"), media(XML, "<a/>"))))
    with pytest.raises(DioramaError) as caught:
        answering.reply(headers=accept("application/json"))
    assert caught.value.code == "not_acceptable"
    assert "text/plain, application/xml" in caught.value.message


def test_compose__several_accept_headers__are_one() -> None:
    answering = Answering(endpoint(response("200", media(JSON, "a"), media(XML, "<a/>"))))
    assert content_type(answering.reply(headers=accept("text/html,application/json"))) == JSON
    assert content_type(answering.reply(headers=[*accept("text/html"), *accept("application/xml")])) == XML
    with pytest.raises(DioramaError):
        answering.reply(headers=accept("text/html"))


def test_compose__any_type_in_the_document__answers_in_the_one_asked_for() -> None:
    answering = Answering(endpoint(response("200", media("*/*", {"a": 1}))))
    assert answering.reply().body == b'{"a":1}'
    assert content_type(answering.reply(headers=accept("*/*"))) == JSON
    assert answering.reply(headers=accept("application/xml")).body == b"<xml><a>1</a></xml>"


def test_compose__response_without_content__accepts_everything() -> None:
    answering = Answering(endpoint(response("200")))
    reply = answering.reply(headers=accept("text/plain"))
    assert (reply.status, reply.headers, reply.body) == (200, (), b"")


def test_compose__no_content__has_no_body_whatever_is_accepted() -> None:
    answering = Answering(endpoint(response("204", media(JSON, "a"))))
    for headers in (accept("text/plain"), accept("application/json"), None):
        reply = answering.reply(headers=headers)
        assert (reply.status, reply.headers, reply.body) == (204, (), b"")
        assert b"content-length" not in (reply.head or b"")
