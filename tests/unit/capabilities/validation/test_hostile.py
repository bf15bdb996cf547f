"""Input that wants to hang or break the process: refused with an error of ours, and soon."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert error.code in {"request_violates_schema", "body_malformed"}
    assert 0 < len(error.violations) + (error.code == "body_malformed") <= 101
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
