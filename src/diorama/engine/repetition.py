"""Repetition: exchanges that repeat an earlier one to the byte, kept as what sets them apart.

A client that polls sends the same bytes over and over, and where nothing that is asked depends on anything but those
bytes, the reply is the same bytes, too. All that such an exchange changes is how many its session had. So a run of
them is kept as the original and, for each repeat, three small values; and the session's counts are put into the world
when somebody looks at the world next. Whoever reads the journal gets whole exchanges (:class:`Run` makes them), whose
timings alone tell that they were short.

A run is short: it ends with the first exchange of any other kind, and after :data:`RUN_NS`. Whatever could make a
repeat wrong is therefore looked at when a run begins, and not for each repeat.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from diorama.model.exchange import Exchange, Timings
from diorama.model.world import World, get_row, put_rows
from diorama.ports.operations import SESSION_TURNS

RUN_NS = 4_000_000
"""How long a run goes on at most: as long as records gather for the disk."""

REPEAT_BYTES = 160
"""What a repeat costs in memory, measured on CPython 3.11."""


class Original(Struct, gc=False):
    """An exchange that is repeated.

    Attributes:
        record: its journal record.
        stored_seq: the sequence under which the store knows it; 0 while it does not.
    """

    record: Exchange
    stored_seq: int = 0


Repeat = tuple[Original, int, int, str]
"""(original, monotonic nanoseconds, how many of that operation in that session came before, correlation id)."""


class SessionCount:
    """How many exchanges of one operation one session had.

    Attributes:
        value: the count, with the repeats that the world does not know of yet.
    """

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value


class Tally:
    """The session counts that exchanges changed since somebody looked at the world.

    Every exchange changes one, and nothing but the next exchange reads it; to put each into the world at once would
    cost more than the rest of a commit.
    """

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: dict[str, SessionCount] = {}

    def count(self, key: str, world: World) -> SessionCount | None:
        """The session count of a key, as it is now; None when the session had no such exchange yet.

        Args:
            key: of its row.
            world: the head, which holds what is not in the tally.
        """
        count = self.counts.get(key)
        if count is None:
            row = get_row(world, SESSION_TURNS, key)
            if row is None:
                return None
            count = self.counts[key] = SessionCount(row[1])
        return count

    def folded(self, world: World) -> World:
        """The world with the counts in it."""
        return put_rows(world, SESSION_TURNS, {key: count.value for key, count in self.counts.items()})


class Run:
    """Repeats with consecutive sequences, nothing between them.

    Args:
        first_seq: sequence of the first repeat.
        branch: the line of history.
        began: (monotonic nanoseconds, virtual microseconds, real microseconds) of its beginning.
        rate: the clock's rate while it goes on.

    Attributes:
        repeats: what sets each repeat apart.
        until_ns: the monotonic reading from which it must not go on.
    """

    __slots__ = ("_forgotten", "began", "branch", "first_seq", "rate", "repeats", "until_ns")

    def __init__(self, first_seq: int, branch: int, began: tuple[int, int, int], rate: float = 1.0) -> None:
        self.first_seq = first_seq
        self.branch = branch
        self.began = began
        self.rate = rate
        self.repeats: list[Repeat] = []
        self.until_ns = began[0] + RUN_NS
        self._forgotten = 0

    def __contains__(self, record: object) -> bool:
        return any(record == one for one in self)

    def __len__(self) -> int:
        return len(self.repeats) - self._forgotten

    def __iter__(self) -> Iterator[Exchange]:
        for index in range(self._forgotten, len(self.repeats)):
            yield self._exchange(index)

    def __reversed__(self) -> Iterator[Exchange]:
        for index in range(len(self.repeats) - 1, self._forgotten - 1, -1):
            yield self._exchange(index)

    @property
    def last_seq(self) -> int:
        """Sequence of the last repeat."""
        return self.first_seq + len(self.repeats) - 1

    @property
    def real_span_us(self) -> tuple[int, int]:
        """Real time of the first and the last repeat."""
        monotonic_ns, _, real_us = self.began
        first, last = self.repeats[0][1], self.repeats[-1][1]
        return real_us + (first - monotonic_ns) // 1000, real_us + (last - monotonic_ns) // 1000

    def forget(self, count: int) -> None:
        """Let the oldest repeats go; where they stand in the store does not change."""
        self._forgotten = min(self._forgotten + count, len(self.repeats))

    def _exchange(self, index: int) -> Exchange:
        original, at_ns, count, correlation_id = self.repeats[index]
        monotonic_ns, virtual_us, real_us = self.began
        elapsed_us = (at_ns - monotonic_ns) // 1000
        seq = self.first_seq + index
        record = original.record
        label, operation, _ = record.dice_key
        return structs.replace(
            record,
            seq=seq,
            admission_seq=seq,
            base_seq=seq - 1,
            branch=self.branch,
            at_us=virtual_us + (elapsed_us if self.rate == 1.0 else int(self.rate * elapsed_us)),
            real_us=real_us + elapsed_us,
            dice_key=(label, operation, count),
            correlation_id=correlation_id,
            timings=Timings(),
        )
