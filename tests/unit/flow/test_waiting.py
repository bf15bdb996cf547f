"""Exchanges that wait: commit, races, the gate, moves, budgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from diorama.engine.budgets import Budgets
from diorama.model.errors import DioramaError
from diorama.model.exchange import Admission, DeliveryOutcome, Exchange
from diorama.model.http import Reply
from diorama.ports.capability import ALWAYS, Stage
from diorama.ports.delivery import Outgoing
from diorama.ports.effects import OutboundRequest
from diorama.ports.exchange import OpenExchange
from tests.unit.flow.staging import OK, ROWS, Made, StubOutbound, Theatre, answering, finished, turns


class Gatepost:
    """Lets a step wait until the test says go."""

    def __init__(self) -> None:
        self.futures: list[asyncio.Future[None]] = []

    async def wait(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        await future

    def go(self) -> None:
        for future in self.futures:
            if not future.done():
                future.set_result(None)


def by_path(**steps: Callable[[Any], Any]) -> Made:
    """A capability that answers each path by its own step: ``wait`` for POST /wait, ``things`` and so on."""

    def respond(x: OpenExchange) -> Any:
        return steps[x.request.path.split("/")[1]](x)

    return answering(respond)


def exchange_of(theatre: Theatre, path: str) -> Exchange:
    return next(record for record in theatre.exchanges() if record.request.path == path)


def test_waiting_exchange__undisturbed__is_committed_after_its_admission() -> None:
    post = Gatepost()

    async def wait(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "a", x.tx.get(ROWS, "b", 1))
        await post.wait()
        return OK

    async def scene() -> Theatre:
        theatre = Theatre(by_path(wait=wait))
        task = theatre.started("POST", "/wait")
        await turns()
        assert theatre.sandbox.waiting == 1
        assert theatre.value("a") is None
        post.go()
        assert (await task).reply is OK
        return theatre

    theatre = asyncio.run(scene())
    admission, record = theatre.records()
    assert isinstance(admission, Admission)
    assert isinstance(record, Exchange)
    assert (record.admission_seq, record.base_seq, record.seq, record.attempts) == (1, 1, 2, 1)
    assert admission.operations == record.admission_operations
    assert admission.correlation_id == record.correlation_id
    assert theatre.value("a") == 1
    assert theatre.sandbox.waiting == 0


def test_waiting_exchanges__with_disjoint_reads__both_commit_without_a_second_run() -> None:
    post = Gatepost()

    async def wait(x: OpenExchange) -> Reply:
        key = x.query[0][1]
        count = x.tx.get(ROWS, key, 0)
        await post.wait()
        x.tx.set(ROWS, key, count + 1)
        return OK

    async def scene() -> Theatre:
        theatre = Theatre(by_path(wait=wait))
        tasks = [theatre.started("POST", f"/wait?key={key}") for key in "ab"]
        await turns()
        post.go()
        await asyncio.gather(*tasks)
        return theatre

    theatre = asyncio.run(scene())
    assert [record.attempts for record in theatre.exchanges()] == [1, 1]
    assert (theatre.value("a"), theatre.value("b")) == (1, 1)


def racing_steps(post: Gatepost, seen: list[tuple[Any, ...]]) -> Made:
    """An exchange that draws, reads the clock, calls out and reads a row that POST /count changes meanwhile."""

    async def wait(x: OpenExchange) -> Reply:
        answer = await x.outbound.call(OutboundRequest("GET", "http://outside.test/"))
        count = x.tx.get(ROWS, "count", 0)
        seen.append((x.dice.uuid4(), x.clock_us, answer.body, x.memo, x.plan.media_type, count))
        x.memo["body"] = count
        await post.wait()
        x.tx.set(ROWS, "waited", count)
        return Reply(200, (), answer.body)

    def count(x: OpenExchange) -> Reply:
        x.tx.incr(ROWS, "count")
        return OK

    def admit(x: OpenExchange) -> None:
        x.memo["admitted"] = x.dice.below(1000)
        x.plan.media_type = "kept"

    steps = [
        (Stage.ADMIT, ALWAYS, admit),
        (Stage.COMPOSE, ALWAYS, lambda x: wait(x) if x.request.path == "/wait" else count(x)),
    ]
    return Made(steps)


def test_waiting_exchange__that_lost_a_race__runs_again_with_the_same_chance_time_and_answers() -> None:
    post = Gatepost()
    seen: list[tuple[Any, ...]] = []
    calls: list[str] = []

    async def scene() -> Theatre:
        theatre = Theatre(racing_steps(post, seen))
        theatre.sandbox.open_outbound = lambda memo: StubOutbound(calls, memo)
        task = theatre.started("POST", "/wait")
        await turns()
        theatre.wall.advance_us(1_000_000)
        theatre.at_once("POST", "/count")
        post.go()
        await turns()
        post.go()
        await task
        return theatre

    theatre = asyncio.run(scene())
    first, second = seen
    assert first[:3] == second[:3]
    assert (first[5], second[5]) == (0, 1)
    assert first[4] == second[4] == "kept"
    assert second[3].keys() == {"admitted", "body"}
    assert first[3]["admitted"] == second[3]["admitted"]
    assert calls == ["http://outside.test/"]
    record = exchange_of(theatre, "/wait")
    assert (record.attempts, len(record.outbound), record.base_seq) == (2, 1, 2)
    assert record.reads == (("state", "rows", "count"),)
    assert len(record.admission_operations) == 2
    assert theatre.value("waited") == 1


def test_admission_that_inserts__of_a_waiting_exchange__is_no_race_of_its_own() -> None:
    async def wait(x: OpenExchange) -> Reply:
        await asyncio.sleep(0)
        return OK

    steps = [
        (Stage.ADMIT, ALWAYS, lambda x: x.tx.insert(ROWS, x.correlation_id, 1)),
        (Stage.COMPOSE, ALWAYS, wait),
    ]

    async def scene() -> Theatre:
        theatre = Theatre(Made(steps))
        await theatre.started("POST", "/wait")
        return theatre

    (record,) = asyncio.run(scene()).exchanges()
    assert (record.attempts, record.reads) == (1, ())


def test_starved_exchange__under_a_flood_of_writes__takes_the_gate_and_commits() -> None:
    seen: list[int] = []
    queued: list[asyncio.Task[Outgoing]] = []

    async def wait(x: OpenExchange) -> Reply:
        count = x.tx.get(ROWS, "count", 0)
        seen.append(count)
        out = theatre.call("POST", "/count")  # the flood: a write whenever somebody awaits
        if not isinstance(out, Outgoing):
            assert theatre.sandbox.gated
            queued.append(asyncio.get_running_loop().create_task(out))
        await turns(2)
        x.tx.set(ROWS, "waited", count)
        return OK

    def count(x: OpenExchange) -> Reply:
        x.tx.incr(ROWS, "count")
        return OK

    theatre = Theatre(by_path(wait=wait, count=count))

    async def scene() -> None:
        await theatre.started("POST", "/wait")
        await asyncio.gather(*queued)

    asyncio.run(scene())
    waited = exchange_of(theatre, "/wait")
    assert waited.attempts == 4
    assert seen == [0, 1, 2, 3]
    assert theatre.value("waited") == theatre.value("count") - 1
    assert len(queued) == 1
    assert exchange_of(theatre, "/wait").seq < theatre.exchanges()[-1].seq
    assert not theatre.sandbox.gated


def test_exchanges_behind_the_gate__when_it_opens__begin_in_order_with_a_fresh_clock_reading() -> None:
    async def scene() -> Theatre:
        theatre = Theatre(by_path(things=lambda _: OK))
        async with theatre.sandbox.gate:
            calls = [theatre.call("GET", f"/things/{number}") for number in range(3)]
            tasks = [asyncio.get_running_loop().create_task(finished(call)) for call in calls]
            await turns()
            assert theatre.exchanges() == []
            theatre.wall.advance_us(50_000)
        await asyncio.gather(*tasks)
        return theatre

    theatre = asyncio.run(scene())
    assert [record.request.path for record in theatre.exchanges()] == ["/things/0", "/things/1", "/things/2"]
    assert {record.at_us for record in theatre.exchanges()} == {theatre.wall.now_us()}
    assert theatre.sandbox.slow_turns == 0


def test_counter__read_waited_for_and_written_by_64_exchanges__loses_nothing() -> None:
    async def wait(x: OpenExchange) -> Reply:
        count = x.tx.get(ROWS, "count", 0)
        await turns(x.dice.below(4))
        x.tx.set(ROWS, "count", count + 1)
        return Reply(200, (), str(count).encode())

    async def scene() -> tuple[Theatre, list[Outgoing]]:
        theatre = Theatre(by_path(wait=wait))
        tasks = [theatre.started("POST", "/wait", [(b"x-session-id", b"%d" % number)]) for number in range(64)]
        return theatre, await asyncio.gather(*tasks)

    theatre, replies = asyncio.run(scene())
    assert theatre.value("count") == 64
    assert sorted(int(out.reply.body) for out in replies) == list(range(64))
    ordered = [int(record.reply.body) for record in theatre.exchanges()]
    assert ordered == list(range(64))
    assert theatre.sandbox.waiting == 0


def test_waiting_exchange__whose_branch_was_left__is_told_and_changes_nothing() -> None:
    post = Gatepost()

    async def wait(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "a", 1)
        await post.wait()
        return OK

    async def scene() -> tuple[Theatre, Outgoing]:
        theatre = Theatre(by_path(wait=wait))
        before = theatre.sandbox.world
        task = theatre.started("POST", "/wait")
        await turns()
        theatre.sandbox.branch = 1
        theatre.sandbox.world = before
        post.go()
        out = await task
        assert theatre.sandbox.world is before
        return theatre, out

    theatre, out = asyncio.run(scene())
    (record,) = theatre.exchanges()
    assert (out.reply.status, msgspec.json.decode(out.reply.body)["code"]) == (409, "sandbox_moved")
    assert (record.branch, record.error, record.operations, record.reads) == (1, "sandbox_moved", (), ())


def test_client__that_leaves__cancels_nothing() -> None:
    post = Gatepost()

    async def wait(x: OpenExchange) -> Reply:
        await post.wait()
        x.tx.set(ROWS, "a", 1)
        return OK

    async def scene() -> Theatre:
        theatre = Theatre(by_path(wait=wait))
        task = theatre.started("POST", "/wait")
        await turns()
        # The wire keeps the task and says, once it is done, that nobody was there to read the reply.
        post.go()
        theatre.plane.observe(await task, "client_gone")
        return theatre

    theatre = asyncio.run(scene())
    assert theatre.value("a") == 1
    assert isinstance(theatre.records()[-1], DeliveryOutcome)


@pytest.mark.parametrize("failure", [LookupError("secret"), DioramaError("outbound_failed", "Nobody answered.")])
def test_waiting_step__that_raises__is_rolled_back_with_its_admission_kept(failure: Exception) -> None:
    async def wait(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "a", 1)
        await asyncio.sleep(0)
        raise failure

    async def scene() -> tuple[Theatre, Outgoing]:
        theatre = Theatre(
            Made([(Stage.ADMIT, ALWAYS, lambda x: x.tx.set(ROWS, "b", 1)), (Stage.COMPOSE, ALWAYS, wait)])
        )
        return theatre, await theatre.started("POST", "/wait")

    theatre, out = asyncio.run(scene())
    assert out.reply.status in {500, 502}
    assert (theatre.value("a"), theatre.value("b")) == (None, 1)
    assert theatre.exchanges()[0].error in {"capability_failed", "outbound_failed"}


def test_waiting_step__whose_future_is_cancelled__is_a_failure_of_the_step_alone() -> None:
    post = Gatepost()

    async def wait(x: OpenExchange) -> Reply:
        await post.wait()
        return OK

    async def scene() -> tuple[Theatre, Outgoing]:
        theatre = Theatre(by_path(wait=wait))
        task = theatre.started("POST", "/wait")
        await turns()
        post.futures[0].cancel()
        return theatre, await task

    theatre, out = asyncio.run(scene())
    assert out.reply.status == 500
    assert theatre.exchanges()[0].error == "capability_failed"
    assert theatre.sandbox.waiting == 0


@pytest.mark.parametrize("outcome", [{"not": "a reply"}, 5, "text"])
def test_step__that_returns_neither_reply_nor_awaitable__is_a_failure(outcome: Any) -> None:
    async def scene() -> tuple[Theatre, Outgoing]:
        theatre = Theatre(by_path(wait=lambda _: outcome))
        return theatre, await finished(theatre.call("POST", "/wait"))

    theatre, out = asyncio.run(scene())
    assert out.reply.status == 500
    assert theatre.exchanges()[0].error == "capability_failed"


def test_waiting_exchanges__beyond_the_budget__are_refused_before_any_of_them_ran() -> None:
    post = Gatepost()

    async def wait(x: OpenExchange) -> Reply:
        await post.wait()
        return OK

    async def scene() -> tuple[Theatre, list[int]]:
        theatre = Theatre(by_path(wait=wait), budgets=Budgets(waiting_max=2))
        calls = [theatre.call("POST", "/wait") for _ in range(4)]  # none of the coroutines has begun yet
        tasks = [asyncio.get_running_loop().create_task(finished(call)) for call in calls]
        await turns()
        post.go()
        return theatre, [out.reply.status for out in await asyncio.gather(*tasks)]

    theatre, statuses = asyncio.run(scene())
    assert statuses == [200, 200, 429, 429]
    assert theatre.sandbox.waiting == 0
    assert [record.error for record in theatre.exchanges()] == ["rate_exceeded", "rate_exceeded", "", ""]


def test_unmatched_request__that_waits_and_loses_a_race__is_still_told_that_nothing_matched() -> None:
    post = Gatepost()

    async def look_outside(x: OpenExchange) -> None:
        x.tx.get(ROWS, "count")
        await post.wait()

    def respond(x: OpenExchange) -> Any:
        if x.endpoint is None:
            return look_outside(x)
        x.tx.incr(ROWS, "count")
        return OK

    async def scene() -> Theatre:
        theatre = Theatre(answering(respond))
        task = theatre.started("GET", "/nowhere")
        await turns()
        theatre.at_once("POST", "/count")
        post.go()
        await turns()
        post.go()
        assert (await task).reply.status == 404
        return theatre

    record = exchange_of(asyncio.run(scene()), "/nowhere")
    assert (record.attempts, record.error) == (2, "route_not_found")
