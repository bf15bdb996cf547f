from __future__ import annotations

import logging
from typing import Any

import pytest

from diorama.capabilities.validation.multipart import parts_of
from diorama.model.definition import Encoding
from tests.unit.capabilities.validation.exchanges import Bench, taking

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "minimum": 100},
        "photo": {"type": "string", "format": "binary"},
        "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "key": {"type": "string", "format": "byte"},
        "address": {"type": "object", "properties": {"floor": {"type": "integer"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
TYPE = "multipart/form-data; boundary=XX"


def part(name: str, content: str | bytes, *more: str, filename: str = "") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    head = "\r\n".join((disposition, *more)).encode()
    return b"--XX\r\n" + head + b"\r\n\r\n" + (content.encode() if isinstance(content, str) else content) + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--XX--\r\n"


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ([part("id", "100")], {"id": 100}),
        ([part("id", "100"), part("photo", b"\xff\x00\r\n--X", filename="a.png")], {"photo": "\xff\x00\r\n--X"}),
        (
            [part("id", "100"), part("photos", "a", filename="a"), part("photos", "b", filename="b")],
            {"photos": ["a", "b"]},
        ),
        ([part("id", "100"), part("photos", "a", filename="a")], {"photos": ["a"]}),
        (
            [part("id", "100"), part("address", '{"floor":1}', "Content-Type: application/json")],
            {"address": {"floor": 1}},
        ),
        ([part("id", "100"), part("address", '{"floor":1}')], {"address": {"floor": 1}}),
        ([part("id", "100"), part("address[floor]", "3")], {"address": {"floor": 3}}),
        ([part("id", "100"), part("tags", "a"), part("tags", "b")], {"tags": ["a", "b"]}),
        ([part("id", "100"), part("tags", '["a","b"]', "Content-Type: application/json")], {"tags": ["a", "b"]}),
        ([part("id", "100"), part("x", b"\xe9", "Content-Type: text/plain; charset=latin-1")], {"x": "é"}),
        ([part("id", "100"), part("x", "é")], {"x": "é"}),
    ],
)
def test_multipart__by_its_schema__becomes_an_object(parts: list[bytes], value: dict[str, Any]) -> None:
    assert Bench(body=taking("multipart/form-data", SCHEMA)).body(TYPE, body(*parts)) == {"id": 100} | value


@pytest.mark.parametrize(
    ("parts", "places"),
    [
        ([part("id", "99")], [("body", "/id", "minimum")]),
        ([part("id", "x")], [("body", "/id", "type")]),
        ([part("photo", "x", filename="a")], [("body", "/id", "required")]),
        ([part("id", "100"), part("key", "?")], [("body", "/key", "format")]),
        ([part("id", "100"), part("address", '{"floor":"x"}')], [("body", "/address/floor", "type")]),
    ],
)
def test_multipart__that_breaks_a_rule__is_told_where(parts: list[bytes], places: list[tuple[str, str, str]]) -> None:
    bench = Bench(body=taking("multipart/form-data", SCHEMA))
    assert bench.broken(headers={"Content-Type": TYPE}, body=body(*parts)) == places


def test_multipart__by_its_encoding__is_read_and_refused() -> None:
    encoding = {
        "address": Encoding(content_type="application/json"),
        "photo": Encoding(content_type="image/png, image/*"),
    }
    bench = Bench(body=taking("multipart/form-data", SCHEMA, encoding=encoding))
    parts = [
        part("id", "100"),
        part("address", '{"floor":1}'),
        part("photo", "x", "Content-Type: image/gif", filename="a"),
    ]
    assert bench.body(TYPE, body(*parts)) == {"id": 100, "address": {"floor": 1}, "photo": "x"}
    wrong = body(part("id", "100"), part("photo", "x", "Content-Type: text/html", filename="a"))
    error = bench.error(headers={"Content-Type": TYPE}, body=wrong)
    assert (error.code, "image/png, image/*" in error.message) == ("media_type_unsupported", True)
    broken = body(part("id", "100"), part("address", "{"))
    assert bench.error(headers={"Content-Type": TYPE}, body=broken).code == "body_malformed"


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("multipart/form-data", body(part("id", "100"))),
        ("multipart/form-data; boundary=" + "x" * 100, body(part("id", "100"))),
        (TYPE, b"garbage"),
        (TYPE, b""" """),
        (TYPE, part("id", "100")),
        (TYPE, b"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--\r\n"),
        (TYPE, b"--XX\r\nNo header\r\n\r\nx\r\n--XX--\r\n"),
        (TYPE, body(*[part("a", "b")] * 1001)),
        (TYPE, body(part("a", "b", "X: " + "y" * 10_000))),
    ],
)
def test_multipart__malformed_or_too_much__is_refused(content_type: str, sent: bytes) -> None:
    bench = Bench(body=taking("multipart/form-data", {}))
    assert bench.error(headers={"Content-Type": content_type}, body=sent).code == "body_malformed"


def test_parts__with_quotes_and_semicolons_in_names__are_taken_apart() -> None:
    head = b'content-disposition: form-data; filename="a;b\\"c"; name="n"\r\nContent-Type: text/x\r\n\r\n'
    sent = b"--XX\r\n" + head + b"v\r\n--XX--"
    (found,) = parts_of(sent, "XX")
    assert (found.name, found.filename, found.content_type, found.content) == ("n", 'a;b"c', "text/x", b"v")


def test_parser__of_malformed_bodies__writes_no_warning() -> None:
    error = Bench(body=taking("multipart/form-data", {})).error(headers={"Content-Type": TYPE}, body=b"garbage")
    assert error.code == "body_malformed"
    logger = logging.getLogger("python_multipart")
    assert not logger.propagate
    assert any(isinstance(one, logging.NullHandler) for one in logger.handlers)
