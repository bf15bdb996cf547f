"""Making: the making of one value, part by part, each tested where that is needed."""

from __future__ import annotations

from copy import copy
from typing import Any, Literal

from diorama.formats.generation.arrays import array
from diorama.formats.generation.conformance import Direction
from diorama.formats.generation.flattening import Flattener
from diorama.formats.generation.numerals import drawn, sample
from diorama.formats.generation.objects import mapping
from diorama.formats.generation.options import Options
from diorama.formats.generation.place import Place
from diorama.formats.generation.reserved.kinds import kind_of_data
from diorama.formats.generation.rules import ALL_TYPES, Rules, Sources
from diorama.formats.generation.scalars import drawn_text, patterned, plain_text

NOTHING: Any = object()
"""Stands for no value, since None is one."""

DEPTH_MAX = 40
VALUES_HARD_MAX = 4000
"""Where required properties lead on for ever, making stops here, right or not."""

TESTS_MAX = 300
ATTEMPTS_MAX = 40
LISTED_MIN = 64
LISTED_STEPS_MAX = 4_000_000
NULL_PROBABILITY = 0.1
_COST = {"null": 1, "boolean": 2, "string": 2, "number": 2, "integer": 2, "array": 3, "object": 4}
_TRIVIAL: tuple[Any, ...] = ("", "a", 0, 1, -1, 0.5, True, False, None, [], {}, [0], [""])
"""Tried when nothing else was right: schemas that exclude what is usual often leave these."""

_UNTYPED = ("null", "string", "integer", "boolean", "object", "array")


