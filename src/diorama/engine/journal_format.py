"""The journal's form on disk: JSON lines that people and plain SQL can read.

Exchanges that repeat an earlier one stand together in one line with what sets each of them apart; the originals are
handed over beside it, each once, and stand in the line again when it is read.
Bodies are text where they are UTF-8 and base64 where they are not; header blocks are one text, ``name: value`` a line.
The format of the sandbox's store numbers this form, too.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

from diorama.engine.repetition import Original, Run
from diorama.model.errors import Violation
from diorama.model.exchange import (
    Admission,
    ControlChange,
    DeliveryOutcome,
    Exchange,
    JournalRecord,
    NearMiss,
    OutboundRecord,
    TimerFired,
    Timings,
)
from diorama.model.http import Headers, Reply, Request
from diorama.ports.capability import triggers_of
from diorama.ports.operations import Operation
from diorama.ports.storage import ORIGINAL_SPAN

_MEMO_MAX = 1024
_NO_BODY = ("", "")


class OutboundLine(Struct, gc=False, omit_defaults=True):
    """An :class:`OutboundRecord` in readable form."""

    method: str
    url: str
    request_hash: str
    status: int = 0
    headers: str = ""
    body: str = ""
    body_base64: str = ""
    error: str = ""
    detail: str = ""
    hint: str = ""
    duration_us: int = 0


class ExchangeLine(Struct, gc=False, omit_defaults=True, tag_field="kind", tag="exchange"):
    """An :class:`Exchange` in readable form; see there for what the fields mean."""

    seq: int
    admission_seq: int
    base_seq: int
    branch: int
    at_us: int
    real_us: int
    method: str
    path: str
    status: int
    client: str
    session: str
    session_named: bool
    dice_key: tuple[str, str, int]
    definition: str
    correlation_id: str
    timings: Timings
    query: str = ""
    scheme: str = "http"
    http_version: str = "1.1"
    request_headers: str = ""
    request_body: str = ""
    request_body_base64: str = ""
    reply_headers: str = ""
    reply_body: str = ""
    reply_body_base64: str = ""
    endpoint: str = ""
    matched: str = ""
    near_misses: tuple[NearMiss, ...] = ()
    admission_operations: tuple[Operation, ...] = ()
    operations: tuple[Operation, ...] = ()
    reads: tuple[tuple[str, str, str], ...] = ()
    outbound: tuple[OutboundLine, ...] = ()
    violations: tuple[Violation, ...] = ()
    reply_violations: tuple[Violation, ...] = ()
    error: str = ""
    attempts: int = 1


class AdmissionLine(Admission, gc=False, omit_defaults=True, tag_field="kind", tag="admission"):
    """An :class:`Admission`."""

    operations: tuple[Operation, ...] = ()


class TimerLine(TimerFired, gc=False, omit_defaults=True, tag_field="kind", tag="timer"):
    """A :class:`TimerFired`."""

    operations: tuple[Operation, ...] = ()


class ControlLine(ControlChange, gc=False, omit_defaults=True, tag_field="kind", tag="control"):
    """A :class:`ControlChange`."""

    operations: tuple[Operation, ...] = ()


class DeliveryLine(DeliveryOutcome, gc=False, omit_defaults=True, tag_field="kind", tag="delivery"):
    """A :class:`DeliveryOutcome`."""


class RepeatsLine(Struct, gc=False, omit_defaults=True, tag_field="kind", tag="repeats"):
    """A :class:`~diorama.engine.repetition.Run`; see there for what the fields mean.

    Attributes:
        seq: of the first repeat.
        repeats: for each: sequence of its original, monotonic nanoseconds, count of the dice key, correlation id.
        originals: by their sequences; empty when the line is written.
    """

    seq: int
    branch: int
    began: tuple[int, int, int]
    repeats: list[tuple[int, int, int, str]]
    rate: float = 1.0
    originals: dict[int, ExchangeLine] = {}


Line = RepeatsLine | ExchangeLine | AdmissionLine | TimerLine | ControlLine | DeliveryLine

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(list[Line])
_LINES: dict[type, Any] = {
    Admission: AdmissionLine,
    TimerFired: TimerLine,
    ControlChange: ControlLine,
    DeliveryOutcome: DeliveryLine,
}
_RECORDS: dict[type, Any] = {line: record for record, line in _LINES.items()}


def _header_text(headers: Headers | tuple[tuple[bytes, bytes], ...]) -> str:
    return b"\n".join(map(b": ".join, headers)).decode("latin-1")


def _header_pairs(text: str) -> Headers:
    if not text:
        return []
    pairs = []
    for line in text.encode("latin-1").split(b"\n"):
        name, _, value = line.partition(b": ")
        pairs.append((name, value))
    return pairs


def _body_text(body: bytes) -> tuple[str, str]:
    """(text, base64), one of which is empty."""
    if not body:
        return _NO_BODY
    try:
        return body.decode("utf-8"), ""
    except UnicodeDecodeError:
        return "", b64encode(body).decode("ascii")


def _body_bytes(text: str, base64: str) -> bytes:
    return b64decode(base64) if base64 else text.encode("utf-8")


class JournalEncoder:
    """Encodes records in batches; remembers the text of replies that never change."""

    __slots__ = ("_replies",)

    def __init__(self) -> None:
        self._replies: dict[int, tuple[tuple[str, str, str], Reply]] = {}

    def encode(self, records: Sequence[JournalRecord | Run]) -> tuple[bytes, list[tuple[int, bytes]]]:
        """The records as one JSON array, and the originals that the store does not know: (sequence, line)."""
        originals: list[tuple[int, bytes]] = []
        return _ENCODER.encode([self._line(record, originals) for record in records]), originals

    def _line(self, record: JournalRecord | Run, originals: list[tuple[int, bytes]]) -> Line:
        if type(record) is Exchange:
            return self.exchange(record)
        if type(record) is Run:
            return self._repeats(record, originals)
        line: Line = _LINES[type(record)](*structs.astuple(record))  # type: ignore[arg-type]  # no narrowing by type()
        return line

    def _repeats(self, run: Run, originals: list[tuple[int, bytes]]) -> RepeatsLine:
        oldest = run.last_seq - ORIGINAL_SPAN
        for seq, (original, *_) in enumerate(run.repeats, run.first_seq):
            if original.stored_seq <= max(oldest, 0):
                original.stored_seq = seq
                originals.append((seq, _ENCODER.encode(self.exchange(original.record))))
        repeats = [(original.stored_seq, at_ns, count, named) for original, at_ns, count, named in run.repeats]
        return RepeatsLine(run.first_seq, run.branch, run.began, repeats, run.rate)

    def _reply(self, reply: Reply) -> tuple[str, str, str]:
        if reply.head is None:
            return (_header_text(reply.headers), *_body_text(reply.body))
        known = self._replies.get(id(reply))
        if known is None:
            if len(self._replies) >= _MEMO_MAX:
                self._replies.clear()
            # The reply is kept with its text, so that no other one can come to have its id.
            texts = (_header_text(reply.headers), *_body_text(reply.body))
            known = self._replies[id(reply)] = (texts, reply)
        return known[0]

    def exchange(self, record: Exchange) -> ExchangeLine:
        """An exchange in readable form."""
        request = record.request
        request_body, request_base64 = _body_text(request.body) if request.body else _NO_BODY
        reply_headers, reply_body, reply_base64 = self._reply(record.reply)
        return ExchangeLine(
            record.seq,
            record.admission_seq,
            record.base_seq,
            record.branch,
            record.at_us,
            record.real_us,
            request.method,
            request.path,
            record.reply.status,
            request.client,
            record.session,
            record.session_named,
            record.dice_key,
            record.definition,
            record.correlation_id,
            record.timings,
            request.query.decode("latin-1") if request.query else "",
            request.scheme,
            request.http_version,
            _header_text(request.headers),
            request_body,
            request_base64,
            reply_headers,
            reply_body,
            reply_base64,
            record.endpoint,
            record.matched,
            record.near_misses,
            record.admission_operations,
            record.operations,
            record.reads,
            tuple(_outbound_line(call) for call in record.outbound) if record.outbound else (),
            record.violations,
            record.reply_violations,
            record.error,
            record.attempts,
        )


def _outbound_line(call: OutboundRecord) -> OutboundLine:
    body, base64 = _body_text(call.body)
    return OutboundLine(
        call.method,
        call.url,
        call.request_hash,
        call.status,
        _header_text(call.headers),
        body,
        base64,
        call.error,
        call.detail,
        call.hint,
        call.duration_us,
    )


def _outbound_record(line: OutboundLine) -> OutboundRecord:
    return OutboundRecord(
        line.method,
        line.url,
        line.request_hash,
        line.status,
        tuple(_header_pairs(line.headers)),
        _body_bytes(line.body, line.body_base64),
        line.error,
        line.detail,
        line.hint,
        line.duration_us,
    )


def decode(block: bytes) -> list[JournalRecord]:
    """The records of one encoded array, repeats as whole exchanges.

    Raises:
        ValueError: when the block is damaged or of an unknown form (msgspec's errors are ValueErrors).
    """
    records: list[JournalRecord] = []
    for line in _DECODER.decode(block):
        if isinstance(line, RepeatsLine):
            records.extend(_run(line))
        elif isinstance(line, ExchangeLine):
            records.append(_exchange(line))
        else:
            records.append(_RECORDS[type(line)](*structs.astuple(line)))
    return records


def _run(line: RepeatsLine) -> Run:
    run = Run(line.seq, line.branch, line.began, line.rate)
    originals = {seq: Original(_exchange(original), seq) for seq, original in line.originals.items()}
    try:
        run.repeats = [(originals[seq], *rest) for seq, *rest in line.repeats]  # type: ignore[misc]  # of four
    except KeyError as cause:
        raise ValueError(f"the repeats from sequence {line.seq} name an original that is not there") from cause
    return run


def _exchange(line: ExchangeLine) -> Exchange:
    headers = _header_pairs(line.request_headers)
    request = Request(
        line.method,
        line.path,
        line.query.encode("latin-1"),
        headers,
        _body_bytes(line.request_body, line.request_body_base64),
        line.client,
        triggers_of(headers),
        line.scheme,
        line.http_version,
    )
    reply = Reply(
        line.status,
        tuple(_header_pairs(line.reply_headers)),
        _body_bytes(line.reply_body, line.reply_body_base64),
    )
    return Exchange(
        seq=line.seq,
        admission_seq=line.admission_seq,
        base_seq=line.base_seq,
        branch=line.branch,
        at_us=line.at_us,
        real_us=line.real_us,
        request=request,
        reply=reply,
        endpoint=line.endpoint,
        matched=line.matched,
        session=line.session,
        session_named=line.session_named,
        dice_key=line.dice_key,
        definition=line.definition,
        correlation_id=line.correlation_id,
        timings=line.timings,
        near_misses=line.near_misses,
        admission_operations=line.admission_operations,
        operations=line.operations,
        reads=line.reads,
        outbound=tuple(_outbound_record(call) for call in line.outbound),
        violations=line.violations,
        reply_violations=line.reply_violations,
        error=line.error,
        attempts=line.attempts,
    )
