"""The loop's watch: how late the event loop runs, how long the garbage collector holds it, and when it collects.

The oldest generation is not collected while requests come, because a full collection with a long history took 79 ms;
it is collected when a tick passes without an exchange, at which nobody waits for it.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping

from msgspec import Struct

from diorama.engine.sandbox import Sandbox
from diorama.ports.effects import WallClock

TICK_S = 0.25
IDLE_TICKS_BETWEEN = 40
"""A collection of the oldest generation when idle is not repeated sooner than this many ticks."""

STALE_TICKS_MAX = 20
"""After a publish what is not used any more is collected within this many ticks, whether idle or not."""

THRESHOLDS = (50_000, 20, 1_000_000)


class LoopHealth(Struct, frozen=True):
    """What the watch saw since it began.

    Attributes:
        loop_lag_max_ms: the longest that a tick came late.
        gc_max_ms: the longest collection.
        collections: how many full collections there were.
    """

    loop_lag_max_ms: float
    gc_max_ms: float
    collections: int


class LoopWatch:
    """Watches the running event loop.

    Args:
        sandboxes: whose sequences tell whether exchanges come.
        wall: real time.
    """

    def __init__(self, sandboxes: Mapping[str, Sandbox], wall: WallClock) -> None:
        self._sandboxes = sandboxes
        self._wall = wall
        self._due_us = 0
        self._seen = 0
        self._ticks = 0
        self._lag_max_us = 0
        self._gc_began_us = 0
        self._gc_max_us = 0
        self._collections = 0
        self._handle: asyncio.TimerHandle | None = None
        self._stale_ticks = 0
        self._collect: Callable[[], int] = gc.collect

    def begin(self) -> None:
        """Freeze what was loaded, raise the collector's thresholds, and begin to tick."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.callbacks.append(self._collected)
        self._arm()

    def thaw(self) -> None:
        """Something that was frozen may be let go: it is collected when the loop is idle next, or soon.

        Versions of a large project that is edited under load would fill the memory otherwise.
        """
        self._stale_ticks = self._stale_ticks or STALE_TICKS_MAX

    def end(self) -> None:
        """Stop ticking."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
            gc.callbacks.remove(self._collected)

    @property
    def health(self) -> LoopHealth:
        """What was seen so far."""
        return LoopHealth(round(self._lag_max_us / 1000, 3), round(self._gc_max_us / 1000, 3), self._collections)

    def _arm(self) -> None:
        self._due_us = self._wall.monotonic_us() + int(TICK_S * 1_000_000)
        self._handle = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        self._lag_max_us = max(self._lag_max_us, self._wall.monotonic_us() - self._due_us)
        self._ticks += 1
        seen = sum(sandbox.seq for sandbox in self._sandboxes.values())
        idle = seen == self._seen
        self._seen = seen
        if self._stale_ticks and (idle or self._stale_ticks == 1):
            self._stale_ticks = 0
            gc.unfreeze()
            self._collect()
            gc.freeze()
        elif self._stale_ticks:
            self._stale_ticks -= 1
        elif idle and self._ticks >= IDLE_TICKS_BETWEEN:
            self._ticks = 0
            self._collect()
        self._arm()

    def _collected(self, phase: str, facts: Mapping[str, int]) -> None:
        now_us = self._wall.monotonic_us()
        if phase == "start":
            self._gc_began_us = now_us
            return
        self._gc_max_us = max(self._gc_max_us, now_us - self._gc_began_us)
        self._collections += facts["generation"] == 2  # the collector's oldest generation
