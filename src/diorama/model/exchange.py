"""Exchange: the record of one request, its reply and all its effects, and the journal's other records."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.model.errors import Violation
from diorama.model.http import Reply, Request


class NearMiss(Struct, frozen=True):
    """An endpoint that almost matched a request that matched none.

    Attributes:
        endpoint: its id.
        method, path: what it listens to, its full path.
        difference: what keeps the request from it, in one sentence.
        distance: 0.0 (the same) to 1.0 (nothing in common).
    """

    endpoint: str
    method: str
    path: str
    difference: str
    distance: float


class OutboundRecord(Struct, frozen=True, omit_defaults=True):
    """One call to the outside and what came of it; a replay answers from it.

    Attributes:
        method, url: what was called.
        request_hash: BLAKE2b-128 over method, URL, headers of interest and body, in hexadecimal.
        status: of the answer; 0 when there was none.
        headers: of the answer.
        body: of the answer.
        error: a code of the error catalogue when there was no answer.
        detail, hint: the words of that error, because a script may put them into a reply.
        duration_us: real time that it took.
    """

    method: str
    url: str
    request_hash: str
    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    error: str = ""
    detail: str = ""
    hint: str = ""
    duration_us: int = 0


class Timings(Struct, gc=False):
    """Where the time of an exchange went, in nanoseconds of real time since the request was whole.

    ``delivered`` is when the wire was handed the reply. 0 stands where a stage was not reached before the record was
    stored.
    """

    routed: int = 0
    admitted: int = 0
    composed: int = 0
    committed: int = 0
    delivered: int = 0


class Exchange(Struct, gc=False, omit_defaults=True):
    """What happened in one exchange. It refers to no world, so keeping it keeps nothing else alive.

    Attributes:
        seq: its place in the branch: the commit sequence.
        admission_seq: the sequence at which its admission operations were applied; ``seq`` unless it waited.
        base_seq: the sequence of the world that its reply was composed on.
        branch: the line of history.
        at_us: its one clock reading, in virtual microseconds since 1970.
        real_us: real time of its arrival, in microseconds since 1970.
        request, reply: as received and as composed, secrets replaced by stable tokens.
        endpoint: id of the endpoint that answered; empty when none did.
        matched: why it was that endpoint, in a few words.
        near_misses: the closest endpoints when none matched.
        session, session_named: the session's id, and whether the client named it.
        dice_key: (session label, operation, how many of that operation in that session); the sandbox's seed is known.
        definition: content hash of the project version that it ran on.
        correlation_id: on the request or made by Dice.
        timings: by stage.
        admission_operations, operations: the two groups, in order.
        reads: (slice, table, key) of all rows that the body read; a key of ``*`` stands for the whole table.
        outbound: calls to the outside, in order.
        violations: rules that were broken: those that it was refused for, or those that validation only warns of.
        reply_violations: of the reply.
        error: code of the catalogue when the exchange was refused, whether in our words or the document's.
        attempts: how often it ran before it committed: 1 plus the conflicts.
    """

    seq: int
    admission_seq: int
    base_seq: int
    branch: int
    at_us: int
    real_us: int
    request: Request
    reply: Reply
    endpoint: str
    matched: str
    session: str
    session_named: bool
    dice_key: tuple[str, str, int]
    definition: str
    correlation_id: str
    timings: Timings
    near_misses: tuple[NearMiss, ...] = ()
    admission_operations: tuple[Any, ...] = ()
    operations: tuple[Any, ...] = ()
    reads: tuple[tuple[str, str, str], ...] = ()
    outbound: tuple[OutboundRecord, ...] = ()
    violations: tuple[Violation, ...] = ()
    reply_violations: tuple[Violation, ...] = ()
    error: str = ""
    attempts: int = 1


class Admission(Struct, gc=False, omit_defaults=True):
    """The admission operations of an exchange that then waited: applied, and kept when the rest fails."""

    seq: int
    branch: int
    at_us: int
    correlation_id: str
    operations: tuple[Any, ...] = ()


class TimerFired(Struct, gc=False, omit_defaults=True):
    """A timer that fired, in its own transaction at its own due time."""

    seq: int
    branch: int
    at_us: int
    timer: str
    name: str
    operations: tuple[Any, ...] = ()
    error: str = ""


class ControlChange(Struct, gc=False, omit_defaults=True):
    """A change that came over the control plane: a publish, a clock move, a setting."""

    seq: int
    branch: int
    at_us: int
    what: str
    detail: dict[str, Any] = {}
    operations: tuple[Any, ...] = ()


class DeliveryOutcome(Struct, gc=False, omit_defaults=True):
    """What delivery came to, recorded only when it was not the plain case of a reply written whole.

    Attributes:
        exchange_seq: the exchange whose reply it was.
        outcome: ``client_gone``, ``fault``, ``write_failed``, or ``step_failed`` when a step of the delivery failed
            and the reply went out as it was committed.
    """

    seq: int
    branch: int
    at_us: int
    exchange_seq: int
    outcome: str
    detail: str = ""


JournalRecord = Exchange | Admission | TimerFired | ControlChange | DeliveryOutcome
