"""Expressions: the syntax tree of an ECMA-262 regular expression, as far as making strings needs it.

Source: ECMA-262, section 22.2.1 and annex B.1.2 (what browsers accept beyond the grammar).
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.ports.dice import Dice

Range = tuple[int, int]

DIGITS: tuple[Range, ...] = ((48, 57),)
LOWER: tuple[Range, ...] = ((97, 122),)
UPPER: tuple[Range, ...] = ((65, 90),)
LETTERS = (*UPPER, *LOWER)
ALPHANUMERIC = (*DIGITS, *LETTERS)
WORD = (*ALPHANUMERIC, (95, 95))
SPACE: tuple[Range, ...] = ((32, 32),)
PRINTABLE: tuple[Range, ...] = ((32, 126),)
SPACES_ALL: tuple[Range, ...] = ((9, 13), (32, 32), (160, 160), (0x2028, 0x2029), (0xFEFF, 0xFEFF))
PUNCTUATION: tuple[Range, ...] = ((45, 46), (95, 95))
WIDE: tuple[Range, ...] = ((0xC0, 0xD6), (0xD8, 0xF6), (0x4E00, 0x9FA5))

REPEAT_MAX = 4096
DEPTH_MAX = 100


class Characters(Struct):
    """One character of a set, or a group, or a reference to one.

    Attributes:
        ranges: first and last code point of each part of the set.
        group: number and name when this is a capturing group around ``inner``.
        inner: what the group holds.
        reference: number or name of the group whose text is repeated.
        width: least length of what it makes.
    """

    ranges: tuple[Range, ...] = ()
    group: tuple[int | str, ...] | None = None
    inner: Any = None
    reference: int | str | None = None
    width: int = 1

    def character(self, dice: Dice) -> str:
        """One of the set."""
        ranges = self.ranges
        if len(ranges) == 1:
            low, high = ranges[0]
            return chr(low) if low == high else chr(low + dice.below(high - low + 1))
        index = dice.below(sum(high - low + 1 for low, high in ranges))
        for low, high in ranges:
            if index <= high - low:
                return chr(low + index)
            index -= high - low + 1
        return ""


class Sequence(Struct):
    """One after the other."""

    parts: list[Any]
    width: int = 0


class Alternation(Struct):
    """One of them."""

    parts: list[Any]
    width: int = 0


class Repeat(Struct):
    """The same again; ``most`` is None when there is no limit."""

    inner: Any
    least: int
    most: int | None
    width: int = 0


class Expression(Struct):
    """A whole expression.

    Attributes:
        node: its tree.
        anchored_start, anchored_end: whether it begins with ``^``, ends with ``$``.
        exact: whether every string made by the tree matches, because the tree says all that the expression says.
    """

    node: Any
    anchored_start: bool
    anchored_end: bool
    exact: bool


def parse(pattern: str) -> Expression:
    """The tree of an expression.

    Raises:
        ValueError: when it is not an expression.
    """
    parser = _Parser(pattern)
    node = parser.alternation(0)
    if parser.at != len(pattern):
        message = f"unmatched ) at {parser.at}"
        raise ValueError(message)
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    branching = isinstance(node, Alternation)
    return Expression(node, pattern.startswith("^") or branching, ends or branching, parser.exact)


def normalised(ranges: list[Range]) -> tuple[Range, ...]:
    """Sorted, without overlap, without surrogates, which no JSON string can carry alone."""
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return without(tuple(merged), ((0xD800, 0xDFFF),))


def without(ranges: tuple[Range, ...], removed: tuple[Range, ...]) -> tuple[Range, ...]:
    """The first set less the second."""
    left = list(ranges)
    for start, end in removed:
        kept: list[Range] = []
        for low, high in left:
            if high < start or low > end:
                kept.append((low, high))
                continue
            if low < start:
                kept.append((low, start - 1))
            if high > end:
                kept.append((end + 1, high))
        left = kept
    return tuple(left)


def complement(removed: tuple[Range, ...]) -> tuple[Range, ...]:
    """Plain characters that are not in a set: letters and digits if any are left, else stranger ones."""
    for preferred in (ALPHANUMERIC, PUNCTUATION, PRINTABLE, WIDE, ((9, 10),)):
        left = without(preferred, removed)
        if left:
            return left
    return ()


class _Parser:
    """A recursive descent over the text of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.exact = True

    def alternation(self, depth: int) -> Any:
        if depth > DEPTH_MAX:
            message = "nested too deep"
            raise ValueError(message)
        parts = [self._sequence(depth)]
        while self._take("|"):
            parts.append(self._sequence(depth))
        if len(parts) == 1:
            return parts[0]
        return Alternation(parts, min(part.width for part in parts))

    def _take(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def _sequence(self, depth: int) -> Sequence:
        parts: list[Any] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            term = self._term(depth)
            if term is not None:
                parts.append(self._quantified(term))
        return Sequence(parts, sum(part.width for part in parts))

    def _term(self, depth: int) -> Any:
        """A term, or None for an assertion, which is tested afterwards."""
        if self._assertion(depth):
            return None
        if self._take("("):
            return self._group(depth)
        if self._take("["):
            return self._class()
        if self._take("."):
            return Characters(ALPHANUMERIC)
        if self._take("\\"):
            return self._escape()
        character = self.text[self.at]
        if character in "*+?":
            message = f"nothing to repeat at {self.at}"
            raise ValueError(message)
        self.at += 1
        return Characters(((ord(character), ord(character)),))

    def _assertion(self, depth: int) -> bool:
        """Take an anchor or a word boundary; one that stands within the text says more than the tree does."""
        start = self.at
        if not (self._take("^") or self._take("$") or self._take("\\b") or self._take("\\B")):
            return False
        outermost = depth == 0 and self.text[start] != "\\"
        first = start == 0 or self.text[start - 1] == "|"
        last = self.at == len(self.text) or self.text[self.at] == "|"
        self.exact = self.exact and outermost and (first if self.text[start] == "^" else last)
        return True

    def _group(self, depth: int) -> Any:
        names: tuple[int | str, ...] | None = None
        assertion = False
        if self._take("?:"):
            pass
        elif any(self._take(token) for token in ("?=", "?!", "?<=", "?<!")):
            assertion = True
        elif self._take("?<"):
            end = self.text.index(">", self.at)
            self.groups += 1
            names = (self.groups, self.text[self.at : end])
            self.at = end + 1
        elif self._take("?"):
            message = f"unknown group at {self.at}"
            raise ValueError(message)
        else:
            self.groups += 1
            names = (self.groups,)
        inner = self.alternation(depth + 1)
        if not self._take(")"):
            message = "missing )"
            raise ValueError(message)
        if assertion:
            self.exact = False
            return None
        return inner if names is None else Characters(group=names, inner=inner, width=inner.width)

    def _quantified(self, term: Any) -> Any:
        least, most = 1, 1
        unlimited = False
        if self._take("*"):
            least, unlimited = 0, True
        elif self._take("+"):
            unlimited = True
        elif self._take("?"):
            least = 0
        elif self.text.startswith("{", self.at):
            bounds = self._bounds()
            if bounds is None:
                return term
            least, limit = bounds
            unlimited, most = limit is None, limit or 0
        else:
            return term
        self._take("?")
        if not unlimited and most < least:
            message = "the bounds of a repeat are in the wrong order"
            raise ValueError(message)
        least = min(least, REPEAT_MAX)
        return Repeat(term, least, None if unlimited else min(most, REPEAT_MAX), min(REPEAT_MAX, least * term.width))

    def _bounds(self) -> tuple[int, int | None] | None:
        """The bounds in braces; None when the brace is a character of its own."""
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, self.at + 1)].partition(",")
        if end < 0 or not low.isdecimal() or not (high.isdecimal() or not high):
            return None
        self.at = end + 1
        least = int(low[:6])
        if not comma:
            return least, least
        return least, int(high[:6]) if high else None

    def _escape(self) -> Any:
        """What follows a backslash outside a class."""
        character = self.text[self.at : self.at + 1]
        if character.isdecimal() and character != "0":
            end = self.at
            while end < len(self.text) and self.text[end].isdecimal():
                end += 1
            number = int(self.text[self.at : end])
            self.at = end
            self.exact = False
            return Characters(reference=number, width=0)
        if character == "k" and self.text.startswith("<", self.at + 1):
            end = self.text.index(">", self.at)
            name = self.text[self.at + 2 : end]
            self.at = end + 1
            self.exact = False
            return Characters(reference=name, width=0)
        return Characters(self._set(inside=False))

    def _set(self, *, inside: bool) -> tuple[Range, ...]:
        """The set that an escape means; the backslash is taken already."""
        if self.at >= len(self.text):
            message = "a backslash at the end"
            raise ValueError(message)
        character = self.text[self.at]
        self.at += 1
        if character in "dwsDWS":
            known = {"d": DIGITS, "w": WORD, "s": SPACES_ALL if inside else SPACE}[character.lower()]
            if character.islower():
                return known
            return complement(SPACES_ALL if character == "S" else known)
        if character in "pP" and self._take("{"):
            end = self.text.index("}", self.at)
            self.exact = False
            known = _property(self.text[self.at : end])
            self.at = end + 1
            return known if character == "p" else complement(known)
        point = self._point(character)
        return ((point, point),)

    def _point(self, character: str) -> int:
        simple = {"n": 10, "r": 13, "t": 9, "v": 11, "f": 12, "0": 0, "b": 8}
        if character in simple:
            return simple[character]
        if character == "c" and self.at < len(self.text):
            self.at += 1
            return ord(self.text[self.at - 1]) % 32
        if character == "u" and self._take("{"):
            end = self.text.index("}", self.at)
            digits = self.text[self.at : end]
            self.at = end + 1
            return int(digits, 16)
        size = {"x": 2, "u": 4}.get(character)
        if size is None:
            return ord(character)
        digits = self.text[self.at : self.at + size]
        if len(digits) < size or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            return ord(character)
        self.at += size
        return int(digits, 16)

    def _class(self) -> Characters:
        negated = self._take("^")
        ranges: list[Range] = []
        while not self._take("]"):
            if self.at >= len(self.text):
                message = "missing ]"
                raise ValueError(message)
            low = self._class_atom()
            if self.text.startswith("-", self.at) and not self.text.startswith("-]", self.at):
                self.at += 1
                high = self._class_atom()
                if len(low) == len(high) == 1 and low[0][0] == low[0][1] and high[0][0] == high[0][1]:
                    if high[0][0] < low[0][0]:
                        message = "a range in the wrong order"
                        raise ValueError(message)
                    ranges.append((low[0][0], high[0][0]))
                else:
                    ranges += [*low, (45, 45), *high]
            else:
                ranges += low
        found = normalised(ranges)
        return Characters(complement(found) if negated else found or complement(()))

    def _class_atom(self) -> tuple[Range, ...]:
        if self._take("\\"):
            return self._set(inside=True)
        if self.at >= len(self.text):
            message = "missing ]"
            raise ValueError(message)
        self.at += 1
        point = ord(self.text[self.at - 1])
        return ((point, point),)


def _property(name: str) -> tuple[Range, ...]:
    """ASCII stand-ins for a Unicode property, which the engine tests afterwards."""
    value = name.rpartition("=")[2]
    known: dict[str, tuple[Range, ...]] = {
        "L": LETTERS, "Letter": LETTERS, "Alphabetic": LETTERS, "Latin": LETTERS,
        "Lu": UPPER, "Uppercase": UPPER, "Uppercase_Letter": UPPER,
        "Ll": LOWER, "Lowercase": LOWER, "Lowercase_Letter": LOWER,
        "N": DIGITS, "Nd": DIGITS, "Number": DIGITS, "Decimal_Number": DIGITS,
        "P": PUNCTUATION, "Punctuation": PUNCTUATION, "Pd": ((45, 45),),
        "S": ((43, 43),), "Sc": ((36, 36),), "Z": SPACE, "Zs": SPACE, "M": ((0x301, 0x301),),
    }  # fmt: skip
    return known.get(value, LETTERS)
