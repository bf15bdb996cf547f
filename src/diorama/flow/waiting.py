"""Waiting: how an exchange that had to wait comes to its commit.

Its admission was settled when it began to wait. When its reads are unchanged at the end, its operations apply; else
its body runs again with the same dice, the same clock reading and the same answers from the outside. After too many
lost races it takes the sandbox's gate, behind which nobody else begins or commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any, TypeVar

from diorama.engine.sandbox import Sandbox
from diorama.flow.passage import Passage
from diorama.flow.pipeline import Way, body
from diorama.flow.refusal import refuse
from diorama.model.errors import DioramaError
from diorama.model.http import Reply

T = TypeVar("T")


async def bring_home(x: Passage, course: Way, awaited: Awaitable[Any]) -> tuple[Reply, int]:
    """Drive an exchange that waits, and was counted as waiting, to its commit.

    Returns:
        Its reply and its commit sequence.
    """
    home = x.home
    try:
        reply = await run(course, awaited)
        await gate_open(home)
        reply, seq = _try_commit(x, reply)
        while not seq and x.attempts < home.budgets.conflicts_max:
            reply = await _run_again(x)
            await gate_open(home)
            reply, seq = _try_commit(x, reply)
        if not seq:
            async with home.gate:
                while not seq:
                    reply, seq = _try_commit(x, await _run_again(x))
        return reply, seq
    finally:
        home.waiting -= 1


async def gate_open(home: Sandbox) -> None:
    """Return when no exchange has the sandbox for itself."""
    while home.gated:
        async with home.gate:
            pass


def discard(course: Way, awaited: Awaitable[Any]) -> None:
    """Let an exchange go that may not wait."""
    course.close()
    let_go = getattr(awaited, "close", None) or getattr(awaited, "cancel", None)
    if let_go is not None:
        let_go()


def _try_commit(x: Passage, reply: Reply) -> tuple[Reply, int]:
    """(reply, sequence); the sequence is 0 when the exchange lost a race."""
    home = x.home
    tx = x.transaction
    if x.branch != home.branch:
        tx.restart(home.world)
        x.branch = home.branch
        reply = refuse(x, _moved(home))
    x.timings.composed = home.wall.monotonic_ns() - x.started_ns
    try:
        return reply, home.commit(tx, settled=True)
    except DioramaError:
        return reply, 0


async def _run_again(x: Passage) -> Reply:
    """Run the body of an exchange that lost a race on the newest world."""
    x.transaction.restart(x.home.world)
    x.forget()
    return await run(body(x), None)


async def run(course: Generator[Awaitable[Any], Any, T], awaited: Awaitable[Any] | None) -> T:
    """Drive a course that waits to its end.

    Args:
        course: yields what must be waited for, and returns.
        awaited: what it yielded last; None when it has not begun.
    """
    result: T
    try:
        if awaited is None:
            awaited = course.send(None)
        while True:
            try:
                value = await awaited
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                awaited = course.throw(_gave_up())  # what was waited for was cancelled, not this exchange
            except Exception as failure:  # noqa: BLE001  The way decides what its failures come to.
                awaited = course.throw(failure)
            else:
                awaited = course.send(value)
    except StopIteration as done:
        result = done.value
    return result


def _gave_up() -> DioramaError:
    return DioramaError("capability_failed", "What this exchange waited for was cancelled.", "Send the request again.")


def _moved(home: Sandbox) -> DioramaError:
    return DioramaError(
        "sandbox_moved",
        f"Sandbox {home.id!r} was taken to another moment while this request was under way.",
        "Send the request again.",
    )
