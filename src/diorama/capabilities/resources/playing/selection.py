"""Selection: which items of a resource a list shows, and in which order, by the query's filters and sort."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from math import isfinite
from typing import Any

from msgspec import Struct

from diorama.capabilities.resources.model import Listing, Pointer
from diorama.capabilities.resources.playing.kinds import Row
from diorama.capabilities.resources.playing.moments import moment_us
from diorama.capabilities.resources.playing.places import ABSENT, text_of, value_at
from diorama.formats.names import canonical, words

Pair = tuple[str, Row]
Test = Callable[[Any], bool]

_FROM = frozenset(("from", "since", "after", "gte", "min", "start", "starting", "begin", "ge"))
_OVER = frozenset(("gt",))
_UNTIL = frozenset(("to", "until", "before", "lte", "max", "end", "ending", "le"))
_UNDER = frozenset(("lt",))
# A name begins where none is going on, and gives nothing back once it was read: so the time that a search takes grows
# with its length and no faster, whatever a client writes.
_SEARCH = re.compile(
    r"(?<![\w.\[\]])([A-Za-z_][\w.\[\]]*+)\s*+(:|=|~|>=|<=|>|<)\s*+(?:'([^']*)'|\"([^\"]*)\"|([^\s'\"]++))"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

TERMS_MAX = 32
"""Terms of one search; further ones are not looked at."""

SORTS_MAX = 8
"""Properties that one request sorts by; further ones are not looked at."""

OPTIONS_MAX = 256
"""Values that one filter names; further ones are not looked at."""


class Choice(Struct, frozen=True):
    """What a filter's words mean where the document lists them.

    Attributes:
        all_words: in lower case, those that let everything through, since no item can have them: ``all``.
        hidden: in lower case, the values that items do not have who are shown when the request says nothing.
    """

    all_words: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


NO_CHOICES: Mapping[str, Choice] = {}
_NO_CHOICE = Choice()


def selected(
    rows: Sequence[Pair], listing: Listing, query: Mapping[str, Any], choices: Mapping[str, Choice] = NO_CHOICES
) -> Sequence[Pair]:
    """The rows that all filters of a query let through.

    Args:
        rows: (key, row).
        listing: which parameters filter by what.
        query: deserialised parameters by name.
        choices: what words of filters mean, by the filter's name.
    """
    for name, pointer in listing.filters:
        wanted = query.get(name)
        choice = choices.get(name, _NO_CHOICE)
        if wanted is None or wanted in ("", [], {}):
            hidden = choice.hidden
            if hidden and wanted is None:
                rows = [pair for pair in rows if not _is_hidden(value_at(pair[1]["item"], pointer), hidden)]
            continue
        if choice.all_words and any(one in choice.all_words for one in folded(wanted)):
            continue
        test = _search(wanted) if not pointer else _test(name, pointer, wanted)
        rows = [pair for pair in rows if test(pair[1]["item"])]
    return rows


def _test(name: str, pointer: Pointer, wanted: Any) -> Test:
    """What decides about items by one parameter."""
    if isinstance(wanted, dict):
        bounds = [_compared(_sense(words(part)[-1:]), value) for part, value in wanted.items()]
        return lambda item: all(bound(value_at(item, pointer)) for bound in bounds)
    sense = sense_of(name, pointer)
    if sense:
        bound = _compared(sense, wanted)
        return lambda item: bound(value_at(item, pointer))
    options = wanted[:OPTIONS_MAX] if isinstance(wanted, list) else [wanted]
    return lambda item: any(_same(value_at(item, pointer, ABSENT), one) for one in options)


def sense_of(name: str, pointer: Pointer) -> str:
    """How a parameter compares a property: ``>=``, ``<=``, ``>`` or ``<``; empty when they have to be equal."""
    if name.endswith((">", "<")):
        return ">=" if name.endswith(">") else "<="
    own = words(pointer[-1])
    tail = words(name)
    return _sense([word for word in (*tail[-1:], *tail[:1]) if word not in own])


def folded(value: Any) -> list[str]:
    """A value, or each of several, as text in lower case."""
    return [text_of(one).casefold() for one in (value[:OPTIONS_MAX] if isinstance(value, list) else [value])]


def _is_hidden(value: Any, hidden: frozenset[str]) -> bool:
    """Whether a property is surely something else than what is shown when a request says nothing."""
    if value is None or isinstance(value, dict) or value == []:
        return False
    return all(one in hidden for one in folded(value))


def _sense(extra: Sequence[str]) -> str:
    for word in extra:
        for sense, known in ((">=", _FROM), ("<=", _UNTIL), (">", _OVER), ("<", _UNDER)):
            if word in known:
                return sense
    return ""


def _compared(sense: str, limit: Any) -> Test:
    """What decides whether a value lies on one side of a limit; numbers and times are compared as such."""

    def test(value: Any) -> bool:
        if value is None or value is ABSENT:
            return False
        order = _order(value, limit)
        if sense == ">=":
            return order >= 0
        if sense == "<=":
            return order <= 0
        if sense == ">":
            return order > 0
        return order < 0 if sense == "<" else order == 0

    return test


def _order(value: Any, limit: Any) -> int:
    """-1, 0 or 1 as a value lies before, at or behind a limit."""
    if isinstance(value, str) and isinstance(limit, str) and _DAY.fullmatch(limit):
        moment = moment_of(value)
        if moment is not None and len(value) > len(limit) and value.startswith(limit):
            return 0  # a day as a limit takes in all of that day
    one: Any = _number(value)
    other: Any = _number(limit)
    if one is None or other is None:
        one = moment_of(value if one is None else one)
        other = moment_of(limit if other is None else other)
    if one is None or other is None:
        one, other = text_of(value), text_of(limit)
    return int(one > other) - int(one < other)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        number = float(value) if isinstance(value, str) and value[:1] in "-0123456789" else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def moment_of(value: Any) -> int | None:
    """A time as microseconds since 1970; None when it is none, or none that a calendar has."""
    try:
        return moment_us(value)
    except (OverflowError, ValueError):
        return None


def _same(value: Any, wanted: Any) -> bool:
    """Whether a property is what a filter asks for; an array when one of its items is, an object by its id."""
    if value is ABSENT:
        return False
    if isinstance(value, list):
        return any(_same(item, wanted) for item in value)
    if isinstance(value, dict):
        return "id" in value and _same(value["id"], wanted)
    if value == wanted and type(value) is type(wanted):
        return True
    if value is None or wanted is None:
        return value is wanted
    left, right = text_of(value), text_of(wanted)
    if left == right or left.casefold() == right.casefold():
        return True
    return bool(_DAY.fullmatch(right)) and left.startswith(right) and moment_of(left) is not None


def _search(wanted: Any) -> Test:
    """What decides by a search: ``name:'Ada' AND amount>100``, or any words that an item has to hold."""
    text = text_of(wanted) if not isinstance(wanted, list) else " ".join(map(text_of, wanted))
    terms = list(islice(_SEARCH.finditer(text), TERMS_MAX))
    if terms:
        tests = [_term(match) for match in terms]
        any_of = re.search(r"\bOR\b", text) is not None
        return lambda item: any(test(item) for test in tests) if any_of else all(test(item) for test in tests)
    needle = text.casefold()
    return lambda item: _holds_text(item, needle)


def _term(match: re.Match[str]) -> Test:
    name, sense = match.group(1), match.group(2)
    wanted = next((part for part in match.group(3, 4, 5) if part is not None), "")
    pointer = tuple(part for part in re.split(r"[.\[\]\"']+", name) if part)
    if sense == "~":
        return lambda item: wanted.casefold() in text_of(value_at(item, pointer, "")).casefold()
    if sense in {":", "="}:
        return lambda item: _same(value_at(item, pointer, ABSENT), wanted)
    bound = _compared(sense, wanted)
    return lambda item: bound(value_at(item, pointer))


def _holds_text(value: Any, needle: str) -> bool:
    if isinstance(value, dict):
        return any(_holds_text(item, needle) for item in value.values())
    if isinstance(value, list):
        return any(_holds_text(item, needle) for item in value)
    return isinstance(value, str) and needle in value.casefold()


def ordered(rows: Sequence[Pair], listing: Listing, query: Mapping[str, Any]) -> Sequence[Pair]:
    """The rows in the order that a query asks for; the newest first, or the oldest, when it asks for none."""
    wanted = query.get(listing.sort) if listing.sort else None
    direction = text_of(query.get(listing.direction, "")).lower() if listing.direction else ""
    downwards = direction.startswith("desc")
    if wanted:
        names = wanted if isinstance(wanted, list) else text_of(wanted).split(",")
        parts: dict[str, bool] = {}
        for part in names:
            name, down = _part(text_of(part).strip())
            if name:
                parts.setdefault(name, down or downwards)
            if len(parts) == SORTS_MAX:
                break
        for name, down in reversed(parts.items()):
            rows = _sorted(rows, name, downwards=down)
        return rows
    if direction:
        return list(reversed(rows)) if downwards else rows
    return list(reversed(rows)) if listing.newest_first else rows


def _part(part: str) -> tuple[str, bool]:
    """(name in canonical form, whether downwards) of ``name``, ``-name``, ``name:desc``, ``name desc``."""
    name, _, way = part.lstrip("+-").replace(" ", ":").partition(":")
    return canonical(name), part.startswith("-") or way.lower().startswith("desc")


def _sorted(rows: Sequence[Pair], letters: str, *, downwards: bool) -> Sequence[Pair]:
    """Sorted by the property of a canonical name, or by the only one whose name begins with it."""
    known: dict[str, None] = {}
    for _, row in rows:
        known.update(dict.fromkeys(row["item"]))
    names = [name for name in known if canonical(name) == letters]
    if not names:
        names = [name for name in known if canonical(name).startswith(letters)]
        if len(names) != 1:
            return rows

    def key(pair: Pair) -> tuple[int, Any]:
        item = pair[1]["item"]
        value = next((item[name] for name in names if name in item), None)
        if isinstance(value, bool) or value is None or isinstance(value, dict | list):
            return (0, 1 if value is True else 0)
        return (1, value) if isinstance(value, int | float) else (2, value)

    return sorted(rows, key=key, reverse=downwards)
