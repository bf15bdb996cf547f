"""Passage: an open exchange together with what only the flow and the engine may touch."""

from __future__ import annotations

from copy import copy
from typing import Any

from diorama.engine.sandbox import Sandbox
from diorama.engine.transaction import LiveTransaction
from diorama.flow.publication import Chain, Published, Route
from diorama.flow.selection import opened_by_key
from diorama.model.errors import DioramaError
from diorama.model.exchange import NearMiss, Timings
from diorama.model.http import Request
from diorama.ports.exchange import OpenExchange, Plan


class Passage(OpenExchange):
    """One exchange in the pipeline.

    Attributes:
        home: the sandbox.
        published: the definition that this exchange began with and ends with, whatever is published meanwhile.
        route, chain: where it was routed, and the steps that apply.
        transaction: the same object as ``tx``, with the engine's own methods.
        started_ns: the monotonic reading at which the request was whole.
        real_us: real time of that moment.
        timings: by stage.
        branch: the line of history that it began on.
        admission_seq: set when the admission was settled before the commit; 0 until then.
        base_seq: the sequence of the world that it was composed on.
        session_named: whether the client named the session.
        dice_label: what the session's dice go by.
        dice_count: how many exchanges of this operation in this session came before.
        near_misses, misrouted: when no endpoint matched, the closest ones and the error that says so.
        admitted: what the admission left for the body to begin with: plan, memo, and how often it drew from the dice.
        attempts: how often the body ran.
        again: whether the client sent the same bytes before.
        replayed: whether it was let in before, and tokens stand in the place of its credentials.
    """

    __slots__ = (
        "admission_seq",
        "admitted",
        "again",
        "attempts",
        "base_seq",
        "branch",
        "chain",
        "dice_count",
        "dice_label",
        "home",
        "misrouted",
        "near_misses",
        "published",
        "real_us",
        "replayed",
        "route",
        "session_named",
        "started_ns",
        "timings",
        "transaction",
    )

    home: Sandbox
    published: Published
    route: Route
    chain: Chain
    transaction: LiveTransaction
    started_ns: int
    real_us: int
    timings: Timings
    branch: int
    admission_seq: int
    base_seq: int
    session_named: bool
    dice_label: str
    dice_count: int
    near_misses: tuple[NearMiss, ...]
    misrouted: DioramaError | None
    admitted: tuple[Plan, dict[str, Any], int] | None
    attempts: int
    again: bool
    replayed: bool

    def __init__(self, home: Sandbox, request: Request, started_ns: int, real_us: int, at_us: int) -> None:
        self.home = home
        self.sandbox = home.row.id
        self.sandbox_seed = home.seed
        self.request = request
        self.started_ns = started_ns
        self.real_us = real_us
        self.clock_us = at_us
        self.published = home.behaviour
        self.branch = home.branch
        self.base_seq = home.seq
        self.tx = self.transaction = home.begin_exchange()
        self.open_outbound = home.open_outbound
        self.timings = Timings()
        self.plan = Plan()
        self.memo = {}
        self.outbound_memo = ()
        self.near_misses = ()
        self.reply = self.error = self.parameters = self._dice = self._query = self._outbound = None
        self.misrouted = self.admitted = None
        self.replayed = False
        self.admission_seq = 0
        self.attempts = 1

    @property
    def vouched(self) -> bool:
        """Whether its credentials are known to be right: the sandbox's own key, or what an original was let in with."""
        return self.replayed or opened_by_key(self.request)

    @property
    def drew_or_called(self) -> bool:
        """Whether it drew from its dice or opened the door to the outside."""
        return self._dice is not None or self._outbound is not None

    def keep_admission(self) -> None:
        """Remember what the admission agreed on, because the body may run more than once and the admission does not."""
        self.admitted = (copy(self.plan), dict(self.memo), 0 if self._dice is None else self._dice.draws)

    def forget(self) -> None:
        """Get ready to run the body again: same dice, same clock reading, same answers from the outside."""
        if self._outbound is not None:
            self.outbound_memo = self._outbound.memo_after
        self._outbound = self._dice = None
        self.base_seq = self.home.seq
        self.error = self.misrouted
        self.reply = self.parameters = None
        self.attempts += 1
        if self.admitted is None:
            self.plan = Plan()
            self.memo = {}
            return
        plan, memo, draws = self.admitted
        self.plan = copy(plan)
        self.memo = dict(memo)
        for _ in range(draws):
            self.dice.word()
