"""The data plane: from a request to a committed reply."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Coroutine, Mapping
from itertools import count
from typing import Any

from msgspec import Struct

from diorama.engine.budgets import over_budget
from diorama.engine.sandbox import Sandbox
from diorama.flow.entry import entry
from diorama.flow.near_misses import routing_error
from diorama.flow.passage import Passage
from diorama.flow.pipeline import Delivery, Way, delivery, way
from diorama.flow.refusal import refuse
from diorama.flow.repeats import Repeater, repeatable
from diorama.flow.selection import HOST_PATTERN, Selector, expired
from diorama.flow.session import UNNAMED, next_turn, session_of
from diorama.flow.waiting import bring_home, discard, gate_open, run
from diorama.model.errors import DioramaError
from diorama.model.exchange import OutboundRecord
from diorama.model.http import Reply, Request
from diorama.model.problems import problem_reply
from diorama.model.world import World
from diorama.ports.capability import header_bit
from diorama.ports.delivery import Outgoing, correlation_line, named_correlation
from diorama.ports.dice import correlation_id, dice_key
from diorama.ports.effects import WallClock

_LOOK_NS = 1_000_000
_CORRELATION_BIT = header_bit(b"x-correlation-id")
_TRACE_BIT = header_bit(b"traceparent")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")


class PlaneSettings(Struct, frozen=True):
    """How the data plane treats requests.

    Attributes:
        host_pattern: host names that name a sandbox, with ``{id}``; empty for none.
        session_cookie: name of the cookie that names sessions; empty for none.
    """

    host_pattern: str = HOST_PATTERN
    session_cookie: str = ""


class Past(Struct, frozen=True):
    """What a replay gives an exchange instead of drawing it anew.

    Attributes:
        at_us, session, session_named, dice_count, correlation_id, outbound: as in the exchange's record.
        settled: whether its admission was applied before, because it waited.
        admission_seq: where that was; 0 unless settled.
        admitted_on: the world before that, on which the admission's steps run again; the head when None.
        error: code of the error that it was refused with.
    """

    at_us: int
    session: str
    session_named: bool
    dice_count: int
    correlation_id: str
    outbound: tuple[OutboundRecord, ...] = ()
    settled: bool = False
    admission_seq: int = 0
    admitted_on: World | None = None
    error: str = ""

    @property
    def too_many_waited(self) -> bool:
        """Whether it was refused because too many waited, where it would have to wait now."""
        return not self.settled and self.error == "rate_exceeded"


class Plane:
    """Answers requests for all sandboxes of a process (:class:`diorama.ports.delivery.DataPlane`).

    Args:
        sandboxes: all that run, by id; looked at anew for every request.
        wall: real time.
        settings: how requests are treated.
    """

    def __init__(
        self,
        sandboxes: Mapping[str, Sandbox],
        wall: WallClock,
        settings: PlaneSettings | None = None,
    ) -> None:
        settings = settings or PlaneSettings()
        self._sandboxes = sandboxes
        self._wall = wall
        self._selector = Selector(sandboxes, settings.host_pattern)
        self._cookie = settings.session_cookie.encode("latin-1")
        self._strays = count()
        self._looked_ns = -_LOOK_NS
        self._saturated = False

    # What the wire calls.

    def handle(self, request: Request, *, again: bool = False) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        """Answer a request; see :class:`diorama.ports.delivery.DataPlane`."""
        started_ns = self._wall.monotonic_ns()
        try:
            home, path = self._selector.select(request)
        except DioramaError as error:
            return self._turn_away(request, error)
        persistence = home.persistence
        if persistence is not None and persistence.failure is not None:
            return self._turn_away(request, persistence.failure, home.id)
        if home.row.ttl_s and home.expires_us <= self._wall.now_us():
            return self._turn_away(request, expired(home), home.id)
        if home.gated:
            return self._enter_later(home, request, path)
        return self.enter(home, request, path, started_ns, again=again)

    def observe(self, outgoing: Outgoing, outcome: str, detail: str = "") -> None:
        """Write down what delivery came to; see :class:`diorama.ports.delivery.DataPlane`."""
        home = self._sandboxes.get(outgoing.sandbox)
        if home is not None and outgoing.seq:
            home.delivered(outgoing.seq, outcome, detail)

    def saturated(self) -> bool:
        """Whether a sandbox's disk is too far behind to take more in; looked at once a millisecond at most."""
        now_ns = self._wall.monotonic_ns()
        if not self._looked_ns <= now_ns < self._looked_ns + _LOOK_NS:
            self._looked_ns = now_ns
            self._saturated = any(
                home.persistence is not None and home.persistence.saturated for home in self._sandboxes.values()
            )
        return self._saturated

    # The way of one exchange.

    def enter(
        self,
        home: Sandbox,
        request: Request,
        path: str,
        started_ns: int,
        past: Past | None = None,
        *,
        again: bool = False,
    ) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        """Take a request into a sandbox and bring it as far as it goes without waiting.

        Args:
            home: the sandbox.
            request: the request.
            path: its path without a prefix that named the sandbox.
            started_ns: the monotonic reading at which it was whole.
            past: in a replay, what the original drew.
            again: whether a repeater is worth making.
        """
        x = self._open(home, request, started_ns, past)
        x.again = again
        early = self._route(x, path, past)
        if early is not None:
            return self._finish(x, early)
        course = way(x)
        try:
            awaited = course.send(None)
        except StopIteration as done:
            return self._finish(x, done.value)
        if home.waiting >= home.budgets.waiting_max if past is None else past.too_many_waited:
            discard(course, awaited)
            busy = over_budget("waiting exchanges", home.budgets.waiting_max, "rate_exceeded")
            return self._finish(x, refuse(x, busy))
        if not x.transaction.settled_before:
            x.admission_seq = x.base_seq = home.settle_admission(x.transaction, x.clock_us, x.correlation_id)
        home.waiting += 1
        return self._finish_later(x, course, awaited)

    async def _enter_later(self, home: Sandbox, request: Request, path: str) -> Outgoing:
        """Begin once the exchange that has the sandbox for itself is through; the clock is read then."""
        await gate_open(home)
        out = self.enter(home, request, path, self._wall.monotonic_ns())
        return out if isinstance(out, Outgoing) else await out

    def _turn_away(self, request: Request, error: DioramaError, sandbox: str = "") -> Outgoing:
        """Answer a request that becomes no exchange. Its correlation id comes from dice that no sandbox has."""
        correlation = self._correlation(request, dice_key(b"plane", "", "", next(self._strays)))
        return _problem(request, error, sandbox, correlation)

    def _open(self, home: Sandbox, request: Request, started_ns: int, past: Past | None) -> Passage:
        """Accept: the clock is read once, what is due fires first, and the transaction begins.

        In a replay, timers fire where the journal says so.
        """
        if past is None:
            now_us = home.clock.read(started_ns // 1000)
            if home.timers.next_due_us <= now_us:
                home.fire_due(now_us)
            return Passage(home, request, started_ns, self._wall.now_us(), now_us)
        x = Passage(home, request, started_ns, self._wall.now_us(), past.at_us)
        x.outbound_memo = past.outbound
        x.replayed = not past.error.startswith("credentials_")
        if past.settled:
            x.admission_seq = past.admission_seq
            x.transaction.settled_before = True
            x.transaction.world = past.admitted_on or home.world
        return x

    def _route(self, x: Passage, path: str, past: Past | None) -> Reply | None:
        """Route: endpoint, session, dice, correlation id. A Reply when the exchange ends here."""
        request = x.request
        published = x.published
        found = published.router.find(request.method, path)
        if found is None and request.method == "HEAD" and published.head_from_get:
            found = published.router.find("GET", path)
        route, values = found or (published.unmatched, [])
        x.route = route
        x.endpoint = route.endpoint
        full = request.path
        # What named the sandbox stays in front: addresses that a reply tells lead to the same one.
        x.root_path = route.root_path if path is full else full.removesuffix(path) + route.root_path
        x.path_parameters = dict(zip(route.names, values, strict=True)) if values else {}
        bits = request.triggers & route.mask
        x.chain = route.chains.get(bits) or route.chain(bits)
        home = x.home
        try:
            if past is None or not past.session:  # what was refused for its session is refused again
                session, named = session_of(request, self._cookie, home.token_key)
            else:
                session, named = past.session, past.session_named
            label = session if named else UNNAMED
            turn = next_turn(home, x.transaction, label, route.id)
        except DioramaError as error:
            session, named, label, turn = "", False, UNNAMED, 0
            x.error = error
        x.session = session
        x.session_named = named
        x.dice_label = label
        x.dice_count = turn = turn if past is None else past.dice_count
        x.dice_seed = seed = dice_key(home.seed, label, route.id, turn)
        x.correlation_id = self._correlation(request, seed) if past is None else past.correlation_id
        x.timings.routed = self._wall.monotonic_ns() - x.started_ns
        if x.error is not None:
            return refuse(x, x.error)
        if found is None:
            x.misrouted, x.near_misses = routing_error(published, request.method, path)
            x.error = x.misrouted
        return None

    def _correlation(self, request: Request, seed: bytes) -> str:
        if request.triggers & _CORRELATION_BIT:
            named = named_correlation(request.headers)
            if named:
                return named
        return correlation_id(seed)

    # Commit and what follows.

    def _finish(self, x: Passage, reply: Reply) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        """Commit an exchange that never waited, and deliver."""
        if not x.transaction.admitted:
            x.transaction.admit()
        x.reply = reply
        x.timings.composed = x.home.wall.monotonic_ns() - x.started_ns
        seq = x.home.commit(x.transaction)
        return self._deliver(x, seq)

    async def _finish_later(self, x: Passage, course: Way, awaited: Awaitable[Any]) -> Outgoing:
        """Wait, commit, and deliver."""
        x.reply, seq = await bring_home(x, course, awaited)
        out = self._deliver(x, seq)
        return out if isinstance(out, Outgoing) else await out

    def _deliver(self, x: Passage, seq: int) -> Outgoing | Coroutine[Any, Any, Outgoing]:
        """Write the journal entry, then run the delivery's steps; strict sandboxes wait for the disk in between."""
        home = x.home
        x.timings.committed = elapsed_ns = home.wall.monotonic_ns() - x.started_ns
        if elapsed_ns > home.budgets.loop_ms_max * 1_000_000 and x.admission_seq == 0:
            home.slow_turns += 1
        assert x.reply is not None
        record = entry(x, x.reply, seq)
        home.note(record)
        persistence = home.persistence
        if persistence is not None and persistence.strict:
            return self._deliver_durably(x, seq)
        if not x.chain.deliver:
            out = self._outgoing(x, seq)
            if x.again and repeatable(x, record):
                out.repeater = Repeater(self._sandboxes, x, record, self._wall.monotonic_ns)
            return out
        course = delivery(x)
        try:
            awaited = course.send(None)
        except StopIteration as done:
            return self._delivered(x, seq, done.value)
        return self._deliver_slowly(x, seq, course, awaited)

    async def _deliver_durably(self, x: Passage, seq: int) -> Outgoing:
        home = x.home
        assert home.persistence is not None
        try:
            await home.persistence.durable(seq)
        except DioramaError as error:
            return _problem(x.request, error, home.id, x.correlation_id)
        return await self._deliver_slowly(x, seq, delivery(x), None)

    async def _deliver_slowly(self, x: Passage, seq: int, course: Delivery, awaited: Awaitable[Any] | None) -> Outgoing:
        """The rest of the delivery's steps, where one of them waits, or the disk was waited for."""
        return self._delivered(x, seq, await run(course, awaited))

    def _delivered(self, x: Passage, seq: int, failure: DioramaError | None) -> Outgoing:
        """The exchange is committed, so a step that fails now is journalled and the reply goes out as it is."""
        if failure is not None:
            x.home.delivered(seq, "step_failed", failure.message)
        return self._outgoing(x, seq)

    def _outgoing(self, x: Passage, seq: int) -> Outgoing:
        x.timings.delivered = self._wall.monotonic_ns() - x.started_ns
        headers = _reply_headers(x.request, x.correlation_id)
        plan = x.plan
        if plan.violations or plan.reply_violations:
            headers += b"x-diorama-violations: request=%d, reply=%d\r\n" % (
                len(plan.violations),
                len(plan.reply_violations),
            )
        assert x.reply is not None
        return Outgoing(x.reply, headers, x.sandbox, seq)


def _reply_headers(request: Request, correlation: str) -> bytes:
    headers = correlation_line(correlation)
    if request.triggers & _TRACE_BIT:
        trace = request.header(b"traceparent") or b""
        if _TRACEPARENT.fullmatch(trace):
            headers += b"traceparent: " + trace + b"\r\n"
    return headers


def _problem(request: Request, error: DioramaError, sandbox: str, correlation: str) -> Outgoing:
    reply = problem_reply(error, {"sandbox": sandbox, "correlation_id": correlation})
    return Outgoing(reply, _reply_headers(request, correlation), sandbox)
