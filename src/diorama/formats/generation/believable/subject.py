"""Subject: all that is known about a scalar when the maker of its values is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.conformance import fraction
from diorama.formats.generation.patterns import matches
from diorama.formats.generation.rules import Rules
from diorama.ports.dice import Dice

Maker = Callable[[Scene, Dice], Any]
"""Makes one value. What it gives is tested by the rules before it counts."""


class Subject(Struct):
    """A scalar of one type at one place of a document.

    Attributes:
        rules: what its schema asks.
        type: ``string``, ``integer``, ``number`` or ``boolean``.
        words: of the property's name.
        before: the words of the name before the ending that was recognised, then those of the object around.
        kind: what kind of thing ``before`` is about (see ``naming.KINDS``).
        text: the document's description in lower case.
        samples: examples and defaults of that type that the document gives, best first.
        told: values that the description lists, for strings.
    """

    rules: Rules
    type: str
    words: tuple[str, ...]
    before: tuple[str, ...]
    kind: str
    text: str
    samples: list[Any]
    told: list[str] = []

    @property
    def sample(self) -> str:
        """The document's first example as text; empty when it has none."""
        return "" if not self.samples else str(self.samples[0])

    def says(self, *parts: str) -> bool:
        """Whether the description has one of these, in lower case."""
        return any(part in self.text for part in parts)

    def fits(self, value: Any) -> bool:
        """Whether the schema allows a value of the right type."""
        return fitting(self.rules, value)


Factory = Callable[[Subject], Maker | None]
"""Chooses a maker for a subject; None when it has none for it."""


def fitting(rules: Rules, value: Any) -> bool:
    """Whether a scalar of the right type keeps the limits of its rules."""
    if isinstance(value, str):
        if len(value) < rules.min_length or (rules.max_length is not None and len(value) > rules.max_length):
            return False
        return all(matches(pattern, value) for pattern in rules.patterns)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return _within(rules, value)


def _within(rules: Rules, value: float) -> bool:
    number = fraction(value)
    if number is None:
        return False
    if rules.minimum is not None and number < rules.minimum:
        return False
    if rules.maximum is not None and number > rules.maximum:
        return False
    if rules.above is not None and number <= rules.above:
        return False
    if rules.below is not None and number >= rules.below:
        return False
    return all((number / step).denominator == 1 for step in rules.steps)


def limited(rules: Rules) -> bool:
    """Whether a scalar has any limits beyond its type."""
    return bool(
        rules.min_length
        or rules.max_length is not None
        or rules.patterns
        or rules.steps
        or any(bound is not None for bound in (rules.minimum, rules.maximum, rules.above, rules.below))
    )


def texts(*values: str) -> Factory:
    """A factory of strings that are one of these."""

    def factory(subject: Subject) -> Maker | None:
        fit = tuple(value for value in values if subject.fits(value)) if subject.type == "string" else ()
        return (lambda _scene, dice: dice.choice(fit)) if fit else None

    return factory


def of_text(maker: Maker) -> Factory:
    """A factory that has one maker for all strings."""
    return lambda subject: maker if subject.type == "string" else None
