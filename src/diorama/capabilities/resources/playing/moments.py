"""Moments: times of the sandbox's clock in the form that a schema has for them.

Source: RFC 3339 (date-time), RFC 5322, section 3.3 (the mail form).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any, Literal

from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.names import canonical

Form = Literal["", "instant", "day", "mail", "seconds", "milliseconds"]

_SUFFIX = r"(?:at|on|date|time|datetime|timestamp|utc|ts)"
_CREATED = re.compile(rf"(?:date|time)?(?:created|creation|inserted|added){_SUFFIX}?|create{_SUFFIX}")
_UPDATED = re.compile(
    rf"(?:date|time)?(?:last|status)?(?:updated|modified|modification|changed|edited){_SUFFIX}?|"
    rf"(?:last|status)?(?:update|change|modify){_SUFFIX}"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND_US = 1_000_000
_YEAR_5000_S = 95_617_584_000


@lru_cache(maxsize=16_384)
def part_of(name: str) -> Literal["", "created", "updated"]:
    """Whether a property's name says when its object was made or last changed."""
    letters = canonical(name)
    if _CREATED.fullmatch(letters):
        return "created"
    return "updated" if _UPDATED.fullmatch(letters) else ""


def form_of(shape: Shape) -> Form:
    """How a schema writes times; empty when its values are none."""
    settled = shape if not shape.alternatives else shape.settled()
    rules = settled.rules
    if rules.values is not None:
        return ""
    if settled.allows("string"):
        named = rules.format.lower()
        if "2822" in named or "822" in named or "1123" in named:
            return "mail"
        if named in {"date-time", "datetime", "iso8601", "timestamp"}:
            return "instant"
        if named == "date":
            return "day"
        return "instant" if not named and not rules.patterns and rules.max_length is None else ""
    if settled.allows("integer") or settled.allows("number"):
        return "milliseconds" if _speaks_of_milliseconds(settled) else "seconds"
    return ""


def _speaks_of_milliseconds(shape: Shape) -> bool:
    for source in shape.rules.sources:
        words = str(source.get("description", "")).lower() if isinstance(source, dict) else ""
        if "millisecond" in words or "epoch ms" in words:
            return True
    return False


def written(clock_us: int, form: Form) -> str | int:
    """A time as a schema wants it.

    Args:
        clock_us: virtual microseconds since 1970.
        form: as :func:`form_of` tells.
    """
    if form == "seconds":
        return clock_us // _SECOND_US
    if form == "milliseconds":
        return clock_us // 1_000
    return _text(clock_us // _SECOND_US, form)


@lru_cache(maxsize=256)
def _text(clock_s: int, form: Form) -> str:
    """A time as text; most things are made in the second in which others are."""
    moment = _EPOCH + timedelta(seconds=clock_s)
    if form == "day":
        return moment.date().isoformat()
    if form == "mail":
        return format_datetime(moment)
    return moment.isoformat().replace("+00:00", "Z")


def moment_us(value: Any) -> int | None:
    """A time as microseconds since 1970, whatever form it is written in; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value * (_SECOND_US if abs(value) < _YEAR_5000_S else 1_000))
    if not isinstance(value, str) or len(value) < 8:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)
