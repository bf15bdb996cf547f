"""Resolution: names into addresses, by the machine's own resolver."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Protocol

from diorama.engine.effects.destination import is_localhost

LOOKUPS_MAX = 16
_LOCALHOST = ("127.0.0.1", "::1")


class Resolver(Protocol):
    """Turns a name into addresses. Tests hand in one of their own."""

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """All addresses of a host, in the order in which to try them.

        Raises:
            OSError: when there are none.
        """


class SystemResolver:
    """The machine's resolver (``getaddrinfo``), each lookup in a thread of its own.

    asyncio would run lookups in its default executor, where a few names whose servers do not answer hold up everybody
    else's work, and the end of the process, too. Threads of our own can be left behind, and their number is bounded.

    Args:
        lookups_max: how many may be under way at once, those that were given up on included.
    """

    __slots__ = ("_free",)

    def __init__(self, lookups_max: int = LOOKUPS_MAX) -> None:
        self._free = threading.BoundedSemaphore(lookups_max)

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """All addresses of a host; names under ``localhost`` are answered without asking anybody.

        Raises:
            OSError: when there are none, or too many lookups are under way.

        Source: RFC 6761, section 6.3.
        """
        if is_localhost(host):
            return _LOCALHOST
        if not self._free.acquire(blocking=False):
            raise OSError("too many name lookups are under way")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[str, ...]] = loop.create_future()
        thread = threading.Thread(target=self._look_up, args=(host, port, loop, answer), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            self._free.release()
            raise OSError("no thread for a name lookup") from error
        return await answer

    def _look_up(
        self, host: str, port: int, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[tuple[str, ...]]
    ) -> None:
        found: tuple[str, ...] | OSError
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except OSError as error:
            found = error
        except UnicodeError as error:
            found = OSError(f"a name that cannot be looked up ({error.reason if hasattr(error, 'reason') else 'IDNA'})")
        finally:
            self._free.release()
        try:
            loop.call_soon_threadsafe(_settle, answer, found)
        except RuntimeError:
            # The loop was closed while the name server kept us waiting; nobody wants the answer any more.
            return


def _settle(answer: asyncio.Future[tuple[str, ...]], found: tuple[str, ...] | OSError) -> None:
    if answer.done():
        return
    if isinstance(found, OSError):
        answer.set_exception(found)
    else:
        answer.set_result(found)
