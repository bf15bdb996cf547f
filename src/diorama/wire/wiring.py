"""Wiring: what all connections of one data plane share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from diorama.model.errors import DioramaError
from diorama.model.http import Reply, Request
from diorama.ports.delivery import DataPlane, Outgoing, correlation_line
from diorama.wire import browsers
from diorama.wire.items import WORKER
from diorama.wire.limits import WireLimits
from diorama.wire.refusals import Refusal, Refusals
from diorama.wire.repeats import Repeats
from diorama.wire.timers import Room, Sweeper


class Wiring:
    """The data plane with everything that belongs to a server rather than to a connection.

    Args:
        plane: the flow.
        limits: of each connection.
        clock: real time in seconds since 1970, for the ``date`` header.
        seed: of the correlation ids of what the wire itself refuses.

    Attributes:
        repeats: requests that clients send again and again.
        exchanges: tasks of exchanges that wait. They are kept here, because the loop refers to tasks only weakly,
            and nothing but the end of the process cancels them.
    """

    def __init__(self, plane: DataPlane, limits: WireLimits, clock: Callable[[], float], seed: bytes = b"wire") -> None:
        self.plane = plane
        self.limits = limits
        self.networks = limits.networks()
        self.refusals = Refusals(seed)
        self.repeats = Repeats()
        self.sweeper = Sweeper(clock, self.repeats.tidy)
        self.room = Room(plane)
        self.exchanges: set[asyncio.Task[Outgoing]] = set()

    def start(self, coroutine: Any, loop: asyncio.AbstractEventLoop) -> asyncio.Task[Outgoing]:
        """Run an exchange that waits."""
        task: asyncio.Task[Outgoing] = loop.create_task(coroutine)
        self.exchanges.add(task)
        task.add_done_callback(self.exchanges.discard)
        return task

    def outcome(self, task: asyncio.Task[Outgoing], loop: asyncio.AbstractEventLoop) -> Outgoing:
        """The reply of an exchange that waited; a mistake of ours when it has none."""
        if task.cancelled():
            error = DioramaError("shutting_down", "The server ended before the exchange did.", "Send it again.")
            return self.refusals.outgoing(Refusal(error), close=True)
        mistake = task.exception()
        return task.result() if mistake is None else self.mistaken(mistake, loop)

    def mistaken(self, mistake: BaseException, loop: asyncio.AbstractEventLoop) -> Outgoing:
        """The data plane promised not to raise and did: say so where the operator looks, and answer 500."""
        loop.call_exception_handler({"message": "The data plane raised.", "exception": mistake})
        return self.refusals.mistake("The request could not be answered because of a mistake in Diorama.")

    def special(self, request: Request, flags: int) -> Outgoing:
        """The reply to a request that the wire answers itself: a service worker's script, or ``OPTIONS *``.

        Args:
            request: what was asked.
            flags: of the intake.
        """
        if flags & WORKER:
            return self.refusals.outgoing(Refusal(browsers.worker_refused(), headers=request.headers), close=False)
        return Outgoing(Reply(204), correlation_line(self.refusals.correlation(request.headers)))
