"""Timers: the queue, how they fire, and what wakes a sandbox for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.budgets import Budgets
from diorama.engine.driver import WAKE_SECONDS_MAX, LoopTimerDriver
from diorama.engine.timers import NEVER_US, TimerQueue
from diorama.model.exchange import Exchange, TimerFired
from diorama.model.http import Reply
from diorama.model.world import EMPTY_WORLD, World
from diorama.ports.capability import ALWAYS, Stage
from diorama.ports.exchange import OpenExchange
from diorama.ports.operations import TIMERS, Delete, Schedule, apply
from diorama.ports.transaction import Transaction
from tests.unit.flow.staging import OK, ROWS, Made, Theatre

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("schedule"), st.sampled_from("abcde"), st.integers(0, 50)),
        st.tuples(st.just("cancel"), st.sampled_from("abcde"), st.just(0)),
        st.tuples(st.just("pass"), st.just(""), st.integers(0, 20)),
        st.tuples(st.just("rebuild"), st.just(""), st.just(0)),
    ),
    max_size=30,
)


@given(actions=ACTIONS)
def test_queue__any_schedules_and_cancellations__fires_as_a_sorted_list_does(
    actions: list[tuple[str, str, int]],
) -> None:
    queue, world, now = TimerQueue(), EMPTY_WORLD, 0
    model: dict[str, int] = {}
    for action, timer, number in actions:
        if action == "schedule":
            operation = Schedule(timer, number, "tick")
            world = apply(world, operation)
            queue.note([operation])
            model[timer] = number
        elif action == "cancel":
            world = apply(world, Delete(*TIMERS, timer))
            model.pop(timer, None)
        elif action == "rebuild":
            queue.rebuild(world)
        else:
            now += number
            fired = []
            while (due := queue.due(world, now)) is not None:
                world = apply(world, Delete(*TIMERS, due[1]))
                fired.append(due)
            expected = sorted((at, name) for name, at in model.items() if at <= now)
            assert fired == expected
            model = {name: at for name, at in model.items() if at > now}
        assert queue.next_due_us <= min(model.values(), default=NEVER_US)


def scheduling(**timers: int) -> Callable[[OpenExchange], Reply]:
    def respond(x: OpenExchange) -> Reply:
        if x.request.method == "POST":
            for timer, after_us in timers.items():
                x.tx.schedule(timer, x.clock_us + after_us, "tick", timer)
        return Reply(200, (), str(x.tx.get(ROWS, "ticks", 0)).encode())

    return respond


def tick(tx: Transaction, at_us: int, payload: Any) -> None:
    tx.incr(ROWS, "ticks")
    tx.append(ROWS, "fired", [payload, at_us])


def theatre(respond: Callable[[OpenExchange], Reply], handler: Any = tick, budgets: Budgets | None = None) -> Theatre:
    return Theatre(Made([(Stage.COMPOSE, ALWAYS, respond)], timers={"tick": handler}), budgets=budgets)


def test_due_timers__when_an_exchange_comes__fire_before_it_in_order_at_their_own_time() -> None:
    stage = theatre(scheduling(late=3_000, b=2_000, a=2_000, far=9_000))
    start = stage.wall.now_us()
    stage.at_once("POST", "/things")
    stage.wall.advance_us(1_999)
    assert stage.at_once("GET", "/things").body == b"0"
    stage.wall.advance_us(3_000)
    assert stage.at_once("GET", "/things").body == b"3"
    assert stage.value("fired") == [["a", start + 2_000], ["b", start + 2_000], ["late", start + 3_000]]
    fired = [record for record in stage.records() if isinstance(record, TimerFired)]
    assert [(record.timer, record.name, record.at_us - start, record.seq) for record in fired] == [
        ("a", "tick", 2_000, 3),
        ("b", "tick", 2_000, 4),
        ("late", "tick", 3_000, 5),
    ]
    assert [record.seq for record in stage.records()] == [1, 2, 3, 4, 5, 6]
    assert all(len(record.operations) == 3 for record in fired)


def test_timer__that_fired__does_not_fire_again_when_the_clock_moves_back() -> None:
    stage = theatre(scheduling(once=1_000))
    stage.at_once("POST", "/things")
    stage.wall.advance_us(2_000)
    stage.at_once("GET", "/things")
    stage.sandbox.clock.anchor(stage.wall.monotonic_us(), stage.wall.now_us() - 10_000)
    stage.wall.advance_us(20_000)
    assert stage.at_once("GET", "/things").body == b"1"


def test_timer__scheduled_anew_for_the_past_by_itself__is_stopped_by_the_budget_of_a_turn() -> None:
    def again(tx: Transaction, at_us: int, payload: Any) -> None:
        tx.incr(ROWS, "ticks")
        tx.schedule("again", at_us, "tick")

    stage = theatre(scheduling(again=0), again, Budgets(timers_fired_max=25))
    stage.at_once("POST", "/things")
    assert stage.at_once("GET", "/things").body == b"25"
    assert stage.at_once("GET", "/things").body == b"50"


def test_timer__whose_handler_fails__is_journalled_and_holds_no_other_up() -> None:
    def fail(tx: Transaction, at_us: int, payload: Any) -> None:
        tx.set(ROWS, "half", 1)
        if payload == "bad":
            raise LookupError
        tick(tx, at_us, payload)

    stage = theatre(scheduling(bad=1, good=2), fail)
    stage.at_once("POST", "/things")
    stage.wall.advance_us(10)
    assert stage.at_once("GET", "/things").body == b"1"
    bad, good = (record for record in stage.records() if isinstance(record, TimerFired))
    assert (bad.timer, bad.error, len(bad.operations)) == ("bad", "capability_failed", 1)
    assert (good.timer, good.error) == ("good", "")
    assert stage.sandbox.world.table(TIMERS).rows.get("bad") is None


def test_timer__without_a_handler__is_journalled_as_failed() -> None:
    stage = Theatre(Made([(Stage.COMPOSE, ALWAYS, scheduling(a=0))]))
    stage.at_once("POST", "/things")
    stage.at_once("GET", "/things")
    (fired,) = (record for record in stage.records() if isinstance(record, TimerFired))
    assert fired.error == "capability_failed"


def test_timer__scheduled_by_an_admission__fires() -> None:
    def admit(x: OpenExchange) -> None:
        x.tx.schedule("a", x.clock_us, "tick", "a")

    async def wait(x: OpenExchange) -> Reply:
        await asyncio.sleep(0)
        return OK

    def respond(x: OpenExchange) -> Any:
        return wait(x) if x.request.path == "/wait" else OK

    steps = [(Stage.ADMIT, ALWAYS, admit), (Stage.COMPOSE, ALWAYS, respond)]

    async def scene(path: str) -> Any:
        stage = Theatre(Made(steps, timers={"tick": tick}))
        if path == "/wait":
            await stage.started("POST", path)
        else:
            stage.at_once("POST", path)
        stage.sandbox.fire_due(stage.wall.now_us())
        return stage.value("ticks")

    assert asyncio.run(scene("/count")) == 1
    assert asyncio.run(scene("/wait")) == 1


def test_control_change__with_timers_due__comes_after_them() -> None:
    stage = theatre(scheduling(a=1_000))
    stage.at_once("POST", "/things")
    stage.wall.advance_us(2_000)
    seq = stage.sandbox.change("look", {"n": 1}, lambda tx, _: tx.set(ROWS, "seen", tx.get(ROWS, "ticks")))
    assert stage.value("seen") == 1
    assert seq == stage.sandbox.seq == 3
    assert [type(record) for record in stage.records()[:2]] == [Exchange, TimerFired]


class FakeLoop:
    """The part of an event loop that the driver uses, with a clock that the test moves."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None], list[bool]]] = []

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Any:
        cancelled: list[bool] = []
        self.calls.append((delay_s, callback, cancelled))

        class Handle:
            def cancel(self) -> None:
                cancelled.append(True)

        return Handle()

    def armed(self) -> list[float]:
        return [delay_s for delay_s, _, cancelled in self.calls if not cancelled]

    def wake(self) -> None:
        (call,) = [call for call in self.calls if not call[2]]
        self.calls.remove(call)
        call[1]()


