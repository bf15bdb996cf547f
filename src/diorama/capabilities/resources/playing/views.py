"""Views: an item as one operation shows it. Most show all of it; some show less, or name things otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Raw

from diorama.capabilities.resources.model import Play
from diorama.capabilities.resources.names import canonical
from diorama.capabilities.resources.playing.completion import SERVER, Maker, Wish
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.outlets import Encodings
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.selection import Pair
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.generation import Setting
from diorama.ports.exchange import OpenExchange

KNOWN_MAX = 10_000

DEPTH_MAX = 3
"""Choices within choices that are looked into for the schema of an item."""


class View:
    """Items as one operation shows them.

    Args:
        kind: of what.
        play: the operation.
        encodings: items as JSON.
    """

    __slots__ = ("_encodings", "_kind", "_known", "_play", "_shape")

    def __init__(self, kind: Kind, play: Play, encodings: Encodings) -> None:
        self._kind = kind
        self._play = play
        self._encodings = encodings
        shape = kind.item_shape(play)
        self._shape = None if shape is None or _is_same(shape, kind.shape) else shape
        self._known: dict[int, tuple[Any, Any]] = {}

    def seen(self, given: dict[str, Any], maker: Maker) -> dict[str, Any]:
        """What is given of a new item, with what this operation will tell of it beyond the item's own schema."""
        if self._shape is None:
            return given
        shape = self._shape.settled(given)
        told = maker.filled(shape, maker.fitting(shape, given, ()), Wish(settable=self._kind.settable))
        known = {canonical(name) for name in given}
        return given | {
            name: value for name, value in told.items() if value is not None and canonical(name) not in known
        }

    def value(self, x: OpenExchange, pair: Pair) -> Any:
        """An item."""
        item = pair[1]["item"]
        if self._shape is None:
            return item
        known = self._known.get(id(item))
        if known is not None and known[0] is item:
            return known[1]
        shown = self._made(x, self._shape, pair[0], item)
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[id(item)] = (item, shown)
        return shown

    def encoded(self, x: OpenExchange, pair: Pair) -> Raw:
        """An item as JSON."""
        return self._encodings.of(self.value(x, pair))

    def encoded_all(self, x: OpenExchange, pairs: Sequence[Pair]) -> list[Raw]:
        """Several items as JSON."""
        if self._shape is not None:
            return [self.encoded(x, pair) for pair in pairs]
        encoded = self._encodings.of
        return [encoded(row["item"]) for _, row in pairs]

    def _made(self, x: OpenExchange, shape: Shape, key: str, item: dict[str, Any]) -> Any:
        """An item by another schema than its own; what that asks for beyond is the same each time."""
        generator = self._kind.document.generator
        maker = Maker(
            generator=generator,
            dice=x.standing_dice(f"resources/view/{self._play.endpoint}/{key}"),
            now_us=x.clock_us,
            thing=self._kind.resource.name,
            lookup=lambda _shape, _id: ABSENT,
        )
        whole, shape = shape, shape.settled(item)
        if item.keys() <= shape.members.keys() and generator.conforms(whole.schema, item):
            return item
        shown = maker.filled(shape, maker.fitting(shape, item, ()), SERVER)
        if generator.conforms(shape.schema, shown):
            return shown
        setting = Setting(thing=maker.thing, given=shown, now_us=x.clock_us)
        made = generator.believable(shape.schema, maker.dice.derive("again"), "reply", setting)
        return made if isinstance(made, dict) and generator.conforms(shape.schema, made) else shown


def _is_same(shape: Shape, other: Shape) -> bool:
    """Whether two schemas show the same of an item."""
    if shape is other:
        return True
    if _shows(shape, frozenset(other.rules.anchors)):
        return True
    one, two = shape.settled(), other.settled()
    return bool(one.members) and one.members.keys() == two.members.keys()


def _shows(shape: Shape, anchors: frozenset[int], depth: int = 0) -> bool:
    """Whether a schema, or one of its alternatives, is the one that others know by their anchors."""
    if anchors.intersection(shape.rules.anchors):
        return True
    return depth < DEPTH_MAX and any(_shows(one, anchors, depth + 1) for one in shape.alternatives)
