"""Identities: ids whose schemas leave nothing to decide, made without a search.

Most ids are of one type, are not listed and are offered nowhere. What makes them is found once for each schema and
thing, so that an id costs little more than its dice. It is the same id that the search would lead to.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.formats.generation.believable.reading import NOTHING, Reader
from diorama.formats.generation.believable.scene import Scene, outermost
from diorama.formats.generation.believable.subject import Maker, fitting, limited
from diorama.formats.generation.flattening import Flattener
from diorama.formats.generation.options import Options
from diorama.formats.generation.rules import Rules
from diorama.formats.generation.setting import REFERENCE_US, Setting
from diorama.model.definition import Schema
from diorama.ports.dice import Dice

REMEMBERED_MAX = 10_000


class Identity(Struct):
    """What makes the ids of one thing.

    Attributes:
        make: makes one.
        scene: around it, cleared before each.
        limits: that its schema has beyond the type; None for none.
    """

    make: Maker
    scene: Scene
    limits: Rules | None


class Identities:
    """Makes ids.

    Args:
        flattener: of the document's schemas.
        options: what the user and the document say about generated values.
        reader: finds the makers of scalars.
    """

    __slots__ = ("_flattener", "_known", "_options", "_reader")

    def __init__(self, flattener: Flattener, options: Options, reader: Reader) -> None:
        self._flattener = flattener
        self._options = options
        self._reader = reader
        self._known: dict[tuple[int, tuple[str, ...], str, str], Identity | None] = {}

    def made(self, schema: Schema, dice: Dice, setting: Setting) -> Any:
        """An id; NOTHING where it has to be searched for.

        Args:
            schema: of the id; must live as long as this.
            dice: where chance comes from. It may have been drawn from when NOTHING comes back.
            setting: what the id is of and how it is called; nothing stands around it.
        """
        key = (id(schema), setting.names, setting.thing, setting.locale)
        try:
            found = self._known[key]
        except KeyError:
            found = self._found(schema, setting, dice)
            if len(self._known) < REMEMBERED_MAX:
                self._known[key] = found
        if found is None:
            return NOTHING
        scene: Scene | None = found.scene
        while scene is not None:  # an id of its own has dice of its own, and facts
            scene.dice = dice
            scene.facts = {}
            scene = scene.parent
        found.scene.stage.now_us = setting.now_us or REFERENCE_US
        value = found.make(found.scene, dice)
        if not isinstance(value, str | int) or isinstance(value, bool):
            return NOTHING
        return NOTHING if found.limits is not None and not fitting(found.limits, value) else value

    def _found(self, schema: Schema, setting: Setting, dice: Dice) -> Identity | None:
        """What makes the ids of a schema; None where that has to be searched for each time."""
        rules, options = self._flattener.rules((schema,)), self._options
        is_offered = (rules.samples and options.use_examples_value) or (rules.defaults and options.use_default_value)
        is_open = rules.checked or rules.impossible or rules.values is not None or rules.choices
        if is_offered or is_open or rules.types not in (("string",), ("integer",)) or not setting.thing:
            return None
        scene = outermost(setting, dice)
        name = setting.names[-1] if setting.names else "id"
        reference = setting.thing if rules.format in {"", "uuid", "guid"} else ""
        make = self._reader.maker(rules, rules.types[0], name, scene.words, reference)
        return None if make is None else Identity(make, scene, rules if limited(rules) else None)
