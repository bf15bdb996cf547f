"""Passage: an open exchange together with what only the flow and the engine may touch."""

from __future__ import annotations

from diorama.engine.sandbox import Sandbox
from diorama.engine.transaction import LiveTransaction
from diorama.flow.publication import Chain, Published, Route
from diorama.model.exchange import NearMiss, Timings
from diorama.ports.exchange import OpenExchange


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
