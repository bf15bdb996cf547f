from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from diorama.app.loop_watch import IDLE_TICKS_BETWEEN, STALE_TICKS_MAX, TICK_S, LoopWatch
from diorama.engine.effects import ManualClock
from tests.unit.installations import ask, small_installation


@pytest.fixture
def collector() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


class Ticking:
    """A watch whose ticks are made by hand."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.installation, self.plane = small_installation(self.clock)
        self.watch = LoopWatch(self.installation.sandboxes, self.clock)
        self.collected = 0
        self.watch._collect = self._count

    def _count(self) -> int:
        self.collected += 1
        return 0

    def tick(self, late_us: int = 0) -> None:
        self.clock.advance_us(int(TICK_S * 1e6) + late_us)
        handle: Any = self.watch._handle
        handle.cancel()
        self.watch._tick()


@pytest.mark.usefixtures("collector")
def test_watch__tick_that_comes_late__is_reported() -> None:
    async def run() -> float:
        ticking = Ticking()
        ticking.watch.begin()
        ticking.tick()
        ticking.tick(late_us=7_000)
        ticking.tick(late_us=2_000)
        ticking.watch.end()
        return ticking.watch.health.loop_lag_max_ms

    assert asyncio.run(run()) == 7.0


@pytest.mark.usefixtures("collector")
def test_watch__while_exchanges_come__collects_only_when_they_pause() -> None:
    async def run() -> list[int]:
        ticking = Ticking()
        ticking.watch.begin()
        seen = []
        for _ in range(IDLE_TICKS_BETWEEN * 2):
            ask(ticking.plane, "GET", "/items")
            ticking.tick()
        seen.append(ticking.collected)
        ticking.tick()
        seen.append(ticking.collected)
        for _ in range(IDLE_TICKS_BETWEEN - 1):
            ticking.tick()
        seen.append(ticking.collected)
        ticking.tick()
        seen.append(ticking.collected)
        ticking.watch.end()
        return seen

    assert asyncio.run(run()) == [0, 1, 1, 2]


@pytest.mark.usefixtures("collector")
def test_watch__after_a_publish__collects_when_idle_or_soon() -> None:
    async def run() -> list[int]:
        ticking = Ticking()
        ticking.watch.begin()
        ticking.watch.thaw()
        ticking.tick()
        seen = [ticking.collected]
        ticking.watch.thaw()
        for _ in range(STALE_TICKS_MAX - 1):
            ask(ticking.plane, "GET", "/items")
            ticking.tick()
        seen.append(ticking.collected)
        ask(ticking.plane, "GET", "/items")
        ticking.tick()
        seen.append(ticking.collected)
        ticking.watch.end()
        return seen

    assert asyncio.run(run()) == [1, 1, 2]


@pytest.mark.usefixtures("collector")
def test_watch__full_collection__is_counted_and_measured() -> None:
    async def run() -> tuple[int, int]:
        ticking = Ticking()
        ticking.watch.begin()
        before = ticking.watch.health.collections
        gc.collect()
        ticking.watch.end()
        after = ticking.watch.health.collections
        gc.collect()
        return after - before, ticking.watch.health.collections - after

    assert asyncio.run(run()) == (1, 0)
