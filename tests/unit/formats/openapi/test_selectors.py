from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.openapi.selectors import GONE, edited, read_selector

DOCUMENT = {
    "paths": {
        "/a": {"get": {"tags": ["x", "y"]}, "post": {"tags": ["x"]}},
        "/b": {"get": {"parameters": [{"name": "limit", "n": 1}, {"name": "page"}, "word"]}},
    },
    "tags": ["top"],
}


def found(selector: str, value: Any = DOCUMENT) -> list[Any]:
    seen: list[Any] = []

    def note(item: Any) -> Any:
        seen.append(item)
        return item

    assert edited(value, read_selector(selector), note) is value
    return seen


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("$", [DOCUMENT]),
        ("$.tags", [["top"]]),
        ("$.paths['/a'].get.tags[0]", ["x"]),
        ('$["paths"]["/a"]["get"]["tags"][-1]', ["y"]),
        ("$.paths.*.get", [{"tags": ["x", "y"]}, DOCUMENT["paths"]["/b"]["get"]]),  # type: ignore[index]
        ("$.paths['/a'][*].tags", [["x", "y"], ["x"]]),
        ("$..tags", [["x", "y"], ["x"], ["top"]]),
        ("$..parameters[?@.name == 'limit']", [{"name": "limit", "n": 1}]),
        ("$..parameters[?(@.name!='limit')]", [{"name": "page"}]),
        ("$..parameters[?@.n == 1].name", ["limit"]),
        ("$.absent.more", []),
        ("$.tags[7]", []),
        ("$.tags[-7]", []),
        ("$.paths[0]", []),
    ],
)
def test_selector__over_a_document__means_these_values(selector: str, expected: list[Any]) -> None:
    assert found(selector) == expected


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "paths",
        "$.",
        "$x",
        "$.paths[",
        "$.paths['/a'",
        "$.a b",
        "$[?@.x > 1]",
        "$[1:2]",
        "$['a','b']",
        "$" + ".a" * 51,
    ],
)
def test_selector__that_is_not_known__says_so(selector: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_selector(selector)


def test_edited__value_removed__copies_what_is_above_and_nothing_else() -> None:
    made = edited(DOCUMENT, read_selector("$.paths['/a'].get.tags[0]"), lambda _: GONE)
    assert made["paths"]["/a"]["get"]["tags"] == ["y"]
    assert DOCUMENT["paths"]["/a"]["get"]["tags"] == ["x", "y"]  # type: ignore[index]
    assert made["paths"]["/b"] is DOCUMENT["paths"]["/b"]  # type: ignore[index]


def test_edited__part_that_two_places_share__changes_in_one() -> None:
    shared = {"x": 1}
    made = edited({"a": shared, "b": shared}, read_selector("$.a"), lambda value: value | {"y": 2})
    assert made == {"a": {"x": 1, "y": 2}, "b": {"x": 1}}
