"""Patterns: strings that match an ECMA-262 regular expression, and whether a string does.

The expression is read by a parser of our own, because what Python's parser gives is private and changes between
versions, and the same dice have to give the same string on all of them. What the grammar of the parser leaves out
(assertions, back references into open groups) is met by trying: a string counts only when the engine that also
validates requests and replies accepts it.

Source: ECMA-262, section 22.2.1 (pattern grammar); JSON Schema 2020-12, Core, section 6.4.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs

from diorama.formats.generation.expressions import Alternation, Expression, Repeat, Sequence, parse
from diorama.ports.dice import Dice

TRIES = 16
REPEATS = 6
"""How many more than the least an unbounded repeat takes at most, unless a minimal length asks for more."""

TEXT_MAX = 4096
BACKTRACK_MAX = 20_000


@lru_cache(maxsize=4096)
def _validator(pattern: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(
            {"pattern": pattern},
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_MAX),
        )
    except ValueError:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether the text has a match of the pattern; every text has one of a pattern that cannot be compiled.

    Backtracking is limited: a text that would take too long counts as not matching.
    """
    validator = _validator(pattern)
    if validator is None:
        return True
    try:
        return bool(validator.is_valid(text))
    except (ValueError, jsonschema_rs.ValidationError):
        return False


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> Expression | None:
    try:
        return parse(pattern)
    except (ValueError, RecursionError):
        return None


def text(pattern: str, dice: Dice, least: int = 0, most: int | None = None, others: tuple[str, ...] = ()) -> str | None:
    """A string that matches.

    Args:
        pattern: an ECMA-262 regular expression, searched for, not anchored.
        dice: where chance comes from.
        least: least length.
        most: greatest length.
        others: patterns that have to match, too.

    Returns:
        The string, or None when none was found.
    """
    expression = _expression(pattern)
    if expression is None:
        return None
    least = min(least, TEXT_MAX)
    width = expression.node.width
    empty: str | None = None
    for attempt in range(TRIES):
        if attempt == 0 and most is None:
            room, eager = max(REPEATS, least - width), least > width + REPEATS
        elif attempt % 2 == 0:
            room, eager = max(0, (least if most is None else min(most, least + 2 * attempt)) - width), True
        else:
            room, eager = max(0, min(TEXT_MAX if most is None else most, least + 8 * attempt) - width), False
        drawing = _Drawing(dice, room, eager=eager)
        drawing.draw(expression.node)
        candidate = _padded("".join(drawing.out), expression, dice, least)
        if most is not None and len(candidate) > most:
            continue
        if len(candidate) < least or not (expression.exact or matches(pattern, candidate)):
            continue
        if not all(matches(one, candidate) for one in others):
            continue
        if candidate or most == 0:
            return candidate
        empty = candidate  # right, but a text that says something is better
    return empty


def _padded(candidate: str, expression: Expression, dice: Dice, least: int) -> str:
    missing = least - len(candidate)
    if missing <= 0 or (expression.anchored_start and expression.anchored_end):
        return candidate
    padding = "".join(chr(97 + dice.below(26)) for _ in range(missing))
    return padding + candidate if expression.anchored_end else candidate + padding


class _Drawing:
    """One walk through an expression.

    Args:
        dice: where chance comes from.
        room: how many characters the repeats may take beyond their least.
        eager: whether each repeat takes all the room that it can.
    """

    def __init__(self, dice: Dice, room: int, *, eager: bool) -> None:
        self.dice = dice
        self.room = room
        self.eager = eager
        self.out: list[str] = []
        self.groups: dict[int | str, str] = {}

    def draw(self, node: Any) -> None:
        """Append a string for this node."""
        if isinstance(node, Sequence):
            for part in node.parts:
                self.draw(part)
        elif isinstance(node, Alternation):
            self._alternative(node)
        elif isinstance(node, Repeat):
            self._repeat(node)
        elif node.group is not None:
            start = len(self.out)
            self.draw(node.inner)
            taken = "".join(self.out[start:])
            for name in node.group:
                self.groups[name] = taken
        elif node.reference is not None:
            self.out.append(self.groups.get(node.reference, ""))
        else:
            self.out.append(node.character(self.dice))

    def _alternative(self, node: Alternation) -> None:
        fitting = [part for part in node.parts if part.width <= node.width + self.room] or list(node.parts)
        part = fitting[self.dice.below(len(fitting))]
        self.room -= min(self.room, part.width - node.width)
        self.draw(part)

    def _repeat(self, node: Repeat) -> None:
        width = max(1, node.inner.width)
        more = self.room // width
        if node.most is not None:
            more = min(more, node.most - node.least)
        if not self.eager:
            more = self.dice.below(min(more, REPEATS) + 1) if more > 0 else 0
        for index in range(min(node.least, TEXT_MAX) + more):
            if index >= node.least:
                if self.room < width:
                    break
                self.room -= width
            if len(self.out) > TEXT_MAX:
                break
            self.draw(node.inner)
