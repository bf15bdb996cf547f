"""The timer queue: an index over the world's scheduled timers, in (due, id) order.

The world holds the timers, so forks and rewinds carry them; this heap only finds the next one quickly. Entries that
the world no longer knows, or knows with another due time, are dropped when they come up.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from diorama.model.world import World, get_row
from diorama.ports.operations import TIMERS, Operation, Schedule

NEVER_US = 1 << 62


class TimerQueue:
    """Finds what is due.

    Attributes:
        next_due_us: when the next entry is due; too early when the world has forgotten it, never too late.
    """

    __slots__ = ("_heap", "next_due_us")

    def __init__(self) -> None:
        self._heap: list[tuple[int, str]] = []
        self.next_due_us = NEVER_US

    def rebuild(self, world: World) -> None:
        """Index all timers of a world, after a recovery or a rewind."""
        self._heap = [(value[0], timer) for timer, value in world.table(TIMERS).items()]
        heapify(self._heap)
        self._look()

    def note(self, operations: list[Operation]) -> None:
        """Index what a commit scheduled."""
        for operation in operations:
            if type(operation) is Schedule:
                heappush(self._heap, (operation.due_us, operation.timer))
        self._look()

    def due(self, world: World, now_us: int) -> tuple[int, str] | None:
        """Take the first (due_us, timer) that is due, or None."""
        heap = self._heap
        while heap and heap[0][0] <= now_us:
            due_us, timer = heappop(heap)
            row = get_row(world, TIMERS, timer)
            if row is not None and row[1][0] == due_us:
                self._look()
                return due_us, timer
        self._look()
        return None

    def _look(self) -> None:
        self.next_due_us = self._heap[0][0] if self._heap else NEVER_US
