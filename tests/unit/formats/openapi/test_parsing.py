from __future__ import annotations

from typing import Any

import msgspec
import pytest

from diorama.formats.openapi import trees
from diorama.formats.openapi.events import PlainParser
from diorama.formats.openapi.limits import Limits
from diorama.formats.openapi.notes import Notes
from diorama.formats.openapi.parsing import parse
from diorama.formats.openapi.places import Document
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError

SMALL = Limits(nodes_max=2_000, depth_max=50)


def read(data: bytes, location: str = "a.yaml", limits: Limits = SMALL) -> tuple[Any, tuple[Finding, ...], Document]:
    notes = Notes(100)
    document = Document(location, "file:///a", data, "/")
    parse(document, limits, limits.nodes_max, notes)
    return document.root, notes.findings(), document


def refusal(data: bytes, location: str = "a.yaml", limits: Limits = SMALL) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        read(data, location, limits)
    assert caught.value.message.startswith(location)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("text", ["a: ü€😀\n", '{"a": "ü€😀"}'])
def test_text__in_any_unicode_encoding__is_read(text: str, encoding: str) -> None:
    assert read(text.encode(encoding))[0] == {"a": "ü€😀"}


def test_text__with_a_mark_and_broken_utf16__is_refused() -> None:
    assert refusal(b"\xff\xfea").code == "document_unreadable"


@pytest.mark.parametrize("data", [b"a: \xff\xfe", b"b: 1\na: '\x80'"])
def test_yaml__not_utf8__is_refused_with_its_line(data: bytes) -> None:
    error = refusal(data)
    assert (error.code, error.meta["line"]) == ("document_unreadable", data.count(b"\n") + 1)


def test_yaml__null_byte__is_refused() -> None:
    assert refusal(b"a: 1\nb: 'x\x00'").meta["line"] == 2


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"PK\x03\x04zip", "zip"), (b"\x1f\x8b1", "gzip"), (b"%PDF-1", "PDF"), (b"\n <html>", "HTML")],
)
def test_file__of_another_kind__is_named(data: bytes, what: str) -> None:
    error = refusal(data)
    assert error.code == "document_unsupported"
    assert what in error.message


@pytest.mark.parametrize("parser", ["fast", "plain"])
@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("a: 1\nb: c: d\n", 2, 5, "colon"),
        ("a:\n\tb: 1\n", 2, 1, "blanks"),
        ("a: [1, 2\nb: 3", 2, 2, ""),
        ("a: @b\n", 1, 4, "Quote"),
        ("a: 'x\n", 2, 1, ""),
        ("a: 1\n b: 2\n", 2, 3, ""),
    ],
)
def test_yaml__syntax_error__says_line_column_and_what_to_do(
    text: str, line: int, column: int, hint: str, parser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if parser == "plain":
        monkeypatch.setattr(trees, "parser_of", PlainParser)
    error = refusal(text.encode())
    assert error.code == "document_unreadable"
    assert (error.meta["line"], error.meta["column"]) == (line, column)
    assert hint in error.hint


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b'{"a": 1,\n  "b" 2}', 2, 7),
        (b'{"a": 1,}', 1, 9),
        (b'{"a": NaN}', 1, 7),
        (b'{"a": 1', 1, 8),
        (b'{"a":\n"\xff"}', 2, 2),
        (b'{"a": "\\ud800"}', 1, 8),
        (b'{"a": 1e999}', 1, 7),
        (b'{"a": 1} x', 1, 11),
    ],
)
def test_json__broken__is_refused_with_line_and_column(data: bytes, line: int, column: int) -> None:
    error = refusal(data, "a.json")
    assert error.code == "document_unreadable"
    assert (error.meta["line"], error.meta["column"]) == (line, column)


def test_json__giant_integer__does_not_hang() -> None:
    assert refusal(b'{"a": ' + b"9" * 1_000_000 + b"}", "a.json").code == "document_unreadable"


def test_json__integer_beyond_64_bits__becomes_a_float_with_a_finding() -> None:
    root, findings, _ = read(b'{"a": [1, {"b": 123456789012345678901}], "c": 18446744073709551615}', "a.json")
    assert root == {"a": [1, {"b": 123456789012345678901.0}], "c": 18446744073709551615}
    assert isinstance(root["a"][1]["b"], float)
    assert findings[0].pointer == "/a/1/b"


def test_json__integer_beyond_every_float__becomes_text() -> None:
    root, findings, _ = read(b'{"a": ' + b"9" * 400 + b"}", "a.json")
    assert (root["a"], len(findings)) == ("9" * 400, 1)


def test_json__duplicate_keys__give_findings_with_lines() -> None:
    root, findings, _ = read(b'{"a": 1, "b": {"c": 1,\n"c": 2},\n "a": 3}', "a.json")
    assert root == {"a": 3, "b": {"c": 2}}
    assert [(finding.line, "twice" in finding.message) for finding in findings] == [(2, True), (3, True)]


def test_json__colons_and_commas_in_texts__are_not_taken_for_structure() -> None:
    text = '{"a:": "b, \\": c", "d": "' + ",:" * 3_000 + '"}'
    root, findings, document = read(text.encode(), "a.json")
    assert (list(root), findings, document.is_json) == (["a:", "d"], (), True)


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 3_000, b"[" * 60 + b"]" * 60])
def test_json__deep_nesting__is_refused(data: bytes) -> None:
    assert refusal(data, "a.json").code in ("document_trap", "document_unreadable")


def test_json__too_many_values__is_refused_before_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(msgspec.json, "decode", never)
    assert refusal(b"[" + b"[]," * 5_000 + b"[]]", "a.json").code == "document_trap"


@pytest.mark.parametrize("tail", [b"", b"\\"])
def test_json__string_that_never_ends__is_refused_in_one_pass(tail: bytes) -> None:
    data = b"[" + b"1," * 5_000 + b'"' + b'\\"' * 500_000 + tail
    assert refusal(data, "a.json").code == "document_trap"


def test_flow_yaml__that_is_no_json__is_read_as_yaml() -> None:
    assert read(b"{a: 1, b: [x, y]}")[0] == {"a": 1, "b": ["x", "y"]}


def test_json_file__with_yaml_in_it__is_read_as_yaml() -> None:
    assert read(b"a: 1\n", "a.json")[0] == {"a": 1}


def test_yaml__aliases_that_nest_deeper_than_the_text__are_refused() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))
    assert refusal(text.encode(), limits=Limits(nodes_max=100_000, depth_max=50)).code == "document_trap"


def test_yaml__flood_of_directives__is_refused() -> None:
    text = "".join(f"%TAG !a{n}! tag:example.com,2000:\n" for n in range(100)) + "---\na: 1\n"
    assert refusal(text.encode()).code == "document_trap"
