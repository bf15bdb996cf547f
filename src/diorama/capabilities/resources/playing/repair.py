"""Repair: what came out wrong by its schema is made anew or left out, one place after the other."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from diorama.capabilities.resources.playing.completion import Maker
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.generation import Setting
from diorama.formats.schemas import Check

ROUNDS_MAX = 6
FAULTS_MAX = 40


def repaired(check: Check, shape: Shape, item: dict[str, Any], maker: Maker, kept: dict[str, Any]) -> Any:
    """An item that is right by its schema, or None when none could be made.

    Args:
        check: decides.
        shape: of the item.
        item: as it was completed.
        maker: makes what has to be made anew.
        kept: properties that stay whatever happens, such as the id.
    """
    if check.holds(item):
        return item
    attempt = deepcopy(item)
    for round_number in range(ROUNDS_MAX):
        faults = check.faults(attempt, "the item", most=FAULTS_MAX)
        places = dict.fromkeys(fault.at for fault in faults if fault.at and not _keeps(kept, fault.at))
        done = [_mend(attempt, shape, at, maker, round_number) for at in places]
        if check.holds(attempt):
            return attempt
        if not any(done):
            break
    for given in ({name: value for name, value in item.items() if not isinstance(value, list)}, kept):
        setting = Setting(thing=maker.thing, given=given, now_us=maker.now_us, locale=maker.locale)
        made = maker.generator.believable(shape.schema, maker.dice.derive("again"), "reply", setting)
        if isinstance(made, dict):
            made |= kept
            if check.holds(made):
                return made
    return None


def _keeps(kept: dict[str, Any], at: tuple[str | int, ...]) -> bool:
    return len(at) == 1 and at[0] in kept


def _mend(item: Any, shape: Shape, at: tuple[str | int, ...], maker: Maker, round_number: int) -> bool:
    """Do something about one place; whether something was done."""
    container: Any = item
    around = shape.settled(item)
    for token in at[:-1]:
        around = _inner(around, token)
        try:
            container = container[token]
        except (KeyError, IndexError, TypeError):
            return False
        around = around.settled(container)
    last = at[-1]
    if isinstance(container, list) and isinstance(last, int):
        if last >= len(container):
            return False
        del container[last]
        return True
    if not isinstance(container, dict) or not isinstance(last, str):
        return False
    member = around.members.get(last)
    if member is None or last not in around.required:
        return container.pop(last, None) is not None or last in around.members
    if member.nullable and container.get(last, 0) is not None:
        container[last] = None
        return True
    names = tuple(str(token) for token in at)
    container[last] = maker.made(member, (*names, str(round_number)) if round_number else names, container)
    return True


def _inner(shape: Shape, token: str | int) -> Shape:
    if isinstance(token, int):
        return shape.item
    return shape.members.get(token) or shape.further(token) or shape
