"""A few rounds of kills, and the checks themselves on damage that is made up."""

from __future__ import annotations

import pytest

from diorama.engine.clock import ClockState
from diorama.engine.sandbox import Head
from diorama.model.exchange import Exchange, Timings
from diorama.model.http import Reply, Request
from diorama.ports.operations import Incr
from diorama.ports.storage import SandboxRow
from tests.e2e.crash.load import Acknowledged
from tests.e2e.crash.remains import Remains, faults, losses
from tests.e2e.crash.rounds import Crashes

BUSY_LAG_S = 0.1  # tests share their cores; `python -m tests.e2e.crash` holds the promised 20 ms on a quiet machine
TURNS = ("session", "turns", "default\x1flist")
EMPTY_HASH = "cae66941d9efbd404e4d88758ea67670"  # BLAKE2b-128 of nothing


@pytest.mark.slow
@pytest.mark.parametrize(("durability", "rounds"), [("batched", 6), ("strict", 4)])
def test_serve__killed_under_load__keeps_what_it_acknowledged(durability: str, rounds: int) -> None:
    summary = Crashes(durability, seed=7, lag_s=BUSY_LAG_S).run(rounds)
    assert summary.faults == []
    assert summary.acknowledged > 0
    assert summary.replayed >= summary.acknowledged - summary.lost
    assert summary.lost_strict == 0


def exchange(seq: int) -> Exchange:
    turn = Incr(*TURNS, 1)
    return Exchange(
        seq=seq,
        admission_seq=seq,
        base_seq=seq - 1,
        branch=0,
        at_us=0,
        real_us=0,
        request=Request("GET", "/", b"", [], b"", "127.0.0.1"),
        reply=Reply(200),
        endpoint="list",
        matched="",
        session="127.0.0.1",
        session_named=False,
        dice_key=("default", "list", seq - 1),
        definition="",
        correlation_id=f"c{seq}",
        timings=Timings(),
        admission_operations=(turn,),
    )


def remains(*numbers: int, turns: int | None = None, head: int | None = None) -> Remains:
    newest = max(numbers) if head is None else head
    return Remains(
        SandboxRow("default", "payments", "", "seed", ""),
        Head(0, newest, ClockState(0), "", newest),
        [exchange(number) for number in numbers],
        [(*TURNS, 0, len(numbers) if turns is None else turns)],
    )


def test_remains__that_agree__have_no_fault() -> None:
    assert list(faults(remains(1, 2, 3))) == []


def test_remains__with_a_gap__are_found_out() -> None:
    (fault,) = faults(remains(1, 2, 4))
    assert "missing [3]" in fault


def test_remains__with_a_head_ahead_of_the_journal__are_found_out() -> None:
    (fault,) = faults(remains(1, 2, head=3))
    assert "the head is at 3" in fault


def test_remains__with_rows_that_the_journal_does_not_explain__are_found_out() -> None:
    found = list(faults(remains(1, 2, turns=3)))
    assert len(found) == 2
    assert "is 3 in the world, 2 by the journal" in found[0]


def test_losses__of_what_was_acknowledged__are_found_by_absence_status_and_body() -> None:
    kept = {"default": remains(1)}
    told = [
        Acknowledged("c1", "default", 200, EMPTY_HASH, 0.0),
        Acknowledged("c2", "default", 200, EMPTY_HASH, 0.0),
        Acknowledged("c1", "default", 201, EMPTY_HASH, 0.0),
        Acknowledged("c1", "default", 200, "another", 0.0),
    ]
    assert [why for _, why in losses(kept, told)] == [
        "is not in the journal",
        "got 201, the journal says 200",
        "got another body than the journal says",
    ]
