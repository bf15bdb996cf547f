"""Bounds: how much a client may make of what it sends, counted without recursion and no further than needed."""

from __future__ import annotations

from typing import Any

from diorama.model.errors import DioramaError, Violation

DEPTH_MAX = 100
"""Levels of arrays and objects inside each other in what is kept of a request."""

WEIGHT_MAX = 100_000
"""Values that the operations of one JSON Patch copy; each hundred characters of a text count as one more."""

_TEXT_UNIT = 100


class TooDeepError(ValueError):
    """A value has more levels than are allowed."""


class TooMuchError(ValueError):
    """A value has more values inside than are allowed."""


def weight(value: Any, levels: int = DEPTH_MAX, most: int | None = None) -> int:
    """How many values there are in a value, itself counted.

    Args:
        value: of JSON.
        levels: so many arrays and objects may stand inside each other.
        most: so many values may be in it; None for any number.

    Raises:
        TooDeepError: when it has more levels.
        TooMuchError: when it has more values.
    """
    count = 0
    row: list[Any] = [value]
    while row:
        inner: list[Any] = []
        for one in row:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
            elif isinstance(one, str):
                count += len(one) // _TEXT_UNIT
        count += len(row)
        if most is not None and count > most:
            raise TooMuchError
        if levels < 0 or (levels == 0 and inner):
            raise TooDeepError
        levels -= 1
        row = inner
    return count


def check_depth(body: Any, size_bytes: int) -> None:
    """Refuse a request's body that has too many levels.

    Args:
        body: as it was read.
        size_bytes: of the body as it was sent. Each level takes two bytes at least, so that few need a look.

    Raises:
        DioramaError: ``request_violates_schema``.
    """
    if size_bytes <= 2 * DEPTH_MAX or not isinstance(body, dict | list):
        return
    try:
        weight(body)
    except TooDeepError:
        message = f"the body has more than {DEPTH_MAX} arrays and objects inside each other"
        raise DioramaError(
            "request_violates_schema",
            f"The request cannot be kept: {message}.",
            "Send a body with fewer levels.",
            violations=(Violation("body", "", "depth", message),),
        ) from None
