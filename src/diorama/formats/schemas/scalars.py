"""Scalars: faults of numbers and texts, and of values that must be among given ones."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from diorama.formats.schemas.equality import is_multiple, key_of
from diorama.formats.schemas.explanation import Handler, Place, Search, handles
from diorama.formats.schemas.formats import NUMBER_FORMATS, TEXT_FORMATS, has_format
from diorama.formats.schemas.patterns import matches
from diorama.formats.schemas.quotation import cut, listed, quoted


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bound(keyword: str, holds: Callable[[Any, Any], bool], words: str) -> Handler:
    def look(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
        if _is_number(value) and not holds(value, rule):
            got = search.got(schema, value, at)
            search.add(at, keyword, f"{search.label(at)} must be {words} {quoted(rule)}{got}", f"{where}/{keyword}")

    return look


def _length(keyword: str, holds: Callable[[Any, Any], bool], words: str) -> Handler:
    def look(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
        if isinstance(value, str) and not holds(len(value), rule):
            signs = "character" if rule == 1 else "characters"
            search.add(
                at,
                keyword,
                f"{search.label(at)} must have {words} {quoted(rule)} {signs}, got {len(value)}",
                f"{where}/{keyword}",
            )

    return look


handles("minimum")(_bound("minimum", operator.ge, "at least"))
handles("maximum")(_bound("maximum", operator.le, "at most"))
handles("exclusiveMinimum")(_bound("exclusiveMinimum", operator.gt, "greater than"))
handles("exclusiveMaximum")(_bound("exclusiveMaximum", operator.lt, "less than"))
handles("multipleOf")(_bound("multipleOf", is_multiple, "a multiple of"))
handles("minLength")(_length("minLength", operator.ge, "at least"))
handles("maxLength")(_length("maxLength", operator.le, "at most"))


@handles("enum")
def _enum(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if key_of(value) not in {key_of(option) for option in rule}:
        words = f"one of {listed(rule)}" if len(rule) != 1 else listed(rule)
        search.add(at, "enum", f"{search.label(at)} must be {words}{search.got(schema, value, at)}", f"{where}/enum")


@handles("const")
def _const(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if key_of(value) != key_of(rule):
        got = search.got(schema, value, at)
        search.add(at, "const", f"{search.label(at)} must be {listed([rule])}{got}", f"{where}/const")


@handles("pattern")
def _pattern(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, str) and not matches(rule, value):
        got = search.got(schema, value, at)
        search.add(at, "pattern", f"{search.label(at)} must match the pattern {cut(rule)}{got}", f"{where}/pattern")


@handles("format")
def _format(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, str):
        if has_format(rule, value):
            return
        words = TEXT_FORMATS[rule]
    elif _is_number(value) and rule in NUMBER_FORMATS and "x-said" in schema:
        bounds = NUMBER_FORMATS[rule]
        kind = "a whole number of format" if "multipleOf" in bounds else "a number of format"
        words = f"{kind} {rule}, {quoted(bounds['minimum'])} to {quoted(bounds['maximum'])}"
    else:
        return
    search.add(at, "format", f"{search.label(at)} must be {words}{search.got(schema, value, at)}", f"{where}/format")


@handles("readOnly", "writeOnly")
def _hidden(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    """The keywords are annotations; only what :mod:`rewriting` put into their place breaks a rule."""
    if "x-said" in schema:
        word = next(iter(schema["x-said"]))
        why = "it is read-only and must not be sent" if word == "readOnly" else "it is write-only and must not be shown"
        search.add(at, word, f"{search.label(at)} must not be there: {why}", f"{where}/{word}")
