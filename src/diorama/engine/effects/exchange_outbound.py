"""ExchangeOutbound: one exchange's calls to the outside, remembered, so that running it again calls nobody twice."""

from __future__ import annotations

from typing import Protocol

from diorama.engine.budgets import over_budget
from diorama.engine.effects.fingerprint import Seal, fingerprint, keyed_seal, sealed_url
from diorama.model.errors import CATALOGUE, DioramaError
from diorama.model.exchange import OutboundRecord
from diorama.ports.effects import OutboundAnswer, OutboundRequest, WallClock

_NO_ANSWER = OutboundAnswer(0, (), b"")
_UNFINISHED = "The call was given up."
_UNFINISHED_HINT = "Give it more time, or wait for it."


class Sender(Protocol):
    """What makes a call once it was decided that it is made: :class:`OutboundClient`, or a simulated network."""

    async def send(self, request: OutboundRequest) -> OutboundAnswer:
        """Make a call.

        Raises:
            DioramaError: see :meth:`diorama.ports.effects.Outbound.call`.
        """


class CallBudget:
    """How many calls a sandbox may still make; handed to each of its exchanges.

    Args:
        calls_max: in the life of this object. Answers from a memo cost nothing.
    """

    __slots__ = ("calls", "calls_max")

    def __init__(self, calls_max: int) -> None:
        self.calls = 0
        self.calls_max = calls_max

    def take(self) -> None:
        """Count one call.

        Raises:
            DioramaError: ``budget_exceeded`` when none is left.
        """
        if self.calls >= self.calls_max:
            raise over_budget("calls to the outside", self.calls_max)
        self.calls += 1


class ExchangeOutbound:
    """One exchange's door to the outside. It remembers, and answers from what is remembered.

    Call ``n`` is answered by record ``n`` of the memo when method, URL and request hash agree; a call that failed fails
    again with the same code and message. What a re-run calls differently is called for real.

    Args:
        sender: makes the calls; None when nothing may be called, as in a replay.
        clock: measures them.
        key: of the sandbox's stable tokens, 16 to 64 secret bytes.
        memo: the records of an earlier run of the same exchange.
        replay: nothing is called; a call that the memo does not answer ends the replay.
        calls_max: of this exchange.
        budget: of the sandbox; None for no bound.
        seal: makes stable tokens of secrets; with the key, when left out.
    """

    __slots__ = (
        "_begun",
        "_budget",
        "_calls_max",
        "_clock",
        "_key",
        "_memo",
        "_records",
        "_replay",
        "_seal",
        "_sender",
    )

    def __init__(
        self,
        sender: Sender | None,
        clock: WallClock,
        key: bytes,
        *,
        memo: tuple[OutboundRecord, ...] = (),
        replay: bool = False,
        calls_max: int = 20,
        budget: CallBudget | None = None,
        seal: Seal | None = None,
    ) -> None:
        if len(key) < 16:
            raise ValueError("The key of a sandbox's stable tokens has at least 16 bytes.")
        self._sender = sender
        self._clock = clock
        self._key = key
        self._memo = memo
        self._replay = replay
        self._calls_max = calls_max
        self._budget = budget
        self._seal = seal or keyed_seal(key)
        self._begun = 0
        self._records: list[OutboundRecord] = []

    @property
    def records(self) -> tuple[OutboundRecord, ...]:
        """The calls of this run, in the order in which they began. One that is under way stands there as failed."""
        return tuple(self._records)

    @property
    def memo_after(self) -> tuple[OutboundRecord, ...]:
        """The memo for a further run: what this run called, then what an earlier one called and this one did not reach.

        Without the second part, a run in the middle that called less would make a later one call again for real.
        """
        return (*self._records, *self._memo[len(self._records) :])

    async def call(self, request: OutboundRequest) -> OutboundAnswer:
        """Make a call, or remember it.

        Raises:
            DioramaError: ``outbound_refused``, ``outbound_failed``, ``outbound_timeout``, ``budget_exceeded``, and
                ``replay_diverged`` when the call of a replay is not the one that was recorded.
        """
        place = self._begun
        self._begun += 1
        if place >= self._calls_max:
            # Not recorded: the count alone decides, so a replay comes to the same, and a loop cannot fill the journal.
            raise over_budget("calls to the outside in one exchange", self._calls_max)
        url = sealed_url(request.url, self._seal)
        record = OutboundRecord(
            request.method,
            url,
            fingerprint(request, self._key, self._seal),
            error="outbound_failed",
            detail=_UNFINISHED,
            hint=_UNFINISHED_HINT,
        )
        self._records.append(record)
        if place < len(self._memo):
            known = self._memo[place]
            if (known.method, known.url, known.request_hash) == (record.method, record.url, record.request_hash):
                self._records[place] = known
                return _remembered(known)
        if self._replay:
            raise self._diverged(place, record)
        return await self._live(place, record, request)

    async def _live(self, place: int, record: OutboundRecord, request: OutboundRequest) -> OutboundAnswer:
        started_us = self._clock.monotonic_us()

        def keep(answer: OutboundAnswer = _NO_ANSWER, error: str = "", detail: str = "", hint: str = "") -> None:
            self._records[place] = OutboundRecord(
                record.method,
                record.url,
                record.request_hash,
                answer.status,
                answer.headers,
                answer.body,
                error,
                detail,
                hint,
                self._clock.monotonic_us() - started_us,
            )

        try:
            if self._sender is None:
                raise DioramaError(
                    "outbound_refused", "This sandbox has no way to the outside.", "Give it one where it is made."
                )
            if self._budget is not None:
                self._budget.take()
            answer = await self._sender.send(request)
        except DioramaError as error:
            keep(error=error.code, detail=error.message, hint=error.hint)
            raise
        keep(answer)
        return answer

    def _diverged(self, place: int, record: OutboundRecord) -> DioramaError:
        known = self._memo[place] if place < len(self._memo) else None
        what = "another call" if known else "no call"
        return DioramaError(
            "replay_diverged",
            f"Call {place + 1} of the exchange ({record.method}) was not recorded: {what} is in its place.",
            "What was replayed differs from what ran: compare scripts, templates and settings with those of then.",
            {"call": place + 1, "recorded_method": known.method if known else ""},
        )


def _remembered(record: OutboundRecord) -> OutboundAnswer:
    """A record as the answer that it was, or as the error.

    Raises:
        DioramaError: with the recorded code, message and hint.
    """
    if not record.error:
        return OutboundAnswer(record.status, record.headers, record.body)
    code = record.error if record.error in CATALOGUE else "outbound_failed"
    raise DioramaError(code, record.detail or CATALOGUE[code].title, record.hint)