def driven(respond: Callable[[OpenExchange], Reply], monkeypatch: Any, **budgets: int) -> tuple[Theatre, FakeLoop]:
    stage = theatre(respond, budgets=Budgets(**budgets))
    loop = FakeLoop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    stage.sandbox.driver = LoopTimerDriver(stage.sandbox)
    return stage, loop


def test_driver__with_timers_waiting__wakes_for_each_in_turn(monkeypatch: Any) -> None:
    stage, loop = driven(scheduling(a=2_000_000, b=3_000_000), monkeypatch)
    stage.at_once("POST", "/things")
    assert loop.armed() == [2.0]
    stage.wall.advance_us(2_000_000)
    loop.wake()
    assert stage.value("ticks") == 1
    assert loop.armed() == [1.0]
    stage.wall.advance_us(1_000_000)
    loop.wake()
    assert stage.value("ticks") == 2
    assert loop.armed() == []


def test_driver__with_an_earlier_timer__is_armed_anew_and_otherwise_left(monkeypatch: Any) -> None:
    stage, loop = driven(scheduling(a=2_000_000), monkeypatch)
    stage.at_once("POST", "/things")
    stage.at_once("GET", "/things")
    assert len(loop.calls) == 1
    stage.sandbox.change("sooner", {}, lambda tx, at_us: tx.schedule("b", at_us + 500_000, "tick"))
    assert loop.armed() == [0.5]


