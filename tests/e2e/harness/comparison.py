"""Where a reply differs from what a case expects.

Statuses and media types count always. Further headers and bodies count for successful replies only: the text of an
error is each server's own.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from tests.e2e.harness.case import Case
from tests.e2e.harness.message import Message

_NOTHING = object()


def differences(case: Case, reply: Message) -> list[str]:
    """All differences, each in a few words; none when the reply is as expected."""
    expected = case.expected
    found = []
    if reply.status != expected.status:
        found.append(f"status {reply.status or 'missing'} instead of {expected.status}")
    if expected.media_type and reply.media_type != expected.media_type:
        found.append(f"{reply.media_type or 'no media type'} instead of {expected.media_type}")
    if found or not 200 <= expected.status < 400:
        return found
    for name, value in expected.headers.items():
        if name != "content-type" and reply.headers.get(name) != value:
            found.append(f"{name}: {reply.headers.get(name, 'missing')} instead of {value}")
    if not case.forwarded:
        found.extend(_body_differences(case, reply.body))
    return found


def _body_differences(case: Case, body: str) -> list[str]:
    expected = case.expected.body
    if case.exactness == "expect":
        return [] if _same(expected, body) else [f"body {_short(body)} instead of {_short(expected)}"]
    expected_json, json_body = _json(expected), _json(body)
    if json_body is _NOTHING:
        return [f"body is not JSON: {_short(body)}"]
    if case.exactness == "expect-keysOnly":
        return _key_differences(expected_json, json_body)
    return _structure_differences(expected_json, json_body, "")


def _same(expected: str, body: str) -> bool:
    left, right = _json(expected), _json(body)
    if left is not _NOTHING and right is not _NOTHING:
        return identical(left, right)
    left_tree, right_tree = _xml(expected), _xml(body)
    if left_tree is not None and right_tree is not None:
        return bool(left_tree == right_tree)
    return expected == body


def identical(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(identical(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(identical, left, right))
    return bool(left == right)


def _key_differences(expected: Any, body: Any) -> list[str]:
    """The keys that are expected must be there, in the same order."""
    if not isinstance(body, dict):
        return ["body is not an object"]
    keys = [key for key in body if key in expected]
    return [] if keys == list(expected) else [f"keys {list(body)} instead of {list(expected)}"]


def _structure_differences(expected: Any, body: Any, place: str) -> list[str]:
    """What is expected must be there with the same kind of value; more may be."""
    if _kind(expected) != _kind(body):
        return [f"{place or '/'} is {_kind(body)} instead of {_kind(expected)}"]
    if isinstance(expected, dict):
        missing = [f"{place}/{key} is missing" for key in expected if key not in body]
        deeper = (_structure_differences(expected[key], body[key], f"{place}/{key}") for key in expected if key in body)
        return missing + [difference for part in deeper for difference in part]
    if isinstance(expected, list) and expected:
        return _structure_differences(expected[0], body[0], f"{place}/0") if body else [f"{place or '/'} is empty"]
    return []


def _kind(value: Any) -> str:
    kinds: dict[type, str] = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object"}
    return "null" if value is None else kinds.get(type(value), "array")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _NOTHING


def _xml(text: str) -> Any:
    """An XML document as nested tuples in which white space between elements does not count; None when it is none."""
    try:
        return _element(ET.fromstring(text))
    except ET.ParseError:
        return None


def _element(element: ET.Element) -> tuple[Any, ...]:
    children = tuple(_element(child) for child in element)
    return element.tag, tuple(sorted(element.attrib.items())), (element.text or "").strip(), children


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")
