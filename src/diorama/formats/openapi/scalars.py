"""Scalars: what an unquoted YAML word means.

The core schema of YAML 1.2 decides, not that of YAML 1.1: ``no``, ``off``, ``1_000``, ``12:30`` and ``2001-01-01``
are text. Values stay inside JSON: ``.nan`` and ``.inf`` are text, too.

Source: YAML 1.2.2, section 10.3.2 (tag resolution of the core schema).
"""

from __future__ import annotations

import math
import re
from typing import Any

FIRST = frozenset("-+.0123456789nNtTfF~")
"""What a word that is not text begins with."""

_WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# A definition is stored with integers of 64 bits; longer ones become floating point numbers.
INTEGER_MIN = -(2**63)
INTEGER_MAX = 2**64 - 1
_DIGITS_MAX = 400


def resolve(text: str) -> tuple[Any, str]:
    """The value of a plain scalar, and a remark about it ("" when there is nothing to say)."""
    if text in _WORDS:
        return _WORDS[text], ""
    if text[0] not in FIRST:
        return text, ""
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _OTHER_BASE.fullmatch(text):
        return _integer(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return (number, "") if math.isfinite(number) else (text, "a number too large to be one is read as text")
    if _NOT_FINITE.fullmatch(text):
        return text, "JSON has no infinity and no NaN: it is read as text"
    return text, ""


def _integer(digits: str, base: int) -> tuple[Any, str]:
    if len(digits) > _DIGITS_MAX:
        return digits, "a number too large to be one is read as text"
    number = int(digits, base)
    if not INTEGER_MIN <= number <= INTEGER_MAX:
        return narrow(number)
    if base == 10 and len(digits) > 1 and digits.lstrip("+-")[0] == "0" and number:
        return number, "a number with leading zeros is read as a decimal number"
    return number, ""


def narrow(number: int) -> tuple[Any, str]:
    """An integer beyond 64 bits as what can be stored, with the remark that goes with it."""
    try:
        return float(number), "an integer beyond 64 bits is read as a floating point number"
    except OverflowError:
        return str(number) if number.bit_length() < 8 * _DIGITS_MAX else "", "a number too large is read as text"
