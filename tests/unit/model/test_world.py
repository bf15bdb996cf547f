"""World: against a dictionary and a list, with all older worlds left as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import Struct

from diorama.model.world import EMPTY_WORLD, World, drop_row, get_row, put_row, weigh

KEYS = st.sampled_from([f"key-{number}" for number in range(8)])
ADDRESSES = st.sampled_from([("state", "rows"), ("state", "other"), ("limits", "rows")])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)

Model = dict[tuple[str, str], list[tuple[str, Any]]]


class Pair(Struct, frozen=True):
    left: int
    right: str


def held(world: World) -> Model:
    """All that a world holds, in order; tables that were emptied are left out."""
    found = {address: list(world.table(address).items()) for address in world.addresses()}
    return {address: items for address, items in found.items() if items}


class WorldMachine(RuleBasedStateMachine):
    """Random writes and deletes, beside the plain model; every world along the way is kept and looked at again."""

    def __init__(self) -> None:
        super().__init__()
        self.world = EMPTY_WORLD
        self.model: Model = {}
        self.past: list[tuple[World, Model]] = []

    def _remember(self) -> None:
        self.past.append((self.world, {address: list(items) for address, items in self.model.items() if items}))

    @rule(address=ADDRESSES, key=KEYS, value=VALUES)
    def put(self, address: tuple[str, str], key: str, value: Any) -> None:
        self._remember()
        self.world = put_row(self.world, address, key, value)
        items = self.model.setdefault(address, [])
        at = next((at for at, (known, _) in enumerate(items) if known == key), None)
        if at is None:
            items.append((key, value))
        else:
            items[at] = (key, value)

    @rule(address=ADDRESSES, key=KEYS)
    def drop(self, address: tuple[str, str], key: str) -> None:
        self._remember()
        before = self.world
        self.world = drop_row(self.world, address, key)
        items = self.model.get(address, [])
        left = [item for item in items if item[0] != key]
        assert (self.world is before) == (left == items)
        self.model[address] = left

    @rule()
    def empty(self) -> None:
        self._remember()
        for address in self.world.addresses():
            for key, _ in list(self.world.table(address).items()):
                self.world = drop_row(self.world, address, key)
        self.model = {}
        assert self.world.weight == 0

    @invariant()
    def same_as_the_model(self) -> None:
        assert held(self.world) == {address: items for address, items in self.model.items() if items}
        assert self.world.weight >= 0
        for address, items in self.model.items():
            for key, value in items:
                row = get_row(self.world, address, key)
                assert row is not None
                assert row[1] == value

    def teardown(self) -> None:
        for world, model in self.past:
            assert held(world) == model


TestWorldMachine = WorldMachine.TestCase
TestWorldMachine.settings = settings(max_examples=40, stateful_step_count=30)


@given(items=st.lists(st.tuples(ADDRESSES, KEYS, VALUES), max_size=20))
def test_weight__after_any_writes__is_that_of_the_rows_alone(items: list[tuple[tuple[str, str], str, Any]]) -> None:
    world = EMPTY_WORLD
    rows = {}
    for address, key, value in items:
        world = put_row(world, address, key, value)
        rows[address, key] = value
    anew = EMPTY_WORLD
    for (address, key), value in rows.items():
        anew = put_row(anew, address, key, value)
    assert world.weight == anew.weight


def test_put_row__a_known_key__keeps_its_position() -> None:
    address = ("state", "rows")
    world = put_row(put_row(EMPTY_WORLD, address, "first", 1), address, "second", 2)
    world = put_row(world, address, "first", 3)
    assert list(world.table(address).items()) == [("first", 3), ("second", 2)]


def test_put_row__after_a_delete__is_put_last_and_reuses_no_position() -> None:
    address = ("state", "rows")
    world = put_row(put_row(EMPTY_WORLD, address, "first", 1), address, "second", 2)
    world = put_row(drop_row(world, address, "first"), address, "first", 3)
    assert list(world.table(address).items()) == [("second", 2), ("first", 3)]
    assert get_row(world, address, "first") == (2, 3)


def test_get_row__of_an_unknown_table__is_none() -> None:
    assert get_row(EMPTY_WORLD, ("no", "where"), "key") is None
    assert list(EMPTY_WORLD.table(("no", "where")).items()) == []


def test_weigh__larger_values__weigh_more() -> None:
    assert weigh("a" * 1_000) - weigh("a") == 999
    assert weigh(b"a" * 1_000) - weigh(b"a") == 999
    assert weigh({"k": ["a" * 1_000]}) > 1_000
    assert weigh(Pair(1, "a" * 1_000)) > 1_000 > weigh(Pair(1, ""))
    assert weigh(True) == weigh(1) == weigh(1.5) == weigh(None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        ("\ud800", ValueError),
        ({"a": ["\ud800"]}, ValueError),
        ({1: "a"}, TypeError),
        ({"a": object()}, TypeError),
        ({1, 2}, TypeError),
    ],
)
def test_put_row__what_could_not_be_stored__is_refused(value: Any, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        put_row(EMPTY_WORLD, ("state", "rows"), "key", value)


def test_put_row__a_key_that_could_not_be_stored__is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        put_row(EMPTY_WORLD, ("state", "rows"), "\udfff", 1)


def test_items__after_deletes_and_inserts__come_in_the_order_of_insertion() -> None:
    world = EMPTY_WORLD
    for number in range(40):
        world = put_row(world, ("s", "t"), f"k{number * 7 % 40}", number)
    assert [value for _, value in world.table(("s", "t")).items()] == list(range(40))
    for number in range(0, 40, 3):
        world = drop_row(world, ("s", "t"), f"k{number * 7 % 40}")
    world = put_row(world, ("s", "t"), "k0", 40)
    assert [value for _, value in world.table(("s", "t")).items()] == [n for n in range(40) if n % 3] + [40]
