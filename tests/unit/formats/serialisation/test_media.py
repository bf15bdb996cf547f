from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from diorama.formats.serialisation import essence, is_json, is_xml, serialise
from diorama.model.definition import Encoding
from diorama.model.errors import DioramaError


@pytest.mark.parametrize(
    ("value", "media_type", "expected"),
    [
        ({"b": 1, "a": [1.5, None, True]}, "application/json", b'{"b":1,"a":[1.5,null,true]}'),
        ("hello", "application/json", b'"hello"'),
        (2**70, "application/hal+json; charset=utf-8", b"1180591620717411303424"),
        (Decimal("1.10"), "application/json", b"1.10"),
        ("é", "application/json", '"é"'.encode()),
        ("\ud800", "application/json", b'"\\ud800"'),
        ("pong", "text/plain", b"pong"),
        ("é", "text/plain; charset=iso-8859-1", b"\xe9"),
        ("é", "text/plain; charset=unknown", "é".encode()),
        (5, "text/plain", b"5"),
        (True, "text/plain", b"true"),
        ("<a/>", "application/xml", b"<a/>"),
        ("id\n1", "text/csv", b"id\n1"),
        ("raw", "application/octet-stream", b"raw"),
        ("raw", "image/png", b"raw"),
        ({"a": 1}, "application/vnd.custom", b'{"a":1}'),
        ({"a": 1}, "text/yaml", b'{"a":1}'),
        ([{"a": 1}, 2], "application/x-ndjson", b'{"a":1}\n2\n'),
        ([{"a": 1}, 2], "text/event-stream", b'data: {"a":1}\n\ndata: 2\n\n'),
        ({"a": [1, 2], "b": "x y&", "c": None}, "application/x-www-form-urlencoded", b"a=1&a=2&b=x+y%26&c="),
    ],
)
def test_serialise__by_media_type__is_as_it_is_read(value: Any, media_type: str, expected: bytes) -> None:
    assert serialise(value, media_type) == expected


@pytest.mark.parametrize("value", [{"a": 1}, [1]])
def test_serialise__complex_value_as_text__is_refused(value: Any) -> None:
    with pytest.raises(DioramaError) as caught:
        serialise(value, "text/plain")
    assert caught.value.code == "reply_unserialisable"
    assert caught.value.message.startswith("Cannot serialise complex objects as text")


def test_serialise__value_without_end__is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(DioramaError) as caught:
        serialise(value, "application/json")
    assert caught.value.code == "reply_unserialisable"


def test_serialise__form_with_encodings__follows_them() -> None:
    value = {"list": ["a", "b"], "pipes": [1, 2], "deep": {"x": 1}, "flat": {"y": 2}, "pairs": {"z": 3}, "json": [1]}
    encodings = {
        "list": Encoding(explode=False),
        "pipes": Encoding(style="pipeDelimited", explode=False),
        "deep": Encoding(style="deepObject"),
        "flat": Encoding(),
        "pairs": Encoding(explode=False),
        "json": Encoding(content_type="application/json"),
    }
    body = serialise(value, "application/x-www-form-urlencoded", encodings=encodings)
    assert body == b"list=a,b&pipes=1|2&deep%5Bx%5D=1&y=2&pairs=z,3&json=%5B1%5D"
    assert serialise(5, "application/x-www-form-urlencoded") == b"5"


def test_media_types__named__are_recognised() -> None:
    assert essence("Application/JSON ; q=1") == "application/json"
    assert is_json("application/problem+json; charset=utf-8")
    assert not is_json("application/jsonp")
    assert is_xml("text/xml")
    assert is_xml("image/svg+xml")
