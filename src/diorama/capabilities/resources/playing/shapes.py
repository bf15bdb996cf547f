"""Shapes: what a reply's schema says about one place, looked at once and remembered."""

from __future__ import annotations

from typing import Any

from diorama.capabilities.resources.playing.places import ABSENT
from diorama.formats.generation import Generator
from diorama.formats.generation.conformance import kind
from diorama.formats.generation.rules import Rules
from diorama.formats.names import canonical
from diorama.model.definition import Schema

CHOICES_MAX = 12
"""Open decisions on the way to one shape; schemas that choose more often are taken as they are by then."""

DEPTH_MAX = 3
"""Choices within choices that are looked into for the schema of an item."""

_PLAIN: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
"""Which types of Python are surely of a JSON type. A float without a fraction counts as an integer, but not surely."""

SELF_NAMES = frozenset(("uri", "url", "self", "href", "selflink", "selfuri", "selfurl"))


class Shape:
    """One place of a reply.

    Attributes:
        rules: all that its schemas ask.
        schema: the same as one schema.
        types: the JSON types that are allowed; None for all.
        plans: what others worked out about it, by keys of their own.
    """

    __slots__ = (
        "_alternatives",
        "_book",
        "_item",
        "_members",
        "_plain",
        "_plain_items",
        "_spelt",
        "_words",
        "plans",
        "rules",
        "schema",
        "types",
    )

    def __init__(self, book: Shapes, rules: Rules) -> None:
        self._book = book
        self.rules = rules
        self.schema: Schema = rules.sources[0] if len(rules.sources) == 1 else book.joined(rules)
        self._members: dict[str, Shape] | None = None
        self._spelt: dict[str, str] | None = None
        self._item: Shape | None = None
        self.types = None if rules.types is None else frozenset(rules.types)
        self.plans: dict[Any, Any] = {}
        self._alternatives: tuple[Shape, ...] | None = None
        self._plain: frozenset[type] | None = None
        self._plain_items: frozenset[type] | None = None
        self._words: frozenset[str] | None = None

    @property
    def plain(self) -> frozenset[type]:
        """The types of the scalars that stand here as they are, whatever their value."""
        found = self._plain
        if found is None:
            types = self.types if self.types is not None else frozenset(_PLAIN)
            if self.rules.values is not None or self.alternatives:
                types = frozenset()
            found = self._plain = frozenset(one for name in types for one in _PLAIN.get(name, ()))
        return found

    @property
    def plain_items(self) -> frozenset[type]:
        """The same of an array's items, where an array of such is surely right here."""
        found = self._plain_items
        if found is None:
            is_array = self.types is not None and "array" in self.types and self.rules.values is None
            found = self._plain_items = self.item.plain if is_array and not self.alternatives else frozenset()
        return found

    @property
    def words(self) -> frozenset[str]:
        """The texts that stand here as they are, where only what is listed may."""
        found = self._words
        if found is None:
            values = () if self.alternatives else self.rules.values or ()
            found = self._words = frozenset(one for one in values if isinstance(one, str))
        return found

    @property
    def alternatives(self) -> tuple[Shape, ...]:
        """Where a choice is open, the shapes that it leads to."""
        found = self._alternatives
        if found is None:
            rules = self.rules
            is_open = bool(rules.choices) and rules.values is None and len(rules.chosen) < CHOICES_MAX
            found = self._alternatives = self._book.alternatives(rules) if is_open else ()
        return found

    @property
    def members(self) -> dict[str, Shape]:
        """The properties that travel in replies, by name, in the schema's order."""
        found = self._members
        if found is None:
            flattener = self._book.generator.flattener
            found = self._members = {
                member.name: self._book.of_rules(member.rules)
                for member in flattener.members(self.rules)
                if not member.rules.write_only
            }
        return found

    @property
    def spelt(self) -> dict[str, str]:
        """Canonical name to property."""
        found = self._spelt
        if found is None:
            found = self._spelt = {}
            for name in self.members:
                found.setdefault(canonical(name), name)
        return found

    @property
    def item(self) -> Shape:
        """An array's items."""
        if self._item is None:
            rules = self._book.generator.flattener.item(self.rules, 0)
            self._item = self._book.of(True) if rules is None else self._book.of_rules(rules)
        return self._item

    @property
    def required(self) -> dict[str, None]:
        """The names that have to be there."""
        return self.rules.required

    def allows(self, form: str) -> bool:
        """Whether values of a JSON type may stand here."""
        if self.rules.values is not None:
            return any(kind(value) == form for value in self.rules.values)
        if self.types is not None and form not in self.types and not (form == "integer" and "number" in self.types):
            return False
        return not self.alternatives or any(one.allows(form) for one in self.alternatives)

    @property
    def nullable(self) -> bool:
        """Whether null may stand here."""
        return self.allows("null")

    def further(self, name: str) -> Shape | None:
        """The shape of a property that the schema does not name; None when it does not invite any."""
        frames = self.rules.frames
        invited = not self.members or any(frame.additional not in (None, False) or frame.patterns for frame in frames)
        if not invited:
            return None
        sources = self.rules.sources_of(name)
        return None if sources is None else self._book.of_rules(self._book.generator.flattener.rules(sources))

    def settled(self, value: Any = ABSENT) -> Shape:
        """This shape with its choices made: as a value asks, else the first that is not null."""
        shape = self
        for _ in range(CHOICES_MAX):
            if not shape.alternatives:
                break
            shape = max(shape.alternatives, key=lambda one: one.likeness(value))
        return shape

    def likeness(self, value: Any) -> int:
        """How well a value fits this alternative; more is better."""
        if value is ABSENT:
            if self.types is not None and self.types <= {"null"}:
                return -100
            return 10 if self.allows("object") and self.settled_members() else 0
        form = kind(value)
        if not self.allows(form) and not (form == "integer" and self.allows("number")):
            return -100
        if isinstance(value, dict):
            shape = self.settled(value) if self.alternatives else self
            score = 0
            for name, item in value.items():
                member = shape.members.get(name) or shape.members.get(shape.spelt.get(canonical(name), ""))
                if member is None:
                    score -= 1
                elif member.rules.values is not None and item not in member.rules.values:
                    score -= 20
                else:
                    score += 2
            return score
        return 1 if self.rules.values is None or value in self.rules.values else -50

    def shows(self, anchors: frozenset[int], depth: int = 0) -> bool:
        """Whether this schema, or one of its alternatives, is the one that others know by their anchors."""
        if anchors.intersection(self.rules.anchors):
            return True
        return depth < DEPTH_MAX and any(one.shows(anchors, depth + 1) for one in self.alternatives)

    def settled_members(self) -> bool:
        """Whether the shape, or an alternative of it, names properties."""
        return bool(self.members) or any(one.settled_members() for one in self.alternatives)

    def at(self, *names: str) -> Shape | None:
        """The shape of a property further in, its choices made; None where the schema does not name it."""
        shape = self.place(*names)
        return None if shape is None else shape.settled()

    def place(self, *names: str) -> Shape | None:
        """The same with its last choices open."""
        shape = self
        for name in names:
            inner = shape.settled().members.get(name)
            if inner is None:
                return None
            shape = inner
        return shape


class Shapes:
    """The shapes of one document.

    Args:
        generator: of that document.
    """

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self._known: dict[int, Shape] = {}

    def of(self, schema: Schema) -> Shape:
        """The shape of values of a schema, which must live as long as this."""
        return self.of_rules(self.generator.flattener.rules((schema,)))

    def of_rules(self, rules: Rules) -> Shape:
        """The shape of values that meet rules."""
        shape = self._known.get(id(rules))
        if shape is None:
            # The flattener keeps its rules, so their identity stays theirs. A shape refers to itself through its
            # choices only by way of further flattening, which the number of choices bounds.
            shape = self._known[id(rules)] = Shape(self, rules)
        return shape

    def joined(self, rules: Rules) -> Schema:
        """Several schemas as one."""
        return self.generator.flattener.keep({"allOf": list(rules.sources)})

    def alternatives(self, rules: Rules) -> tuple[Shape, ...]:
        """The shapes that the first open choice of rules leads to."""
        choice = rules.choices[0]
        flattener = self.generator.flattener
        found = [flattener.rules((*rules.sources, *ways), rules.chosen | {choice.key}) for ways in choice.alternatives]
        return tuple(self.of_rules(one) for one in found if not one.impossible)
