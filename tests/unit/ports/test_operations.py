"""Operations: applied alike wherever they are applied."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from diorama.model.errors import DioramaError
from diorama.model.world import EMPTY_WORLD, World, get_row
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
    apply,
)

ROW = ("state", "rows", "key")


def applied(*operations: Operation) -> World:
    world = EMPTY_WORLD
    for operation in operations:
        world = apply(world, operation)
    return world


def value(world: World) -> Any:
    row = get_row(world, ROW[:2], ROW[2])
    return None if row is None else row[1]


def test_apply__set_and_delete__write_and_remove() -> None:
    assert value(applied(Set(*ROW, 1))) == 1
    assert value(applied(Set(*ROW, 1), Set(*ROW, 2))) == 2
    assert value(applied(Set(*ROW, 1), Delete(*ROW))) is None
    assert applied(Delete(*ROW)) is EMPTY_WORLD


def test_apply__insert_where_a_row_is__conflicts() -> None:
    assert value(applied(Insert(*ROW, 1))) == 1
    with pytest.raises(DioramaError) as failure:
        applied(Set(*ROW, None), Insert(*ROW, 1))
    assert failure.value.code == "transaction_conflict"
    assert "state/rows/key" in failure.value.message


def test_apply__incr__adds_and_begins_at_zero() -> None:
    assert value(applied(Incr(*ROW, 2), Incr(*ROW, 3))) == 5
    assert value(applied(Set(*ROW, 1.5), Incr(*ROW, -1))) == 0.5


@pytest.mark.parametrize("held", ["1", None, True, [1]])
def test_apply__incr_of_what_is_no_number__conflicts(held: Any) -> None:
    with pytest.raises(DioramaError) as failure:
        applied(Set(*ROW, held), Incr(*ROW, 1))
    assert failure.value.code == "transaction_conflict"


def test_apply__append__makes_a_longer_list_and_changes_none() -> None:
    held = [1]
    assert value(applied(Set(*ROW, held), Append(*ROW, 2))) == [1, 2]
    assert held == [1]
    assert value(applied(Append(*ROW, 1))) == [1]
    with pytest.raises(DioramaError):
        applied(Set(*ROW, "text"), Append(*ROW, 1))


def test_apply__cas__writes_only_over_the_expected_value() -> None:
    assert value(applied(Cas(*ROW, None, 1))) == 1
    assert value(applied(Set(*ROW, {"a": 1}), Cas(*ROW, {"a": 1}, 2))) == 2
    with pytest.raises(DioramaError):
        applied(Set(*ROW, 1), Cas(*ROW, 2, 3))


def test_apply__schedule__is_a_row_that_the_same_id_replaces() -> None:
    world = applied(Schedule("t", 5, "tick"), Schedule("t", 9, "tock", {"n": 1}))
    assert list(world.table(TIMERS).items()) == [("t", [9, "tock", {"n": 1}])]


def test_apply__emit__changes_nothing() -> None:
    assert apply(EMPTY_WORLD, Emit("happened", 1)) is EMPTY_WORLD


@pytest.mark.parametrize(
    "operation",
    [
        Set(*ROW, {"a": [1, 2.5, None, "ü"]}),
        Insert(*ROW, []),
        Delete(*ROW),
        Incr(*ROW, 1),
        Incr(*ROW, 1.5),
        Append(*ROW, "x"),
        Cas(*ROW, None, {"b": True}),
        Schedule("t", 1, "tick", {"n": 2**60}),
        Emit("happened", [1]),
    ],
)
def test_operation__as_json_and_back__is_the_same(operation: Operation) -> None:
    assert msgspec.json.decode(msgspec.json.encode(operation), type=Operation) == operation
