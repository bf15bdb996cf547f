from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.model.definition import Encoding, MediaType, RequestBody
from tests.unit.capabilities.validation.exchanges import Bench, taking

JSON = {"Content-Type": "application/json"}
FORM = "application/x-www-form-urlencoded"
ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "paid": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "address": {"type": "object", "properties": {"zip": {"type": "string"}, "floor": {"type": "integer"}}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"q": {"type": "integer"}}}},
        "meta": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"a":\n  1,}', "trailing comma in object at line 2, column 5"),
        (b"{", "it ends too early"),
        (b"[1, 2,, 3]", "at line 1, column 7"),
        (b"1 2", "trailing characters at line 1, column 4"),
        (b'"\xff"', "not UTF-8 at line 1, column 2"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1e999", "out of range"),
        (b"NaN", "line 1, column 1"),
        (b"   ", "The body is empty"),
        (b"9" * 10_000, "out of range"),
    ],
)
def test_json__malformed__is_refused_with_its_line_and_column(text: bytes, message: str) -> None:
    error = Bench(body=taking("application/json", {})).error(headers=JSON, body=text)
    assert (error.code, error.status) == ("body_malformed", 400)
    assert message in error.message


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [
        ("application/json", '{"a":1,"a":2}', {"a": 2}),
        ("application/json", str(10**40), 10**40),
        ("application/json; charset=utf-8", '"é"', "é"),
        ("APPLICATION/JSON;charset=UTF-8", '"é"', "é"),
        ("application/json; charset=latin-1", '"é"'.encode("latin-1"), "é"),
        ("application/json; charset=utf-16", '"é"'.encode("utf-16"), "é"),
        ("application/json", b"\xef\xbb\xbf{}", {}),
    ],
)
def test_json__in_its_variants__is_read(content_type: str, body: bytes | str, value: Any) -> None:
    assert Bench(body=taking("application/json", {})).body(content_type, body) == value


def test_json__with_a_big_integer__is_compared_exactly() -> None:
    bench = Bench(body=taking("application/json", {"type": "integer", "maximum": 10**30}))
    assert bench.body("application/json", str(10**30)) == 10**30
    assert bench.broken(headers=JSON, body=str(10**30 + 1).encode()) == [("body", "", "maximum")]


def test_body__of_another_type__is_refused_with_what_is_accepted() -> None:
    body = RequestBody(content=(MediaType("application/json"), MediaType("text/*")))
    error = Bench(body=body).error(headers={"Content-Type": "image/png"}, body=b"x")
    assert (error.code, error.status) == ("media_type_unsupported", 415)
    assert "application/json, text/*" in error.message


@pytest.mark.parametrize(
    ("names", "content_type", "value"),
    [
        (["*/*"], "application/json", {"a": 1}),
        (["application/*"], "application/vnd.x+json", {"a": 1}),
        (["text/*", "application/json"], "application/json", {"a": 1}),
        (["*/*", "application/json"], "application/octet-stream", b'{"a":1}'),
        (["application/json; v=1"], "application/json", {"a": 1}),
        (["application/vnd.x+json"], "application/vnd.x+json; q=1", {"a": 1}),
    ],
)
def test_content_type__by_ranges_and_parameters__is_matched(names: list[str], content_type: str, value: Any) -> None:
    body = RequestBody(content=tuple(MediaType(name, {}) for name in names))
    assert Bench(body=body).body(content_type, '{"a":1}') == value


def test_content_type__that_several_keys_match__goes_to_the_most_specific() -> None:
    schemas = {"application/json": {"const": 1}, "application/json; v=2": {"const": 2}, "application/*": {"const": 3}}
    bench = Bench(body=RequestBody(content=tuple(MediaType(name, schema) for name, schema in schemas.items())))
    assert bench.body("application/json", "1") == 1
    assert bench.body("application/json; v=2", "2") == 2
    assert bench.body("application/x+json", "3") == 3


def test_body__without_content_type__is_taken_for_the_only_type() -> None:
    assert Bench(body=taking("application/json", {})).run(body=b"[1]").memo["body"] == [1]
    several = RequestBody(content=(MediaType("application/json"), MediaType("text/plain")))
    assert Bench(body=several).error(body=b"[1]").code == "media_type_unsupported"


def test_body__missing__is_refused_only_where_required() -> None:
    assert Bench(body=taking("application/json", {}, required=True)).broken(headers=JSON) == [("body", "", "required")]
    x = Bench(body=taking("application/json", {"type": "object"})).run(headers=JSON)
    assert (x.error, x.memo) == (None, {})


def test_body__where_the_document_wants_none__is_left_alone() -> None:
    bench = Bench()
    assert bench.run(headers=JSON, body=b"{broken").error is None


def test_body__compressed__is_refused() -> None:
    headers = JSON | {"Content-Encoding": "gzip"}
    assert Bench(body=taking("application/json", {})).error(headers=headers, body=b"x").code == "media_type_unsupported"


