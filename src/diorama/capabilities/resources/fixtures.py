"""Fixtures: the items that a project gives, looked at before anybody misses what could not be kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from diorama.capabilities.resources.model import Inference
from diorama.capabilities.resources.playing.coercion import scalar
from diorama.capabilities.resources.playing.completion import Maker, Wish
from diorama.capabilities.resources.playing.kinds import Kind, Kinds, scope_key
from diorama.capabilities.resources.playing.places import ABSENT, occurrences, text_of, value_at
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.formats.names import canonical
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError
from diorama.model.pointers import pointer_of
from diorama.ports.capability import CompileContext
from diorama.ports.dice import Dice

FINDINGS_MAX = 100
FAULTS_MAX = 10
_KEY = bytes(32)
_MOMENT_US = 1_768_435_200_000_000  # 2026-01-15; any will do, because what is made here is thrown away

Way = tuple[str | int, ...]


def check_fixtures(inference: Inference, spec: ResourcesSpec, context: CompileContext) -> None:
    """Leave a finding for each value of a fixture that the sandbox cannot show as it is given.

    Raises:
        DioramaError: ``project_invalid`` for an item without form, and for an id that cannot be one or stands twice.
    """
    if not spec.fixtures:
        return
    kinds, stocks = Kinds(inference, context, spec), _Stocks()
    checked: list[Finding] = []
    for name, items in spec.fixtures.items():
        found = [kind for kind in kinds.by_key.values() if kind.resource.name == name]
        if not found:
            message = f"{name!r} is answered from examples, so that its fixtures are never shown"
            hint = "See `diorama inspect` for the reason, or switch it on under resources.overrides."
            checked.append(_finding((name,), message, hint))
        for kind in found:
            _check_ids(kind, items)
            for number, item in enumerate(items):
                if len(checked) < FINDINGS_MAX:
                    checked.extend(_of_item(kinds, stocks, kind, number, item))
    if len(checked) > FINDINGS_MAX:
        checked[FINDINGS_MAX:] = [Finding(f"only the first {FINDINGS_MAX} findings about fixtures are listed")]
    context.findings.extend(checked)


# Ids, without which an item is lost.


def _check_ids(kind: Kind, items: Sequence[Any]) -> None:
    """Refuse items that are no objects, and ids that the document does not allow or that stand twice."""
    held: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            raise _invalid(
                kind, (number,), f"item {number + 1} is no object", "Write its properties, each with a value."
            )
        field = kind.resource.id_field
        value = value_at(item, field, ABSENT) if field else ABSENT
        if value is ABSENT or kind.resource.singleton:
            continue
        _check_id(kind, number, value)
        levels = tuple(_level(kind, item, key) for key in kind.identity)
        for other, others in held.get(text_of(value), ()):
            if all(one == two or not one or not two for one, two in zip(levels, others, strict=True)):
                raise _invalid(
                    kind,
                    (number, *field),
                    f"item {number + 1} has the id {text_of(value)[:80]!r}, which item {other + 1} has, too",
                    "Give one of them another id.",
                )
        held.setdefault(text_of(value), []).append((number, levels))


def _check_id(kind: Kind, number: int, value: Any) -> None:
    field, shape = kind.resource.id_field, kind.id_shape
    name = ".".join(field)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        what = f"item {number + 1} has no text and no number as its {name}"
        raise _invalid(kind, (number, *field), what, "Give it one, or leave it out: the sandbox makes one then.")
    if shape is None:
        return
    fitting = scalar(value, shape)
    check = kind.document.schemas.check(shape.schema)
    if fitting is ABSENT or not check.holds(fitting):
        told = check.faults(value if fitting is ABSENT else fitting, name, most=1)
        why = told[0].message if told else "the document does not allow it"
        what = f"item {number + 1} has the {name} {text_of(value)[:80]!r}, which cannot be one: {why}"
        raise _invalid(kind, (number, *field), what, "Correct it, or leave it out: the sandbox makes one then.")


def _level(kind: Kind, item: dict[str, Any], key: str) -> str:
    """What an item says of a level above; empty when it says nothing."""
    for scope in kind.home:
        if scope_key(scope) == key and scope.field:
            value = value_at(item, scope.field)
            return text_of(value) if isinstance(value, str | int) else ""
    return ""


# What else is lost.


def _of_item(kinds: Kinds, stocks: _Stocks, kind: Kind, number: int, item: dict[str, Any]) -> Iterator[Finding]:
    name = kind.resource.name
    if kind.resource.singleton and number:
        hint = "Leave the others out."
        yield _finding(
            (name, number), f"there is only one {kind.label}, so that item {number + 1} is never shown", hint
        )
        return
    looked_up: list[tuple[Shape, str]] = []

    def lookup(shape: Shape, item_id: str) -> Any:
        looked_up.append((shape, item_id))
        return {}

    document = kind.document
    maker = Maker(document.generator, Dice(_KEY), _MOMENT_US, name, lookup)
    shape = kind.settled(item)
    fitting = maker.fitting(shape, item, ())
    lost = dict.fromkeys(_lost(item, fitting))
    for way in lost:
        yield _finding((name, number, *way), *_why_lost(kind, shape, number, item, way))
    # The id is checked before, and where an object will stand in the place of an id there is none yet.
    excused = {known for known, value in fitting.items() if looked_up and value in ({}, [{}])}
    excused.update(kind.resource.id_field[:1])
    whole = maker.filled(shape, fitting, Wish(settable=kind.settable, rich=True))
    if not kind.check.holds(whole):
        for fault in kind.check.faults(whole, "the item", most=FAULTS_MAX):
            if fault.at and fault.at[0] in fitting and fault.at[0] not in excused and fault.rule != "required":
                hint = "Correct it: the sandbox shows another value in its place, or none."
                way = (_spelt(item, str(fault.at[0])), *fault.at[1:])
                yield _finding((name, number, *way), f"item {number + 1}: {fault.message}", hint)
    yield from _nowhere(kinds, stocks, kind, number, item, looked_up)


def _spelt(item: dict[str, Any], known: str) -> str:
    """A property's name as the fixture writes it."""
    if known in item:
        return known
    return next((name for name in item if canonical(name) in (canonical(known), canonical(known) + "id")), known)


