"""Believing: the making of a value that reads like a real one.

It makes as any other making does, and asks first what names, descriptions and the facts of the scene say. Whatever that
gives has to be right by the schema; where it is not, the value comes from the dice alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diorama.formats.generation.arrays import array
from diorama.formats.generation.believable.beginnings import begins_at_zero, gone_at_first
from diorama.formats.generation.believable.choices import absence
from diorama.formats.generation.believable.reading import NOTHING, Reader
from diorama.formats.generation.believable.scene import Scene, outermost
from diorama.formats.generation.believable.sequence import Step, count_of, ordered, ruled_out
from diorama.formats.generation.believable.wallet import about_card, allowed, choose, part_of_card, told_by
from diorama.formats.generation.conformance import Direction
from diorama.formats.generation.flattening import Flattener
from diorama.formats.generation.making import Making
from diorama.formats.generation.objects import parts_of
from diorama.formats.generation.options import Options
from diorama.formats.generation.place import Place
from diorama.formats.generation.rules import Rules
from diorama.formats.generation.setting import Setting
from diorama.formats.names import words
from diorama.model.definition import Schema
from diorama.model.pointers import last_token
from diorama.ports.dice import Dice

CROWD = 6
"""Of more optional objects than that, most are options for other kinds of things."""

OPEN_ENDS = (("metadata",), ("labels",), ("tags",), ("annotations",), ("properties",), ("attributes",), ("extra",))
"""Endings of names of maps that belong to clients: nothing stands there that no client wrote."""


class Believing(Making):
    """The making of one believable value.

    Args:
        flattener: of the document's schemas.
        options: what the user and the document say about generated values.
        direction: which properties are left out.
        reader: finds the makers of scalars.
    """

    __slots__ = ("reader",)

    def __init__(self, flattener: Flattener, options: Options, direction: Direction, reader: Reader) -> None:
        super().__init__(flattener, options, direction)
        self.reader = reader

    def whole(self, schema: Schema, dice: Dice, setting: Setting) -> Any:
        """The value."""
        return self.value((schema,), self._place(schema, dice, setting))

    def identifier(self, schema: Schema, dice: Dice, setting: Setting) -> str | int:
        """An id."""
        place = self._place(schema, dice, setting)
        place.name = place.name or "id"
        place.solid = True
        if self.flattener.rules((schema,)).format in {"", "uuid", "guid"}:
            place.reference = setting.thing
        value = self.value((schema,), place)
        return value if isinstance(value, str | int) and not isinstance(value, bool) else dice.uuid4()

    def _place(self, schema: Schema, dice: Dice, setting: Setting) -> Place:
        place = Place(dice, self.options.values_max, name=setting.names[-1] if setting.names else "")
        place.given = setting.given or None
        scene = outermost(setting, dice)
        if not scene.stage.thing:
            scene.stage.thing = scene.words = words(_referred(schema))
        place.scene = scene
        if setting.around and about_card(scene.words, told := told_by(setting.around)):
            choose(scene, (), told)
        return place

    def _scalar(self, form: str, rules: Rules, place: Place) -> Any:
        if place.attempt == 0 and place.scene is not None:  # a further property's name stands in no object
            scene: Scene = place.scene.scattered(place.dice) if place.item else place.scene
            value = self.reader.value(rules, form, place.name, scene, place.dice, place.reference)
            if value is not NOTHING:
                return value
        return super()._scalar(form, rules, place)

    def _nested(self, rules: Rules, place: Place, form: str) -> Any:
        self._enter(rules, 1)
        try:
            return self._object(rules, place) if form == "object" else array(self, rules, place)
        finally:
            self._enter(rules, -1)

    def _object(self, rules: Rules, place: Place) -> dict[str, Any]:
        """An object whose values agree: facts first, then the rest, containers and their counts last."""
        scene: Scene = place.scene.inner(place.dice, place.name, item=place.item, schema=_name_of(rules))
        parts = self._parts(rules, place, scene)
        given = place.given or {}
        self._card(rules, parts, given, scene)
        steps = self._left(rules, parts, place)
        heavy = len(steps) - sum(step.scalar for step in steps)
        share = (place.budget - len(parts)) / (heavy or 1)
        light = 1 if share > 0 else share
        result: dict[str, Any] = {}
        for step in steps:
            name, part = step.name, step.part
            if name in given:
                result[name] = given[name]
                continue
            if not step.scalar and place.attempt == 0 and ruled_out(name, parts, result, rules.required):
                continue
            failed = self.failed
            value = scene.repeated(name) if step.scalar and scene.stage.identities else None
            if value is None or not self.right(part, value):
                child = place.child(name, light if step.scalar else share, step.read)
                child.scene = scene
                if step.gone:
                    child.lean = True
                value = self.by_rules(part, child)
            if self.failed > failed and name not in rules.required and len(parts) > rules.min_properties:
                self.failed = failed
                continue
            result[name] = value
            if step.scalar:
                scene.learn(step.read, value)
            else:
                count_of(name, value, scene)
        return {name: result[name] for name in parts if name in result}

    def _card(self, rules: Rules, parts: dict[str, Rules], given: Mapping[str, Any], scene: Scene) -> None:
        """Settle on a card that all its parts can be of, before one of them is made."""
        key = (id(rules), scene.words)
        cards = self.reader.cards.get(key)
        if cards is None:
            named = {part: rules for name, rules in parts.items() if (part := part_of_card(name))}
            cards = allowed(named) if about_card(scene.words, named) else ()
            self.reader.cards[key] = cards
        if cards:
            choose(scene, cards, told_by(given))

    def _steps(self, rules: Rules, parts: dict[str, Rules]) -> list[Step]:
        """The properties that are made in the order of making; that of the listed ones is worked out once."""
        plan = self.reader.plans.get(id(rules))
        if plan is None:
            listed = {member.name: member.rules for member in self.flattener.members(rules)}
            plan = self.reader.plans[id(rules)] = ordered(listed)
        steps = [step for step in plan if step.name in parts]
        if len(steps) < len(parts):
            known = {step.name for step in steps}
            steps += ordered({name: part for name, part in parts.items() if name not in known})
        return steps

    def _parts(self, rules: Rules, place: Place, scene: Scene) -> dict[str, Rules]:
        """The properties that may be made, in the document's order, with those that stand already."""
        parts = parts_of(self, rules, place, ordered=False)
        given = place.given or {}
        for name in given:
            scene.learn(name, given[name])
            sources = rules.sources_of(name)
            if name not in parts and sources is not None and not (rules.closed and name not in rules.names()):
                part = self.flattener.rules(sources)
                if self.travels(part) and not part.impossible:
                    parts[name] = part
        self._uninvited(rules, place, parts)
        return parts

    def _left(self, rules: Rules, parts: dict[str, Rules], place: Place) -> list[Step]:
        """What is made, in order; optional parts that have no place while all is well are taken out here."""
        steps = self._steps(rules, parts)
        required, given = rules.required, place.given or ()
        crowded = sum(not step.scalar and step.name not in required for step in steps) > CROWD
        left: list[Step] = []
        is_new = place.scene.stage.is_new
        for step in steps:
            probability = step.gone
            if is_new:
                probability = 1.0 if gone_at_first(step.name) else 0.0 if begins_at_zero(step.name) else probability
            if not step.scalar:
                probability = max(probability, 0.8 if crowded else 0.5 if place.depth > 2 else 0.0)
            name = step.name
            if (
                probability
                and name not in required
                and name not in given
                and len(parts) > rules.min_properties
                and not self._needed(rules, name)
                and place.dice.derive("?" + name).chance(probability)
            ):
                del parts[name]
                continue
            left.append(step)
        return left

    def _uninvited(self, rules: Rules, place: Place, parts: dict[str, Rules]) -> None:
        """Take out made-up properties where the document describes none, and where only clients would write some."""
        described = any(isinstance(frame.additional, dict) or frame.patterns for frame in rules.frames)
        if described and words(place.name)[-1:] not in OPEN_ENDS:
            return
        kept = {*rules.names(), *rules.required, *(place.given or {})}
        for name in list(parts):
            if name not in kept and len(parts) > rules.min_properties and not self._needed(rules, name):
                del parts[name]

    def _needed(self, rules: Rules, name: str) -> bool:
        """Whether other properties depend on this one."""
        return any(name in needed for needed in rules.dependent_required.values())

    def _null_probability(self, rules: Rules, place: Place) -> float:
        if place.solid or place.item:
            return 0.0
        if place.scene is not None and place.scene.stage.is_new and gone_at_first(place.name):
            return 1.0
        if rules.scalar:
            return absence(place.name, whole=False, depth=place.depth)
        return absence(place.name, whole=not any(choice_has_scalar(rules)), depth=place.depth)

    def _picked(self, rules: Rules, fitting: list[Any], place: Place) -> Any:
        solid = [value for value in fitting if value is not None]
        if not solid:
            return None
        if len(solid) < len(fitting) and place.dice.chance(self._null_probability(rules, place)):
            return None
        if place.attempt:
            return place.dice.choice(solid)
        scene = place.scene.scattered(place.dice) if place.item else place.scene
        return self.reader.listed(rules, solid, place.name, scene, place.dice)

    def _favourite(self, rules: Rules, ways: list[Rules], place: Place) -> Rules:
        """Where an id or the whole thing may stand, the id; of several kinds of things one that there is."""
        if place.given:
            fit = [way for way in ways if self._takes(way, place)]
            ways = fit or ways
        scalars = [way for way in ways if way.scalar]
        if scalars and len(scalars) < len(ways):
            whole = [way for way in ways if not way.scalar and not _deleted(way)]
            objects = (_referred(source) for way in whole for source in reversed(way.sources))
            place.reference = next(filter(None, objects), "") if scalars[0].types == ("string",) else ""
            return scalars[0]
        alive = [way for way in ways if not _deleted(way)] or ways
        return alive[place.dice.below(len(alive))]

    def _takes(self, way: Rules, place: Place) -> bool:
        """Whether an alternative allows the properties that stand already."""
        for name, value in (place.given or {}).items():
            sources = way.sources_of(name) if way.frames else (True,)
            if sources is None or not self.right(self.flattener.rules(sources), value):
                return False
        return True


def _referred(schema: Schema) -> str:
    """The name of the schema that one refers to, or empty."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        return last_token(schema["$ref"])
    return ""


def _name_of(rules: Rules) -> str:
    return next(filter(None, map(_referred, reversed(rules.sources))), "")


def choice_has_scalar(rules: Rules) -> list[bool]:
    """For each open decision, whether a scalar other than null is among its alternatives."""
    return [
        any(
            isinstance(schema, dict) and schema.get("type") not in {None, "null", "object", "array"}
            for alternative in choice.alternatives
            for schema in alternative
        )
        for choice in rules.choices
    ]


def _deleted(way: Rules) -> bool:
    """Whether an alternative is what is left of a deleted thing."""
    return any("deleted" in frame.properties for frame in way.frames) and "deleted" in way.required
