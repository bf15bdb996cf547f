"""Coercion: text as the kind of value that a schema asks for. What cannot be read stays text, and the check says so.

Source: RFC 8259, section 6 (numbers); OpenAPI 3.1.1, section 4.8.12.6 (Style Examples: what an empty value is).
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from diorama.capabilities.validation.shapes import Shape

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DIGITS_MAX = 400
ITEMS_MAX = 10_000
"""Indices above this are names: ``a[4000000000]=x`` makes no list of four thousand million items."""


def scalar(text: str, types: frozenset[str] | None, *, as_text: bool = False) -> Any:
    """A text as one of some JSON types.

    Args:
        text: percent-decoded.
        types: the types that are allowed; None for text.
        as_text: whether text is preferred to what else the text could be, where text is allowed.
    """
    if types is None:
        return text
    is_text = "string" in types
    if is_text and (as_text or len(types) == 1):
        return text
    if "boolean" in types and (text in {"true", "false"}):
        return text == "true"
    if "integer" in types or "number" in types:
        # Where text is allowed, too, `007` is more likely a code than a number.
        match = (_CANONICAL if is_text else _NUMBER).fullmatch(text)
        if match is not None and len(text) <= _DIGITS_MAX:
            return _number(text)
    if "null" in types and not is_text and text in {"", "null"}:
        return None
    return text


def _number(text: str) -> Any:
    if text.lstrip("-").isdigit():
        return int(text)
    number = float(text)
    return text if number in (float("inf"), float("-inf")) else number


def coerced(raw: Any, shape: Shape, *, as_text: bool = False) -> Any:
    """A tree of texts, lists and dictionaries as what a shape allows.

    Args:
        raw: texts as they travelled, percent-decoded; lists of repeated values; dictionaries of bracketed names.
        shape: what the schema allows.
        as_text: as for :func:`scalar`.
    """
    if isinstance(raw, str):
        if shape.is_array or shape.is_object:
            return _structured(raw, shape, as_text=as_text)
        return scalar(raw, shape.types, as_text=as_text)
    if isinstance(raw, list):
        items = shape.items() if shape.is_array else shape
        return [coerced(item, items, as_text=as_text) for item in raw]
    if isinstance(raw, dict):
        if shape.is_array and (listed := _as_list(raw)) is not None:
            items = shape.items()
            return [coerced(item, items, as_text=as_text) for item in listed]
        return {name: coerced(item, shape.property(name), as_text=as_text) for name, item in raw.items()}
    return raw


def _structured(raw: str, shape: Shape, *, as_text: bool) -> Any:
    """One text where an array or object is allowed: its JSON, or the only item of the array."""
    if raw[:1] in {"{", "["}:
        try:
            value = msgspec.json.decode(raw)
        except (ValueError, RecursionError):
            value = raw
        if (isinstance(value, list) and shape.is_array) or (isinstance(value, dict) and shape.is_object):
            return value
    types = shape.types or frozenset()
    plain = types - {"array", "object"}
    if plain:
        value = scalar(raw, plain, as_text=as_text)
        if value != raw or "string" in plain or not shape.is_array:
            return value
    if not shape.is_array:
        return raw
    # The item is a scalar: one text is never an array of an array.
    inner = shape.items().types
    return [scalar(raw, inner and inner - {"array", "object"}, as_text=as_text)]


def _as_list(raw: dict[str, Any]) -> list[Any] | None:
    """The values of a dictionary whose names are indices, in their order, or None."""
    if not all(name == "" or (name.isdigit() and len(name) <= 5 and int(name) < ITEMS_MAX) for name in raw):
        return None
    ordered = sorted(((int(name), item) for name, item in raw.items() if name), key=lambda pair: pair[0])
    pushed = raw.get("", [])
    return [item for _, item in ordered] + (pushed if isinstance(pushed, list) else [pushed])
