"""Positions: the line of a JSON pointer, found by reading a file once more when there is something to report.

Loading keeps no positions, because documents are loaded far more often than they are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import yaml
from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from diorama.formats.openapi.events import line_of, parser_of
from diorama.model.pointers import tokens_of

Step = tuple[str, str, int]
"""What a document is made of: a kind (``s`` scalar, ``{``, ``[``, ``e`` end), its text, its line from 1."""

# A string that never ends is taken to the end of the text, so that no text is gone over twice.
JSON_STRING = rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)'
_TOKEN = re.compile(JSON_STRING + rb"|[{}\[\]]|[^\s{}\[\],:\"]++", re.DOTALL)


class _Branch:
    """Wanted pointers as a tree; ``line`` is filled when the walk passes."""

    __slots__ = ("below", "line")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.line = 0


def find_lines(data: bytes, pointers: Iterable[str], *, is_json: bool) -> dict[str, int]:
    """The line of each pointer.

    Args:
        data: the file as UTF-8.
        pointers: JSON pointers into it.
        is_json: which grammar to read it with.

    Returns:
        Pointer to line from 1. A pointer that cannot be found in the text (it leads through an alias or a merge
        key) gets the line of the nearest place above it.
    """
    root = _Branch()
    root.line = 1
    ways: dict[str, list[_Branch]] = {}
    for pointer in pointers:
        way = [root]
        for token in tokens_of(pointer):
            way.append(way[-1].below.setdefault(token, _Branch()))
        ways[pointer] = way
    steps = _json_steps(data) if is_json else _yaml_steps(data)
    try:
        _walk(root, steps)
    except yaml.YAMLError:
        pass  # The part before the mistake was read, and its lines are known.
    return {pointer: max(branch.line for branch in way) for pointer, way in ways.items()}


def _walk(root: _Branch, steps: Iterator[Step]) -> None:
    nothing = _Branch()
    # A frame: what is wanted below, whether it is a mapping, how many items came, what the next value is.
    frame: list[Any] = [nothing, True, 1, root]
    stack: list[list[Any]] = []
    for kind, text, line in steps:
        if kind == "e":
            if not stack:
                return
            frame = stack.pop()
            continue
        wanted, is_mapping, count, branch = frame
        frame[2] = count + 1
        if is_mapping and count % 2 == 0:
            frame[3] = branch = wanted.below.get(text, nothing)
        elif not is_mapping:
            branch = wanted.below.get(str(count), nothing)
        if branch is not nothing and not branch.line:
            branch.line = line
        if kind != "s":
            stack.append(frame)
            frame = [branch, kind == "{", 0, nothing]


def _yaml_steps(data: bytes) -> Iterator[Step]:
    parser = parser_of(data)
    while (event := parser.get_event()) is not None:
        if isinstance(event, ScalarEvent):
            yield "s", event.value, line_of(event)
        elif isinstance(event, MappingStartEvent):
            yield "{", "", line_of(event)
        elif isinstance(event, SequenceStartEvent):
            yield "[", "", line_of(event)
        elif isinstance(event, AliasEvent):
            yield "s", "", line_of(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            yield "e", "", 0


def _json_steps(data: bytes) -> Iterator[Step]:
    line, counted = 1, 0
    for match in _TOKEN.finditer(data):
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        token = match.group()
        if token in (b"{", b"["):
            yield token.decode(), "", line
        elif token in (b"}", b"]"):
            yield "e", "", 0
        elif token[:1] == b'"':
            try:
                yield "s", msgspec.json.decode(token, type=str), line
            except ValueError:
                yield "s", "", line
        else:
            yield "s", "", line


def duplicate_keys(data: bytes, limit: int) -> list[tuple[str, int]]:
    """Keys that stand twice in one object of a JSON text, with the line of the later one."""
    found: list[tuple[str, int]] = []
    stack: list[tuple[set[str] | None, int]] = []
    keys: set[str] | None = None
    count = 0
    for kind, text, line in _json_steps(data):
        if kind == "e":
            keys, count = stack.pop() if stack else (None, 0)
            continue
        if keys is not None and count % 2 == 0:
            if text in keys and len(found) < limit:
                found.append((text, line))
            keys.add(text)
        count += 1
        if kind != "s":
            stack.append((keys, count))
            keys, count = (set() if kind == "{" else None), 0
    return found
