"""Transactions: own writes, what was read, both groups, budgets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.budgets import Budgets
from diorama.engine.transaction import LiveTransaction
from diorama.model.errors import DioramaError
from diorama.model.world import EMPTY_WORLD, World, put_row
from diorama.ports.operations import TIMERS, Cas, Delete, Incr, Set, apply

ROWS = ("state", "rows")


def begun(world: World = EMPTY_WORLD, budgets: Budgets | None = None, *, admitted: bool = True) -> LiveTransaction:
    tx = LiveTransaction(world, budgets or Budgets())
    if admitted:
        tx.admit()
    return tx


def holding(**rows: Any) -> World:
    world = EMPTY_WORLD
    for key, value in rows.items():
        world = put_row(world, ROWS, key, value)
    return world


def test_reads__after_own_writes__see_them_and_the_origin_does_not_change() -> None:
    world = holding(a=1)
    tx = begun(world)
    tx.set(ROWS, "b", 2)
    tx.incr(ROWS, "a", 4)
    tx.append(ROWS, "c", "x")
    assert (tx.get(ROWS, "a"), tx.get(ROWS, "b"), tx.get(ROWS, "c")) == (5, 2, ["x"])
    assert list(tx.items(ROWS)) == [("a", 5), ("b", 2), ("c", ["x"])]
    assert tx.count(ROWS) == 3
    assert tx.delete(ROWS, "a")
    assert not tx.delete(ROWS, "a")
    assert not tx.has(ROWS, "a")
    assert tx.get(ROWS, "a", "gone") == "gone"
    assert list(world.table(ROWS).items()) == [("a", 1)]


def test_items__while_the_table_is_written__are_those_of_the_beginning() -> None:
    tx = begun(holding(a=1, b=2))
    seen = []
    for key, _ in tx.items(ROWS):
        tx.delete(ROWS, "b")
        tx.set(ROWS, "c", 3)
        seen.append(key)
    assert seen == ["a", "b"]


def test_cas__of_another_value__does_nothing_and_says_so() -> None:
    tx = begun(holding(a=1))
    assert not tx.cas(ROWS, "a", 2, 3)
    assert tx.operations == []
    assert tx.cas(ROWS, "a", 1, 3)
    assert tx.cas(ROWS, "b", None, 4)
    assert tx.operations == [Cas(*ROWS, "a", 1, 3), Cas(*ROWS, "b", None, 4)]


def test_insert__of_a_row_that_is_there__conflicts() -> None:
    tx = begun(holding(a=1))
    with pytest.raises(DioramaError) as failure:
        tx.insert(ROWS, "a", 2)
    assert failure.value.code == "transaction_conflict"


def test_reads__of_the_body__are_all_that_it_depends_on_in_order() -> None:
    tx = begun(admitted=False)
    tx.get(ROWS, "admission")
    tx.insert(ROWS, "inserted-by-admission", 1)
    tx.incr(ROWS, "counted-by-admission")
    tx.admit()
    tx.set(ROWS, "blind", 1)
    tx.append(ROWS, "appended", 1)
    assert tx.reads == ()
    tx.get(ROWS, "b")
    tx.has(ROWS, "a")
    tx.get(ROWS, "b")
    tx.incr(ROWS, "c")
    tx.insert(ROWS, "d", 1)
    tx.delete(ROWS, "e")
    tx.cas(ROWS, "f", 1, 2)
    tx.count(("other", "rows"))
    assert tx.reads == (*(("state", "rows", key) for key in "bacdef"), ("other", "rows", "*"))


@pytest.mark.parametrize(
    ("read", "write", "unchanged"),
    [
        (lambda tx: tx.get(ROWS, "a"), Set(*ROWS, "b", 1), True),
        (lambda tx: tx.get(ROWS, "a"), Set(*ROWS, "a", 1), False),
        (lambda tx: tx.get(ROWS, "b"), Set(*ROWS, "b", 1), False),
        (lambda tx: tx.has(ROWS, "a"), Delete(*ROWS, "a"), False),
        (lambda tx: tx.count(ROWS), Set(*ROWS, "b", 1), False),
        (lambda tx: tx.count(("other", "rows")), Set(*ROWS, "b", 1), True),
        (lambda tx: tx.count(("other", "rows")), Set("other", "rows", "b", 1), False),
        (lambda tx: list(tx.items(ROWS)), Delete(*ROWS, "b"), True),
        (lambda tx: tx.set(ROWS, "a", 2), Set(*ROWS, "a", 1), True),
        (lambda tx: tx.incr(ROWS, "a"), Incr(*ROWS, "a", 1), False),
    ],
)
def test_unchanged__after_anothers_write__is_whether_it_was_read(read: Any, write: Any, unchanged: bool) -> None:
    world = holding(a=0)
    tx = begun(world)
    read(tx)
    assert tx.unchanged(world)
    assert tx.unchanged(apply(world, write)) is unchanged


def test_unchanged__after_a_row_went_and_came_back_the_same__is_false() -> None:
    world = holding(a=0)
    tx = begun(world)
    tx.get(ROWS, "a")
    assert not tx.unchanged(apply(apply(world, Delete(*ROWS, "a")), Set(*ROWS, "a", 0)))


def test_reapply__on_a_newer_world__does_to_it_what_was_done() -> None:
    tx = begun(holding(a=[1]))
    tx.append(ROWS, "a", 2)
    tx.set(ROWS, "b", 1)
    newer = holding(a=[1, 9], c=3)
    assert list(tx.reapply(newer).table(ROWS).items()) == [("a", [1, 9, 2]), ("c", 3), ("b", 1)]


def test_reapply__of_what_no_longer_applies__conflicts() -> None:
    tx = begun(holding(a=[1]))
    tx.append(ROWS, "a", 2)
    with pytest.raises(DioramaError) as failure:
        tx.reapply(holding(a="text"))
    assert failure.value.code == "transaction_conflict"


def test_rollback__of_a_body__keeps_the_admission_and_what_was_read() -> None:
    tx = begun(admitted=False)
    tx.set(ROWS, "admission", 1)
    tx.rollback()
    assert len(tx.admission) == 1
    tx.admit()
    tx.get(ROWS, "read")
    tx.set(ROWS, "body", 1)
    tx.emit("happened")
    tx.rollback()
    assert list(tx.world.table(ROWS).items()) == [("admission", 1)]
    assert (tx.operations, tx.emitted) == ([], 0)
    assert tx.reads == (("state", "rows", "read"),)


def test_restart__on_a_newer_world__begins_the_body_anew() -> None:
    tx = begun(admitted=False)
    tx.set(ROWS, "admission", 1)
    tx.admit()
    tx.get(ROWS, "read")
    tx.schedule("t", 1, "tick")
    newer = holding(admission=1, other=2)
    tx.restart(newer)
    assert (tx.world, tx.base, tx.origin) == (newer, newer, newer)
    assert (tx.operations, tx.reads, tx.scheduled) == ([], (), False)
    assert len(tx.admission) == 1


def test_budget__of_world_bytes__refuses_growth_and_lets_shrinking_be() -> None:
    tx = begun(holding(a="x" * 500), Budgets(world_bytes_max=600))
    with pytest.raises(DioramaError) as failure:
        tx.set(ROWS, "b", "y" * 200)
    assert (failure.value.status, failure.value.meta["budget"]) == (507, "bytes of state")
    assert tx.operations == []
    tx.set(ROWS, "a", "x" * 400)
    tx.delete(ROWS, "a")
    tx.set(ROWS, "b", "y" * 200)
    assert tx.count(ROWS) == 1


def test_budget__of_a_world_that_is_too_large_already__still_lets_it_shrink() -> None:
    tx = begun(holding(a="x" * 5_000), Budgets(world_bytes_max=600))
    tx.set(ROWS, "a", "x" * 4_000)
    assert tx.world.weight > 600


def test_budget__of_timers__refuses_one_too_many_and_not_one_anew() -> None:
    tx = begun(budgets=Budgets(timers_max=2))
    tx.schedule("a", 1, "tick")
    tx.schedule("b", 1, "tick")
    tx.schedule("a", 2, "tick")
    with pytest.raises(DioramaError) as failure:
        tx.schedule("c", 1, "tick")
    assert failure.value.meta["budget"] == "timers"
    assert tx.cancel("b")
    assert not tx.cancel("b")
    tx.schedule("c", 1, "tick")
    assert [key for key, _ in tx.items(TIMERS)] == ["a", "c"]


def test_budget__of_events__refuses_one_too_many() -> None:
    tx = begun(budgets=Budgets(events_max=2))
    tx.emit("one")
    tx.emit("two")
    with pytest.raises(DioramaError) as failure:
        tx.emit("three")
    assert failure.value.status == 507
    assert len(tx.operations) == 2


def test_emit__a_payload_that_could_not_be_stored__is_refused() -> None:
    tx = begun()
    with pytest.raises(TypeError):
        tx.emit("one", object())
    assert tx.operations == []


def test_admission_in_a_replay__that_was_applied_before__is_said_again_and_not_done_again() -> None:
    before, after = holding(a=1), holding(a=2)
    tx = begun(after, admitted=False)
    tx.settled_before = True
    tx.world = before
    assert tx.incr(ROWS, "a") == 2
    tx.admit()
    assert tx.admission == [Incr(*ROWS, "a", 1)]
    assert tx.world is tx.base is tx.origin is after


KEYS = st.sampled_from("abc")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, st.integers()),
        st.tuples(st.just("incr"), KEYS, st.integers(-5, 5)),
        st.tuples(st.just("delete"), KEYS, st.none()),
        st.tuples(st.just("cas"), KEYS, st.integers(0, 3)),
        st.tuples(st.just("insert"), KEYS, st.integers()),
    ),
    max_size=12,
)


@given(steps=STEPS)
def test_operations__of_any_transaction__rebuild_its_world(steps: list[tuple[str, str, Any]]) -> None:
    world = holding(a=0, b=1)
    tx = begun(world)
    conflicts = []
    for name, key, value in steps:
        try:
            if name == "delete":
                tx.delete(ROWS, key)
            elif name == "cas":
                tx.cas(ROWS, key, value, value + 1)
            else:
                getattr(tx, name)(ROWS, key, value)
        except DioramaError:
            conflicts.append(name)
    assert set(conflicts) <= {"insert"}
    again = tx.reapply(world)
    assert list(again.table(ROWS).items()) == list(tx.world.table(ROWS).items())
    assert again.weight == tx.world.weight


def test_write__of_a_row_that_is_too_large__is_refused_and_changes_nothing() -> None:
    tx = begun(holding(a=1), Budgets(growth_bytes_max=1_000))
    before = tx.world
    with pytest.raises(DioramaError, match="bytes in one row") as caught:
        tx.set(ROWS, "b", "x" * 2_000)
    assert caught.value.code == "budget_exceeded"
    assert tx.world is before
    tx.set(ROWS, "b", "x" * 500)
    assert tx.get(ROWS, "b") == "x" * 500
