"""Expansion: the objects that a request wants to see in the place of their ids."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from diorama.capabilities.resources.model import Play, Pointer, Reference
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.making import Making
from diorama.capabilities.resources.playing.places import text_of
from diorama.model.errors import DioramaError
from diorama.ports.exchange import OpenExchange

DEPTH_MAX = 8

NAMES_MAX = 32
"""References that one request names; further ones stay ids."""

OBJECTS_MAX = 10_000
"""Objects that are put into one reply; beyond them ids stay ids."""


class Room:
    """What one reply has room for: objects that are put in, or gone through on the way to what is put in."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = OBJECTS_MAX

    def take(self) -> bool:
        """Whether there is room for one object more, which it then takes."""
        self._left -= 1
        return self._left >= 0


Where = tuple[Mapping[str, str], Room]
"""The levels above, and the room of the reply."""


class Expansion:
    """Expands references of the items of one operation.

    Args:
        making: finds what is referred to.
        kind: of what the items are.
        play: the operation.
    """

    def __init__(self, making: Making, kind: Kind, play: Play) -> None:
        self._making = making
        self._kind = kind
        self._lead = play.item or ()

    def of(self, x: OpenExchange, item: Any, names: Any, scopes: Mapping[str, str], room: Room) -> Any:
        """An item with some of its references expanded.

        Args:
            x: the exchange.
            item: as it is kept.
            names: what the request names: ``customer``, ``data.customer``, ``invoice.charge``; one or several.
            scopes: the levels above the item.
            room: of the reply.
        """
        asked = names if isinstance(names, list) else text_of(names).split(",")
        for name in islice(dict.fromkeys(text_of(one).strip() for one in asked), NAMES_MAX):
            path = tuple(part.removesuffix("[]") for part in name.split(".", DEPTH_MAX) if part)[:DEPTH_MAX]
            if self._lead and path[: len(self._lead)] == self._lead and path[0] not in item:
                path = path[len(self._lead) :]
            if path:
                item = self._expanded(x, self._kind, item, path, (), (scopes, room))
        return item

    def _expanded(self, x: OpenExchange, kind: Kind, value: Any, path: Pointer, at: Pointer, where: Where) -> Any:
        """A value of an item of a kind with the reference at the end of a path expanded."""
        if isinstance(value, list):
            return [self._expanded(x, kind, one, path, at, where) for one in value]
        if not isinstance(value, dict) or not path or path[0] not in value:
            return value
        name, here = path[0], (*at, path[0])
        inner = value[name]
        reference = next((one for one in kind.resource.references if _is_at(one, here)), None)
        target = None if reference is None else self._making.kinds.by_key.get(reference.resource)
        if target is None:
            changed = self._expanded(x, kind, inner, path[1:], here, where)
        elif isinstance(inner, list):
            changed = [self._object(x, target, one, path[1:], where) for one in inner]
        else:
            changed = self._object(x, target, inner, path[1:], where)
        return value if changed is inner else {**value, name: changed}

    def _object(self, x: OpenExchange, target: Kind, value: Any, rest: Pointer, where: Where) -> Any:
        """The object that an id names, itself expanded further; the id where nothing is known of it."""
        scopes, room = where
        if not room.take():
            return value
        if isinstance(value, str | int) and not isinstance(value, bool):
            try:
                row = self._making.known(x, target, scopes, text_of(value))
            except DioramaError:
                row = None
            if row is None:
                return value
            value = row["item"]
        return self._expanded(x, target, value, rest, (), where) if rest else value


def _is_at(reference: Reference, path: Pointer) -> bool:
    return tuple(part for part in reference.field if part != "*") == path
