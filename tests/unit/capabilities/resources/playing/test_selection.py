from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.model import Listing
from diorama.capabilities.resources.playing import selection
from diorama.capabilities.resources.playing.selection import Pair, ordered, selected

SEARCHED = Listing(filters=(("q", ()),))
SORTED = Listing(sort="sort")


def rows(*items: dict[str, Any]) -> list[Pair]:
    return [(str(number), {"item": item, "in": {}}) for number, item in enumerate(items)]


PEOPLE = rows(
    {"name": "Ada", "age": 36, "created_at": "2024-01-03"},
    {"name": "Bea", "age": 12, "created_at": "2024-01-01"},
    {"name": "Cid", "age": 36, "created_at": "2024-01-02"},
)


def names(found: Any) -> list[str]:
    return [row["item"]["name"] for _, row in found]


@pytest.mark.parametrize("text", ["a" * 200_000, "a." * 100_000, "[" * 200_000, "a=" * 3 + " " * 200_000])
def test_search__of_a_text_that_is_nearly_a_term__is_read_once(text: str) -> None:
    # Were it read anew from each of its places, each of these would take minutes.
    assert selected(PEOPLE, SEARCHED, {"q": text}) == []


def test_search__of_more_terms_than_are_looked_at__heeds_the_first_ones() -> None:
    wanted = " AND ".join(["age=36"] * selection.TERMS_MAX + ["name=Nobody"] * 1000)
    assert names(selected(PEOPLE, SEARCHED, {"q": wanted})) == ["Ada", "Cid"]


@pytest.mark.parametrize("limit", ["-inf", "1e999", "-1e999", "nan", "9" * 400])
def test_search__with_a_limit_that_is_no_number_of_ours__decides_by_text(limit: str) -> None:
    found = selected(PEOPLE, SEARCHED, {"q": f"name>{limit}"})
    assert names(found) == [name for name in ("Ada", "Bea", "Cid") if name > limit]


def test_filter__by_a_time_that_no_calendar_has__decides_by_text() -> None:
    listing = Listing(filters=(("created_after", ("created_at",)),))
    limit = "Mon, 1 Jan 99999999999999999 00:00:00 GMT"
    assert selected(PEOPLE, listing, {"created_after": limit}) == []
    assert names(selected(PEOPLE, listing, {"created_after": 1e308})) == ["Ada", "Bea", "Cid"]


def test_order__by_several__heeds_each_in_turn() -> None:
    assert names(ordered(PEOPLE, SORTED, {"sort": "age,-name"})) == ["Bea", "Cid", "Ada"]


def test_order__by_one_name_again_and_again__sorts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[str] = []
    original = selection._sorted

    def counted(*given: Any, **more: Any) -> Any:
        times.append(given[1])
        return original(*given, **more)

    monkeypatch.setattr(selection, "_sorted", counted)
    assert names(ordered(PEOPLE, SORTED, {"sort": "name," + "-name,Name," * 4000})) == ["Ada", "Bea", "Cid"]
    assert times == ["name"]
    ordered(PEOPLE, SORTED, {"sort": ",".join(f"x{number}" for number in range(4000))})
    assert len(times) == 1 + selection.SORTS_MAX


@pytest.mark.parametrize("name", ["created", "createdAt", "created_at", "Created-At"])
def test_order__by_the_beginning_of_a_name__sorts_by_it(name: str) -> None:
    assert names(ordered(PEOPLE, SORTED, {"sort": name})) == ["Bea", "Cid", "Ada"]


@pytest.mark.parametrize("name", ["a", "nothing", "", "-"])
def test_order__by_a_name_that_tells_nothing__leaves_the_order(name: str) -> None:
    held = rows({"name": "B", "age": 2, "area": 1}, {"name": "A", "age": 1, "area": 2})
    assert names(ordered(held, SORTED, {"sort": name})) == ["B", "A"]
