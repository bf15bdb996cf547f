"""Replay: a journal run again, in its order, on a fresh sandbox. The same journal order gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from diorama.engine.behaviour import Behaviour
from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Past, Plane
from diorama.flow.selection import without_prefix
from diorama.model.exchange import Admission, ControlChange, DeliveryOutcome, Exchange, JournalRecord, TimerFired
from diorama.model.world import World
from diorama.ports.capability import triggers_of
from diorama.ports.delivery import Outgoing
from diorama.ports.operations import Schedule, apply

_ENCODER = msgspec.json.Encoder()


class Difference(Struct, frozen=True):
    """Where a replay took another way.

    Attributes:
        seq: of the record.
        what: which part differs.
        recorded, replayed: both sides, for people.
    """

    seq: int
    what: str
    recorded: str
    replayed: str


async def replay(
    plane: Plane,
    sandbox: Sandbox,
    records: Iterable[JournalRecord],
    versions: Mapping[str, Behaviour] | None = None,
) -> list[Difference]:
    """Run a journal again.

    Steps run, timers fire where the journal says that they did, and what came from outside the sandbox is taken over:
    control-plane changes, outcomes of deliveries, and exchanges that found their sandbox at another moment.

    Args:
        plane: a data plane whose outbound factory answers from the journal only.
        sandbox: a fresh one with the original's seed and definition; its journal holds the outcome.
        records: in the order of their sequences, from the first.
        versions: the definitions that were published meanwhile, by content hash: each exchange runs on the one that it
            names. One that is not there is replaced by the sandbox's own.

    Returns:
        All differences of replies, operations, admission, timers and calls to the outside, in order; empty when the
        replay is identical.
    """
    differences: list[Difference] = []
    before: dict[int, World] = {}
    versions = versions or {}
    current = sandbox.behaviour
    for record in records:
        if isinstance(record, Exchange) and record.error != "sandbox_moved":
            sandbox.behaviour = versions.get(record.definition, current)
            replayed = await _run(plane, sandbox, record, before.pop(record.admission_seq, None))
            sandbox.behaviour = current
            differences.extend(_compare(record, replayed))
        elif isinstance(record, TimerFired):
            differences.extend(_fire(sandbox, record))
        else:
            if isinstance(record, Admission):
                before[record.seq] = sandbox.world
            elif isinstance(record, ControlChange) and record.what == "publish":
                current = sandbox.behaviour = versions.get(record.detail["definition"], current)
            _take_over(sandbox, record)
    return differences


async def _run(plane: Plane, sandbox: Sandbox, record: Exchange, admitted_on: World | None) -> Exchange:
    settled = record.admission_seq != record.seq
    # The record may be older than the headers that the definition looks for.
    request = structs.replace(record.request, triggers=triggers_of(record.request.headers))
    out = plane.enter(
        sandbox,
        request,
        without_prefix(sandbox.behaviour, record.request.path)[1],
        sandbox.wall.monotonic_ns(),
        Past(
            at_us=record.at_us,
            session=record.session,
            session_named=record.session_named,
            dice_count=record.dice_key[2],
            correlation_id=record.correlation_id,
            outbound=record.outbound,
            settled=settled,
            admission_seq=record.admission_seq if settled else 0,
            admitted_on=admitted_on,
            error=record.error,
        ),
    )
    if not isinstance(out, Outgoing):
        await out
    return next(found for found in sandbox.journal.newest_first() if isinstance(found, Exchange))


def _fire(sandbox: Sandbox, record: TimerFired) -> Iterator[Difference]:
    """Fire the timer that fired then. The sequence moves even when it is not there, so that the rest compares."""
    seq = sandbox.seq
    sandbox.fire(record.at_us, record.timer)
    if sandbox.seq == seq:
        sandbox.seq += 1
        yield Difference(record.seq, "timer", record.timer, "not scheduled")
        return
    fired = next(sandbox.journal.newest_first())
    assert isinstance(fired, TimerFired)
    yield from _differing(
        record.seq,
        (("timer", record.name, fired.name), ("error", record.error, fired.error)),
        (("operations", record.operations, fired.operations),),
    )


def _take_over(sandbox: Sandbox, record: Exchange | Admission | ControlChange | DeliveryOutcome) -> None:
    """Take over what no step of the definition did: its operations apply as they were written."""
    if not isinstance(record, DeliveryOutcome):
        for operation in record.operations:
            sandbox.world = apply(sandbox.world, operation)
        sandbox.timers.note([operation for operation in record.operations if type(operation) is Schedule])
    sandbox.seq += 1
    sandbox.note(record)


def _compare(recorded: Exchange, replayed: Exchange) -> Iterator[Difference]:
    """Latencies are noise; what was called and what came back is not."""
    calls, calls_again = (
        [(call.method, call.url, call.request_hash, call.status, call.error) for call in one.outbound]
        for one in (recorded, replayed)
    )
    return _differing(
        recorded.seq,
        (
            ("seq", recorded.seq, replayed.seq),
            ("endpoint", recorded.endpoint, replayed.endpoint),
            ("error", recorded.error, replayed.error),
            ("status", recorded.reply.status, replayed.reply.status),
            ("headers", recorded.reply.headers, replayed.reply.headers),
            ("body", recorded.reply.body, replayed.reply.body),
            ("outbound", calls, calls_again),
        ),
        (
            ("admission", recorded.admission_operations, replayed.admission_operations),
            ("operations", recorded.operations, replayed.operations),
        ),
    )


def _differing(
    seq: int, pairs: tuple[tuple[str, Any, Any], ...], operations: tuple[tuple[str, Any, Any], ...]
) -> Iterator[Difference]:
    """The pairs that differ; operations as they are stored, because a stored journal knows no tuples and Structs."""
    for what, one, other in pairs:
        if one != other:
            yield Difference(seq, what, repr(one)[:200], repr(other)[:200])
    for what, one, other in operations:
        if one != other and _ENCODER.encode(one) != _ENCODER.encode(other):
            yield Difference(seq, what, repr(one)[:200], repr(other)[:200])
