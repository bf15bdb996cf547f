"""Equality: when two JSON values are the same.

Source: JSON Schema 2020-12 Core, section 4.2.2 (1 and 1.0 are the same, true and 1 are not).
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Any


def key_of(value: Any) -> Hashable:
    """Something hashable that two JSON values share exactly when they are the same."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list | tuple):
        return ("array", tuple(key_of(item) for item in value))
    if isinstance(value, dict):
        return ("object", frozenset((name, key_of(item)) for name, item in value.items()))
    return value  # type: ignore[no-any-return]  # numbers, texts and null are their own keys


def is_multiple(value: float, of: float) -> bool:
    """Whether a number is a multiple of another, as the decimal numbers that they are written as."""
    if isinstance(value, int) and isinstance(of, int):
        return value % of == 0
    return Fraction(str(value)) % Fraction(str(of)) == 0