class Making:
    """The making of one value.

    Args:
        flattener: of the document's schemas.
        options: what the user and the document say about generated values.
        direction: which properties are left out.

    Attributes:
        failed: how many parts could not be made right so far; whoever can do without such a part leaves it out.
    """

    __slots__ = ("active", "conformance", "count", "direction", "failed", "flattener", "options", "tests")

    def __init__(self, flattener: Flattener, options: Options, direction: Direction) -> None:
        self.flattener = flattener
        self.conformance = flattener.conformance
        self.options = options
        self.direction: Literal["request", "reply"] = direction
        self.active: dict[int, int] = {}
        self.count = 0
        self.failed = 0
        self.tests = 0

    def value(self, sources: Sources, place: Place) -> Any:
        """A value that meets all the schemas."""
        return self.by_rules(self.flattener.rules(sources), place)

    def by_rules(self, rules: Rules, place: Place) -> Any:
        """A value that meets the rules, tested where that is needed."""
        self.count += 1
        if self.count > VALUES_HARD_MAX or place.depth > DEPTH_MAX:
            return _stub(rules)
        offered = self._offered(rules, place)
        if offered is not NOTHING:
            return offered
        if rules.impossible:
            self.failed += 1
        return self._tested(rules, place) if rules.checked else self._made(rules, place)

    def _tested(self, rules: Rules, place: Place) -> Any:
        """The first attempt that is right, else the first."""
        failed = self.failed
        first = self._made(rules, place)
        if self.right(rules, first):
            self.failed = failed
            return first
        ways = 1
        for choice in rules.choices:
            ways *= len(choice.alternatives)
        ways = min(ways, ATTEMPTS_MAX // 2)
        for attempt in range(1, min(ATTEMPTS_MAX, 2 * ways + 12)):
            if self.tests > TESTS_MAX:
                break
            lean = attempt >= ways and attempt % 2 == 0 if attempt >= 2 * ways else attempt >= ways
            candidate = self._made(rules, place.again(attempt, lean=lean, plain=place.plain and attempt < 2 * ways))
            if self.right(rules, candidate):
                self.failed = failed
                return candidate
        for trivial in _TRIVIAL:
            if self.tests <= TESTS_MAX and self.right(rules, trivial):
                self.failed = failed
                return copy(trivial)
        self.failed = failed + 1
        return first

    def right(self, rules: Rules, value: Any) -> bool:
        """Whether a value meets all the schemas that rules came from."""
        self.tests += 1
        conforms = self.conformance.conforms
        return all(conforms(source, value, self.direction) for source in rules.sources)

    def travels(self, rules: Rules) -> bool:
        """Whether a property of these rules is part of a message in this direction."""
        return not (rules.write_only if self.direction == "reply" else rules.read_only)

    def _offered(self, rules: Rules, place: Place) -> Any:
        """What the document offers for this value, if it is right."""
        if place.attempt or not (rules.samples or rules.defaults):
            return NOTHING
        options = self.options
        offers = rules.samples if place.plain or options.use_examples_value else []
        if rules.defaults and (place.plain or options.use_default_value):
            offers = offers + rules.defaults
        for offer in offers:
            if self.right(rules, offer):
                return offer
        return NOTHING

    def _made(self, rules: Rules, place: Place) -> Any:
        """One attempt at a value."""
        if rules.values is not None:
            return self._listed(rules, place)
        if rules.choices:
            return self._chosen(rules, place)
        kinds = rules.types or ("null",)
        if rules.types is None:
            # Without a type anything goes; where something did not, the next attempt tries another type.
            first = 0 if place.plain else 1
            kinds = (_UNTYPED[(place.attempt + first) % len(_UNTYPED)],)
        form = self._kind(kinds, rules, place)
        if form in {"object", "array"}:
            return self._nested(rules, place, form)
        return self._scalar(form, rules, place)

    def _scalar(self, form: str, rules: Rules, place: Place) -> Any:
        """One attempt at a value of one type that has no parts."""
        if form == "string":
            return self._text(rules, place)
        if form in {"integer", "number"}:
            whole = form == "integer"
            number = sample(rules, whole=whole) if place.plain else drawn(rules, place.dice, whole=whole)
            return 0 if number is None else number
        if form == "boolean":
            return True if place.plain else place.dice.word() & 1 == 0
        return None

    def _nested(self, rules: Rules, place: Place, form: str) -> Any:
        self._enter(rules, 1)
        try:
            return mapping(self, rules, place) if form == "object" else array(self, rules, place)
        finally:
            self._enter(rules, -1)

    def _enter(self, rules: Rules, by: int) -> None:
        active = self.active
        for anchor in rules.anchors:
            active[anchor] = active.get(anchor, 0) + by

    def recurs(self, rules: Rules) -> bool:
        """Whether a value by the same schemas is being made right now, around this one."""
        active = self.active
        return any(active.get(anchor) for anchor in rules.anchors)

    def _kind(self, kinds: tuple[str, ...], rules: Rules, place: Place) -> str:
        """Which of several types the value gets."""
        if len(kinds) == 1:
            return kinds[0]
        solid = tuple(name for name in kinds if name != "null")
        if place.lean or self.recurs(rules):
            return min(kinds, key=lambda name: _COST.get(name, 9))
        if place.plain:
            return solid[min(place.attempt, len(solid) - 1)]
        if len(solid) < len(kinds) and place.dice.chance(self._null_probability(rules, place)):
            return "null"
        return place.dice.choice(solid)

    def _text(self, rules: Rules, place: Place) -> str:
        least, most = rules.min_length, rules.max_length
        options = self.options
        if options.min_length is not None and least == 0:
            least = options.min_length if most is None else min(options.min_length, most)
        if options.max_length is not None and most is None:
            most = max(options.max_length, least)
        if place.plain:
            value = plain_text(rules.format, rules.min_length, rules.max_length, place.name)
            if not rules.patterns or all(self.conformance.conforms({"pattern": one}, value) for one in rules.patterns):
                return value
        if rules.patterns:
            found = self._by_pattern(rules, place, least, most)
            if found is not None:
                return found
        if place.plain:
            return plain_text(rules.format, least, most, place.name)
        return drawn_text(rules.format, least, most, place.dice)

    def _by_pattern(self, rules: Rules, place: Place, least: int, most: int | None) -> str | None:
        """A text that matches; where its name says that it could be somebody's, one that is nobody's."""
        kind = kind_of_data(place.name, rules.format)
        if not kind:
            return patterned(rules.patterns, place.dice, least, most)
        # Loading the reserved ranges takes time that documents without such patterns need not spend.
        from diorama.formats.generation.reserved.forms import Limits
        from diorama.formats.generation.reserved.texts import nobodys

        limits = Limits(tuple(rules.patterns), least, most)
        found, harmless = nobodys(kind, limits, place.dice, lambda dice: patterned(rules.patterns, dice, least, most))
        if not harmless:
            self.failed += 1  # an optional property is left out rather than be somebody's
        return found

    def _listed(self, rules: Rules, place: Place) -> Any:
        """One of an enumeration."""
        values = rules.values or []
        fitting = rules.fitting
        if fitting is None:
            # Each test looks a value up in the list, so of a very long one only the beginning is considered.
            considered = values[: max(LISTED_MIN, LISTED_STEPS_MAX // (len(values) or 1))]
            fitting = rules.fitting = [value for value in considered if self.right(rules, value)]
        if not fitting:
            self.failed += 1
            return values[0] if values else None
        if place.plain:
            return fitting[min(place.attempt, len(fitting) - 1)]
        return self._picked(rules, fitting, place)

    def _picked(self, rules: Rules, fitting: list[Any], place: Place) -> Any:
        """One of the listed values by dice."""
        value = place.dice.choice(fitting)
        if value is None and not place.dice.chance(NULL_PROBABILITY * len(fitting)):
            solid = [other for other in fitting if other is not None]
            return place.dice.choice(solid) if solid else None
        return value

    def _chosen(self, rules: Rules, place: Place) -> Any:
        """Take the first open decision; the attempt's number says which way."""
        choice = rules.choices[0]
        options = [
            self.flattener.rules((*rules.sources, *alternative), rules.chosen | {choice.key})
            for alternative in choice.alternatives
        ]
        open_ways = [option for option in options if not option.impossible] or options
        if place.attempt:
            index = (place.attempt if place.plain else place.dice.below(len(open_ways))) % len(open_ways)
            taken = open_ways[index]
        elif place.lean or len(open_ways) == 1:
            taken = min(open_ways, key=self._cost)
        else:
            taken = self._preferred(rules, open_ways, choice.alternatives, options, place)
        failed = self.failed
        first = self._way(taken, rules, place)
        if self.failed == failed or rules.checked:
            return first
        for other in open_ways:
            if other is not taken:
                self.failed = failed
                value = self._way(other, rules, place)
                if self.failed == failed:
                    return value
        self.failed = failed + 1
        return first

    def _way(self, taken: Rules, rules: Rules, place: Place) -> Any:
        """A value by a chosen alternative."""
        offered = self._offered_part(taken, rules, place)
        if offered is not NOTHING:
            return offered
        # An attempt of the whole is tested as a whole; an alternative that alone needs a test gets it here.
        return self._tested(taken, place) if taken.checked and not rules.checked else self._made(taken, place)

    def _offered_part(self, taken: Rules, rules: Rules, place: Place) -> Any:
        """What the chosen alternative offers for the whole value, beyond what was offered without it."""
        if place.attempt or (len(taken.samples) == len(rules.samples) and len(taken.defaults) == len(rules.defaults)):
            return NOTHING
        return self._offered(taken, place)

    def _preferred(
        self,
        rules: Rules,
        open_ways: list[Rules],
        alternatives: tuple[Sources, ...],
        options: list[Rules],
        place: Place,
    ) -> Rules:
        """The first way that does not lead back to where making is already, or one by dice."""
        ahead = [
            option
            for option, alternative in zip(options, alternatives, strict=True)
            if not option.impossible and not self._leads_back(rules, alternative)
        ] or open_ways
        solid = [option for option in ahead if option.types != ("null",)] or ahead
        if place.plain:
            return solid[0]
        if len(solid) < len(ahead) and place.dice.chance(self._null_probability(rules, place)):
            return next(option for option in ahead if option.types == ("null",))
        return self._favourite(rules, solid, place)

    def _favourite(self, rules: Rules, ways: list[Rules], place: Place) -> Rules:
        """One of several ways by dice."""
        return ways[place.dice.below(len(ways))]

    def _null_probability(self, rules: Rules, place: Place) -> float:
        """How often a value that may be null is."""
        return NULL_PROBABILITY

    def _leads_back(self, rules: Rules, alternative: Sources) -> bool:
        for schema in alternative:
            part = self.flattener.rules((schema,))
            if self.recurs(part) or any(anchor in rules.anchors for anchor in part.anchors):
                return True
        return False

    def _cost(self, rules: Rules) -> int:
        """How much making a value by these rules leads to, roughly."""
        if rules.values is not None:
            return 0
        if rules.choices:
            return 5
        cost = min((_COST.get(name, 9) for name in rules.types or ("null",)), default=9)
        if cost == _COST["object"]:
            return cost + len(rules.required)
        return cost if rules.min_items == 0 or cost != _COST["array"] else cost + 2


def _stub(rules: Rules) -> Any:
    """The least value of a type, where making has to stop."""
    if rules.values:
        return rules.values[0]
    kinds = rules.types or ALL_TYPES
    if "null" in kinds:
        return None
    stubs: dict[str, Any] = {"object": {}, "array": [], "string": "", "number": 0, "integer": 0, "boolean": True}
    return stubs.get(kinds[0])
