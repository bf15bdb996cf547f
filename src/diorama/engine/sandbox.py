"""A sandbox: its head and everything that may move it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from diorama.engine.behaviour import Behaviour, TimerDriver
from diorama.engine.budgets import Budgets
from diorama.engine.clock import ClockState, VirtualClock
from diorama.engine.journal import Journal
from diorama.engine.persistence import Persistence
from diorama.engine.repetition import RUN_NS, Run, SessionCount, Tally
from diorama.engine.timers import TimerQueue
from diorama.engine.transaction import LiveTransaction
from diorama.model.errors import DioramaError
from diorama.model.exchange import Admission, ControlChange, DeliveryOutcome, JournalRecord, OutboundRecord, TimerFired
from diorama.model.world import EMPTY_WORLD, World, get_row
from diorama.ports.effects import Outbound, WallClock
from diorama.ports.operations import TIMERS, Emit, Operation
from diorama.ports.storage import SandboxRow, SandboxStore


class Head(Struct, frozen=True):
    """The facts about a head that are stored with each batch.

    Attributes:
        branch, seq: the newest moment.
        clock: where virtual time stood.
        token_key: the key of this sandbox's stable tokens, in hexadecimal.
        turns_seq: up to which sequence the stored session turns are complete; later ones are counted from the journal.
    """

    branch: int
    seq: int
    clock: ClockState
    token_key: str
    turns_seq: int


def closed_door(_memo: tuple[OutboundRecord, ...]) -> Outbound:
    """The door of a sandbox that was given none."""
    raise DioramaError("outbound_refused", "This sandbox has no way to the outside.", "Give it one where it is made.")


class Sandbox:
    """One isolated running world.

    Everything happens on the event loop's thread. An exchange that never waits runs from :meth:`begin` to
    :meth:`commit` in one turn, which makes it atomic by nature.

    Args:
        row: what the control plane knows of it.
        behaviour: the published definition that it runs.
        wall: real time.
        token_key: 32 secret bytes for stable tokens.
        budgets: what it may use.

    Attributes:
        run: the exchanges that repeat earlier ones, while that goes on.
        tally: what exchanges counted that the world does not know of yet.
        open_outbound: opens the door to the outside for one exchange; what is in the records is answered from there.
        driver: sees to it that timers fire when no exchange comes by; None where time only passes with exchanges.
        waiting: exchanges that wait now.
        slow_turns: exchanges that held the loop longer than the budget says.
    """

    __slots__ = (
        "_gate",
        "_journal",
        "_seq",
        "_world",
        "behaviour",
        "branch",
        "budgets",
        "clock",
        "driver",
        "open_outbound",
        "persistence",
        "row",
        "run",
        "seed",
        "slow_turns",
        "tally",
        "timers",
        "token_key",
        "waiting",
        "wall",
    )

    def __init__(
        self, row: SandboxRow, behaviour: Behaviour, wall: WallClock, token_key: bytes, budgets: Budgets | None = None
    ) -> None:
        self.row = row
        self.behaviour: Any = behaviour
        self.wall = wall
        self.token_key = token_key
        self.budgets = budgets or Budgets()
        self.seed = row.seed.encode("utf-8")
        self._world: World = EMPTY_WORLD
        self._seq = 0
        self.run: Run | None = None
        self.tally: Tally | None = None
        self.branch = 0
        self.clock = VirtualClock(ClockState(wall.now_us()), wall.monotonic_us())
        self.timers = TimerQueue()
        self._journal = Journal(self.budgets.journal_records_max, self.budgets.journal_bytes_max)
        self.persistence: Persistence | None = None
        self.waiting = 0
        self.slow_turns = 0
        self.driver: TimerDriver | None = None
        self.open_outbound: Callable[[tuple[OutboundRecord, ...]], Outbound] = closed_door
        self._gate: asyncio.Lock | None = None

    @property
    def id(self) -> str:
        """The sandbox's id."""
        return self.row.id

    @property
    def world(self) -> World:
        """The head."""
        if self.tally is not None:
            self.settle()
        return self._world

    @world.setter
    def world(self, world: World) -> None:
        self.settle()
        self._world = world

    @property
    def seq(self) -> int:
        """The sequence of the newest record."""
        if self.run is not None:
            self.end_run()
        return self._seq

    @seq.setter
    def seq(self, seq: int) -> None:
        self._seq = seq

    @property
    def journal(self) -> Journal:
        """The newest records."""
        if self.run is not None:
            self.end_run()
        return self._journal

    @property
    def expires_us(self) -> int:
        """Real microseconds since 1970 from which it answers no more; 0 for never."""
        row = self.row
        return row.created_us + row.ttl_s * 1_000_000 if row.ttl_s else 0

    def attach(self, store: SandboxStore, turns_seq: int = 0, turns: Sequence[Operation] = ()) -> None:
        """Keep everything in a store from now on.

        Args:
            store: where to.
            turns_seq: up to which sequence the store's session turns are complete.
            turns: those that were counted since, which the store's rows lack.
        """
        self.persistence = Persistence(
            store,
            lambda: self.world,
            self._encoded_head,
            self.end_run,
            turns_seq,
            strict=self.row.durability == "strict",
        )
        self.persistence.touch(turns)

    def _encoded_head(self, turns_seq: int) -> bytes:
        state = self.clock.state(self.wall.monotonic_us())
        return msgspec.json.encode(Head(self.branch, self.seq, state, self.token_key.hex(), turns_seq))

    # Exchanges that repeat earlier ones.

    def begin_run(self, now_ns: int) -> Run | None:
        """Begin a run of repeats at a monotonic reading; None when exchanges must go the long way now."""
        persistence = self.persistence
        if self.gated or (persistence is not None and not persistence.ready):
            return None
        at_us = self.clock.read(now_ns // 1000)
        real_us = self.wall.now_us()
        run = Run(self.seq + 1, self.branch, (now_ns, at_us, real_us), self.clock.rate)
        if self.row.ttl_s:
            run.until_ns = min(run.until_ns, now_ns + (self.expires_us - real_us) * 1000)
        delay_us = self.clock.real_delay_us(self.timers.next_due_us, now_ns // 1000)
        if delay_us is not None:
            run.until_ns = min(run.until_ns, now_ns + delay_us * 1000)
        if run.until_ns <= now_ns:
            return None
        self.run = run
        if persistence is not None:
            persistence.add(run)
        else:
            asyncio.get_running_loop().call_later(RUN_NS / 1e9, self.end_run)
        return run

    def session_count(self, key: str) -> SessionCount | None:
        """The session count of a key, to be changed in place; None when the session had no such exchange yet."""
        tally = self.tally
        if tally is None:
            tally = self.tally = Tally()
        return tally.count(key, self._world)

    def end_run(self) -> None:
        """End the run that goes on: its exchanges stand in the journal."""
        run = self.run
        if run is not None:
            self.run = None
            self._seq = run.last_seq
            self._journal.append_run(run)

    def settle(self) -> None:
        """End the run that goes on, and put what exchanges counted into the world."""
        self.end_run()
        tally = self.tally
        if tally is not None:
            self.tally = None
            self._world = tally.folded(self._world)
            if self.persistence is not None:
                self.persistence.touch_turns(tally.counts)

    # The life of a transaction.

    def begin(self) -> LiveTransaction:
        """A transaction on the head."""
        return LiveTransaction(self.world, self.budgets)

    def begin_exchange(self) -> LiveTransaction:
        """A transaction on the head without what the tally counts, which no step of an exchange looks at."""
        if self.run is not None:
            self.end_run()
        return LiveTransaction(self._world, self.budgets)

    def settle_admission(self, tx: LiveTransaction, at_us: int, correlation_id: str) -> int:
        """Apply the admission of an exchange that is about to wait. Returns its sequence."""
        self.seq += 1
        self._world = tx.origin = tx.base
        if tx.scheduled:
            tx.scheduled = False
            self._index_timers(tx.admission)
        record = Admission(self.seq, self.branch, at_us, correlation_id, tuple(tx.admission))
        if self.persistence is not None:
            self.persistence.touch(tx.admission)
        self.note(record)
        return self.seq

    def commit(self, tx: LiveTransaction, *, settled: bool = False) -> int:
        """Make a transaction the head. Returns the commit sequence.

        The caller writes the journal entry in the same turn of the loop.

        Args:
            tx: an admitted transaction.
            settled: whether its admission was applied before, by :meth:`settle_admission`.

        Raises:
            DioramaError: ``transaction_conflict`` when the head changed what the body read; nothing is applied then.
        """
        if self.run is not None:
            self.end_run()
        if self._world is not tx.origin:
            if not settled or not tx.unchanged(self._world):
                raise DioramaError("transaction_conflict", "Another exchange changed what this one read.")
            tx.world = tx.reapply(self._world)
        self._seq += 1
        self._world = tx.world
        if self.persistence is not None:
            if not settled:
                self.persistence.touch(tx.admission)
            self.persistence.touch(tx.operations)
        if tx.scheduled:
            self._index_timers(tx.operations if settled else tx.admission + tx.operations)
        return self._seq

    def _index_timers(self, operations: list[Operation]) -> None:
        self.timers.note(operations)
        if self.driver is not None:
            self.driver.arm()

    def note(self, record: JournalRecord) -> None:
        """Write a record into the journal."""
        self._journal.append(record)
        if self.persistence is not None:
            self.persistence.add(record)

    # Events and timers.

    def run_events(self, tx: LiveTransaction, at_us: int, behaviour: Behaviour | None = None) -> None:
        """Run the listeners of all that the admission, or else the body, emitted, and of what they emit in turn.

        Args:
            tx: the transaction that emitted.
            at_us: its clock reading.
            behaviour: the definition whose listeners run; the sandbox's own when None. An exchange ends with the one
                that it began with.
        """
        events = (behaviour or self.behaviour).events
        operations = tx.operations if tx.admitted else tx.admission
        done = 0
        while done < len(operations):
            operation = operations[done]
            done += 1
            if type(operation) is Emit:
                for handler in events.get(operation.event, ()):
                    handler(tx, at_us, operation.payload)

    def fire_due(self, now_us: int) -> None:
        """Fire all timers that are due at a clock reading, in (due, id) order, each in its own transaction."""
        for _ in range(self.budgets.timers_fired_max):
            due = self.timers.due(self.world, now_us)
            if due is None:
                return
            self.fire(*due)
        if self.driver is not None:
            self.driver.arm()

    def fire(self, due_us: int, timer: str) -> None:
        """Fire one timer, if it is there, in a transaction and a journal entry of its own."""
        tx = self.begin()
        tx.admit()
        row = get_row(tx.world, TIMERS, timer)
        if row is None:
            return
        _, name, payload = row[1]
        tx.delete(TIMERS, timer)
        error = ""
        handler = self.behaviour.timers.get(name)
        try:
            if handler is None:
                error = "capability_failed"
            else:
                handler(tx, due_us, payload)
                self.run_events(tx, due_us)
        except Exception as failure:  # noqa: BLE001  A timer's failure is its own: it is journalled, and the rest goes on.
            error = failure.code if isinstance(failure, DioramaError) else "capability_failed"
            tx.rollback()
            tx.delete(TIMERS, timer)
        self.commit(tx)
        self.note(TimerFired(self.seq, self.branch, due_us, timer, name, tuple(tx.operations), error))

    # Changes that come from outside an exchange.

    def change(
        self, what: str, detail: dict[str, Any], act: Callable[[LiveTransaction, int], None] | None = None
    ) -> int:
        """Let the control plane change the world, in a transaction and a journal entry of its own.

        As before an exchange, what is due fires first.

        Args:
            what: the change, for the journal.
            detail: its facts, JSON values.
            act: what to do, f(tx, clock reading).

        Returns:
            The commit sequence.
        """
        at_us = self.clock.read(self.wall.monotonic_us())
        if self.timers.next_due_us <= at_us:
            self.fire_due(at_us)
        tx = self.begin()
        tx.admit()
        if act is not None:
            act(tx, at_us)
            self.run_events(tx, at_us)
        seq = self.commit(tx)
        self.note(ControlChange(seq, self.branch, at_us, what, detail, tuple(tx.operations)))
        return seq

    def delivered(self, exchange_seq: int, outcome: str, detail: str) -> None:
        """Write down what delivery came to, when it was not the plain case."""
        self.seq += 1
        at_us = self.clock.read(self.wall.monotonic_us())
        self.note(DeliveryOutcome(self.seq, self.branch, at_us, exchange_seq, outcome, detail))

    # The gate.

    @property
    def gated(self) -> bool:
        """Whether an exchange that lost too many races has this sandbox for itself."""
        return self._gate is not None and self._gate.locked()

    @property
    def gate(self) -> asyncio.Lock:
        """The gate: while it is held, other exchanges wait before they begin and before they commit."""
        if self._gate is None:
            self._gate = asyncio.Lock()
        return self._gate
