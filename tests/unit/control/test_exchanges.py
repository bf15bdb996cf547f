from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from diorama.control import exchanges
from diorama.control.exchanges import ExchangeFilter
from diorama.control.installation import Installation
from diorama.engine.journal_format import ExchangeLine
from diorama.model.errors import DioramaError
from tests.unit.installations import ask, small_installation


@dataclass
class Case:
    wanted: ExchangeFilter
    paths: list[str]


@pytest.fixture
def installation() -> Installation:
    installation, plane = small_installation()
    ask(plane, "GET", "/items")
    ask(plane, "GET", "/items/7", (b"x-session-id", b"mine"), (b"x-correlation-id", b"abc-1"))
    ask(plane, "POST", "/items")
    ask(plane, "GET", "/nowhere")
    ask(plane, "DELETE", "/items")
    return installation


def listed(installation: Installation, wanted: ExchangeFilter) -> list[ExchangeLine]:
    return asyncio.run(exchanges.listed(installation, wanted))


@pytest.mark.parametrize(
    "case",
    [
        Case(ExchangeFilter(), ["/items", "/nowhere", "/items", "/items/7", "/items"]),
        Case(ExchangeFilter(limit=2), ["/items", "/nowhere"]),
        Case(ExchangeFilter(method="post"), ["/items"]),
        Case(ExchangeFilter(path="/7"), ["/items/7"]),
        Case(ExchangeFilter(status="404"), ["/nowhere"]),
        Case(ExchangeFilter(status="4xx"), ["/items", "/nowhere"]),
        Case(ExchangeFilter(endpoint="get"), ["/items/7"]),
        Case(ExchangeFilter(session="mine"), ["/items/7"]),
        Case(ExchangeFilter(correlation_id="abc-1"), ["/items/7"]),
        Case(ExchangeFilter(error="method_not_allowed"), ["/items"]),
        Case(ExchangeFilter(error="any"), ["/items", "/nowhere"]),
        Case(ExchangeFilter(matched=False), ["/items", "/nowhere"]),
        Case(ExchangeFilter(matched=True, limit=1), ["/items"]),
        Case(ExchangeFilter(before_seq=3), ["/items/7", "/items"]),
    ],
    ids=lambda case: repr(case.wanted)[15:60],
)
def test_listed__filter__gives_the_wanted_newest_first(installation: Installation, case: Case) -> None:
    assert [line.path for line in listed(installation, case.wanted)] == case.paths


@pytest.mark.parametrize("wanted", [ExchangeFilter(status="abc"), ExchangeFilter(limit=0), ExchangeFilter(limit=1001)])
def test_listed__filter_out_of_range__is_refused(installation: Installation, wanted: ExchangeFilter) -> None:
    with pytest.raises(DioramaError) as caught:
        listed(installation, wanted)
    assert caught.value.code == "option_invalid"


def test_listed__unknown_sandbox__is_refused(installation: Installation) -> None:
    with pytest.raises(DioramaError) as caught:
        listed(installation, ExchangeFilter(sandbox="nobody"))
    assert caught.value.code == "sandbox_unknown"


def test_one__known_sequence__gives_the_whole_record(installation: Installation) -> None:
    line = exchanges.one(installation, "", 2)
    assert (line.path, line.endpoint, line.matched, line.status) == ("/items/7", "get", "path template", 200)
    assert (line.session, line.session_named, line.correlation_id) == ("mine", True, "abc-1")
    assert line.dice_key == ("mine", "get", 0)
    assert line.reply_body == "get"
    assert line.client == "127.0.0.1"
    assert line.request_headers.splitlines()[0] == "host: localhost"


def test_one__request_that_matched_nothing__shows_near_misses(installation: Installation) -> None:
    line = exchanges.one(installation, "", 5)
    assert line.error == "method_not_allowed"
    assert line.near_misses[0].difference == "the method is GET, not DELETE"


def test_one__sequence_that_does_not_exist__is_refused(installation: Installation) -> None:
    with pytest.raises(DioramaError) as caught:
        exchanges.one(installation, "", 99)
    assert caught.value.code == "option_invalid"


def test_listed__long_journal__lets_others_have_their_turn() -> None:
    installation, plane = small_installation()
    for _ in range(1_000):
        ask(plane, "GET", "/items")

    turns = 0
    searching = True

    async def neighbour() -> None:
        nonlocal turns
        while searching:
            turns += 1
            ask(plane, "GET", "/items")  # the journal grows meanwhile
            await asyncio.sleep(0)

    async def search() -> list[ExchangeLine]:
        nonlocal searching
        found = await exchanges.listed(installation, ExchangeFilter(session="nobody"))
        searching = False
        return found

    async def both() -> list[ExchangeLine]:
        found, _ = await asyncio.gather(search(), neighbour())
        return found

    assert asyncio.run(both()) == []
    assert turns >= 4
