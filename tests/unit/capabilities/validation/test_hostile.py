"""Input that wants to hang or break the process: refused with an error of ours, and soon."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.capabilities.validation.percent import decoded
from diorama.model.definition import MediaType, Parameter, RequestBody
from diorama.model.errors import DioramaError
from tests.unit.capabilities.validation.exchanges import Bench

TREE: dict[str, Any] = {
    "T": {
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/$defs/T"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/T"}},
            {"type": "array", "items": {"$ref": "#/$defs/T"}, "maxItems": 3},
        ]
    }
}
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/xml",
    "text/plain",
)
BODY = RequestBody(content=tuple(MediaType(name, {"$ref": "#/$defs/T"}) for name in TYPES))
BENCH = Bench(
    Parameter("deep", "query", False, {"type": "object"}, "deepObject", explode=True),
    Parameter("ids", "query", False, {"type": "array", "items": {"type": "integer"}}, "form", explode=False),
    Parameter("p", "path", True, {"type": "object"}, "matrix", explode=True),
    Parameter("c", "cookie", False, {"type": "array", "items": {"type": "integer"}}, "form", explode=True),
    body=BODY,
    schemas=TREE,
)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"[" * 400 + b"1" + b"]" * 400),
        ("application/json", b"[" + b"1," * 300_000 + b"1]"),
        ("application/json", b'{"a":' * 300 + b"5" + b"}" * 300),
        ("application/x-www-form-urlencoded", b"a[b]=1&" * 9_000),
        ("application/x-www-form-urlencoded", b"a" + b"[b]" * 100_000 + b"=1"),
        ("application/x-www-form-urlencoded", b"&".join(b"a[%d]=1" % at for at in range(9_000))),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 100_000),
        ("multipart/form-data; boundary=x", b"--x\r\nA: " + b"b" * 1_000_000),
        ("text/plain", b"[" * 100_000),
    ],
)
def test_body__hostile__is_refused_soon(content_type: str, body: bytes) -> None:
    started = time.perf_counter()
    error = BENCH.error(headers={"Content-Type": content_type}, body=body, path={"p": ";a=1"})
    assert error.code in {"request_violates_schema", "body_malformed", "body_too_large"}
    assert 0 < len(error.violations) + (error.code != "request_violates_schema") <= 101
    assert time.perf_counter() - started < 5


def test_query__with_very_many_fields__is_read_soon() -> None:
    started = time.perf_counter()
    query = "&".join(f"deep[a{at}]=1" for at in range(20_000)) + "&ids=" + "1," * 20_000 + "1"
    BENCH.run(query=query, path={"p": ";a=1"})
    assert time.perf_counter() - started < 5


RAW = st.binary(max_size=60).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))


@given(
    query=st.one_of(RAW, st.builds(lambda raw: b"deep" + raw, RAW), st.builds(lambda raw: b"ids=" + raw, RAW)),
    cookie=RAW,
    path=st.text(max_size=20),
    content_type=st.one_of(st.sampled_from(TYPES), st.text(st.characters(max_codepoint=255), max_size=30)),
    body=st.one_of(
        RAW, st.sampled_from([b"<a>", b"a[b=1", b'{"a":1}', b"[[]]", b"--x\r\n", b"a=%", b"\xef\xbb\xbf[]"])
    ),
)
def test_request__of_any_bytes__is_read_or_refused_by_an_error_of_ours(
    query: bytes, cookie: bytes, path: str, content_type: str, body: bytes
) -> None:
    headers = {"Cookie": cookie.decode("latin-1"), "Content-Type": content_type}
    x = BENCH.run(query=query, headers=headers, body=body, path={"p": path})
    assert x.error is None or isinstance(x.error, DioramaError)


MANY = b"[" + b"1," * 250_000 + b"1]"
LIST = {"type": "object", "properties": {"l": {"type": ["array", "object"]}}}


def _part(name: str, content: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


@pytest.mark.parametrize(
    ("content_type", "schema", "body"),
    [
        ("application/json", {}, MANY),
        ("application/json", {"type": "array", "uniqueItems": True}, MANY),
        ("application/json", {}, b"[" + b"[]," * 150_000 + b"[]]"),
        ("application/json", {}, b"[" + b'{"a":1},' * 150_000 + b"1]"),
        ("application/json; charset=utf-16", {}, MANY.decode().encode("utf-16")),
        ("application/x-ndjson", {}, b"1\n" * 250_000),
        ("application/x-www-form-urlencoded", {}, b"a" + b"[b]" * 250_000 + b"=1"),
        ("application/x-www-form-urlencoded", {}, b"a" + b"%5Bb%5d" * 250_000 + b"=1"),
        ("application/x-www-form-urlencoded", LIST, b"l=" + MANY),
        ("application/x-www-form-urlencoded", LIST, b"l=" + MANY.replace(b",", b"%2c")),
        ("multipart/form-data; boundary=x", LIST, _part("l", MANY) + b"--x--"),
        ("multipart/form-data; boundary=x", LIST, _part("l", MANY[:250_000] + b"1]") * 4 + b"--x--"),
        ("multipart/form-data; boundary=x", LIST, _part("l", MANY, "\r\nContent-Type: application/json") + b"--x--"),
        ("multipart/form-data; boundary=x", LIST, _part("l[a]", MANY) + b"--x--"),
        ("text/plain", {"type": "array"}, MANY),
    ],
)
def test_body__of_very_many_values__is_refused_as_too_large(content_type: str, schema: Any, body: bytes) -> None:
    taken = RequestBody(content=(MediaType(content_type.partition(";")[0], schema),))
    error = Bench(body=taken).error(headers={"Content-Type": content_type}, body=body)
    assert (error.code, error.status) == ("body_too_large", 413)
    assert "more than 200000 values" in error.message
    assert "json_values_max" in error.hint


def test_body__with_as_many_values_as_the_project_says__is_read_and_with_more_refused() -> None:
    taken = RequestBody(content=(MediaType("application/json", {}),))
    bench = Bench(body=taken, json_values_max=5)
    assert bench.body("application/json", "[1,2,3,4,5]") == [1, 2, 3, 4, 5]
    sent: dict[str, Any] = {"headers": {"Content-Type": "application/json"}, "body": b"[1,2,3,4,5,6]"}
    assert bench.error(**sent).code == "body_too_large"
    warned = Bench(body=taken, json_values_max=5, requests="warn").run(**sent)
    assert [violation.rule for violation in warned.plan.violations] == ["body_too_large"]


def test_file__with_very_many_commas__is_no_list_of_values() -> None:
    bench = Bench(body=RequestBody(content=(MediaType("multipart/form-data", {}),)))
    sent = _part("f", MANY, '; filename="a.csv"') + b"--x--"
    assert bench.body("multipart/form-data; boundary=x", sent) == {"f": MANY.decode()}


@pytest.mark.parametrize(
    "sent",
    [
        {"query": "ids=" + "1," * 20_001, "path": {"p": ";a=1"}},
        {"query": "&".join(f"deep[a{at}]=1" for at in range(20_001)), "path": {"p": ";a=1"}},
        {"path": {"p": ";a=1" * 20_001}},
    ],
)
def test_parameter__of_very_many_items__is_refused(sent: dict[str, Any]) -> None:
    (violation,) = BENCH.error(**sent).violations
    assert (violation.rule, "at most 20000 items" in violation.message) == ("style", True)


def test_label__of_very_many_items__is_refused() -> None:
    labelled = Parameter("p", "path", True, {"type": "array"}, "label", explode=True)
    (violation,) = Bench(labelled).error(path={"p": ".a" * 20_002}).violations
    assert (violation.rule, "at most 20000 items" in violation.message) == ("style", True)


@given(st.binary(max_size=40), st.booleans())
def test_percent__of_any_bytes__is_decoded_as_by_another(raw: bytes, all_of_them: bool) -> None:
    text = "".join(f"%{byte:02x}" for byte in raw) if all_of_them else quote(raw, safe="=\r\n _")
    try:
        expected = raw.decode()
    except UnicodeDecodeError:
        with pytest.raises(ValueError, match="UTF-8"):
            decoded(text.encode())
    else:
        assert decoded(text.encode()) == expected
