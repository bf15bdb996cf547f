"""The open exchange: what steps work on between accept and commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct

from diorama.model.definition import Endpoint, Response
from diorama.model.errors import DioramaError, Violation
from diorama.model.exchange import OutboundRecord
from diorama.model.http import Reply, Request
from diorama.ports.dice import Dice, dice_key
from diorama.ports.effects import Outbound
from diorama.ports.transaction import Transaction


class Plan(Struct):
    """What capabilities agree on about this exchange without knowing each other.

    Attributes:
        violations: broken rules of the request that did not refuse it (validation warns).
        reply_violations: broken rules of the reply that did not replace it.
        response: the document's response that the reply was made from, for its validation.
        media_type: name of the media type in that response that the body is of; empty for none.
        checked: the reply whose body is known to be right by that media type, so that nobody needs to look again.
    """

    violations: tuple[Violation, ...] = ()
    reply_violations: tuple[Violation, ...] = ()
    response: Response | None = None
    media_type: str = ""
    checked: Reply | None = None


class OpenExchange:
    """One exchange on its way. A capability's step reads and writes it and nothing else.

    Attributes:
        request: the request, never changed.
        sandbox: id of the sandbox.
        endpoint: the endpoint that matched; None before routing and when none did.
        path_parameters: raw (still encoded) text of each ``{name}`` in the path.
        root_path: the root below which the endpoint was found, behind the prefix that named the sandbox, if one did.
        session: the session's id.
        correlation_id: as on the reply.
        clock_us: the exchange's one clock reading, in virtual microseconds since 1970.
        tx: the transaction.
        open_outbound: opens the door to the outside; steps use :attr:`outbound`.
        outbound_memo: calls of an earlier run of this exchange, which are answered as they were then.
        plan: what capabilities agree on.
        reply: set once a reply was composed; steps of stages VERIFY and DELIVER read it.
        error: set once the exchange was refused; steps of stage REFUSE read it.
        parameters: deserialised parameters by place and name, once validation has read them.
        memo: what a capability parsed and may need again: ``body`` is the deserialised request body, once validation
            has read it; ``reader`` reads it and the parameters, f(x), where validation is off; other keys are
            capabilities' names.
        sandbox_seed: what all dice of the sandbox come from.
    """

    __slots__ = (
        "_dice",
        "_outbound",
        "_query",
        "clock_us",
        "correlation_id",
        "dice_seed",
        "endpoint",
        "error",
        "memo",
        "open_outbound",
        "outbound_memo",
        "parameters",
        "path_parameters",
        "plan",
        "reply",
        "request",
        "root_path",
        "sandbox",
        "sandbox_seed",
        "session",
        "tx",
    )

    request: Request
    sandbox: str
    sandbox_seed: bytes
    endpoint: Endpoint | None
    path_parameters: dict[str, str]
    root_path: str
    session: str
    correlation_id: str
    clock_us: int
    tx: Transaction
    open_outbound: Callable[[tuple[OutboundRecord, ...]], Outbound]
    outbound_memo: tuple[OutboundRecord, ...]
    plan: Plan
    reply: Reply | None
    error: DioramaError | None
    parameters: dict[str, dict[str, Any]] | None
    memo: dict[str, Any]
    dice_seed: bytes
    _dice: Dice | None
    _outbound: Outbound | None
    _query: list[tuple[str, str]] | None

    @property
    def dice(self) -> Dice:
        """This exchange's dice, made when first needed."""
        dice = self._dice
        if dice is None:
            dice = self._dice = Dice(self.dice_seed)
        return dice

    @property
    def vouched(self) -> bool:
        """Whether its credentials are known to be right without a look at them."""
        return False

    def standing_dice(self, label: str) -> Dice:
        """Dice that belong to the sandbox and a label instead of this exchange: whoever asks first gets the same.

        Args:
            label: what they are for; begins with the capability's name.
        """
        return Dice(dice_key(self.sandbox_seed, "\x1fstanding", label, 0))

    @property
    def outbound(self) -> Outbound:
        """This exchange's door to the outside, opened when first needed."""
        outbound = self._outbound
        if outbound is None:
            outbound = self._outbound = self.open_outbound(self.outbound_memo)
        return outbound

    @property
    def outbound_records(self) -> tuple[OutboundRecord, ...]:
        """The calls to the outside so far."""
        return () if self._outbound is None else self._outbound.records

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's (name, value) pairs, percent-decoded, in order; parsed when first needed."""
        query = self._query
        if query is None:
            raw = self.request.query
            query = self._query = (
                parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=10_000) if raw else []
            )
        return query
