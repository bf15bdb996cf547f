"""Views: an item as one operation shows it. Most show all of it; some show less, or name things otherwise."""

from __future__ import annotations

from operator import is_
from typing import Any

from msgspec import Raw, Struct

from diorama.capabilities.resources.model import Play
from diorama.capabilities.resources.playing.completion import SERVER, Maker, Wish
from diorama.capabilities.resources.playing.envelopes import Envelope
from diorama.capabilities.resources.playing.kinds import Kind, Row
from diorama.capabilities.resources.playing.listing import Lister
from diorama.capabilities.resources.playing.moments import part_of
from diorama.capabilities.resources.playing.outlets import Encoded, Encodings
from diorama.capabilities.resources.playing.paging import Page
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.selection import Pair, moment_of
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.generation import Setting
from diorama.formats.generation.setting import REFERENCE_US
from diorama.formats.names import canonical
from diorama.formats.schemas import Check
from diorama.ports.exchange import OpenExchange

JOINED_BYTES_MAX = 4 * 1024 * 1024
"""A longer page is not kept for the next who reads it."""


class Joined(Struct):
    """The items of a page.

    Attributes:
        rows: that show them.
        encoded: each of them.
        raw: all of them as JSON.
        check: by which all of them were found right; None while nobody looked.
    """

    rows: list[Row]
    encoded: list[Encoded]
    raw: Raw
    check: Check | None = None

    def holds(self, envelope: Envelope) -> bool:
        """Whether all items are right, where that is enough for the page to be."""
        check = envelope.item_check
        if self.check is check:
            return True
        if not envelope.is_enough or not all(one.holds(check) for one in self.encoded):
            return False
        self.check = check
        self.encoded = []
        return True


class View:
    """Items as one operation shows them.

    Args:
        kind: of what.
        play: the operation.
        encodings: items as JSON.
    """

    __slots__ = ("_encodings", "_kind", "_last", "_play", "_shape")

    def __init__(self, kind: Kind, play: Play, encodings: Encodings) -> None:
        self._kind = kind
        self._play = play
        self._encodings = encodings
        shape = kind.item_shape(play)
        self._shape = None if shape is None or _is_same(shape, kind.shape) else shape
        self._last: Joined | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it shows all of an item as it is kept."""
        return self._shape is None

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
        likenesses = self._encodings.likenesses
        shown = likenesses.of(self, item)
        if shown is None:
            shown = self._made(x, self._shape, pair[0], item)
            likenesses.keep(self, item, shown)
        return shown

    def joined(self, x: OpenExchange, lister: Lister, page: Page) -> Joined:
        """The items of a page as JSON. Those of the last page are kept, since most lists are read more than once."""
        rows = [row for _, row in page.rows]
        last = self._last
        if last is not None and len(rows) == len(last.rows) and all(map(is_, rows, last.rows)):
            return last
        of = self._encodings.of
        if self._shape is None:
            encoded = [of(row["item"]) for row in rows]
        else:
            encoded = [of(self.value(x, pair)) for pair in page.rows]
        raw = lister.joined(page, [one.body for one in encoded])
        last = Joined(rows, encoded, raw)
        self._last = last if sum(len(one.body) for one in encoded) <= JOINED_BYTES_MAX else None
        return last

    def _moment_us(self, item: dict[str, Any]) -> int:
        """When an item last changed, or was made, as it says itself; where it does not, a moment that stands."""
        found: dict[str, int] = {}
        for name in self._kind.shape.settled(item).members:
            part = part_of(name) if name in item else ""
            moment = moment_of(item[name]) if part else None
            if moment is not None:
                found[part] = max(moment, found.get(part, moment))
        return found.get("updated", found.get("created", REFERENCE_US))

    def _made(self, x: OpenExchange, shape: Shape, key: str, item: dict[str, Any]) -> Any:
        """An item by another schema than its own; what that asks for beyond is the same whoever asks, and when."""
        generator = self._kind.document.generator
        now_us = self._moment_us(item)
        maker = Maker(
            generator=generator,
            dice=x.standing_dice(f"resources/view/{self._play.endpoint}/{key}"),
            now_us=now_us,
            thing=self._kind.resource.name,
            lookup=lambda _shape, _id: ABSENT,
        )
        whole, shape = shape, shape.settled(item)
        if item.keys() <= shape.members.keys() and generator.conforms(whole.schema, item):
            return item
        shown = maker.filled(shape, maker.fitting(shape, item, ()), SERVER)
        if generator.conforms(shape.schema, shown):
            return shown
        setting = Setting(thing=maker.thing, given=shown, now_us=now_us)
        made = generator.believable(shape.schema, maker.dice.derive("again"), "reply", setting)
        return made if isinstance(made, dict) and generator.conforms(shape.schema, made) else shown


def _is_same(shape: Shape, other: Shape) -> bool:
    """Whether two schemas show the same of an item."""
    if shape is other:
        return True
    if shape.shows(frozenset(other.rules.anchors)):
        return True
    one, two = shape.settled(), other.settled()
    return bool(one.members) and one.members.keys() == two.members.keys()
