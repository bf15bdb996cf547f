"""Repeats: requests that are equal to the byte to one that was answered, answered without going its way again.

It is done only where nothing else can come of it. Every step of the chain has promised that it does the same for the
same request (:attr:`diorama.ports.capability.Compiled.repeatable`); the exchange read and wrote nothing but its
session's count, drew no dice and waited for nothing; and its reply is ready bytes that belong to the definition. What
may have changed meanwhile is looked at when a run of repeats begins (:mod:`diorama.engine.repetition`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b

from diorama.engine.repetition import Original, Run, SessionCount, Tally
from diorama.engine.sandbox import Sandbox
from diorama.flow.passage import Passage
from diorama.flow.selection import DEFAULT_SANDBOX
from diorama.model.exchange import Exchange
from diorama.ports.capability import header_bit
from diorama.ports.dice import begun_key, correlation_id, hashed_prefix
from diorama.ports.operations import Incr

NAMED = header_bit(b"x-correlation-id") | header_bit(b"traceparent")
"""Headers that a reply brings back."""


def repeatable(x: Passage, record: Exchange) -> bool:
    """Whether an exchange would go the same way again and end in the same bytes.

    Args:
        x: the exchange, committed.
        record: its journal record.
    """
    reply = x.reply
    return (
        x.chain.repeatable
        and not x.request.triggers & NAMED  # its reply repeats what the client named, and not what the dice gave
        and reply is not None
        and reply.head is not None
        and reply.stream is None
        and x.error is None
        and not x.drew_or_called
        and record.admission_seq == record.seq
        and not (record.operations or record.reads or record.violations or record.reply_violations)
        and len(record.admission_operations) == 1
        and type(record.admission_operations[0]) is Incr
    )


class Repeater:
    """Answers repeats of one exchange (:class:`diorama.ports.delivery.Repeater`).

    Args:
        sandboxes: all that run; looked at anew for each run.
        x: the exchange, which is :func:`repeatable`.
        record: its journal record.
        monotonic_ns: a monotonic clock in nanoseconds.
    """

    __slots__ = (
        "_begun_key",
        "_count",
        "_front",
        "_front_published",
        "_home",
        "_key",
        "_monotonic_ns",
        "_original",
        "_prefix",
        "_published",
        "_sandboxes",
        "_tally",
        "body",
        "head",
    )

    def __init__(
        self, sandboxes: Mapping[str, Sandbox], x: Passage, record: Exchange, monotonic_ns: Callable[[], int]
    ) -> None:
        reply = record.reply
        assert reply.head is not None
        self.head = reply.head
        self.body = reply.body
        self._sandboxes = sandboxes
        self._home = x.home
        self._published = x.published
        # A path prefix names a sandbox unless the default one's API has the path itself.
        self._front = sandboxes.get(DEFAULT_SANDBOX)
        self._front_published = None if self._front is None else self._front.behaviour
        self._original = Original(record)
        self._key: str = record.admission_operations[0].key
        self._begun_key: blake2b = begun_key(x.home.seed)
        # A thousand of these are asked in turn by some clients, so each is made of little memory.
        self._prefix = hashed_prefix(x.dice_label, x.route.id)
        self._monotonic_ns = monotonic_ns
        self._tally: Tally | None = None
        self._count = SessionCount(0)

    def __call__(self) -> str | None:
        """Commit a repeat. Returns its correlation id; None when the request must go the long way."""
        now_ns = self._monotonic_ns()
        home = self._home
        run = home.run
        if run is None or now_ns >= run.until_ns or home.tally is not self._tally:
            run = self._join(home, now_ns)
            if run is None:
                return None
        count = self._count
        value = count.value
        count.value = value + 1
        digest = self._begun_key.copy()
        digest.update(b"%b%d" % (self._prefix, value))
        correlation = correlation_id(digest.digest())
        run.repeats.append((self._original, now_ns, value, correlation))
        return correlation

    @property
    def is_over(self) -> bool:
        """Whether its sandbox is gone, or runs another definition; neither comes back."""
        home = self._home
        if self._sandboxes.get(home.row.id) is not home or home.behaviour is not self._published:
            return True
        front = self._sandboxes.get(DEFAULT_SANDBOX)
        return front is not self._front or (front is not None and front.behaviour is not self._front_published)

    def _join(self, home: Sandbox, now_ns: int) -> Run | None:
        """The run that goes on, or a new one, and the tally of this exchange's session; None when it cannot be."""
        if self.is_over:
            return None
        if home.tally is None or home.tally is not self._tally:
            count = home.session_count(self._key)
            if count is None:
                return None
            self._tally, self._count = home.tally, count
        run = home.run
        return home.begin_run(now_ns) if run is None or now_ns >= run.until_ns else run
