"""Replay: a journal run again, in its order, on a fresh sandbox. The same journal order gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Past, Plane
from diorama.model.exchange import Admission, ControlChange, DeliveryOutcome, Exchange, JournalRecord
from diorama.model.http import Request
from diorama.ports.delivery import Outgoing
from diorama.ports.operations import apply


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


async def replay(plane: Plane, sandbox: Sandbox, records: Iterable[JournalRecord]) -> list[Difference]:
    """Run a journal again.

    Args:
        plane: a data plane whose outbound factory answers from the journal only.
        sandbox: a fresh one with the original's seed and definition; its journal holds the outcome.
        records: in the order of their sequences, from the first.

    Returns:
        All differences of replies, operations and admission, in order; empty when the replay is identical.
    """
    differences: list[Difference] = []
    for record in records:
        if isinstance(record, Exchange):
            out = plane.enter(
                sandbox,
                record.request,
                _path(sandbox, record.request),
                sandbox.wall.monotonic_ns(),
                Past(
                    at_us=record.at_us,
                    session=record.session,
                    session_named=record.session_named,
                    dice_count=record.dice_key[2],
                    correlation_id=record.correlation_id,
                    outbound=record.outbound,
                    settled=record.admission_seq != record.seq,
                ),
            )
            if not isinstance(out, Outgoing):
                await out
            differences.extend(_compare(record, _newest_exchange(sandbox)))
        else:
            _pass_by(sandbox, record)
    return differences


def _pass_by(sandbox: Sandbox, record: JournalRecord) -> None:
    """Take over what is no exchange: its operations apply as they were written. Due timers fire by themselves."""
    if sandbox.timers.next_due_us <= record.at_us:
        sandbox.fire_due(record.at_us)
    if isinstance(record, (Admission, ControlChange)):
        for operation in record.operations:
            sandbox.world = apply(sandbox.world, operation)
        sandbox.timers.note(list(record.operations))
        sandbox.seq += 1
        sandbox.note(record)
    elif isinstance(record, DeliveryOutcome):
        sandbox.seq += 1
        sandbox.note(record)


def _path(sandbox: Sandbox, request: Request) -> str:
    """The path without the prefix that named the sandbox."""
    prefix = f"/s/{sandbox.id}/"
    path = request.path
    if path.startswith(prefix) and not sandbox.behaviour.router.methods(path):
        return path[len(prefix) - 1 :]
    return path


def _newest_exchange(sandbox: Sandbox) -> Exchange:
    return next(record for record in sandbox.journal.newest_first() if isinstance(record, Exchange))


def _compare(recorded: Exchange, replayed: Exchange) -> Iterator[Difference]:
    pairs = (
        ("seq", recorded.seq, replayed.seq),
        ("status", recorded.reply.status, replayed.reply.status),
        ("headers", recorded.reply.headers, replayed.reply.headers),
        ("body", recorded.reply.body, replayed.reply.body),
        ("operations", recorded.operations, replayed.operations),
        ("endpoint", recorded.endpoint, replayed.endpoint),
    )
    for what, one, other in pairs:
        if one != other:
            yield Difference(recorded.seq, what, repr(one)[:200], repr(other)[:200])
