"""Requests that are answered again without going their way again, compared with those that go it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from msgspec import structs

from diorama.engine import journal_format
from diorama.engine.journal_format import JournalEncoder, decode
from diorama.engine.repetition import RUN_NS
from diorama.flow.plane import Plane
from diorama.flow.publication import publish
from diorama.flow.replay import replay
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange, Timings
from diorama.model.http import Headers, Reply
from diorama.ports.delivery import Outgoing, Repeater
from diorama.storage.originals import whole
from tests.unit.flow.staging import ROWS, Made, Theatre, answering, project, request

READY = Reply(200, ((b"content-type", b"text/plain"),), b"ready", b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n")
PATHS = ("/things", "/things/1", "/things", "/things", "/things/1")


def constant(respond: Callable[[Any], Any] = lambda _: READY, *, repeatable: bool = True) -> Made:
    made = answering(respond)
    made.compiled = structs.replace(made.compiled, repeatable=repeatable)
    return made


def asked(theatre: Theatre, path: str = "/things", headers: Headers | None = None) -> Repeater | None:
    """The repeater of a request's second time, if it gets one; the first time makes the session known."""
    theatre.at_once("GET", path, headers)
    out = theatre.plane.handle(request("GET", path, headers), again=True)
    assert isinstance(out, Outgoing)
    return out.repeater


def plain(record: Exchange) -> Exchange:
    return structs.replace(record, timings=Timings())


@contextmanager
def loop() -> Iterator[None]:
    """A run ends by a timer of the loop where nothing is stored."""
    with asyncio.Runner() as runner:
        asyncio._set_running_loop(runner.get_loop())
        try:
            yield
        finally:
            asyncio._set_running_loop(None)


@pytest.fixture(autouse=True)
def running_loop() -> Iterator[None]:
    with loop():
        yield


def test_repeats__of_constant_replies__are_journalled_as_if_they_had_gone_the_long_way() -> None:
    short, long = Theatre(constant()), Theatre(constant())
    repeaters = {path: asked(short, path) for path in ("/things", "/things/1")}
    for path in repeaters:
        long.at_once("GET", path)
        long.at_once("GET", path)
    for path in PATHS:
        for theatre in (short, long):
            theatre.wall.advance_us(100)
        repeater = repeaters[path]
        assert repeater is not None
        correlation = repeater()
        long.at_once("GET", path)
        assert correlation == long.exchanges()[-1].correlation_id
    short.at_once("GET", "/things")  # one that goes the long way takes up the counts
    long.at_once("GET", "/things")
    assert [plain(one) for one in short.exchanges()] == [plain(one) for one in long.exchanges()]
    assert short.sandbox.seq == len(PATHS) + 5
    assert {
        address: list(short.sandbox.world.table(address).items()) for address in short.sandbox.world.addresses()
    } == {address: list(long.sandbox.world.table(address).items()) for address in long.sandbox.world.addresses()}


def test_repeats__read_back_from_their_block__are_the_same_exchanges() -> None:
    theatre = Theatre(constant())
    repeater = asked(theatre)
    assert repeater is not None
    for _ in range(50):
        theatre.wall.advance_us(10)
        assert repeater()
    run = theatre.sandbox.run
    assert run is not None
    block, originals = JournalEncoder().encode([run])
    assert [seq for seq, _ in originals] == [3]
    assert len(block) < 50 * 80 + 200
    written = theatre.exchanges()[2:]
    read = decode(whole(block, lambda seqs: {seq: line for seq, line in originals if seq in seqs}))
    assert [structs.replace(one, reply=READY, admission_operations=()) for one in read] == [
        structs.replace(one, admission_operations=()) for one in written
    ]


def test_original__that_was_stored_long_ago__is_stored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_format, "ORIGINAL_SPAN", 10)
    theatre = Theatre(constant())
    repeater = asked(theatre)
    assert repeater is not None
    encoder = JournalEncoder()
    stored = []
    for _ in range(8):
        for _ in range(4):
            assert repeater()
        run = theatre.sandbox.run
        assert run is not None
        theatre.sandbox.end_run()
        block, originals = encoder.encode([run])
        stored += [seq for seq, _ in originals]
        named = {line[0] for line in msgspec.json.decode(block)[0]["repeats"]}
        assert all(run.last_seq - seq < 10 + 4 for seq in named)
    assert stored == [3, 11, 19, 27]


def test_repeats__naming_an_original_that_is_not_there__are_damage() -> None:
    theatre = Theatre(constant())
    repeater = asked(theatre)
    assert repeater is not None
    assert repeater()
    run = theatre.sandbox.run
    assert run is not None
    with pytest.raises(ValueError, match="not there"):
        decode(JournalEncoder().encode([run])[0])


