"""Passage: an open exchange together with what only the flow and the engine may touch."""

from __future__ import annotations

from diorama.engine.sandbox import Sandbox
from diorama.engine.transaction import LiveTransaction
from diorama.flow.publication import Chain, Published, Route
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
        dice_count: how many exchanges of this operation in this session came before.
        near_misses: when no endpoint matched.
        attempts: how often the body ran.
    """

    __slots__ = (
        "admission_seq",
        "attempts",
        "base_seq",
        "branch",
        "chain",
        "dice_count",
        "home",
        "near_misses",
        "published",
        "real_us",
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
    dice_count: int
    near_misses: tuple[NearMiss, ...]
    attempts: int

    def __init__(self, home: Sandbox, request: Request, started_ns: int, real_us: int, at_us: int) -> None:
        self.home = home
        self.sandbox = home.row.id
        self.request = request
        self.started_ns = started_ns
        self.real_us = real_us
        self.clock_us = at_us
        self.published = home.behaviour
        self.branch = home.branch
        self.base_seq = home.seq
        self.tx = self.transaction = home.begin()
        self.open_outbound = home.open_outbound
        self.timings = Timings()
        self.plan = Plan()
        self.memo = {}
        self.outbound_memo = ()
        self.near_misses = ()
        self.reply = self.error = self.parameters = self._dice = self._query = self._outbound = None
        self.admission_seq = 0
        self.attempts = 1

    def forget(self) -> None:
        """Get ready to run the body again: same dice, same clock reading, same answers from the outside."""
        self.outbound_memo = self.outbound_records
        self._outbound = self._dice = None
        self.base_seq = self.home.seq
        self.plan = Plan()
        self.error = self.reply = self.parameters = None
        self.memo = {}
        self.attempts += 1
