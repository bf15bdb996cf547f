"""Replay: the same journal order gives the same bytes, in this process and in another one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from diorama.engine.journal_format import JournalEncoder, decode
from diorama.model.exchange import Admission, ControlChange, DeliveryOutcome, Exchange, TimerFired
from tests.unit.flow import rehearsal
from tests.unit.flow.rehearsal import performance, replayed, reply_bytes


@pytest.fixture(scope="module")
def journal() -> list[object]:
    return list(asyncio.run(performance()).records())


def answered(journal: list[object], endpoint: str) -> list[Exchange]:
    """The exchanges that an endpoint answered without an error."""
    return [
        record
        for record in journal
        if isinstance(record, Exchange) and record.endpoint == endpoint and not record.error
    ]


def test_performance__before_anything_is_said_of_its_replay__holds_all_that_can_happen(journal: list[object]) -> None:
    exchanges = [record for record in journal if isinstance(record, Exchange)]
    assert len(exchanges) >= 300
    assert sum(isinstance(record, TimerFired) for record in journal) >= 10
    assert sum(isinstance(record, ControlChange) for record in journal) >= 5
    assert any(isinstance(record, DeliveryOutcome) for record in journal)
    assert any(isinstance(record, TimerFired) and record.error for record in journal)
    assert sum(isinstance(record, Admission) for record in journal) >= 30
    assert sum(record.attempts > 1 for record in exchanges) >= 5
    assert sum(bool(record.outbound) for record in exchanges) >= 20
    assert {"", "rate_exceeded", "route_not_found", "method_not_allowed", "header_malformed", "capability_failed"} <= {
        record.error for record in exchanges
    }
    assert len({record.session for record in exchanges}) >= 4
    assert any(record.seq - record.admission_seq > 3 for record in exchanges)


def test_replay__of_a_whole_journal__has_no_differences(journal: list[object]) -> None:
    theatre, differences = asyncio.run(replayed(journal))
    assert differences == []
    again = theatre.records()
    assert [record.seq for record in again] == [record.seq for record in journal]  # type: ignore[attr-defined]  # all records have one
    assert reply_bytes(again) == reply_bytes(journal)


def test_replay__of_a_replays_journal__has_no_differences_either(journal: list[object]) -> None:
    theatre, _ = asyncio.run(replayed(journal))
    _, differences = asyncio.run(replayed(theatre.records()))
    assert differences == []


def test_replay__of_a_stored_journal_in_another_process__gives_the_same_bytes(
    journal: list[object], tmp_path: Path, repository: Path
) -> None:
    stored = tmp_path / "journal.json"
    stored.write_bytes(JournalEncoder().encode(journal)[0])  # type: ignore[arg-type]  # they are records
    assert reply_bytes(decode(stored.read_bytes())) == reply_bytes(journal)
    for seed in ("1", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{repository / 'src'}:{repository}"}
        done = subprocess.run(
            [sys.executable, rehearsal.__file__, str(stored)],
            capture_output=True,
            check=False,
            env=environment,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == reply_bytes(journal).hex()


def test_replay__of_a_definition_that_answers_otherwise__finds_exactly_what_changed(journal: list[object]) -> None:
    _, differences = asyncio.run(replayed(journal, planted="roll"))
    rolls = [record.seq for record in answered(journal, "get /roll")]
    assert [(difference.seq, difference.what) for difference in differences] == [(seq, "body") for seq in rolls]
    assert len(rolls) > 20


def test_replay__of_a_definition_that_writes_otherwise__finds_the_write_and_who_read_it(journal: list[object]) -> None:
    _, differences = asyncio.run(replayed(journal, planted="tick"))
    ticks = [record.seq for record in journal if isinstance(record, TimerFired) and record.name == "tick"]
    assert [difference.seq for difference in differences if difference.what == "operations"] == ticks
    lists = [record.seq for record in answered(journal, "get /list") if record.seq > ticks[0]]
    assert [difference.seq for difference in differences if difference.what != "operations"] == lists


def test_replay__of_a_definition_without_the_timer__finds_that_it_is_missing(journal: list[object]) -> None:
    _, differences = asyncio.run(replayed(journal, planted="no timers"))
    assert "timer" in {difference.what for difference in differences}


def test_replay__of_a_definition_that_calls_someone_else__finds_it(journal: list[object]) -> None:
    _, differences = asyncio.run(replayed(journal, planted="one more call"))
    forwarded = {record.seq for record in answered(journal, "post /forward/{id}")}
    assert {difference.seq for difference in differences if difference.what == "error"} == forwarded
