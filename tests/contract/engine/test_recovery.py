"""A sandbox over every store: what it hands over, and what it is again when it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from diorama.engine.journal_format import JournalEncoder, decode
from diorama.engine.recovery import recover
from diorama.engine.sandbox import Sandbox
from diorama.engine.transaction import LiveTransaction
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange, TimerFired
from diorama.model.http import Reply
from diorama.model.world import World
from diorama.ports.capability import ALWAYS, Stage
from diorama.ports.delivery import Outgoing
from diorama.ports.exchange import OpenExchange
from diorama.ports.operations import SESSION_TURNS, TIMERS
from diorama.ports.storage import Batch, ControlStore, Recovered
from diorama.ports.transaction import Transaction
from diorama.storage import MemoryControlStore, open_directory
from tests.unit.flow import rehearsal
from tests.unit.flow.staging import OK, ROWS, Made, Theatre, answering, finished


@pytest.fixture(params=["memory", "sqlite"])
def control(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ControlStore]:
    store = MemoryControlStore() if request.param == "memory" else open_directory(tmp_path / "data")
    yield store
    store.close()


def attached(stage: Theatre, control: ControlStore) -> Theatre:
    control.save_sandbox(stage.sandbox.row)
    stage.sandbox.attach(control.open_sandbox("default"))
    return stage


async def kept(stage: Theatre) -> None:
    """Return when all that happened is in the store."""
    assert stage.sandbox.persistence is not None
    await stage.sandbox.persistence.durable(stage.sandbox.seq)


def rows(world: World) -> dict[Any, list[Any]]:
    """All rows in order with their positions, as JSON has them."""
    found = {
        address: [
            [key, world.table(address).rows[key][0], msgspec.json.decode(msgspec.json.encode(value))]
            for key, value in world.table(address).items()
        ]
        for address in world.addresses()
    }
    return {address: items for address, items in found.items() if items}


def tick(tx: Transaction, at_us: int, payload: Any) -> None:
    tx.append(ROWS, "ticks", at_us)


def program(x: OpenExchange) -> Reply:
    key = x.request.body.decode()
    x.tx.delete(ROWS, key)
    x.tx.set(ROWS, key, {"n": x.dice.below(100), "t": (1, None, 2.5, "ü", 2**70)})
    if key == "later":
        x.tx.schedule("soon", x.clock_us + 1_000_000, "tick", {"a": [1]})
    return Reply(200, (), msgspec.json.encode(list(x.tx.items(ROWS))))


def scene(**facts: Any) -> Theatre:
    return Theatre(Made([(Stage.COMPOSE, ALWAYS, program)], timers={"tick": tick}), **facts)


def test_recover__after_exchanges__is_the_same_sandbox(control: ControlStore) -> None:
    async def play() -> tuple[Theatre, Theatre]:
        stage = attached(scene(), control)
        for key in ("a", "b", "c", "a", "later", "b"):
            stage.wall.advance_us(1_000)
            stage.at_once("POST", "/things", body=key.encode())
        stage.sandbox.clock.anchor(stage.wall.monotonic_us(), 1_600_000_000_000_000, 0.0)
        stage.sandbox.change("clock", {"frozen": True})
        await kept(stage)
        again = scene()
        again.sandbox.token_key = b"another"
        again.wall.advance_us(77_000_000)
        recover(again.sandbox, control.open_sandbox("default"), 100)
        return stage, again

    stage, again = asyncio.run(play())
    stage.sandbox.persistence = again.sandbox.persistence = None
    assert rows(again.sandbox.world) == rows(stage.sandbox.world)
    assert again.sandbox.world.weight == stage.sandbox.world.weight
    assert (again.sandbox.seq, again.sandbox.branch) == (stage.sandbox.seq, stage.sandbox.branch)
    assert again.sandbox.token_key == stage.sandbox.token_key
    assert again.sandbox.clock.state(again.wall.monotonic_us()) == stage.sandbox.clock.state(stage.wall.monotonic_us())
    assert JournalEncoder().encode(again.records())[0] == JournalEncoder().encode(stage.records())[0]
    assert again.sandbox.timers.next_due_us == stage.sandbox.timers.next_due_us
    assert [key for key, _ in again.sandbox.world.table(TIMERS).items()] == ["soon"]
    assert again.at_once("POST", "/things", body=b"d").body == stage.at_once("POST", "/things", body=b"d").body
    assert again.records()[-1].seq == stage.records()[-1].seq == 8


def test_recover__after_the_last_row_went__puts_new_rows_in_the_same_order(control: ControlStore) -> None:
    """Its position comes again, which is why nothing but order may be read from positions."""

    def take_back(x: OpenExchange) -> Reply:
        key = x.request.body.decode()
        if not x.tx.delete(ROWS, key):
            x.tx.insert(ROWS, key, 1)
        return Reply(200, (), b"")

    def made() -> Theatre:
        return Theatre(Made([(Stage.COMPOSE, ALWAYS, take_back)]))

    async def play() -> tuple[World, World]:
        stage = attached(made(), control)
        for key in ("a", "b", "c", "c"):
            stage.at_once("POST", "/things", body=key.encode())
        await kept(stage)
        again = made()
        recover(again.sandbox, control.open_sandbox("default"), 100)
        for theatre in (stage, again):
            theatre.sandbox.persistence = None
            for key in ("d", "a", "a"):
                theatre.at_once("POST", "/things", body=key.encode())
        return stage.sandbox.world, again.sandbox.world

    worlds = asyncio.run(play())
    assert [[key for key, _ in world.table(ROWS).items()] for world in worlds] == [["b", "d", "a"]] * 2
    assert [world.table(ROWS).rows["d"][0] for world in worlds] == [3, 2]


def test_recover__with_a_timer_waiting__fires_it_when_its_time_comes(control: ControlStore) -> None:
    async def play() -> Theatre:
        stage = attached(scene(), control)
        stage.at_once("POST", "/things", body=b"later")
        await kept(stage)
        again = scene()
        recover(again.sandbox, control.open_sandbox("default"), 0)
        again.wall.advance_us(1_000_000)
        again.at_once("POST", "/things", body=b"x")
        return again

    (fired,) = (record for record in asyncio.run(play()).records() if isinstance(record, TimerFired))
    assert (fired.timer, fired.error) == ("soon", "")


def test_recover__after_a_reset__knows_neither_rows_nor_turns_of_before(control: ControlStore) -> None:
    """Session turns are stored about once a second, so a reset has to be found in the journal where they were not."""

    def forget(tx: LiveTransaction, _at_us: int) -> None:
        for address in tx.world.addresses():
            for name in [name for name, _ in tx.world.table(address).items()]:
                tx.delete(address, name)

    async def play() -> Theatre:
        stage = attached(scene(), control)
        for key in ("a", "b"):
            stage.wall.advance_us(2_000_000)
            stage.at_once("POST", "/things", body=key.encode())
            await kept(stage)
        stage.sandbox.change("reset", {}, forget)
        stage.at_once("POST", "/things", body=b"c")
        await kept(stage)
        again = scene()
        recover(again.sandbox, control.open_sandbox("default"), 100)
        assert rows(again.sandbox.world) == rows(stage.sandbox.world)
        return again

    world = asyncio.run(play()).sandbox.world
    assert [key for key, _ in world.table(ROWS).items()] == ["c"]
    assert [value for _, value in world.table(SESSION_TURNS).items()] == [1]


def test_recover__of_an_empty_store__leaves_a_fresh_sandbox(control: ControlStore) -> None:
    stage = scene()
    control.save_sandbox(stage.sandbox.row)
    before = stage.sandbox.clock.state(0)
    recover(stage.sandbox, control.open_sandbox("default"), 10)
    assert (stage.sandbox.seq, stage.records(), stage.sandbox.clock.state(0)) == (0, [], before)
    assert stage.sandbox.token_key == b"k" * 32


def test_recover__in_the_middle_of_a_performance__goes_on_as_if_nothing_had_been(control: ControlStore) -> None:
    async def play() -> tuple[list[bytes], list[bytes], list[Any]]:
        stage = await rehearsal.performance(150, lambda stage: attached(stage, control))
        await kept(stage)
        again = rehearsal.theatre()
        again.wall.advance_us(stage.wall.monotonic_us())
        recover(again.sandbox, control.open_sandbox("default"), 50)
        found = []
        for one in (stage, again):
            one.sandbox.persistence = None
            replies = []
            for path in ("/list", "/roll", "/list"):
                one.wall.advance_us(100_000)
                out = await finished(one.call("GET", path, [(b"x-session-id", b"fresh")]))
                replies.append(out.reply.body)
            found.append(replies)
        blocks = control.open_sandbox("default").journal(1, 10**9)
        _, differences = await rehearsal.replayed([record for block in blocks for record in decode(block)])
        return found[0], found[1], differences

    uninterrupted, recovered, differences = asyncio.run(play())
    assert recovered == uninterrupted
    assert differences == []


def test_recover__killed_twice_before_turns_were_stored__counts_every_turn(control: ControlStore) -> None:
    async def play() -> list[dict[str, Any]]:
        counted = []
        for life in range(4):
            stage = scene()
            if life == 0:
                control.save_sandbox(stage.sandbox.row)
            recover(stage.sandbox, control.open_sandbox("default"), 0)
            counted.append(dict(stage.sandbox.world.table(SESSION_TURNS).items()))
            for session in (b"one", b"two", f"life-{life}".encode()):
                stage.at_once("POST", "/things", [(b"x-session-id", session)], body=b"a")
            await kept(stage)
        return counted

    lives = asyncio.run(play())
    assert [sorted(turns.values()) for turns in lives] == [[], [1, 1, 1], [1, 1, 2, 2], [1, 1, 1, 3, 3]]


@pytest.mark.parametrize(
    "recovered",
    [
        Recovered(b"{", [], []),
        Recovered(b'{"branch":0}', [], []),
        Recovered(b'{"branch":0,"seq":1,"clock":{"virtual_us":1},"token_key":"zz","turns_seq":1}', [], []),
        Recovered(b'{"branch":0,"seq":1,"clock":{"virtual_us":1},"token_key":"00","turns_seq":1}', [], [b"[{]"]),
    ],
)
def test_recover__of_damaged_facts__says_that_the_journal_is_corrupt_and_changes_nothing(recovered: Recovered) -> None:
    stage = scene()
    with pytest.raises(DioramaError) as failure:
        recover(stage.sandbox, CountingStore(recovered), 10)
    assert failure.value.code == "journal_corrupt"
    assert failure.value.meta == {"sandbox": "default"}
    assert (stage.sandbox.seq, stage.records()) == (0, [])


class CountingStore:
    """A store that keeps what it was handed, and fails when told to."""

    def __init__(self, recovered: Recovered | None = None) -> None:
        self.recovered = recovered or Recovered(None, [], [])
        self.batches: list[Batch] = []
        self.failing = False
        self.backlog_bytes = 0

    @property
    def durable_seq(self) -> int:
        return self.batches[-1].last_seq if self.batches else 0

    def submit(self, batch: Batch) -> None:
        if self.failing:
            raise DioramaError("storage_failed", "The disk is full.")
        self.batches.append(batch)

    async def durable(self, seq: int) -> None:
        assert seq <= self.durable_seq

    def recover(self, tail_count: int) -> Recovered:
        return self.recovered

    def journal(self, first_seq: int, last_seq: int) -> list[bytes]:
        return []

    async def close(self) -> None:
        pass


def counted(stage: Theatre) -> CountingStore:
    store = CountingStore()
    stage.sandbox.attach(store)
    return store


def test_strict_sandbox__with_many_exchanges_in_one_turn__hands_over_one_batch_and_answers_after_it() -> None:
    async def play() -> CountingStore:
        stage = scene(durability="strict")
        store = counted(stage)
        calls = [stage.call("POST", "/things", body=b"%d" % number) for number in range(8)]
        assert not any(isinstance(call, Outgoing) for call in calls)
        assert store.batches == []
        replies = await asyncio.gather(*(finished(call) for call in calls))
        assert [out.reply.status for out in replies] == [200] * 8
        return store

    store = asyncio.run(play())
    (batch,) = store.batches
    assert (batch.first_seq, batch.last_seq, batch.count) == (1, 8, 8)
    assert len(decode(batch.records)) == 8


def test_batch__of_many_writes_to_few_rows__holds_each_row_once_with_its_newest_value() -> None:
    async def play() -> tuple[Theatre, CountingStore]:
        stage = scene()
        store = counted(stage)
        for key in "abaab":
            stage.at_once("POST", "/things", body=key.encode())
        stage.sandbox.change("forget", {}, lambda tx, _: tx.set(ROWS, "gone", tx.delete(ROWS, "a")))
        stage.sandbox.change("forget", {}, lambda tx, _: drop(tx))
        await kept(stage)
        return stage, store

    def drop(tx: Transaction) -> None:
        tx.delete(ROWS, "gone")

    stage, store = asyncio.run(play())
    (batch,) = store.batches
    assert (batch.count, batch.first_seq, batch.last_seq) == (7, 1, 7)
    assert batch.first_us == batch.last_us == stage.wall.now_us()
    found = {(row.slice, row.table, row.key): row.value for row in batch.rows}
    assert len(found) == len(batch.rows)
    assert found["state", "rows", "a"] is None
    assert found["state", "rows", "gone"] is None
    assert msgspec.json.decode(found["state", "rows", "b"] or b"") == msgspec.json.decode(
        msgspec.json.encode(stage.value("b"))
    )
    assert msgspec.json.decode(batch.head)["seq"] == 7


def test_batched_sandbox__when_its_time_is_over__hands_over_by_itself() -> None:
    async def play() -> int:
        stage = scene()
        store = counted(stage)
        stage.at_once("POST", "/things", body=b"a")
        before = len(store.batches)
        while not store.batches:  # noqa: ASYNC110  a deadline of the loop itself is what is waited for
            await asyncio.sleep(0)
        return before

    assert asyncio.run(play()) == 0


def test_sandbox__whose_store_fails__answers_so_from_then_on() -> None:
    async def play() -> tuple[Reply, Reply, Reply]:
        stage = scene()
        store = counted(stage)
        first = stage.at_once("POST", "/things", body=b"a")
        store.failing = True
        assert stage.sandbox.persistence is not None
        stage.sandbox.persistence.flush()
        second = stage.at_once("POST", "/things", body=b"b")
        store.failing = False
        return first, second, stage.at_once("POST", "/things", body=b"c")

    first, second, third = asyncio.run(play())
    assert [first.status, second.status, third.status] == [200, 500, 500]
    assert msgspec.json.decode(second.body)["code"] == "storage_failed"
    assert msgspec.json.decode(third.body)["meta"]["sandbox"] == "default"


def test_strict_sandbox__whose_store_fails__acknowledges_nothing() -> None:
    async def play() -> Outgoing:
        stage = scene(durability="strict")
        counted(stage).failing = True
        return await finished(stage.call("POST", "/things", [(b"x-correlation-id", b"mine")], b"a"))

    out = asyncio.run(play())
    assert (out.reply.status, msgspec.json.decode(out.reply.body)["code"]) == (500, "storage_failed")
    assert out.headers == b"x-correlation-id: mine\r\n"


def test_sandbox__with_a_record_that_cannot_be_written__stops_and_says_so() -> None:
    def poison(x: OpenExchange) -> Reply:
        x.memo["made"] = None
        return Reply(200, ((b"content-type", b"text/plain"),), b"ok")

    async def play() -> Reply:
        stage = Theatre(answering(poison))
        counted(stage)
        stage.at_once("GET", "/things")
        (record,) = stage.exchanges()
        record.matched = "\ud800"
        assert stage.sandbox.persistence is not None
        stage.sandbox.persistence.flush()
        return stage.at_once("GET", "/things")

    reply = asyncio.run(play())
    assert msgspec.json.decode(reply.body)["code"] == "storage_failed"


def test_plane__with_a_store_far_behind__is_saturated() -> None:
    async def play() -> tuple[bool, bool]:
        stage = Theatre(answering(lambda _: OK))
        store = counted(stage)
        before = stage.plane.saturated()
        store.backlog_bytes = 1 << 30
        stage.wall.advance_us(1_000)  # it is not looked at more often
        return before, stage.plane.saturated()

    assert asyncio.run(play()) == (False, True)


def test_waiting_exchange__over_a_store__keeps_its_admission_and_its_body(control: ControlStore) -> None:
    async def wait(x: OpenExchange) -> Reply:
        await asyncio.sleep(0)
        x.tx.set(ROWS, "body", 1)
        return OK

    async def play() -> Sandbox:
        made = Made([(Stage.ADMIT, ALWAYS, lambda x: x.tx.set(ROWS, "admission", 1)), (Stage.COMPOSE, ALWAYS, wait)])
        stage = attached(Theatre(made), control)
        await stage.started("POST", "/wait")
        await kept(stage)
        again = Theatre(made)
        recover(again.sandbox, control.open_sandbox("default"), 10)
        return again.sandbox

    sandbox = asyncio.run(play())
    assert [key for key, _ in sandbox.world.table(ROWS).items()] == ["admission", "body"]
    assert type(next(sandbox.journal.newest_first())) is Exchange
