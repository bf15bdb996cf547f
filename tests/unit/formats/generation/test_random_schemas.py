"""Generated values judged by the ``jsonschema`` package, which shares nothing with ours."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from diorama.formats.generation import Conformance, Generator
from diorama.ports.dice import Dice
from tests.unit.formats.generation.schemas import DEFS, SATISFIABLE, WILD

SEEDS = st.binary(min_size=32, max_size=32)


def validator(schema: Any) -> Draft202012Validator:
    return Draft202012Validator({"$defs": DEFS, "allOf": [schema]})


@settings(max_examples=250)
@given(SATISFIABLE, SEEDS)
def test_values__of_satisfiable_schemas__are_valid(schema: Any, seed: bytes) -> None:
    generator = Generator(DEFS)
    judge = validator(schema)
    assert judge.is_valid(generator.plain(schema))
    for _ in range(2):
        assert judge.is_valid(generator.drawn(schema, Dice(seed)))
    assert generator.conforms(schema, generator.plain(schema))


@settings(max_examples=250)
@given(WILD, SEEDS)
def test_conformance__of_any_value__agrees_with_the_judge(schema: Any, seed: bytes) -> None:
    generator = Generator(DEFS)
    values: list[Any] = [generator.plain(schema), generator.drawn(schema, Dice(seed))]
    for value in (*values, None, {}, [], {"a": 1, "x1": "a"}, 0.5):
        assert Conformance(DEFS).conforms(schema, value) is validator(schema).is_valid(value)


@settings(max_examples=60)
@given(SATISFIABLE, SEEDS)
def test_values__of_two_generators__are_the_same(schema: Any, seed: bytes) -> None:
    used = Generator(DEFS)
    used.plain(schema)
    used.drawn({"type": "object", "properties": {"a": schema}}, Dice(seed))
    assert used.drawn(schema, Dice(seed)) == Generator(DEFS).drawn(schema, Dice(seed))
