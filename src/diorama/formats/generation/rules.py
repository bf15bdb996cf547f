"""Rules: all that several schemas together ask of one value."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from msgspec import Struct

from diorama.formats.generation.patterns import matches
from diorama.model.definition import Schema

Sources = tuple[Schema, ...]

REMEMBERED_MAX = 1024
"""Property names whose schemas are remembered; names made by dice would otherwise pile up for ever."""

ALL_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


class Frame(Struct):
    """The object keywords of one schema; ``additional`` judges only the names which this very schema does not list."""

    properties: dict[str, Schema]
    patterns: dict[str, Schema]
    additional: Schema | None


class Row(Struct):
    """The array keywords of one schema."""

    prefix: list[Schema]
    items: Schema | None


class Choice(Struct):
    """An open decision: one of the alternatives has to hold.

    Attributes:
        key: identity of the keyword's value, to mark the decision as taken.
        alternatives: each a tuple of schemas that all hold when it is taken.
    """

    key: int
    alternatives: tuple[Sources, ...]


class Containment(Struct):
    """``contains`` with its bounds."""

    schema: Schema
    least: int
    most: int | None


class Member(Struct, gc=False):
    """A property that may be made.

    Attributes:
        name: its name.
        rules: what its value has to meet.
        required: whether it has to be there.
        scalar: whether its value is surely neither object nor array.
    """

    name: str
    rules: Rules
    required: bool
    scalar: bool


class Rules(Struct):
    """What is asked of one value.

    Attributes:
        sources: the schemas that it was flattened from.
        chosen: the decisions that were taken on the way.
        checked: whether a value made by these rules has to be tested, because not every keyword is met by construction.
        impossible: whether no value can be right.
        samples: values that the document offers, best first: ``example``, then ``examples``.
        hints: for properties: values that a part of an ``allOf`` offers in its own example.
        defaults: values of ``default``.
        fitting: those of the values that meet everything else, too, once that was seen.
        members: the properties that are listed or required and not forbidden, once that was seen.
        span: (first, how many, scale) of the numbers that may be drawn, once that was seen.
        items_known: the rules of the items at each index, once that was seen.
        anchors: identity of each source behind its references, to see when making comes back to it. Bare ``true``
            and ``false`` have none.
    """

    sources: Sources
    chosen: frozenset[int]
    checked: bool = False
    impossible: bool = False
    types: tuple[str, ...] | None = None
    values: list[Any] | None = None
    samples: list[Any] = []
    defaults: list[Any] = []
    hints: dict[str, Any] = {}
    minimum: Fraction | None = None
    above: Fraction | None = None
    maximum: Fraction | None = None
    below: Fraction | None = None
    steps: list[Fraction] = []
    span: tuple[int, int, int] | None = None
    min_length: int = 0
    max_length: int | None = None
    patterns: list[str] = []
    format: str = ""
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False
    rows: list[Row] = []
    containments: list[Containment] = []
    frames: list[Frame] = []
    required: dict[str, None] = {}
    dependent_required: dict[str, list[str]] = {}
    dependent_schemas: list[tuple[str, Schema]] = []
    name_schemas: list[Schema] = []
    min_properties: int = 0
    max_properties: int | None = None
    closed: bool = False
    choices: list[Choice] = []
    read_only: bool = False
    write_only: bool = False
    declared: list[str] | None = None
    fitting: list[Any] | None = None
    members: list[Member] | None = None
    items_known: dict[int, Rules] = {}
    property_sources: dict[str, Sources | None] = {}
    anchors: tuple[int, ...] = ()

    def sources_of(self, name: str) -> Sources | None:
        """The schemas that a property's value has to meet; None when the property must not be there."""
        known = self.property_sources.get(name, ())
        if known != ():
            return known
        found: list[Schema] = []
        for frame in self.frames:
            named = False
            if name in frame.properties:
                found.append(frame.properties[name])
                named = True
            for pattern, schema in frame.patterns.items():
                if matches(pattern, name):
                    found.append(schema)
                    named = True
            if not named and frame.additional is not None:
                found.append(frame.additional)
        sources: Sources | None = None if any(schema is False for schema in found) else tuple(found) or (True,)
        if len(self.property_sources) < REMEMBERED_MAX:
            self.property_sources[name] = sources
        return sources

    def names(self) -> list[str]:
        """The properties that the document names and does not forbid, in its order."""
        if self.declared is None:
            seen: dict[str, None] = {}
            for frame in self.frames:
                seen.update(dict.fromkeys(frame.properties))
            self.declared = [name for name in seen if self.sources_of(name) is not None]
        return self.declared

    def item_sources(self, index: int) -> Sources | None:
        """The schemas that an item has to meet; None when there must be no item at this index."""
        found: list[Schema] = []
        for row in self.rows:
            schema = row.prefix[index] if index < len(row.prefix) else row.items
            if schema is False:
                return None
            if schema is not None:
                found.append(schema)
        return tuple(found) or (True,)

    @property
    def scalar(self) -> bool:
        """Whether a value is surely neither an object nor an array."""
        if self.values is not None:
            return True
        return not self.choices and self.types is not None and not ("object" in self.types or "array" in self.types)


def demanded(rules: Rules) -> dict[str, None]:
    """The names that are required, and those that these require in turn."""
    if not rules.dependent_required:
        return rules.required
    required = dict(rules.required)
    waiting = list(required)
    while waiting:
        for name in rules.dependent_required.get(waiting.pop(), ()):
            if name not in required:
                required[name] = None
                waiting.append(name)
    return required
