from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.playing.places import (
    occurrences,
    put,
    replaced,
    text_of,
    value_at,
    without,
    wrapped,
)

VALUE = {"a": {"b": 1, "c": [{"d": 2}, {"d": 3}, {}]}, "e": None}


def test_value__at_a_place__is_found_or_the_default() -> None:
    assert value_at(VALUE, ("a", "b")) == 1
    assert value_at(VALUE, ()) is VALUE
    assert value_at(VALUE, ("e",), 5) is None
    assert value_at(VALUE, ("e", "f"), 5) == 5


def test_values__with_stars__are_those_of_each_item() -> None:
    assert list(occurrences(VALUE, ("a", "c", "*", "d"))) == [2, 3]
    assert list(occurrences(VALUE, ("x", "*"))) == []
    assert list(occurrences(VALUE, ("a", "*"))) == []


def test_copies__with_another_value__leave_the_first_as_it_was() -> None:
    before = repr(VALUE)
    changed = replaced(VALUE, ("a", "b"), 9)
    assert changed["a"]["b"] == 9
    assert changed["a"]["c"] is VALUE["a"]["c"]  # type: ignore[index]  # it is an object
    assert replaced(VALUE, ("e", "f"), 1)["e"] == {"f": 1}
    assert without(VALUE, ("a", "b"))["a"] == {"c": VALUE["a"]["c"]}  # type: ignore[index]  # it is an object
    assert without(VALUE, ("nothing",)) is VALUE
    assert repr(VALUE) == before


def test_objects__on_the_way_to_a_place__are_made() -> None:
    value: dict[str, Any] = {"a": 1}
    put(value, ("b", "c"), 2)
    put(value, ("b", "d"), 3)
    assert value == {"a": 1, "b": {"c": 2, "d": 3}}
    assert wrapped(("x", "y"), 1) == {"x": {"y": 1}}


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (7, "7"), (7.0, "7"), ("a", "a")])
def test_text__of_ids__is_what_paths_say(value: Any, text: str) -> None:
    assert text_of(value) == text
