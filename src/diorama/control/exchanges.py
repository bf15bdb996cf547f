"""Exchanges: what the journals hold, filtered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

from msgspec import Struct

from diorama.control.installation import Installation
from diorama.control.sandboxes import find
from diorama.engine.journal_format import ExchangeLine, JournalEncoder, decode
from diorama.engine.sandbox import Sandbox
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange

LIMIT_MAX = 1_000
_STATUS = re.compile(r"[1-5]\d\d|[1-5]xx", re.IGNORECASE)
_BLOCK_SPAN = 250
"""How many sequences are read from the store at a time when memory does not reach back far enough."""

_RECORDS_A_TURN = 250
"""So many records are looked at before the loop turns."""


class ExchangeFilter(Struct, frozen=True):
    """Which exchanges are wanted; an empty field wants all.

    Attributes:
        sandbox: id of the sandbox; the default one when empty.
        method: such as ``POST``.
        path: a part of the path.
        status: ``404`` or ``4xx``.
        endpoint: id of the endpoint that answered.
        session: id of the session.
        correlation_id: the exact one.
        error: a code of the error catalogue, or ``any``.
        matched: ``true`` for those that an endpoint answered, ``false`` for those that matched none.
        before_seq: only older ones; 0 for the newest.
        limit: how many at most, 1 to 1,000.
    """

    sandbox: str = ""
    method: str = ""
    path: str = ""
    status: str = ""
    endpoint: str = ""
    session: str = ""
    correlation_id: str = ""
    error: str = ""
    matched: bool | None = None
    before_seq: int = 0
    limit: int = 50

    def wants(self, record: Exchange) -> bool:
        """Whether an exchange is among the wanted ones."""
        status = str(record.reply.status)
        return (
            (not self.before_seq or record.seq < self.before_seq)
            and (not self.method or record.request.method == self.method.upper())
            and (self.path in record.request.path)
            and (not self.status or status == self.status or status[0] + "xx" == self.status.lower())
            and (not self.endpoint or record.endpoint == self.endpoint)
            and (not self.session or record.session == self.session)
            and (not self.correlation_id or record.correlation_id == self.correlation_id)
            and (not self.error or record.error == self.error or (self.error == "any" and record.error != ""))
            and (self.matched is None or (record.endpoint != "") == self.matched)
        )


async def listed(installation: Installation, wanted: ExchangeFilter) -> list[ExchangeLine]:
    """The wanted exchanges, newest first. Others get their turn while it searches, for a journal may be long.

    Raises:
        DioramaError: ``option_invalid`` or ``sandbox_unknown``.
    """
    if wanted.status and not _STATUS.fullmatch(wanted.status):
        raise DioramaError("option_invalid", f"{wanted.status[:20]!r} is no status.", "Use one like 404 or 4xx.")
    if not 1 <= wanted.limit <= LIMIT_MAX:
        raise DioramaError(
            "option_invalid", f"limit is 1 to {LIMIT_MAX}, not {wanted.limit}.", "Ask for fewer at once."
        )
    sandbox = find(installation, wanted.sandbox or "default")
    encoder = JournalEncoder()
    found: list[ExchangeLine] = []
    for looked_at, record in enumerate(_newest_first(sandbox, wanted.before_seq)):
        if looked_at % _RECORDS_A_TURN == _RECORDS_A_TURN - 1:
            await asyncio.sleep(0)
        if wanted.wants(record):
            found.append(encoder.exchange(record))
            if len(found) == wanted.limit:
                break
    return found


def one(installation: Installation, sandbox_id: str, seq: int) -> ExchangeLine:
    """One exchange by its sequence.

    Raises:
        DioramaError: ``sandbox_unknown``, or ``option_invalid`` when the journal has no such exchange (any more).
    """
    for record in _newest_first(find(installation, sandbox_id or "default"), seq + 1):
        if record.seq == seq:
            return JournalEncoder().exchange(record)
        if record.seq < seq:
            break
    raise DioramaError(
        "option_invalid", f"The journal has no exchange {seq}.", "List what it has, and choose one of it."
    )


def _newest_first(sandbox: Sandbox, before_seq: int) -> Iterator[Exchange]:
    """From memory as far as it reaches, then from the store."""
    oldest = sandbox.seq + 1
    # A copy, because the journal goes on while a search waits for its next turn.
    for record in list(sandbox.journal.newest_first()):
        oldest = record.seq
        if type(record) is Exchange:
            yield record
    if sandbox.persistence is None:
        return
    last = min(oldest, before_seq or oldest) - 1
    while last > 0:
        first = max(1, last - _BLOCK_SPAN + 1)
        for block in reversed(sandbox.persistence.store.journal(first, last)):
            for record in reversed(decode(block)):
                if first <= record.seq <= last and isinstance(record, Exchange):
                    yield record
        last = first - 1
