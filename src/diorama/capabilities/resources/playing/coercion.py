"""Coercion: what a client wrote as the type that replies show it in."""

from __future__ import annotations

import re
from typing import Any

from diorama.capabilities.resources.playing.places import ABSENT, text_of
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.generation.conformance import equal, kind

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,2})?")


def scalar(value: Any, shape: Shape) -> Any:
    """A scalar as a shape has it; ABSENT when nothing of it fits."""
    values = shape.rules.values
    if values is not None:
        return _listed(value, values)
    form = kind(value)
    if shape.allows(form):
        return value
    if form == "integer" and shape.allows("number"):
        return value
    if isinstance(value, str):
        return _read(value, shape)
    if value is not None and shape.allows("string") and not isinstance(value, list | dict):
        return text_of(value)
    return ABSENT


def _listed(value: Any, values: list[Any]) -> Any:
    """The value of an enumeration that is meant, whatever its capitals."""
    for one in values:
        if equal(one, value):
            return one
    if isinstance(value, str):
        folded = value.casefold()
        for one in values:
            if isinstance(one, str) and one.casefold() == folded:
                return one
            if one is not None and not isinstance(one, str) and text_of(one) == value:
                return one
    return ABSENT


def _read(text: str, shape: Shape) -> Any:
    if shape.allows("boolean") and text in {"true", "false"}:
        return text == "true"
    if shape.allows("integer") and _WHOLE.fullmatch(text):
        return int(text)
    if shape.allows("number") and _NUMBER.fullmatch(text):
        return float(text)
    return None if text == "" and shape.nullable else ABSENT
