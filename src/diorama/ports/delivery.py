"""Delivery: how the wire hands requests to the flow and gets replies to write."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import Any, Protocol

from msgspec import Struct

from diorama.model.http import Headers, Reply, Request

_CORRELATION = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")


def named_correlation(headers: Headers) -> str:
    """The correlation id that a client gave its request; empty when it gave none, or one that is malformed."""
    for name, value in headers:
        if name == b"x-correlation-id":
            return value.decode("ascii") if _CORRELATION.fullmatch(value) else ""
    return ""


def correlation_line(correlation: str) -> bytes:
    """The header line of a reply that carries a correlation id."""
    return b"x-correlation-id: " + correlation.encode("ascii") + b"\r\n"


class Repeater(Protocol):
    """Answers requests that are equal to the byte to one that was answered, and whose reply is the same bytes.

    Attributes:
        head, body: the reply's, as ready bytes.
    """

    head: bytes
    body: bytes

    def __call__(self) -> str | None:
        """Commit such an exchange. Returns its correlation id; None when the request must be handled as any other."""

    @property
    def is_over(self) -> bool:
        """Whether it will never answer again: its sandbox is gone, or runs another definition."""


class Outgoing(Struct, gc=False):
    r"""A committed reply on its way to the client.

    Attributes:
        reply: what to send.
        headers: further header lines as ready bytes, each ending in a line break (``x-correlation-id: …\r\n``).
        sandbox: whose reply it is; empty when the request named no sandbox that exists.
        seq: the exchange's commit sequence, 0 when there is no exchange.
        close: whether the connection ends after it.
        repeater: answers repeats of the request, when that was asked for and is possible.
    """

    reply: Reply
    headers: bytes = b""
    sandbox: str = ""
    seq: int = 0
    close: bool = False
    repeater: Repeater | None = None


class DataPlane(Protocol):
    """The flow as the wire sees it. Everything is called on the event loop."""

    def handle(self, request: Request, *, again: bool = False) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        """Answer a request: at once where nothing waits, else by a coroutine that the caller runs as a task.

        Args:
            request: the request.
            again: whether the same client sent the same bytes before, so that a repeater is worth making.

        Neither raises: what goes wrong inside is a reply. A coroutine goes on and commits even when the client has
        gone; the caller must not cancel it.
        """

    def observe(self, outgoing: Outgoing, outcome: str, detail: str = "") -> None:
        """Say what delivery came to when it was not the plain case.

        Args:
            outgoing: as :meth:`handle` gave it.
            outcome: ``client_gone`` (the client left before the last byte was handed to the transport), ``fault``
                (a fault was applied on the wire) or ``write_failed``.
            detail: what and where, for people.
        """

    def saturated(self) -> bool:
        """Whether a queue behind the data plane is full; sockets are not read until it is not."""