@pytest.mark.parametrize("charset", ["klingon", "zip", "hex", "a\0b", "rot13"])
def test_charset__that_is_none__is_refused(charset: str) -> None:
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    assert Bench(body=taking("text/plain", {})).error(headers=headers, body=b"x").code == "media_type_unsupported"


def test_text__by_its_schema__is_checked() -> None:
    bench = Bench(body=taking("text/plain", {"type": "string", "maxLength": 3}))
    assert bench.body("text/plain; charset=latin-1", b"\xe9\xe9\xe9") == "ééé"
    assert bench.broken(headers={"Content-Type": "text/plain"}, body=b"long") == [("body", "", "maxLength")]
    assert bench.error(headers={"Content-Type": "text/plain"}, body=b"\xff").code == "body_malformed"
    assert Bench(body=taking("text/plain", {"type": "integer"})).body("text/plain", "12") == 12


def test_binary__by_its_schema__is_kept_as_bytes_and_counted() -> None:
    bench = Bench(body=taking("application/octet-stream", {"type": "string", "format": "binary", "maxLength": 3}))
    assert bench.body("application/octet-stream", b"\xff\x00\x01") == b"\xff\x00\x01"
    headers = {"Content-Type": "application/octet-stream"}
    assert bench.broken(headers=headers, body=b"\xff" * 4) == [("body", "", "maxLength")]


def test_json_lines__by_their_schema__are_checked_line_by_line() -> None:
    bench = Bench(body=taking("application/x-ndjson", {"type": "object", "required": ["a"]}))
    assert bench.body("application/x-ndjson", '{"a":1}\n\n{"a":2}\r\n') == [{"a": 1}, {"a": 2}]
    headers = {"Content-Type": "application/x-ndjson"}
    assert bench.broken(headers=headers, body=b'{"a":1}\n{}') == [("body", "/a", "required")]
    assert "Line 2" in bench.error(headers=headers, body=b"{}\n{").message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("id=5&paid=true", {"id": 5, "paid": True}),
        ("tags=a&tags=b", {"tags": ["a", "b"]}),
        ("tags[]=a&tags[]=b", {"tags": ["a", "b"]}),
        ("sizes[1]=2&sizes[0]=1", {"sizes": [1, 2]}),
        ("address[zip]=0123&address[floor]=2", {"address": {"zip": "0123", "floor": 2}}),
        ("lines[0][q]=1&lines[1][q]=2", {"lines": [{"q": 1}, {"q": 2}]}),
        ("lines[][q]=1&lines[][q]=2", {"lines": [{"q": 1}, {"q": 2}]}),
        ("meta[a]=1&meta[b]=2", {"meta": {"a": "1", "b": "2"}}),
        ('address=%7B"zip"%3A"1"%7D', {"address": {"zip": "1"}}),
        ("sizes=%5B1%2C2%5D", {"sizes": [1, 2]}),
        ("id=5&other=x+y%21", {"id": 5, "other": "x y!"}),
        ("id=5&&=&", {"id": 5, "": ""}),
    ],
)
def test_form__by_its_schema__becomes_an_object(text: str, value: Any) -> None:
    assert Bench(body=taking(FORM, ORDER)).body(FORM, text) == value


def test_form__by_its_encoding__becomes_an_object() -> None:
    encoding = {
        "tags": Encoding(explode=False),
        "sizes": Encoding(style="pipeDelimited", explode=False),
        "meta": Encoding(content_type="application/json"),
        "address": Encoding(style="form", explode=True),
    }
    bench = Bench(body=taking(FORM, ORDER, encoding=encoding))
    assert bench.body(FORM, 'tags=a,b%2Cc&sizes=1|2&meta={"a":"1"}&zip=1&floor=2') == {
        "tags": ["a", "b,c"],
        "sizes": [1, 2],
        "meta": {"a": "1"},
        "address": {"zip": "1", "floor": 2},
    }


def test_form__that_breaks_rules__is_told_where() -> None:
    headers = {"Content-Type": FORM}
    bench = Bench(body=taking(FORM, ORDER | {"required": ["id"]}))
    assert bench.broken(headers=headers, body=b"lines[0][q]=x") == [
        ("body", "/lines/0/q", "type"),
        ("body", "/id", "required"),
    ]
    assert bench.error(headers=headers, body=b"id=%zz").code == "body_malformed"
    assert bench.error(headers=headers, body=b"a=1&" * 20_000).code == "body_malformed"


def test_form__with_a_number_where_text_is_right__is_read_as_text() -> None:
    schema = {
        "type": "object",
        "properties": {"v": {"anyOf": [{"type": "integer", "minimum": 10}, {"type": "string"}]}},
    }
    assert Bench(body=taking(FORM, schema)).body(FORM, "v=5") == {"v": "5"}


@given(st.dictionaries(st.text("abc", min_size=1), st.text(st.characters(exclude_categories=["Cs"]))))
def test_form__written_by_another_and_read__is_the_same(values: dict[str, str]) -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    text = urlencode(values)
    if text:
        assert Bench(body=taking(FORM, schema)).body(FORM, text) == values
