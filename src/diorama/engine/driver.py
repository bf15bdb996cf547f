"""The timer driver: wakes a sandbox when its next timer is due in real time, whether an exchange comes by or not."""

from __future__ import annotations

import asyncio

from diorama.engine.sandbox import Sandbox
from diorama.engine.timers import NEVER_US

WAKE_SECONDS_MAX = 3600.0
"""A wake-up further off than this is looked at again then, because event loops count in bounded floats."""


class LoopTimerDriver:
    """Arms one wake-up of the running event loop for one sandbox.

    Args:
        sandbox: whose timers it sees to.
    """

    __slots__ = ("_due_us", "_handle", "_moves", "_sandbox")

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._handle: asyncio.TimerHandle | None = None
        self._due_us = NEVER_US
        self._moves = 0

    def arm(self) -> None:
        """Arrange to be woken when the next timer is due; nothing changes when that is arranged already."""
        sandbox = self._sandbox
        due_us = sandbox.timers.next_due_us
        if due_us == self._due_us and self._moves == sandbox.clock.moves and self._handle is not None:
            return
        self.disarm()
        if due_us == NEVER_US:
            return
        delay_us = sandbox.clock.real_delay_us(due_us, sandbox.wall.monotonic_us())
        if delay_us is None:
            return
        self._due_us = due_us
        self._moves = sandbox.clock.moves
        delay_s = min(delay_us / 1e6, WAKE_SECONDS_MAX)
        self._handle = asyncio.get_running_loop().call_later(delay_s, self._wake)

    def disarm(self) -> None:
        """Let the arranged wake-up go."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._due_us = NEVER_US

    def _wake(self) -> None:
        self._handle = None
        self._due_us = NEVER_US
        sandbox = self._sandbox
        sandbox.fire_due(sandbox.clock.read(sandbox.wall.monotonic_us()))
        self.arm()