def test_repeats__replayed__do_not_differ() -> None:
    theatre, again = Theatre(constant()), Theatre(constant())
    repeater = asked(theatre)
    assert repeater is not None
    for _ in range(5):
        assert repeater()
    records = theatre.records()
    assert len(records) == 7
    with asyncio.Runner() as runner:
        asyncio._set_running_loop(None)
        assert runner.run(replay(again.plane, again.sandbox, records)) == []


@pytest.mark.parametrize(
    "respond",
    [
        lambda _: Reply(200, READY.headers, READY.body),
        lambda x: (x.tx.get(ROWS, "row"), READY)[1],
        lambda x: (x.tx.set(ROWS, "row", 1), READY)[1],
        lambda x: (x.dice.word(), READY)[1],
    ],
    ids=["made anew", "reads", "writes", "draws"],
)
def test_exchange__whose_reply_depends_on_more_than_the_request__gets_no_repeater(
    respond: Callable[[Any], Any],
) -> None:
    assert asked(Theatre(constant(respond))) is None


def test_exchange__with_a_step_that_promises_nothing__gets_no_repeater() -> None:
    assert asked(Theatre(constant(repeatable=False))) is None
    assert asked(Theatre(constant(), answering(lambda _: None))) is None


@pytest.mark.parametrize("name", [b"x-correlation-id", b"traceparent"])
def test_exchange__whose_reply_brings_a_header_back__gets_no_repeater(name: bytes) -> None:
    assert asked(Theatre(constant()), headers=[(name, b"00-" + b"1" * 32 + b"-" + b"1" * 16 + b"-01")]) is None


def _refused(x: Any) -> None:
    raise DioramaError("request_violates_schema", "no")


def test_exchange__that_is_refused__gets_no_repeater() -> None:
    assert asked(Theatre(constant(_refused))) is None


@pytest.mark.parametrize("change", ["publish", "delete", "reset", "gate", "expire"])
def test_repeater__after_a_change_that_may_concern_it__sends_the_request_the_long_way(change: str) -> None:
    theatre = Theatre(constant(), ttl_s=10, created_us=1_700_000_000_000_000)
    repeater = asked(theatre)
    assert repeater is not None
    assert repeater()
    sandbox = theatre.sandbox
    if change == "publish":
        sandbox.change("publish", {})
        sandbox.behaviour = publish(project(), [constant()])
    elif change == "delete":
        del theatre.sandboxes[sandbox.id]
        sandbox.settle()
    elif change == "reset":
        sandbox.world = type(sandbox.world)(type(sandbox.world.tables)())
    elif change == "gate":
        sandbox.settle()
        with asyncio.Runner() as runner:
            asyncio._set_running_loop(None)
            runner.run(sandbox.gate.acquire())
    else:
        theatre.wall.advance_us(11_000_000)
    assert repeater() is None


def test_run__that_is_too_old__ends_and_another_begins() -> None:
    theatre = Theatre(constant())
    repeater = asked(theatre)
    assert repeater is not None
    assert repeater()
    first = theatre.sandbox.run
    theatre.wall.advance_us(RUN_NS // 1000)
    assert repeater()
    assert theatre.sandbox.run is not first
    assert [one.seq for one in theatre.exchanges()] == [1, 2, 3, 4]
    assert theatre.sandbox.seq == 4


def test_timer__due_before_a_repeat__fires_first() -> None:
    theatre = Theatre(constant())
    theatre.sandbox.change("plan", {}, lambda tx, at_us: tx.schedule("t", at_us + 1_000, "gone"))
    repeater = asked(theatre)
    assert repeater is not None
    assert repeater()
    theatre.wall.advance_us(1_000)
    assert repeater() is None
    theatre.at_once("GET", "/things")
    assert [type(one).__name__ for one in theatre.records()[-3:]] == ["Exchange", "TimerFired", "Exchange"]


def test_watchers__of_repeats__see_all_of_them_in_order() -> None:
    theatre = Theatre(constant())
    seen: list[int] = []
    theatre.sandbox.journal.watchers.append(lambda records: seen.extend(one.seq for one in records))
    repeater = asked(theatre)
    assert repeater is not None
    assert repeater()
    assert repeater()
    theatre.at_once("GET", "/things")
    assert seen == [1, 2, 3, 4, 5]


def test_plane__asked_once__makes_no_repeater() -> None:
    theatre = Theatre(constant())
    out = Plane(theatre.sandboxes, theatre.wall).handle(request("GET", "/things"))
    assert isinstance(out, Outgoing)
    assert out.repeater is None
