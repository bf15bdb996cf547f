"""Objects: which properties there are, and the share of the budget that each gets."""

from __future__ import annotations

from typing import Any

from diorama.formats.generation import patterns
from diorama.formats.generation.maker import Maker
from diorama.formats.generation.place import Place
from diorama.formats.generation.rules import Rules, Sources
from diorama.formats.generation.scalars import WORDS

EXTRAS_HARD_MAX = 1000


def mapping(making: Maker, rules: Rules, place: Place) -> dict[str, Any]:
    """An object by the rules. Plain ones keep the document's order, those by dice are sorted."""
    parts = parts_of(making, rules, place)
    heavy = sum(1 for part in parts.values() if not part.scalar)
    share = (place.budget - len(parts)) / (heavy or 1)
    light = 1 if share > 0 else share
    hints = rules.hints if place.plain else {}
    result: dict[str, Any] = {}
    for name, part in parts.items():
        if name in hints and making.right(part, hints[name]):
            result[name] = hints[name]
            continue
        failed = making.failed
        value = making.by_rules(part, place.child(name, light if part.scalar else share, name))
        if making.failed > failed and name not in rules.required and len(parts) > rules.min_properties:
            making.failed = failed
            continue
        result[name] = value
    return result


def parts_of(making: Maker, rules: Rules, place: Place, *, ordered: bool = True) -> dict[str, Rules]:
    """The properties that are made, each with the rules of its value.

    Args:
        making: that they are part of.
        rules: of the object.
        place: of the object.
        ordered: whether those by dice are sorted; else they keep the document's order as plain ones do.
    """
    members = making.flattener.members(rules)
    options = making.options
    lean = place.lean or place.budget < len(members) or options.required_only
    rare = not place.plain and (place.attempt > 0 or options.optionals_probability < 1.0)
    chosen: dict[str, Rules] = {}
    optional: list[str] = []
    for member in members:
        part = member.rules
        if not making.travels(part):
            continue
        name = member.name
        if not member.required:
            if lean or part.impossible or making.recurs(part) or (rare and _left_out(making, name, place)):
                continue
            optional.append(name)
        chosen[name] = part
    for name in rules.required:
        if name not in chosen and rules.sources_of(name) is None:
            making.failed += 1  # required and forbidden
    _complete(making, rules, chosen)
    if rules.max_properties is not None:
        while len(chosen) > rules.max_properties and optional:
            chosen.pop(optional.pop(), None)
    _extend(making, rules, place, chosen, lean=lean)
    return chosen if place.plain or not ordered else dict(sorted(chosen.items()))


def _left_out(making: Maker, name: str, place: Place) -> bool:
    """Whether an optional property is left out: by the options, or in an attempt with fewer of them."""
    probability = making.options.optionals_probability
    if place.attempt:
        probability = min(probability, 0.5)
    return not place.dice.derive("?" + name).chance(probability)


def _complete(making: Maker, rules: Rules, chosen: dict[str, Rules]) -> None:
    """Add what the chosen properties depend on, or take them back when that is forbidden."""
    waiting = True
    while waiting:
        waiting = False
        for trigger, needed in rules.dependent_required.items():
            if trigger in chosen:
                for name in needed:
                    sources = rules.sources_of(name)
                    if name not in chosen and sources is not None:
                        chosen[name] = making.flattener.rules(sources)
                        waiting = True


def _extend(making: Maker, rules: Rules, place: Place, chosen: dict[str, Rules], *, lean: bool) -> None:
    """Add properties that the document invites without naming them."""
    if not rules.frames and not rules.min_properties:
        return
    wanted = max(0, rules.min_properties - len(chosen))
    invited = 0 if lean or not making.options.fill_properties or rules.closed else _invited(rules, place)
    if rules.max_properties is not None:
        invited = min(invited, rules.max_properties - len(chosen))
    count = min(max(wanted, invited), EXTRAS_HARD_MAX)
    if count <= 0:
        return
    for named in _missing(making, rules, chosen, wanted):
        chosen[named] = making.flattener.rules(rules.sources_of(named) or (True,))
        count -= 1
    index = 0
    tried = 0
    while index < count and tried < 4 * count + 16:
        tried += 1
        name = _name(making, rules, place, tried)
        if name is None or name in chosen:
            continue
        sources = rules.sources_of(name)
        part = None if sources is None else making.flattener.rules(sources)
        if sources is None or part is None or part.impossible:
            continue
        if making.recurs(part) and len(chosen) >= rules.min_properties:
            break
        if not all(making.conformance.conforms(schema, name) for schema in rules.name_schemas):
            continue
        chosen[name] = part
        index += 1


def _missing(making: Maker, rules: Rules, chosen: dict[str, Rules], wanted: int) -> list[str]:
    """Named properties that were left out though ``minProperties`` wants more."""
    if wanted <= 0:
        return []
    left = [name for name in rules.names() if name not in chosen]
    travelling = [name for name in left if _possible(making, rules.sources_of(name))]
    return travelling[:wanted]


def _possible(making: Maker, sources: Sources | None) -> bool:
    if sources is None:
        return False
    part = making.flattener.rules(sources)
    return making.travels(part) and not part.impossible


def _invited(rules: Rules, place: Place) -> int:
    """How many further properties a document asks for by describing them."""
    described = any(isinstance(frame.additional, dict) for frame in rules.frames)
    if place.plain:
        return 2 if described else 0
    patterned = any(frame.patterns for frame in rules.frames)
    open_end = any(frame.additional is True for frame in rules.frames)
    return 1 + place.dice.derive("+").below(2) if described or patterned or open_end else 0


def _name(making: Maker, rules: Rules, place: Place, number: int) -> str | None:
    """A name for a further property."""
    dice = place.dice.derive(f"+{number}")
    found = [pattern for frame in rules.frames for pattern, schema in frame.patterns.items() if schema is not False]
    described = any(frame.additional not in (None, False) for frame in rules.frames)
    if found and not (place.plain and described):
        return patterns.text(found[number % len(found)], dice)
    if rules.name_schemas:
        name = making.value((*rules.name_schemas, _TEXT), Place(dice, 1))
        return name if isinstance(name, str) else None
    if place.plain:
        return f"property{number}"
    return dice.choice(WORDS) if number <= len(WORDS) else f"{dice.choice(WORDS)}{number}"


_TEXT: dict[str, Any] = {"type": "string"}
