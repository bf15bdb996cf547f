"""Places: reading and writing inside JSON values by property names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diorama.capabilities.resources.model import Pointer

ABSENT: Any = object()
"""Stands for no value, since None is one."""


def value_at(value: Any, pointer: Pointer, default: Any = None) -> Any:
    """What stands at a place; the default where there is nothing."""
    for name in pointer:
        if not isinstance(value, dict) or name not in value:
            return default
        value = value[name]
    return value


def put(value: dict[str, Any], pointer: Pointer, item: Any) -> None:
    """Put something at a place of a value that is being made; objects on the way are made."""
    for name in pointer[:-1]:
        inner = value.get(name)
        if not isinstance(inner, dict):
            inner = value[name] = {}
        value = inner
    value[pointer[-1]] = item


def replaced(value: dict[str, Any], pointer: Pointer, item: Any) -> dict[str, Any]:
    """A copy of a value with something else at a place; what the copy does not change it shares."""
    out = dict(value)
    if len(pointer) == 1:
        out[pointer[0]] = item
        return out
    inner = out.get(pointer[0])
    out[pointer[0]] = replaced(inner if isinstance(inner, dict) else {}, pointer[1:], item)
    return out


def without(value: dict[str, Any], pointer: Pointer) -> dict[str, Any]:
    """A copy of a value without what stands at a place."""
    if not pointer or pointer[0] not in value:
        return value
    out = dict(value)
    inner = out.pop(pointer[0])
    if len(pointer) > 1 and isinstance(inner, dict):
        out[pointer[0]] = without(inner, pointer[1:])
    return out


def wrapped(pointer: Pointer, item: Any) -> Any:
    """An item inside of the objects that a pointer goes through."""
    for name in reversed(pointer):
        item = {name: item}
    return item


def occurrences(value: Any, field: Pointer) -> Iterator[Any]:
    """All values at a field in which ``*`` stands for each item of an array."""
    if not field:
        yield value
        return
    if field[0] == "*":
        if isinstance(value, list):
            for item in value:
                yield from occurrences(item, field[1:])
    elif isinstance(value, dict) and field[0] in value:
        yield from occurrences(value[field[0]], field[1:])


def text_of(value: Any) -> str:
    """An id or a scope as text: ``true`` for true, digits for whole numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)
