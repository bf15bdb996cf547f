"""Effects: the one door through which time and the outside come in. Chance has its own module, ``dice``."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from diorama.model.exchange import OutboundRecord


class WallClock(Protocol):
    """Real time, read by the engine only. Tests hand in one that they move by hand."""

    def now_us(self) -> int:
        """Real time in microseconds since 1970."""

    def monotonic_us(self) -> int:
        """A reading that never goes back, in microseconds from an arbitrary start."""

    def monotonic_ns(self) -> int:
        """The same reading in nanoseconds, for timings."""


class OutboundRequest(Struct, frozen=True):
    """A call to the outside.

    Attributes:
        method: upper case.
        url: absolute, ``http`` or ``https``.
        headers: (name, value).
        body: the whole body.
        timeout_s: for the whole call, 0.001 to 300.
        answer_bytes_max: an answer that is longer fails with ``outbound_failed``.
    """

    method: str
    url: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    timeout_s: float = 10.0
    answer_bytes_max: int = 16 * 1024 * 1024


class OutboundAnswer(Struct, frozen=True):
    """What came back."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Outbound(Protocol):
    """Calls out for one exchange; every call and its answer is in the journal, and a re-run answers from there."""

    @property
    def records(self) -> tuple[OutboundRecord, ...]:
        """The calls so far and what came of them, in order."""

    @property
    def memo_after(self) -> tuple[OutboundRecord, ...]:
        """The memo for a further run: the calls so far, then those of an earlier run that this one did not reach."""

    async def call(self, request: OutboundRequest) -> OutboundAnswer:
        """Make a call.

        Raises:
            DioramaError: ``outbound_refused`` when the guard forbids the address, ``outbound_failed`` or
                ``outbound_timeout`` when there is no answer, ``budget_exceeded`` when the sandbox may not call more.
        """
