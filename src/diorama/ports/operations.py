"""Operations: the only ways to change a world.

An operation names its row by (slice, table, key) and is applied by :func:`apply`, alike in a live transaction, in
recovery and in replay.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.model.errors import DioramaError
from diorama.model.world import World, drop_row, get_row, put_row

TIMERS = ("timers", "queue")
"""Where scheduled timers live: key is the timer's id, the value [due_us, name, payload]."""


SESSION_TURNS = ("session", "turns")
"""How many exchanges of an operation a session had: the only rows that every exchange changes. They are stored about
once a second instead of with every batch; after a crash the rest is counted from the journal, which holds each of these
operations."""


class Set(Struct, frozen=True, gc=False, tag="set"):
    """Give a row a value, whether it exists or not."""

    slice: str
    table: str
    key: str
    value: Any


class Insert(Struct, frozen=True, gc=False, tag="insert"):
    """Add a row that must not exist."""

    slice: str
    table: str
    key: str
    value: Any


class Delete(Struct, frozen=True, gc=False, tag="delete"):
    """Remove a row, if it exists."""

    slice: str
    table: str
    key: str


class Incr(Struct, frozen=True, gc=False, tag="incr"):
    """Add to a number; a missing row counts as 0."""

    slice: str
    table: str
    key: str
    by: int | float


class Append(Struct, frozen=True, gc=False, tag="append"):
    """Put an item at the end of a list; a missing row counts as an empty one."""

    slice: str
    table: str
    key: str
    item: Any


class Cas(Struct, frozen=True, gc=False, tag="cas"):
    """Give a row a value if it has the expected one; ``expected`` is None for a missing row."""

    slice: str
    table: str
    key: str
    expected: Any
    value: Any


class Schedule(Struct, frozen=True, gc=False, tag="schedule"):
    """Have a timer fire at a virtual time; one of the same id is replaced.

    Attributes:
        timer: id, unique in the sandbox; of two timers due at once the lesser id fires first.
        due_us: virtual microseconds since 1970.
        name: which of the capabilities' timer functions runs.
        payload: what it is given.
    """

    timer: str
    due_us: int
    name: str
    payload: Any = None


class Emit(Struct, frozen=True, gc=False, tag="emit"):
    """Say that something happened; capabilities that listen act in the same transaction."""

    event: str
    payload: Any = None


Operation = Set | Insert | Delete | Incr | Append | Cas | Schedule | Emit


def _conflict(operation: Insert | Cas | Incr | Append, why: str) -> DioramaError:
    return DioramaError(
        "transaction_conflict",
        f"{operation.slice}/{operation.table}/{operation.key}: {why}",
        "Read the row again and decide anew.",
    )


def apply(world: World, operation: Operation) -> World:
    """The world after an operation.

    Raises:
        DioramaError: ``transaction_conflict`` when an insert finds the row there, a cas another value, or an incr or
            append a value of another type.
    """
    if isinstance(operation, Emit):
        return world
    if isinstance(operation, Schedule):
        return put_row(world, TIMERS, operation.timer, [operation.due_us, operation.name, operation.payload])
    address = (operation.slice, operation.table)
    key = operation.key
    if isinstance(operation, Set):
        return put_row(world, address, key, operation.value)
    if isinstance(operation, Delete):
        return drop_row(world, address, key)
    row = get_row(world, address, key)
    if isinstance(operation, Incr):
        return put_row(world, address, key, added(operation, 0 if row is None else row[1]))
    if isinstance(operation, Insert):
        if row is not None:
            raise _conflict(operation, "the row exists already")
        return put_row(world, address, key, operation.value)
    if isinstance(operation, Append):
        held = () if row is None else row[1]
        if not isinstance(held, (list, tuple)):
            raise _conflict(operation, "the row holds no list to append to")
        return put_row(world, address, key, [*held, operation.item])
    if (None if row is None else row[1]) != operation.expected:
        raise _conflict(operation, "the row has another value than expected")
    return put_row(world, address, key, operation.value)


def added(operation: Incr, held: Any) -> int | float:
    """What an incr makes of the value that a row holds.

    Raises:
        DioramaError: ``transaction_conflict`` when it holds no number.
    """
    if isinstance(held, bool) or not isinstance(held, (int, float)):
        raise _conflict(operation, "the row holds no number to add to")
    return held + operation.by
