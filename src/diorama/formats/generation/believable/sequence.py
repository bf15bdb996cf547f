"""Sequence: the order in which an object's properties are made, so that the later ones can agree with the earlier."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from diorama.formats.generation.believable import quantities
from diorama.formats.generation.believable.choices import gone
from diorama.formats.generation.believable.scene import LEARNED, Scene
from diorama.formats.generation.rules import Rules
from diorama.formats.names import words

LISTS = ("data", "items", "results", "records", "values", "entries", "content", "list", "rows", "objects")
_ABOUT = frozenset(("meta", "metadata", "paging", "pagination", "page", "links", "info"))
_TAGS = frozenset(("type", "kind", "method", "object", "category"))


@lru_cache(maxsize=8192)
def _rank(name: str) -> int:
    row = words(name)
    if " ".join(row) in LEARNED:
        return 0
    if row[-1:] and row[-1] in _TAGS:
        return 1
    if _counts(row) or (row and row[0] in _ABOUT):
        return 4
    return 2


def _counts(row: tuple[str, ...]) -> bool:
    return " ".join(row) in quantities.COUNTS


class Step(Struct, frozen=True, gc=False):
    """A property in the order of making.

    Attributes:
        name: its name.
        part: what its value has to meet.
        scalar: whether that is surely neither object nor array.
        gone: how often it is left out where it may be, because it has no place while all is well.
        read: how its name is read here.
    """

    name: str
    part: Rules
    scalar: bool
    gone: float
    read: str


def ordered(parts: Mapping[str, Rules]) -> list[Step]:
    """The properties in the order of making: facts, tags, scalars, containers, what counts and describes these.

    Names of one rank are sorted, so that the document's order decides nothing but the order of the result.
    """
    listing = any(name.lower() in LISTS and not parts[name].scalar for name in parts)
    listing = listing and not any("currency" in words(name) or "price" in words(name) for name in parts)
    read = {name: _read(name, parts[name], listing=listing) for name in parts}
    names = sorted(parts, key=lambda name: (rank_of(read[name], parts[name]), name))
    return [Step(name, parts[name], parts[name].scalar, gone(name), read[name]) for name in names]


def _read(name: str, part: Rules, *, listing: bool) -> str:
    """A whole number called ``total`` beside a list counts it; elsewhere it is an amount."""
    whole = part.types is not None and "integer" in part.types
    return "total_count" if listing and whole and words(name) == ("total",) else name


def rank_of(name: str, part: Rules) -> int:
    """How early a property is made, from 0."""
    rank = _rank(name)
    return max(rank, 3) if not part.scalar else rank


def ruled_out(name: str, parts: Mapping[str, Rules], made: Mapping[str, Any], required: Mapping[str, None]) -> bool:
    """Whether an optional property belongs to another kind of thing than this one is.

    An object with ``type: card`` has a ``card`` and no ``bank_account``, where the type lists both.
    """
    if name in required or parts[name].scalar:
        return False
    for tag, value in made.items():
        values = parts[tag].values if tag in parts else None
        if values is not None and value != name and isinstance(value, str) and name in values and _rank(tag) == 1:
            return True
    return False


def count_of(name: str, value: Any, scene: Scene) -> None:
    """Remember how many items the list of an object has."""
    if isinstance(value, list) and (name.lower() in LISTS or "count" not in scene.facts):
        scene.facts["count"] = len(value)
