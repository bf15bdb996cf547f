"""World: all that a sandbox holds and a request can change, as one immutable value.

A world is a persistent map from (slice, table) to :class:`Table`. A snapshot or a fork is a second reference to
it. Persistent maps iterate in hash order, which differs between processes, so a table carries its own order and
nothing ever iterates its rows directly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from immutables import Map
from msgspec import Struct

Address = tuple[str, str]
"""(slice, table). Capabilities keep theirs as constants, so that no request builds one."""


class Table(Struct, frozen=True, gc=False):
    """Rows that remember the order in which they were inserted.

    Attributes:
        rows: key to (position, value). Values are JSON values and are never changed in place.
        order: position to key.
        next: the position that the next new key gets. It is not stored: after recovery it is the one behind the last
            row, so the position of a last row that was deleted comes again, and a table without rows is gone.
            Positions order rows and are nobody's address, so the order is the same either way.
    """

    rows: Map[str, tuple[int, Any]]
    order: Map[int, str]
    next: int

    def items(self) -> Iterator[tuple[str, Any]]:
        """(key, value) in the order of insertion."""
        rows = self.rows
        order = self.order
        # Where no row was ever deleted, the positions are known without looking.
        for position in range(self.next) if len(order) == self.next else sorted(order):
            key = order[position]
            yield key, rows[key][1]


EMPTY_TABLE = Table(Map(), Map(), 0)


class World(Struct, frozen=True, gc=False):
    """One moment of a sandbox.

    Attributes:
        tables: all that it holds, by address.
        weight: an estimate of its size in bytes, for the sandbox's budget.
    """

    tables: Map[Address, Table]
    weight: int = 0

    def table(self, address: Address) -> Table:
        """The table at an address; an empty one when nothing was ever written there."""
        return self.tables.get(address, EMPTY_TABLE)

    def addresses(self) -> list[Address]:
        """The addresses of all tables, sorted."""
        return sorted(self.tables)


EMPTY_WORLD = World(Map())


_PLAIN: tuple[Any, ...] = (str, int, float, bytes, dict, list, tuple)


def weigh(value: Any) -> int:
    """A stable estimate of what a value costs, in bytes: the same on every platform and in every process.

    It looks at all of a value, so it also sees to it that a world holds nothing that could not be stored.

    Raises:
        TypeError: when something in it is neither a JSON value nor a Struct.
        ValueError: when a number is not finite, or a text holds half a surrogate pair.
    """
    kind = type(value)
    if kind is str:
        return 56 + (len(value) if value.isascii() else len(value.encode("utf-8")))
    if kind is int or kind is bool or value is None:
        return 32
    if kind is dict:
        weight = 72
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"a {type(key).__name__} is no key of a JSON object")
            # The commonest members are weighed here, because a call costs as much as all else that is done for them.
            weight += 80 + (len(key) if key.isascii() else len(key.encode("utf-8")))
            weight += 56 + len(item) if type(item) is str and item.isascii() else weigh(item)
        return weight
    if kind is list or kind is tuple:
        return 56 + 8 * len(value) + sum(map(weigh, value))
    if kind is float:
        if not isfinite(value):
            raise ValueError(f"{value} is no JSON number")
        return 32
    if kind is bytes:
        return 40 + len(value)
    if isinstance(value, Struct):
        return 56 + sum(8 + weigh(getattr(value, name)) for name in value.__struct_fields__)
    for plain in _PLAIN:  # a value of a subclass, an enumeration's for example
        if isinstance(value, plain):
            return weigh(plain(value))
    raise TypeError(f"a {kind.__name__} is no JSON value")


def row_weight(key: str, value: Any) -> int:
    """What a row adds to a world's weight; raises what :func:`weigh` raises."""
    return 40 + weigh(key) + weigh(value)


def get_row(world: World, address: Address, key: str) -> tuple[int, Any] | None:
    """(position, value) of a row, or None."""
    table = world.tables.get(address)
    return None if table is None else table.rows.get(key)


def put_row(world: World, address: Address, key: str, value: Any) -> World:
    """The world with a row set: a known key keeps its position, a new one is put last."""
    table = world.tables.get(address, EMPTY_TABLE)
    old = table.rows.get(key)
    if old is None:
        position = table.next
        table = Table(table.rows.set(key, (position, value)), table.order.set(position, key), position + 1)
        weight = world.weight + row_weight(key, value)
    else:
        table = Table(table.rows.set(key, (old[0], value)), table.order, table.next)
        weight = world.weight
        if type(value) is not int or type(old[1]) is not int:
            weight += weigh(value) - weigh(old[1])
    return World(world.tables.set(address, table), weight)


def put_rows(world: World, address: Address, values: Mapping[str, int]) -> World:
    """The world with whole numbers set in rows that are there and hold such, all at once."""
    if not values:
        return world
    table = world.table(address)
    with table.rows.mutate() as rows:
        for key, value in values.items():
            rows[key] = (rows[key][0], value)
        changed = rows.finish()
    return World(world.tables.set(address, Table(changed, table.order, table.next)), world.weight)


def drop_row(world: World, address: Address, key: str) -> World:
    """The world without a row; the same world when there was none."""
    table = world.tables.get(address)
    old = None if table is None else table.rows.get(key)
    if table is None or old is None:
        return world
    table = Table(table.rows.delete(key), table.order.delete(old[0]), table.next)
    return World(world.tables.set(address, table), world.weight - row_weight(key, old[1]))
