"""Selectors: the part of JSONPath that overlays are written in.

Names (``.name``, ``['name']``), positions (``[0]``, ``[-1]``), everything (``.*``, ``[*]``), any depth (``..name``),
and comparisons of a property with a constant (``[?@.name == 'limit']``).

Source: RFC 9535, sections 2.2, 2.3 and 2.5.2, of which it is a subset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from diorama.formats.openapi.places import Key

Edit = Callable[[Any], Any]

GONE = object()
"""What an edit gives for a value that is to be removed."""

SEGMENTS_MAX = 50

_NAME = re.compile(r"[A-Za-z_\u0080-\U0010ffff][\w\u0080-\U0010ffff-]*")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_INDEX = re.compile(r"-?\d{1,6}")
_FILTER = re.compile(
    r"\?\s*\(?\s*@\.(?P<name>[\w-]+)\s*(?P<sign>==|!=)\s*"
    r"(?P<value>'[^']*'|\"[^\"]*\"|true|false|null|-?\d+(?:\.\d+)?)\s*\)?\s*"
)


class Segment(Struct, frozen=True):
    """One step of a selector.

    Attributes:
        key: a name or a position; None for everything.
        anywhere: whether it looks at any depth below.
        where: (property, whether it must equal, constant): only items like that.
    """

    key: Key | None = None
    anywhere: bool = False
    where: tuple[str, bool, Any] | None = None


def read_selector(text: str) -> tuple[Segment, ...]:
    """The segments of a selector.

    Raises:
        ValueError: saying what cannot be understood, and where.
    """
    if not text.startswith("$"):
        raise ValueError("it begins with $")
    segments: list[Segment] = []
    at = 1
    while at < len(text):
        if len(segments) >= SEGMENTS_MAX:
            raise ValueError(f"it has more than {SEGMENTS_MAX} steps")
        anywhere = text.startswith("..", at)
        if anywhere:
            at += 2
        elif text[at] == ".":
            at += 1
        elif text[at] != "[":
            raise ValueError(f"{text[at:][:20]!r} is no step")
        segment, at = _bracket(text, at, anywhere) if text.startswith("[", at) else _dotted(text, at, anywhere)
        segments.append(segment)
    return tuple(segments)


def _dotted(text: str, at: int, anywhere: bool) -> tuple[Segment, int]:  # noqa: FBT001  # a part of the step that is read
    if text.startswith("*", at):
        return Segment(anywhere=anywhere), at + 1
    found = _NAME.match(text, at)
    if found is None:
        raise ValueError(f"{text[at:][:20]!r} is no name; write it as ['name']")
    return Segment(found[0], anywhere), found.end()


def _bracket(text: str, at: int, anywhere: bool) -> tuple[Segment, int]:  # noqa: FBT001  # as above
    at += 1
    if text.startswith("*", at):
        segment, end = Segment(anywhere=anywhere), at + 1
    elif (quoted := _QUOTED.match(text, at)) is not None:
        name = re.sub(r"\\(.)", r"\1", quoted[0][1:-1])
        segment, end = Segment(name, anywhere), quoted.end()
    elif (index := _INDEX.match(text, at)) is not None:
        segment, end = Segment(int(index[0]), anywhere), index.end()
    elif (wish := _FILTER.match(text, at)) is not None:
        value = wish["value"]
        constant = value[1:-1] if value[0] in "'\"" else msgspec.json.decode(value)
        segment, end = Segment(None, anywhere, (wish["name"], wish["sign"] == "==", constant)), wish.end()
    else:
        raise ValueError(f"{text[at - 1 :][:30]!r} is no step that is known here")
    if not text.startswith("]", end):
        raise ValueError(f"a bracket is not closed in {text[at - 1 :][:30]!r}")
    return segment, end + 1


def edited(value: Any, segments: tuple[Segment, ...], edit: Edit) -> Any:
    """The value with an edit done to all that a selector means.

    What is above a change is copied, because parts of a document may be shared between places.

    Args:
        value: a JSON value; it is left as it is.
        segments: what is looked for.
        edit: gives the new value for each that was found, or :data:`GONE`.
    """
    if not segments:
        return edit(value)
    segment = segments[0]
    changed: dict[Key, Any] = {}
    for key, child in list(_children(value)):
        new = child
        if segment.anywhere:
            new = edited(new, segments, edit)
        if new is not GONE and _means(segment, key, child, value):
            new = edited(new, segments[1:], edit)
        if new is not child:
            changed[key] = new
    return _with(value, changed) if changed else value


def _children(value: Any) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _means(segment: Segment, key: Key, child: Any, parent: Any) -> bool:
    if segment.where is not None:
        name, equal, constant = segment.where
        held = child.get(name, GONE) if isinstance(child, dict) else GONE
        same = held is not GONE and type(held) is type(constant) and held == constant
        return same if equal else isinstance(child, dict) and not same
    if segment.key is None:
        return True
    if isinstance(segment.key, int):
        place = segment.key + len(parent) if segment.key < 0 else segment.key
        return isinstance(parent, list) and key == place
    return key == segment.key


def _with(value: Any, changed: dict[Key, Any]) -> Any:
    if isinstance(value, dict):
        merged = {key: changed.get(key, item) for key, item in value.items()}
        return {key: item for key, item in merged.items() if item is not GONE}
    items = [changed.get(index, item) for index, item in enumerate(value)]
    return [item for item in items if item is not GONE]
