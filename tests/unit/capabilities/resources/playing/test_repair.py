from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.playing.completion import Maker
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.repair import repaired
from diorama.capabilities.resources.playing.shapes import Shapes
from diorama.formats.generation import Generator
from diorama.formats.schemas import Schemas
from diorama.ports.dice import Dice

SHORT = {"type": "string", "maxLength": 3}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "code", "state", "inner", "note"],
    "properties": {
        "id": {"type": "string"},
        "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "state": {"enum": ["open", "closed"]},
        "note": {"type": ["string", "null"], "maxLength": 3},
        "extra": SHORT,
        "inner": {"type": "object", "required": ["word"], "properties": {"word": SHORT, "more": SHORT}},
        "list": {"type": "array", "items": {"type": "integer", "maximum": 9}},
    },
}
GOOD: dict[str, Any] = {"id": "x", "code": "ABC", "state": "open", "inner": {"word": "yes"}, "note": "n"}


def mended(item: dict[str, Any], schema: dict[str, Any] = SCHEMA) -> Any:
    generator = Generator({})
    shape = Shapes(generator).of(schema)
    maker = Maker(generator, Dice(bytes(32)), 0, "thing", lambda _shape, _id: ABSENT)
    check = Schemas({}, "reply").check(schema)
    found = repaired(check, shape, item, maker, {"id": item.get("id", "")})
    assert found is None or check.holds(found)
    return found


def test_item__that_is_right__stays_the_very_same() -> None:
    assert mended(GOOD) is GOOD


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"extra": "too long"}, GOOD),
        ({"note": "too long"}, {**GOOD, "note": None}),
        ({"inner": {"word": "yes", "more": "too long"}}, GOOD),
        ({"list": [1, 70, 2]}, {**GOOD, "list": [1, 2]}),
    ],
)
def test_item__with_what_can_go__loses_only_that(wrong: dict[str, Any], expected: dict[str, Any]) -> None:
    before = repr(GOOD | wrong)
    assert mended(GOOD | wrong) == expected
    assert repr(GOOD | wrong) == before


@pytest.mark.parametrize(
    ("wrong", "place"),
    [({"code": "abc"}, "code"), ({"state": "ajar"}, "state"), ({"inner": {"word": "too long"}}, "inner")],
)
def test_item__with_what_has_to_be_there__gets_it_anew(wrong: dict[str, Any], place: str) -> None:
    found = mended(GOOD | wrong)
    assert found[place] != wrong[place]
    assert {**found, place: GOOD[place]} == GOOD


def test_item__without_what_has_to_be_there__gets_it() -> None:
    found = mended({"id": "x", "note": "n"})
    assert found["id"] == "x"
    assert found["note"] == "n"
    assert found["state"] in {"open", "closed"}


def test_item__that_nothing_can_make_right__is_none() -> None:
    assert mended({"id": "x"}, {"type": "object", "required": ["id"], "not": {"required": ["id"]}}) is None