def _lost(given: Any, kept: Any, way: Way = ()) -> Iterator[Way]:
    """Where something is given of which nothing was kept."""
    if isinstance(given, dict) and isinstance(kept, dict):
        spelt = {canonical(name): name for name in kept}
        for name, value in given.items():
            letters = canonical(name)
            known = name if name in kept else spelt.get(letters, spelt.get(letters.removesuffix("id"), ""))
            if known not in kept:
                yield (*way, name)
            else:
                yield from _lost(value, kept[known], (*way, name))
    elif isinstance(given, list) and isinstance(kept, list):
        if len(given) != len(kept):
            yield way
        else:
            for index, (one, other) in enumerate(zip(given, kept, strict=True)):
                yield from _lost(one, other, (*way, index))


def _why_lost(kind: Kind, shape: Shape, number: int, item: dict[str, Any], way: Way) -> tuple[str, str]:
    """(what is wrong, what to do) about a place of which nothing can be kept."""
    around: Any = shape
    value: Any = item
    for step in way[:-1]:
        around = around.item if isinstance(step, int) else around.members.get(str(step), around)
        value = value[step]
        around = around.settled(value)
    last = way[-1]
    known = list(around.members)
    named = isinstance(last, int) or any(canonical(one) == canonical(str(last)) for one in known)
    if not named:
        near = get_close_matches(str(last), known, 1)
        hint = f"Is it {near[0]}?" if near else f"Known are: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}."
        return f"item {number + 1}: {str(last)[:80]!r} is no property of {kind.label}, so that it is left out", hint
    member = around.item if isinstance(last, int) else around.members.get(last)
    told = [] if member is None else kind.document.schemas.check(member.schema).faults(value[last], str(last), most=1)
    why = told[0].message if told else f"{last} cannot have this value"
    return f"item {number + 1}: {why}, so that it is not taken", "Correct the value."


# What it names.


def _nowhere(
    kinds: Kinds,
    stocks: _Stocks,
    kind: Kind,
    number: int,
    item: dict[str, Any],
    looked_up: Sequence[tuple[Shape, str]],
) -> Iterator[Finding]:
    """Findings about things that an item names and that are not there at first."""
    name = kind.resource.name
    for scope, parent in kinds.parents(kind.home):
        value = value_at(item, scope.field) if scope.field else None
        if parent is None or parent is kind or isinstance(value, bool) or not isinstance(value, str | int):
            continue
        if stocks.lacks(parent, text_of(value)):
            message = f"item {number + 1} lies below {parent.label} {text_of(value)[:80]!r}, and there is none at first"
            hint = f"Nobody sees it there; give fixtures for {parent.resource.name}, too, or correct the name."
            yield _finding((name, number, *scope.field), message, hint)
    for reference in kind.resource.references:
        target = kinds.by_key.get(reference.resource)
        if not (reference.certain and reference.field and target is not None):
            continue
        for value in occurrences(item, reference.field):
            if isinstance(value, str | int) and not isinstance(value, bool) and stocks.lacks(target, text_of(value)):
                yield _unreferred(kind, target, number, text_of(value), reference.field[:1])
    told = {one.resource for one in kind.resource.references if one.certain}
    for shape, item_id in looked_up:
        target = kinds.of_shape(shape)
        if target is not None and target.resource.key not in told and stocks.lacks(target, item_id):
            yield _unreferred(kind, target, number, item_id, ())


def _unreferred(kind: Kind, target: Kind, number: int, item_id: str, field: tuple[str, ...]) -> Finding:
    message = f"item {number + 1} names {target.label} {item_id[:80]!r}, and there is none at first"
    hint = f"Give fixtures for {target.resource.name}, too, or correct the id."
    return _finding((kind.resource.name, number, *field), message, hint)


class _Stocks:
    """The ids of what is there at first, gathered once for each resource."""

    def __init__(self) -> None:
        self._ids: dict[str, frozenset[str] | None] = {}

    def lacks(self, kind: Kind, item_id: str) -> bool:
        """Whether nothing of that id is there at first, as far as that can be told before anything was made."""
        key = kind.resource.key
        if key not in self._ids:
            self._ids[key] = self._told(kind)
        ids = self._ids[key]
        return ids is not None and item_id not in ids

    def _told(self, kind: Kind) -> frozenset[str] | None:
        """All ids; None where some of them are made."""
        if kind.unknown_ids == "make" or kind.generates:
            return None
        ids = frozenset(kind.id_of(item) for item in kind.stock)
        return None if "" in ids else ids


# Words.


def _finding(way: Way, message: str, hint: str) -> Finding:
    return Finding(message, pointer=_pointer(way), hint=hint)


def _pointer(way: Way) -> str:
    return pointer_of(["resources", "fixtures", *way])


def _invalid(kind: Kind, way: Way, message: str, hint: str) -> DioramaError:
    name = kind.resource.name
    return DioramaError(
        "project_invalid", f"The fixtures of {name!r}: {message}.", hint, {"pointer": _pointer((name, *way))}
    )
