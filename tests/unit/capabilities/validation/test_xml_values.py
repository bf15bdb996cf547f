from __future__ import annotations

import time
from typing import Any

import pytest

from tests.unit.capabilities.validation.exchanges import Bench, taking

XML = "application/xml"
BOOK: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "title": {"type": "string", "xml": {"name": "name", "prefix": "b", "namespace": "http://example.com/b"}},
        "price": {"type": "number"},
        "sold": {"type": "boolean"},
        "author": {"type": "object", "properties": {"age": {"type": "integer"}}},
        "tags": {"type": "array", "items": {"type": "string"}, "xml": {"wrapped": True}},
        "pages": {"type": "array", "items": {"type": "integer", "xml": {"name": "page"}}},
        "chapters": {"type": "array", "items": {"$ref": "#/$defs/Chapter"}, "xml": {"name": "list", "wrapped": True}},
    },
}
SCHEMAS = {"Chapter": {"type": "object", "properties": {"n": {"type": "integer"}}, "xml": {"name": "chapter"}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('<book id="5"><b:name xmlns:b="x"> A </b:name></book>', {"id": 5, "title": "A"}),
        ("<book><name>A</name><price>1.5</price><sold>true</sold></book>", {"title": "A", "price": 1.5, "sold": True}),
        ("<book><name/><author><age>5</age></author></book>", {"title": "", "author": {"age": 5}}),
        ("<b><name>A</name><tags><tags>x</tags><tags>y</tags></tags></b>", {"title": "A", "tags": ["x", "y"]}),
        ("<b><name>A</name><tags/></b>", {"title": "A", "tags": []}),
        ("<b><name>A</name><page>1</page><page>2</page></b>", {"title": "A", "pages": [1, 2]}),
        ("<b><name>A</name><pages>1</pages></b>", {"title": "A", "pages": [1]}),
        ("<b><name>A</name><list><chapter><n>1</n></chapter></list></b>", {"title": "A", "chapters": [{"n": 1}]}),
        (
            '<b extra="1"><name>A</name><more>2</more><more>3</more></b>',
            {"title": "A", "extra": "1", "more": ["2", "3"]},
        ),
        ("<?xml version='1.0'?><!-- hi --><b><name>A &amp; <![CDATA[<B>]]></name></b>", {"title": "A & <B>"}),
        ("<?xml version='1.0' encoding='latin-1'?><b><name>é</name></b>".encode("latin-1"), {"title": "é"}),
    ],
)
def test_xml__by_its_schema__becomes_a_value(text: str | bytes, value: Any) -> None:
    assert Bench(body=taking(XML, BOOK), schemas=SCHEMAS).body(XML, text) == value


def test_xml__of_arrays_and_scalars__becomes_a_value() -> None:
    assert Bench(body=taking(XML, {"type": "array", "items": {"type": "integer"}})).body(
        XML, "<l><i>1</i><i>2</i></l>"
    ) == [1, 2]
    assert Bench(body=taking("text/xml", {"type": "integer"})).body("text/xml", "<n>5</n>") == 5
    assert Bench(body=taking("application/x+xml", {})).body("application/x+xml", "<n><a>1</a></n>") == {"a": "1"}
    assert Bench(body=taking(XML, {})).body(XML, "<n>text</n>") == "text"


def test_xml__that_breaks_a_rule__is_told_where() -> None:
    bench = Bench(body=taking(XML, BOOK), schemas=SCHEMAS)
    found = bench.broken(headers={"Content-Type": XML}, body=b'<b id="x"><author><age>old</age></author></b>')
    assert found == [("body", "/title", "required"), ("body", "/id", "type"), ("body", "/author/age", "type")]


BILLION = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (BILLION, "document type declaration"),
        (b'<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>', "document type declaration"),
        (b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>', "document type declaration"),
        (b"<l>&undefined;</l>", "not XML"),
        (b"<a><b></a>", "line 1, column"),
        (b"", "missing"),
        (b"plain", "not XML"),
        (b"<a>" * 100_000, "levels"),
        (b"<a>" + b"<b/>" * 200_000 + b"</a>", "elements"),
        (b"<a/><b/>", "not XML"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "encoding"),
    ],
)
def test_xml__hostile_or_malformed__is_refused_soon(sent: bytes, message: str) -> None:
    started = time.perf_counter()
    error = Bench(body=taking(XML, {}, required=True)).error(headers={"Content-Type": XML}, body=sent)
    assert message in error.message
    assert time.perf_counter() - started < 2


def _attributes(count: int) -> str:
    return "".join(f' a{at}=">"' for at in range(count))


def _namespaces(count: int) -> str:
    return "".join(f" xmlns:n{at}='x'" for at in range(count))


@pytest.mark.parametrize(
    "sent",
    [
        f"<a{_attributes(10_001)}/>".encode(),
        f"<a{_attributes(300_000)}".encode(),
        f"<a><b{_attributes(6_000)}/><c{_namespaces(6_000)}/></a>".encode(),
        f"<a>{'x' * 200_000}<b>y</b><c{_namespaces(10_001)}/></a>".encode(),
        f"<a{_attributes(10_001)}/>".encode("utf-16"),
        f"<a{_attributes(10_001)}/>".encode("utf-16-be"),
        ("<a>" + "<b c='1'/>" * 5_001 + "</a>").encode(),
    ],
)
def test_xml__with_very_many_elements_and_attributes__is_refused(sent: bytes) -> None:
    error = Bench(body=taking(XML, {})).error(headers={"Content-Type": XML}, body=sent)
    assert (error.code, error.status) == ("body_malformed", 400)
    assert "more than 10000 elements, attributes and namespaces" in error.message


def test_xml__long_but_of_few_elements__is_read() -> None:
    text = "a=\"b\" 'c' > " * 30_000
    assert Bench(body=taking(XML, {})).body(XML, f"<a><b>{text}</b></a>") == {"b": text.strip()}
    assert Bench(body=taking(XML, {})).body(XML, "<a><b>é</b></a>".encode("utf-16")) == {"b": "é"}


def test_xml__that_begins_as_utf_16_and_is_none__is_refused() -> None:
    error = Bench(body=taking(XML, {})).error(headers={"Content-Type": XML}, body=b"\xff\xfe<")
    assert (error.code, "UTF-16" in error.message) == ("body_malformed", True)
