"""Timers: one beat a second for all connections, instead of a timer for each.

A request that is served at once costs nothing here: a connection's progress is compared with what it was at the beat
before. Every limit is therefore kept to within one beat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from diorama.ports.delivery import DataPlane
from diorama.wire.heads import Tails

BEAT_S = 1.0
ROOM_POLL_S = 0.005
"""How often a full data plane is asked whether it has room; ten times shorter than what a client would notice."""


class Swept(Protocol):
    """A connection as the timers see it."""

    def sweep(self, now_s: float) -> None:
        """Do what is due. ``now_s`` is the loop's time."""

    def room(self) -> None:
        """The data plane takes requests again."""


class Sweeper:
    """The beat: renews the date and lets each connection look at its limits.

    It beats while there are connections, so that an idle server does not wake up for nothing.

    Args:
        clock: real time in seconds since 1970.
        tidy: what else is done at each beat.
    """

    def __init__(self, clock: Callable[[], float], tidy: Callable[[], None]) -> None:
        self._clock = clock
        self._tidy = tidy
        self._connections: set[Swept] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.tails = Tails(clock())

    def join(self, connection: Swept, loop: asyncio.AbstractEventLoop) -> None:
        """Take a connection into the beat."""
        self._connections.add(connection)
        if self._timer is None:
            self.tails.refresh(self._clock())
            self._timer = loop.call_later(BEAT_S, self._beat, loop)

    def leave(self, connection: Swept) -> None:
        """Let a connection go; the last one stops the beat."""
        self._connections.discard(connection)
        if not self._connections and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(BEAT_S, self._beat, loop)
        self.beat(loop.time())

    def beat(self, now_s: float) -> None:
        """One beat.

        Args:
            now_s: the loop's time in seconds.
        """
        self.tails.refresh(self._clock())
        self._tidy()
        for connection in list(self._connections):
            connection.sweep(now_s)


class Room:
    """Connections that are not read because the data plane is full, and the one timer that asks for all of them."""

    def __init__(self, plane: DataPlane) -> None:
        self._plane = plane
        self._waiting: set[Swept] = set()
        self._timer: asyncio.TimerHandle | None = None

    def wait(self, connection: Swept, loop: asyncio.AbstractEventLoop) -> None:
        """Have ``connection.room()`` called as soon as there is room."""
        self._waiting.add(connection)
        if self._timer is None:
            self._timer = loop.call_later(ROOM_POLL_S, self._ask, loop)

    def leave(self, connection: Swept) -> None:
        """Forget a connection that has ended."""
        self._waiting.discard(connection)
        if not self._waiting and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ask(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._plane.saturated():
            self._timer = loop.call_later(ROOM_POLL_S, self._ask, loop)
            return
        waiting = list(self._waiting)
        self._waiting.clear()
        for connection in waiting:
            connection.room()


class Patience:
    """How long a connection may stay as it is.

    Args:
        now_s: the loop's time in seconds.
    """

    __slots__ = ("_since", "_state")

    def __init__(self) -> None:
        self._state: tuple[object, ...] | None = None
        self._since = 0.0

    def is_over(self, state: tuple[object, ...] | None, limit_s: float, now_s: float) -> bool:
        """Whether a state has lasted for its limit; None is a state that may last for ever."""
        if state is None or state != self._state:
            self._state = state
            self._since = now_s
            return False
        return now_s - self._since >= limit_s
