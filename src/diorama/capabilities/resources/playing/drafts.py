"""Drafts: what becomes of a new item's properties, worked out once for all requests that write the same ones.

Most items lie below nothing and refer to nothing, and clients write the same few properties of each. What each property
gets is then known before its value is. Whatever is less plain is made the long way, to the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from diorama.capabilities.resources.playing.completion import Maker, Step, Wish, steps_of
from diorama.capabilities.resources.playing.kinds import Kind, Row
from diorama.capabilities.resources.playing.making import Making
from diorama.capabilities.resources.playing.moments import written as moment
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.repair import repaired
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.ports.dice import Dice
from diorama.ports.exchange import OpenExchange

REMEMBERED_MAX = 1_000

NOTHING_ABOVE: dict[str, str] = {}


class Part(Struct, frozen=True):
    """One property of a new item.

    Attributes:
        name: of the property.
        shape: of its value.
        is_id: whether it is the item's id.
        is_written: whether the client wrote it.
        default: what the request's schema says where the client did not; ABSENT for nothing.
        plain, plain_items: types of values, and of items of arrays, that stand as they are.
        step: what is done when nothing is written; None leaves it out.
    """

    name: str
    shape: Shape
    is_id: bool
    is_written: bool
    default: Any
    plain: frozenset[type]
    plain_items: frozenset[type]
    step: Step | None


class Drafts:
    """Makes the items of one CREATE.

    Args:
        kind: of what.
        making: makes what has to be made.
        defaults: what the request's schema says of properties that are left out.
    """

    __slots__ = ("_defaults", "_fixed", "_is_plain", "_kind", "_known", "_making", "_wish")

    def __init__(self, kind: Kind, making: Making, defaults: Mapping[str, Any]) -> None:
        self._kind = kind
        self._making = making
        self._defaults = defaults
        self._known: dict[tuple[str, ...], tuple[Part, ...] | None] = {}
        self._fixed = kind.resource.id_field
        self._wish = Wish(settable=kind.settable)
        resource = kind.resource
        self._is_plain = not (kind.home or resource.references or kind.shape.alternatives) and (
            len(resource.id_field) == 1 and resource.id_field[0] in kind.shape.members
        )

    def made(self, x: OpenExchange, written: Mapping[str, Any], item_id: str) -> Any:
        """The row of a new item, which is kept.

        Args:
            x: the exchange.
            written: what the client wrote.
            item_id: when it is chosen already.

        Returns:
            None when no item can be right by its schema; ABSENT, and nothing was done, when it has to be made the long
            way.

        Raises:
            DioramaError: ``resource_exists``.
        """
        if not self._is_plain:
            return ABSENT
        names = tuple(written)
        try:
            parts = self._known[names]
        except KeyError:
            parts = self._parts(names)
            if len(self._known) < REMEMBERED_MAX:
                self._known[names] = parts
        if parts is None:
            return ABSENT
        dice = x.dice.derive("item")
        kind = self._kind
        item_id, id_value = self._making.identified(x, kind, NOTHING_ABOVE, written, dice, item_id)
        maker = partial(self._maker, x, dice, item_id)
        given = partial(self._given, written, id_value, maker)
        item: Any = {}
        for part in parts:
            value = id_value if part.is_id else written[part.name] if part.is_written else part.default
            if type(value) in part.plain:
                item[part.name] = value
                continue
            if value is not ABSENT:
                value = self._fitted(part, value, maker)
            if value is not ABSENT:
                item[part.name] = value
            elif part.step is not None and part.step.act == "time":
                item[part.name] = moment(x.clock_us, part.step.form)
            elif part.step is not None:
                item[part.name] = self._stepped(part.step, item, given, maker)
        if not kind.check.holds(item):
            item = repaired(kind.check, kind.shape, item, maker(), {name: item[name] for name in self._fixed})
            if item is None:
                return None
        row: Row = {"item": item, "in": {}}
        x.tx.insert(kind.address, kind.key(NOTHING_ABOVE, item_id), row)
        return row

    def _fitted(self, part: Part, value: Any, maker: Callable[[], Maker]) -> Any:
        """What is written as the schema has it; ABSENT when nothing of it fits."""
        if type(value) is list and part.plain_items and all(type(one) in part.plain_items for one in value):
            return list(value)
        return maker().fitted(part.shape, value, (part.name,))

    def _stepped(
        self, step: Step, item: Mapping[str, Any], given: Callable[[], dict[str, Any]], maker: Callable[[], Maker]
    ) -> Any:
        """What stands where nobody wrote anything that fits."""
        if step.act == "constant":
            return step.constant
        # A number that may be a part of another one asks what is written.
        return maker().absent(step, item, {} if step.constant is None else given(), ())

    def _given(self, written: Mapping[str, Any], id_value: Any, maker: Callable[[], Maker]) -> dict[str, Any]:
        """All that is written, as the schema has it."""
        kind = self._kind
        own = {name: value for name, value in written.items() if not kind.settable or kind.takes(name)}
        whole = {**self._defaults, **own, kind.resource.id_field[0]: id_value}
        return maker().fitting(kind.shape, whole, ())

    def _maker(self, x: OpenExchange, dice: Dice, item_id: str) -> Maker:
        maker = self._making.maker(x, self._kind, dice, NOTHING_ABOVE)
        maker.address = partial(self._kind.path, x.root_path, NOTHING_ABOVE, item_id)
        return maker

    def _parts(self, names: tuple[str, ...]) -> tuple[Part, ...] | None:
        """What becomes of an item of which some properties are written; None when that cannot be told beforehand."""
        kind = self._kind
        shape = kind.shape
        id_name = kind.resource.id_field[0]
        own = [name for name in names if not kind.settable or kind.takes(name)]
        if id_name in own or any(name not in shape.members for name in (*own, *self._defaults)):
            return None
        parts = []
        for name, step in steps_of(shape, self._wish):
            is_written, default = name in own, self._defaults.get(name, ABSENT)
            member = shape.members[name]
            parts.append(
                Part(name, member, name == id_name, is_written, default, member.plain, member.plain_items, step)
            )
        return tuple(parts)
