from __future__ import annotations

import json

import pytest

from diorama.formats.openapi import positions
from diorama.formats.openapi.events import PlainParser
from diorama.formats.openapi.positions import duplicate_keys, find_lines

YAML = b"""\
a:
  b: 1
  "c/d":
    - x
    - e~: 2
      f: [1,
        2]
g: *nothing
"""


@pytest.mark.parametrize("parser", ["fast", "plain"])
def test_yaml_lines__of_pointers__are_those_of_key_or_item(parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if parser == "plain":
        monkeypatch.setattr(positions, "parser_of", PlainParser)
    wanted = {"": 1, "/a": 1, "/a/b": 2, "/a/c~1d": 3, "/a/c~1d/0": 4, "/a/c~1d/1/e~0": 5, "/a/c~1d/1/f/1": 7, "/g": 8}
    assert find_lines(YAML, wanted, is_json=False) == wanted


def test_yaml_lines__of_what_is_not_there__are_those_of_the_nearest_place_above() -> None:
    assert find_lines(YAML, ["/a/b/c", "/a/x", "/y"], is_json=False) == {"/a/b/c": 2, "/a/x": 1, "/y": 1}


def test_yaml_lines__before_a_syntax_error__are_known() -> None:
    assert find_lines(b"a: 1\nb: 2\nc: [", ["/b"], is_json=False) == {"/b": 2}


def test_json_lines__of_pointers__are_those_of_key_or_item() -> None:
    text = json.dumps({"a": {"b": 1, "c/d": ["x", {"e~": '{[\\"}', "f": [1, 2]}]}, "g": None}, indent=1).encode()
    lines = text.decode().splitlines()
    found = find_lines(text, ["", "/a/b", "/a/c~1d", "/a/c~1d/1/e~0", "/a/c~1d/1/f/1", "/g"], is_json=True)
    assert found[""] == 1
    assert '"b"' in lines[found["/a/b"] - 1]
    assert '"c/d"' in lines[found["/a/c~1d"] - 1]
    assert '"e~"' in lines[found["/a/c~1d/1/e~0"] - 1]
    assert lines[found["/a/c~1d/1/f/1"] - 1].strip() == "2"
    assert '"g"' in lines[found["/g"] - 1]


def test_json_lines__of_broken_text__do_not_fail() -> None:
    assert find_lines(b'{"a": 1,\n"b\\q": ]} "', ["/a", "/b"], is_json=True) == {"/a": 1, "/b": 1}


def test_duplicate_keys__in_nested_objects__are_told_apart() -> None:
    data = b'{"a": {"a": [{"a": 1}, {"a": 2}]},\n"b": "a",\n"a": {}}'
    assert duplicate_keys(data, 10) == [("a", 3)]
