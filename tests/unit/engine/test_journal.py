"""The journal in memory: bounded by count and bytes, watched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.journal import RECORD_BYTES, Journal
from diorama.model.exchange import Exchange, JournalRecord, OutboundRecord, TimerFired, Timings
from diorama.model.http import Reply, Request
from diorama.ports.operations import Operation, Set


def record(
    seq: int,
    body: bytes = b"",
    reply: Reply | None = None,
    header: bytes = b"",
    operations: tuple[Operation, ...] = (),
    outbound: tuple[OutboundRecord, ...] = (),
) -> Exchange:
    request = Request("GET", "/", b"", [(b"host", header)], body, "127.0.0.1")
    made = Exchange(
        seq, seq, 0, 0, 0, 0, request, reply or Reply(200), "", "", "", False, ("", "", 0), "", "", Timings()
    )
    made.operations = operations
    made.outbound = outbound
    return made


def seqs(journal: Journal) -> list[int]:
    return [record.seq for record in journal.oldest_first()]


def test_append__beyond_the_count__lets_the_oldest_go() -> None:
    journal = Journal(3, 10**9)
    for seq in range(5):
        journal.append(record(seq))
    assert seqs(journal) == [2, 3, 4]
    assert [found.seq for found in journal.newest_first()] == [4, 3, 2]
    assert len(journal) == 3


def test_append__beyond_the_bytes__lets_the_oldest_go_and_keeps_the_newest_however_large() -> None:
    journal = Journal(100, 5 * RECORD_BYTES)
    for seq in range(10):
        journal.append(record(seq))
    assert seqs(journal) == [5, 6, 7, 8, 9]
    journal.append(record(10, body=b"x" * 3 * RECORD_BYTES))
    assert seqs(journal) == [9, 10]
    journal.append(record(11, body=b"x" * 100 * RECORD_BYTES))
    assert seqs(journal) == [11]


def test_bytes__of_a_record__count_all_that_it_alone_holds() -> None:
    def weight(made: JournalRecord) -> int:
        journal = Journal(10, 10**9)
        journal.append(made)
        return journal.bytes

    least = weight(record(1))
    assert weight(record(1, body=b"x" * 500)) == least + 500
    assert weight(record(1, header=b"x" * 500)) == least + 500
    assert weight(record(1, reply=Reply(200, (), b"x" * 500))) == least + 500
    assert weight(record(1, reply=Reply(200, (), b"x" * 500, b"HTTP/1.1 200 OK\r\n"))) == least
    assert weight(record(1, operations=(Set("s", "t", "k", "x" * 500),))) > least + 500
    assert weight(record(1, outbound=(OutboundRecord("GET", "u", "h", body=b"x" * 500),))) == least + 500
    assert weight(TimerFired(1, 0, 0, "t", "n", (Set("s", "t", "k", "x" * 500),))) > RECORD_BYTES + 500


@given(sizes=st.lists(st.integers(0, 3_000), max_size=40))
def test_bytes__after_any_appends__are_those_of_the_records_held(sizes: list[int]) -> None:
    journal = Journal(10, 8 * RECORD_BYTES)
    for seq, size in enumerate(sizes):
        journal.append(record(seq, body=b"x" * size))
        held = list(journal.oldest_first())
        assert journal.bytes == sum(RECORD_BYTES + len(one.request.body) for one in held if isinstance(one, Exchange))
        assert journal.bytes <= 8 * RECORD_BYTES or len(held) == 1
    journal.clear()
    assert (len(journal), journal.bytes) == (0, 0)


def test_watchers__of_a_journal__see_every_record_as_it_comes() -> None:
    journal = Journal(2, 10**9)
    seen: list[int] = []
    journal.watchers.append(lambda made: seen.extend(one.seq for one in made))
    for seq in range(4):
        journal.append(record(seq))
    assert seen == [0, 1, 2, 3]
