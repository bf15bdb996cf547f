"""Setting: where a believable value stands, and what it has to agree with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

REFERENCE_US = 1_768_471_200_000_000
"""The moment that counts as now where no clock is given: 2026-01-15T10:00:00Z. Constant replies stay constant by it."""


class Setting(Struct, frozen=True):
    """What is known about the place of a believable value.

    Attributes:
        names: property names from the outermost to this value; ``()`` for a whole body.
        thing: what the object around is called, words joined by ``_`` (``payment_intent``); empty when unknown.
        around: values by name that stand already in the objects around, which new ones must agree with.
        given: for an object: properties that are kept as they are and that the others agree with. Those that the schema
            forbids are left out.
        now_us: the sandbox's clock, in virtual microseconds since 1970: a thing is made then, other times lie around
            it; 0 for a fixed moment (:data:`REFERENCE_US`).
        locale: language and country of people and places, as ``en`` or ``pt-br``; an unknown one counts as ``en``.
        is_new: whether the thing was made just now: its state is one that things begin in, and it has no parts
            that come later.
    """

    names: tuple[str, ...] = ()
    thing: str = ""
    around: Mapping[str, Any] = {}
    given: Mapping[str, Any] = {}
    now_us: int = 0
    locale: str = "en"
    is_new: bool = False
