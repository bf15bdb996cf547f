"""Schemas that were written to hold the generator up, or to make it fail."""

from __future__ import annotations

import time
from typing import Any

import pytest

from diorama.formats.generation import Generator, arrays
from diorama.ports.dice import Dice

WITHIN_S = 5.0
"""Far above what these take now, which is less than a second, and far below what they took: minutes."""


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": list(range(300_000))},
        {"enum": [f"v{number}" for number in range(300_000)]},
        {"type": "object", "required": [f"p{number}" for number in range(60_000)]},
        {"type": "string", "minLength": 10**9},
        {"type": "array", "minItems": 10**9, "items": {"type": "integer"}},
        {"type": "object", "minProperties": 10**9},
    ],
    ids=["numbers", "texts", "required", "minLength", "minItems", "minProperties"],
)
def test_generator__gigantic_schema__is_done_soon(schema: Any) -> None:
    begun = time.perf_counter()
    generator = Generator({})
    generator.plain(schema)
    generator.drawn(schema, Dice(bytes(32)))
    assert time.perf_counter() - begun < WITHIN_S


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "minimum": 1e308, "exclusiveMinimum": 1.7976931348623157e308},
        {"type": "number", "maximum": -1e308, "exclusiveMaximum": -1.7976931348623157e308},
        {"type": "number", "multipleOf": 1e-300, "minimum": 1e300},
        {"type": "number", "multipleOf": 5e-324, "minimum": 0.1, "maximum": 1},
        {"type": "number", "multipleOf": 1e308, "minimum": 1},
    ],
)
def test_generator__numbers_at_the_end_of_the_scale__are_made(schema: Any) -> None:
    generator = Generator({})
    assert isinstance(generator.plain(schema), int | float)
    for number in range(5):
        assert isinstance(generator.drawn(schema, Dice(bytes([number] * 32))), int | float)


def test_generator__enum_of_one_and_true__keeps_them_apart() -> None:
    assert Generator({}).plain({"enum": [True, 1], "type": "integer"}) == 1
    assert Generator({}).plain({"enum": [True, 1], "type": "integer"}) is not True


def test_unique_items__of_a_long_list__are_compared_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    monkeypatch.setattr(arrays, "equal", lambda *_: compared.append(1))
    schema = {"type": "array", "minItems": 1000, "uniqueItems": True, "items": {"enum": list(range(1000))}}
    assert sorted(Generator({}).plain(schema)) == list(range(1000))
    assert compared == []
