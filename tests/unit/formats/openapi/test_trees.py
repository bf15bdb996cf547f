from __future__ import annotations

from typing import Any

import pytest
import yaml

from diorama.formats.openapi import trees
from diorama.formats.openapi.events import PlainParser
from diorama.formats.openapi.trees import Trap, Tree, build_tree


def build(text: str, nodes_max: int = 10_000, depth_max: int = 50) -> Tree:
    return build_tree(text.encode(), nodes_max, depth_max)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\nb: yes\nc: on\nd: off", {"a": "no", "b": "yes", "c": "on", "d": "off"}),
        ("[NO, y, N, Yes]", ["NO", "y", "N", "Yes"]),
        ("[true, True, TRUE, false, null, ~, Null]", [True, True, True, False, None, None, None]),
        ("{a: }", {"a": None}),
        ("[1, -2, +3, 0x1F, 0o17]", [1, -2, 3, 31, 15]),
        ("[1_000, 12:30, 190:20:30, 0b11, 017]", ["1_000", "12:30", "190:20:30", "0b11", 17]),
        ("[2001-01-01, 2001-12-14t21:59:43.10-05:00]", ["2001-01-01", "2001-12-14t21:59:43.10-05:00"]),
        ("[1.5, 1e3, .5, 6., 1.2.3, '1.5']", [1.5, 1000.0, 0.5, 6.0, "1.2.3", "1.5"]),
        ("[.nan, .inf, -.Inf, NaN, Infinity]", [".nan", ".inf", "-.Inf", "NaN", "Infinity"]),
        ("[-, +, ., -x]", ["-", "+", ".", "-x"]),
        ("[18446744073709551615, -9223372036854775808]", [18446744073709551615, -9223372036854775808]),
        ("[18446744073709551616, 1e999]", [1.8446744073709552e19, "1e999"]),
        ("200: a\nno: b\nnull: c\n1.5: d\n~: e", {"200": "a", "no": "b", "null": "c", "1.5": "d", "~": "e"}),
        ("- !!str 1\n- !!int '2'\n- !!float 3\n- !!null ''\n- ! 4", ["1", 2, 3, None, "4"]),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("&k a: 1\n*k : 2\nb: *k", {"a": 2, "b": "a"}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        (
            "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne:\n  <<: [*x, *y]",
            {"a": {"b": 1}, "c": {"b": 2, "d": 3}, "e": {"b": 1, "d": 3}},
        ),
        ("'<<': 1", {"<<": 1}),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y", {"a": "x\ny\n", "b": "x y"}),
    ],
)
@pytest.mark.parametrize("parser", ["fast", "plain"])
def test_yaml__values_of_all_kinds__follow_the_core_schema(
    text: str, value: Any, parser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if parser == "plain":
        monkeypatch.setattr(trees, "parser_of", PlainParser)
    root = build(text).root
    assert root == value
    assert repr(root) == repr(value)  # 1, 1.0 and True are equal, and keys keep their order


def test_yaml__integer_beyond_every_float__becomes_text() -> None:
    assert build("9" * 350).root == "9" * 350
    assert build("9" * 5000).root == "9" * 5000


def test_yaml__aliases__share_what_they_point_to() -> None:
    root = build("a: &x {b: 1}\nc: *x").root
    assert root["a"] is root["c"]


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("a: 1\nb: &b [*b]", "document_trap", 2, "contains itself"),
        ("a: *nothing", "document_unreadable", 1, "no anchor"),
        ("a: !!python/object/apply:os.system [echo]", "document_trap", 1, "Python object"),
        ("a: 1\n? [x]\n: y", "document_invalid", 2, "key is a list"),
        ("a: &x [1]\nb:\n  *x : 2", "document_invalid", 3, "key is a list"),
        ("a: {{x}}: 1", "document_invalid", 1, "key is a list"),
        ("x:\n  {<<: 1}", "document_invalid", 2, "<<"),
        ("", "document_invalid", 1, "empty"),
        ("# only a comment", "document_invalid", 1, "empty"),
        ("[" * 60, "document_trap", 1, "nested deeper"),
        ("- " * 60, "document_trap", 1, "nested deeper"),
        ("[" + "1," * 20_000 + "]", "document_trap", 1, "more than 10,000"),
        ("- []\n" * 20_000, "document_trap", 10_000, "more than 10,000"),
    ],
)
def test_yaml__what_cannot_be_json__is_refused_with_its_line(text: str, code: str, line: int, words: str) -> None:
    with pytest.raises(Trap) as caught:
        build(text)
    assert (caught.value.code, words in caught.value.message) == (code, True)
    assert abs(caught.value.line - line) <= (line // 2 if line > 100 else 0)


def test_yaml__billion_laughs__is_refused_before_it_unfolds() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    with pytest.raises(Trap, match="unfolds"):
        build("\n".join(lines))


def test_yaml__long_text_used_by_many_aliases__is_refused() -> None:
    text = f"a: &a ['{'x' * 100_000}']\nb: [{', '.join(['*a'] * 1000)}]"
    with pytest.raises(Trap, match="unfolds"):
        build(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2", "stands twice"),
        ("a: !Ref b", "tag"),
        ("a: 1\n---\nb: 2", "second YAML document"),
        ("a: 0123", "leading zeros"),
        ("a: .inf", "infinity"),
        ("a: 99999999999999999999", "64 bits"),
    ],
)
def test_yaml__untidy_text__is_read_with_a_remark(text: str, words: str) -> None:
    tree = build(text)
    assert tree.root
    assert words in tree.remarks[0].message
    assert tree.remarks[0].line >= 1


def test_yaml__broken_second_document__does_not_matter() -> None:
    assert build("a: 1\n---\n[").root == {"a": 1}


def test_yaml__syntax_error__is_the_parsers_own() -> None:
    with pytest.raises(yaml.YAMLError):
        build("a: [1")
