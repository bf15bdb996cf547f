"""Arrays: as many items as asked for, distinct where asked for."""

from __future__ import annotations

from typing import Any

from diorama.formats.generation.conformance import equal
from diorama.formats.generation.maker import Maker
from diorama.formats.generation.place import Place
from diorama.formats.generation.rules import Rules

ITEMS_HARD_MAX = 1000
RETRIES = 12


def array(making: Maker, rules: Rules, place: Place) -> list[Any]:
    """An array by the rules."""
    count, least, prefix = _count(making, rules, place)
    items: list[Any] = []
    share = (place.budget - count) / max(1, count)
    contained = [(one.schema, one.least) for one in rules.containments]
    others = Distinct() if rules.unique else None
    for index in range(count):
        part = making.flattener.item(rules, index)
        if part is None:
            break
        if contained and (index >= prefix or prefix + 1 > count):
            part = _contained(making, part, contained)
        if index >= least and making.recurs(part):
            break
        failed = making.failed
        child = place.child(str(index), share, place.name)
        child.item = True
        item = _item(making, part, child, others)
        if item is _DUPLICATE:
            if len(items) >= rules.min_items:
                break
            continue
        if making.failed > failed and index >= least:
            making.failed = failed
            break
        if place.scene is not None and part.scalar and index >= max(least, prefix) and item in items:
            continue  # the same word twice says nothing
        items.append(item)
    return items


def _contained(making: Maker, part: Rules, contained: list[tuple[Any, int]]) -> Rules:
    """The item's rules, together with the next ``contains`` that still wants items."""
    for position, (schema, wanted) in enumerate(contained):
        if wanted > 0:
            contained[position] = (schema, wanted - 1)
            return making.flattener.rules((*part.sources, schema))
    return part


def _count(making: Maker, rules: Rules, place: Place) -> tuple[int, int, int]:
    """How many items are made, how many have to be, and how many have a schema of their own."""
    options = making.options
    wanted = sum(max(0, one.least) for one in rules.containments)
    prefix = max((len(row.prefix) for row in rules.rows), default=0)
    most = rules.max_items
    least = max(rules.min_items, wanted)
    if wanted and prefix and (most is None or prefix + wanted <= most) and rules.item_sources(prefix) is not None:
        least = max(least, prefix + wanted)  # those with a schema of their own are seldom what is to be contained
    open_end = rules.rows or rules.containments
    if place.plain:
        count = max(least, prefix, 1) if open_end and not place.lean else least
    else:
        floor, extra = (1 if options.min_items is None else options.min_items), 3
        if options.max_items is not None:
            extra = max(0, options.max_items - floor)
            floor = min(floor, options.max_items)
        if most is not None and most < floor + extra:
            extra = max(0, most - floor)
        count = least if place.lean else max(least, prefix, floor + place.dice.below(extra + 1))
        if place.budget < 4 * count and options.min_items is None:
            count = max(least, min(count, 1))
    if most is not None:
        count = min(count, most)
    return min(count, ITEMS_HARD_MAX), min(least, ITEMS_HARD_MAX), prefix


_DUPLICATE: Any = object()


class Distinct:
    """The items of an array that are there, to be unlike. Scalars are found at once, the others by comparing each."""

    __slots__ = ("_others", "_scalars")

    def __init__(self) -> None:
        self._scalars: set[Any] = set()
        self._others: list[Any] = []

    def is_new(self, item: Any) -> bool:
        """Whether none of the items is equal to this one."""
        if isinstance(item, (dict, list)):
            return not any(equal(item, other) for other in self._others)
        return (type(item) is bool, item) not in self._scalars

    def takes(self, item: Any) -> bool:
        """Whether an item is new; it is among the items then."""
        if not self.is_new(item):
            return False
        if isinstance(item, (dict, list)):
            self._others.append(item)
        else:
            self._scalars.add((type(item) is bool, item))
        return True


def _item(making: Maker, rules: Rules, place: Place, others: Distinct | None) -> Any:
    """An item, unlike the others when they are given."""
    item = making.by_rules(rules, place)
    if others is None or others.takes(item):
        return item
    values = rules.values
    if values is None and "boolean" in (rules.types or ()):
        values = [False, True]
    if values is not None:
        left = next((one for one in values if others.is_new(one) and making.right(rules, one)), _DUPLICATE)
        if left is not _DUPLICATE:
            others.takes(left)
            return left
        if rules.values is not None:
            return _DUPLICATE
    for attempt in range(1, RETRIES):
        again = place.again(attempt, lean=False, plain=False)
        if place.scene is None or attempt < RETRIES // 2:
            again.attempt = 0  # of believable values there may be too few that differ; the later attempts are by dice
        item = making.by_rules(rules, again)
        if others.takes(item):
            return item
    return _DUPLICATE
