"""Waiters: those on the event loop who wait until a sequence is kept."""

from __future__ import annotations

import asyncio

from diorama.model.errors import DioramaError
from diorama.storage.limits import anew


class Waiters:
    """Futures of one loop, by the sequence that each waits for. Touched on that loop only."""

    __slots__ = ("_waiting", "loop")

    def __init__(self) -> None:
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self.loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, seq: int) -> asyncio.Future[None]:
        """A future that is done when ``seq`` is kept, and fails when it never will be."""
        self.loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = self.loop.create_future()
        self._waiting.append((seq, waiter))
        return waiter

    def tell(self, durable_seq: int, error: DioramaError | None) -> None:
        """Wake those who wait for what is kept, and, with an error, all others.

        Args:
            durable_seq: everything up to it is kept.
            error: why nothing more will be kept; None while more may come.
        """
        waiting = []
        for seq, waiter in self._waiting:
            if waiter.done():  # whoever waited has been cancelled
                continue
            if seq <= durable_seq:
                waiter.set_result(None)
            elif error is not None:
                waiter.set_exception(anew(error))
            else:
                waiting.append((seq, waiter))
        self._waiting = waiting

    def forget(self) -> None:
        """Let go of all, because their loop is closed."""
        self._waiting = []
