"""Believable values of random schemas under known names, judged by the ``jsonschema`` package."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from diorama.formats.generation import Generator, Setting
from diorama.formats.generation.believable.reading import NAMES
from diorama.ports.dice import Dice
from tests.unit.formats.generation.schemas import DEFS, SATISFIABLE, SCALARS

SEEDS = st.binary(min_size=32, max_size=32)
SNAKE = [name.rpartition(": ")[2].replace(" ", "_") for name in NAMES]
CAMEL = ["".join(word.capitalize() for word in name.split("_")) for name in SNAKE]
KNOWN = st.sampled_from([*SNAKE, *CAMEL, "id", "customer_id", "accountSid", "status", "active", "canceled_at", "data"])
FORMATS = st.sampled_from(
    [
        "date-time",
        "date",
        "time",
        "email",
        "uri",
        "uuid",
        "ipv4",
        "ipv6",
        "hostname",
        "decimal",
        "unix-time",
        "currency",
    ]
)
LIMITED = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={"minLength": st.integers(0, 12), "maxLength": st.integers(12, 40), "format": FORMATS},
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": st.integers(-1000, 3),
            "maximum": st.integers(3, 10_000),
            "exclusiveMaximum": st.integers(4, 100),
            "multipleOf": st.sampled_from([1, 3, 0.5, 0.01]),
        },
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("string"),
            "pattern": st.sampled_from(["^[A-Z]{2}$", "^[a-z]{3}$", "^\\d+$", "^\\d+\\.\\d{2}$"]),
        }
    ),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from(["active", "USD", "eur", None, 5, "DE"]), min_size=1)}),
    st.fixed_dictionaries({"type": st.sampled_from([["string", "null"], ["integer", "null"], "boolean"])}),
    SCALARS,
)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(KNOWN, inner, min_size=1, max_size=6)
    return named.flatmap(
        lambda properties: st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.just(properties)},
            optional={"required": st.lists(st.sampled_from(sorted(properties)), unique=True)},
        )
    )


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"minItems": st.integers(0, 3)})


NAMED = st.recursive(LIMITED, lambda inner: st.one_of(_objects(inner), _arrays(inner)), max_leaves=16)
SETTINGS = st.builds(
    Setting,
    names=st.lists(KNOWN, max_size=2).map(tuple),
    thing=st.sampled_from(["", "customer", "payment_intent", "card", "product"]),
    around=st.dictionaries(st.sampled_from(["currency", "country", "created", "customer_id"]), st.text(max_size=4)),
    now_us=st.sampled_from([0, 1_700_000_000_000_000]),
    locale=st.sampled_from(["en", "de", "ja", "pt-br", "xx"]),
)


@settings(max_examples=300)
@given(NAMED, SEEDS, SETTINGS)
def test_believable__of_named_schemas__is_valid(schema: Any, seed: bytes, setting: Setting) -> None:
    value = Generator(DEFS).believable(schema, Dice(seed), setting=setting)
    assert Draft202012Validator({"$defs": DEFS, "allOf": [schema]}).is_valid(value), value


@settings(max_examples=150)
@given(SATISFIABLE, SEEDS)
def test_believable__of_satisfiable_schemas__is_valid(schema: Any, seed: bytes) -> None:
    value = Generator(DEFS).believable(schema, Dice(seed))
    assert Draft202012Validator({"$defs": DEFS, "allOf": [schema]}).is_valid(value), value


@settings(max_examples=150)
@given(NAMED, SEEDS, SETTINGS, st.randoms(use_true_random=False))
def test_believable__with_properties_in_another_order__is_the_same(
    schema: Any, seed: bytes, setting: Setting, luck: Any
) -> None:
    used = Generator(DEFS)
    used.believable({"type": "object", "properties": {"amount": schema}}, Dice(seed), setting=setting)
    first = used.believable(schema, Dice(seed), setting=setting)
    assert first == Generator(DEFS).believable(_shuffled(schema, luck), Dice(seed), setting=setting)


def _shuffled(schema: Any, luck: Any) -> Any:
    if not isinstance(schema, dict) or "properties" not in schema:
        return schema
    names = list(schema["properties"])
    luck.shuffle(names)
    return schema | {"properties": {name: _shuffled(schema["properties"][name], luck) for name in names}}


@settings(max_examples=100)
@given(st.dictionaries(KNOWN, LIMITED, min_size=2, max_size=6), SEEDS, st.data())
def test_believable__with_given_properties__keeps_them_and_is_valid(
    properties: dict[str, Any], seed: bytes, data: Any
) -> None:
    schema = {"type": "object", "properties": properties, "required": sorted(properties)}
    whole = Generator(DEFS).believable(schema, Dice(seed))
    chosen = data.draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    given_values = {name: whole[name] for name in chosen}
    value = Generator(DEFS).believable(schema, Dice(bytes(32)), setting=Setting(given=given_values))
    assert {name: value[name] for name in chosen} == given_values
    assert Draft202012Validator({"$defs": DEFS, "allOf": [schema]}).is_valid(value), value
