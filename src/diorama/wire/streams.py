"""Streams: replies whose body is not known whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from diorama.ports.delivery import Outgoing
from diorama.wire.items import HTTP_10
from diorama.wire.replies import has_body


class Outlet(Protocol):
    """The writing half of a connection."""

    def put(self, data: bytes) -> None:
        """Hand bytes to the transport."""

    async def drained(self) -> None:
        """Wait until the client has read enough. Returns at once when it has, or when it is gone."""

    def is_gone(self) -> bool:
        """Whether the client has gone."""


async def pour(outgoing: Outgoing, stream: AsyncIterator[bytes], flags: int, outlet: Outlet) -> bool:
    """Write a stream's pieces, as chunks where the client understands them.

    Args:
        outgoing: the reply; its head is already written.
        stream: its pieces.
        flags: of the request.
        outlet: where to.

    Returns:
        Whether all of it was handed over.
    """
    try:
        if not has_body(outgoing, flags):
            return True
        async for piece in stream:
            if outlet.is_gone():
                return False
            if piece:
                outlet.put(piece if flags & HTTP_10 else b"%x\r\n%b\r\n" % (len(piece), piece))
                await outlet.drained()
        if not flags & HTTP_10:
            outlet.put(b"0\r\n\r\n")
        return not outlet.is_gone()
    finally:
        # An iterator that nobody finishes keeps what it holds open until the collector comes by.
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