def test_driver__when_the_clock_was_moved__is_armed_by_the_new_time(monkeypatch: Any) -> None:
    stage, loop = driven(scheduling(a=2_000_000), monkeypatch)
    stage.at_once("POST", "/things")
    clock, driver = stage.sandbox.clock, stage.sandbox.driver
    assert driver is not None
    clock.anchor(0, rate=4.0)
    driver.arm()
    assert loop.armed() == [0.5]
    clock.anchor(0, rate=0.0)
    driver.arm()
    assert loop.armed() == []
    clock.anchor(0, rate=1.0, virtual_us=stage.wall.now_us() + 1_500_000)
    driver.arm()
    assert loop.armed() == [0.5]


def test_driver__with_a_timer_far_off__looks_again_in_between(monkeypatch: Any) -> None:
    stage, loop = driven(scheduling(a=10**14), monkeypatch)
    stage.at_once("POST", "/things")
    assert loop.armed() == [WAKE_SECONDS_MAX]
    loop.wake()
    assert loop.armed() == [WAKE_SECONDS_MAX]
    assert stage.value("ticks") is None


def test_driver__woken_for_more_than_a_turn_may_fire__goes_on_in_the_next(monkeypatch: Any) -> None:
    stage, loop = driven(scheduling(a=1, b=1, c=1), monkeypatch, timers_fired_max=2)
    stage.at_once("POST", "/things")
    stage.wall.advance_us(10)
    loop.wake()
    assert stage.value("ticks") == 2
    assert loop.armed() == [0.0]
    loop.wake()
    assert stage.value("ticks") == 3


def test_driver__disarmed__lets_its_wake_up_go(monkeypatch: Any) -> None:
    stage, loop = driven(scheduling(a=1_000), monkeypatch)
    stage.at_once("POST", "/things")
    driver = stage.sandbox.driver
    assert isinstance(driver, LoopTimerDriver)
    driver.disarm()
    assert loop.armed() == []


def test_rebuild__of_a_world_with_timers__indexes_them() -> None:
    world: World = EMPTY_WORLD
    for number, timer in enumerate("cab"):
        world = apply(world, Schedule(timer, 10 - number, "tick"))
    queue = TimerQueue()
    queue.rebuild(world)
    assert queue.next_due_us == 8
    assert queue.due(world, 100) == (8, "b")
