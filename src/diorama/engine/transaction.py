"""The transaction: a working copy of a world, what was read for it and what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diorama.engine.budgets import Budgets, over_budget
from diorama.model.world import Address, Table, World, drop_row, get_row, put_row, weigh
from diorama.ports.operations import (
    TIMERS,
    Append,
    Cas,
    Delete,
    Emit,
    Incr,
    Insert,
    Operation,
    Schedule,
    Set,
    added,
    apply,
)

WHOLE_TABLE = "*"


class LiveTransaction:
    """One exchange's, timer's or control change's transaction (:class:`diorama.ports.transaction.Transaction`).

    Admission comes first: until :meth:`admit`, operations are of the admission group and reads are not tracked,
    because that part never runs again. :meth:`restart` takes the body back and begins it anew on a newer world.

    Attributes:
        origin: the head that it began on; while the head is this very world, nobody came between.
        base: the world that the body reads from: the origin with the admission applied.
        world: the base with this transaction's operations applied.
        admission, operations: the two groups, in order.
        emitted: how many events it emitted.
        scheduled: whether it scheduled timers.
        settled_before: in a replay, whether the origin holds what the admission did already. The admission then runs
            on the world before it, which :attr:`world` is set to, and only says again what was done.
    """

    __slots__ = (
        "_budgets",
        "_observed",
        "admission",
        "admitted",
        "base",
        "emitted",
        "operations",
        "origin",
        "scheduled",
        "settled_before",
        "world",
    )

    def __init__(self, world: World, budgets: Budgets) -> None:
        self.origin = self.base = self.world = world
        self.admission: list[Operation] = []
        self.operations: list[Operation] = []
        self.admitted = self.scheduled = self.settled_before = False
        self.emitted = 0
        self._budgets = budgets
        self._observed: dict[tuple[Address, str], Any] | None = None

    def admit(self) -> None:
        """End the admission: what follows is the body."""
        self.admitted = True
        if self.settled_before:
            self.world = self.origin
        self.base = self.world

    def restart(self, world: World) -> None:
        """Begin the body again on ``world``, which already holds the admission."""
        self.origin = self.base = self.world = world
        self.operations = []
        self.emitted = 0
        self.scheduled = False
        self._observed = None

    def rollback(self) -> None:
        """Take back what the body did. The admission stays, and what was read stays known."""
        if self.admitted:
            self.operations = []
            self.emitted = 0
            self.world = self.base

    @property
    def reads(self) -> tuple[tuple[str, str, str], ...]:
        """(slice, table, key) of all that the body read, in order; ``*`` for a whole table."""
        if not self._observed:
            return ()
        return tuple((address[0], address[1], key) for address, key in self._observed)

    def unchanged(self, world: World) -> bool:
        """Whether all that the body read is the very same in another world."""
        if not self._observed:
            return True
        for (address, key), seen in self._observed.items():
            now = world.tables.get(address) if key == WHOLE_TABLE else get_row(world, address, key)
            if now is not seen:
                return False
        return True

    def reapply(self, world: World) -> World:
        """The world with the body's operations applied to it.

        Raises:
            DioramaError: ``transaction_conflict`` when an operation no longer applies.
        """
        for operation in self.operations:
            world = apply(world, operation)
        return world

    def get(self, address: Address, key: str, default: Any = None) -> Any:
        """The value of a row, or the default."""
        row = get_row(self.world, address, key)
        if self.admitted:
            self._observe(address, key)
        return default if row is None else row[1]

    def has(self, address: Address, key: str) -> bool:
        """Whether the row exists."""
        if self.admitted:
            self._observe(address, key)
        return get_row(self.world, address, key) is not None

    def items(self, address: Address) -> Iterator[tuple[str, Any]]:
        """(key, value) of all rows of a table, in the order of insertion."""
        if self.admitted:
            self._observe(address, WHOLE_TABLE)
        return self.world.table(address).items()

    def table(self, address: Address) -> Table:
        """All rows of a table, the same object while none of them changes."""
        if self.admitted:
            self._observe(address, WHOLE_TABLE)
        return self.world.table(address)

    def count(self, address: Address) -> int:
        """How many rows the table has."""
        if self.admitted:
            self._observe(address, WHOLE_TABLE)
        return len(self.world.table(address).rows)

    def set(self, address: Address, key: str, value: Any) -> None:
        """Give a row a value."""
        self.write(Set(address[0], address[1], key, value), put_row(self.world, address, key, value))

    def insert(self, address: Address, key: str, value: Any) -> None:
        """Add a row that must not exist."""
        if self.admitted:
            self._observe(address, key)
        operation = Insert(address[0], address[1], key, value)
        self.write(operation, apply(self.world, operation))

    def delete(self, address: Address, key: str) -> bool:
        """Remove a row; False when there was none."""
        existed = self.has(address, key)
        if existed:
            self.write(Delete(address[0], address[1], key), drop_row(self.world, address, key))
        return existed

    def incr(self, address: Address, key: str, by: float = 1) -> int | float:
        """Add to a number and return the sum."""
        if self.admitted:
            self._observe(address, key)
        operation = Incr(address[0], address[1], key, by)
        row = get_row(self.world, address, key)
        total: int | float = added(operation, 0 if row is None else row[1])
        self.write(operation, put_row(self.world, address, key, total))
        return total

    def append(self, address: Address, key: str, item: Any) -> None:
        """Put an item at the end of a list."""
        operation = Append(address[0], address[1], key, item)
        self.write(operation, apply(self.world, operation))

    def cas(self, address: Address, key: str, expected: Any, value: Any) -> bool:
        """Set if the row has the expected value; False when it has not."""
        if self.get(address, key) != expected:
            return False
        self.write(Cas(address[0], address[1], key, expected, value), put_row(self.world, address, key, value))
        return True

    def schedule(self, timer: str, due_us: int, name: str, payload: Any = None) -> None:
        """Have a timer fire at a virtual time."""
        waiting = self.world.table(TIMERS).rows
        if len(waiting) >= self._budgets.timers_max and timer not in waiting:
            raise over_budget("timers", self._budgets.timers_max)
        operation = Schedule(timer, due_us, name, payload)
        self.write(operation, apply(self.world, operation))
        self.scheduled = True

    def cancel(self, timer: str) -> bool:
        """Take a timer back; False when there was none."""
        return self.delete(TIMERS, timer)

    def emit(self, event: str, payload: Any = None) -> None:
        """Say that something happened."""
        self.emitted += 1
        if self.emitted > self._budgets.events_max:
            raise over_budget("events in one transaction", self._budgets.events_max)
        weigh(payload)
        self.write(Emit(event, payload), self.world)

    def _observe(self, address: Address, key: str) -> None:
        """Remember what the base held; the transaction's own writes are no reads of the outside."""
        observed = self._observed
        if observed is None:
            observed = self._observed = {}
        place = (address, key)
        if place not in observed:
            base = self.base
            observed[place] = base.tables.get(address) if key == WHOLE_TABLE else get_row(base, address, key)

    def write(self, operation: Operation, world: World) -> None:
        """Do an operation whose outcome the caller has: the world with it applied."""
        growth = world.weight - self.world.weight
        if growth > 0:
            budgets = self._budgets
            if world.weight > budgets.world_bytes_max:
                raise over_budget("bytes of state", budgets.world_bytes_max)
            if growth > budgets.growth_bytes_max:
                raise over_budget("bytes in one row", budgets.growth_bytes_max)
        (self.operations if self.admitted else self.admission).append(operation)
        self.world = world
