"""Any history of batches, waits and restarts, against a dictionary."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from diorama.ports.storage import Batch, WorldRow
from tests.contract.storage.batches import BACKENDS, backend, record, seqs

KEYS = st.sampled_from(["a", "b", "c", "é", "\ud800", ""])
ADDRESSES = st.tuples(st.sampled_from(["s1", "s2"]), st.sampled_from(["t1", "t2"]), KEYS)
CHANGES = st.dictionaries(ADDRESSES, st.none() | st.integers() | st.text(max_size=5), max_size=9)


class History(RuleBasedStateMachine):
    """A store beside a dictionary of what it must hold."""

    backend_name = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.backend = backend(self.backend_name, self.folder / "data")
        self.sandbox = self.backend.store.open_sandbox("a")
        self.rows: dict[tuple[str, str, str], tuple[int, Any]] = {}
        self.position = 0
        self.seq = 0

    def teardown(self) -> None:
        self.backend.store.close()
        shutil.rmtree(self.folder)

    @rule(changes=CHANGES, count=st.integers(1, 3))
    def submit(self, changes: dict[tuple[str, str, str], Any], count: int) -> None:
        rows = []
        for address, value in changes.items():
            if value is None:
                self.rows.pop(address, None)
                rows.append(WorldRow(*address, -1, None))
                continue
            if address not in self.rows:
                self.position += 1
            self.rows[address] = (self.rows.get(address, (self.position,))[0], value)
            rows.append(WorldRow(*address, self.rows[address][0], json.dumps(value).encode()))
        records = json.dumps([record(self.seq + at + 1) for at in range(count)]).encode()
        first, self.seq = self.seq + 1, self.seq + count
        self.sandbox.submit(Batch(first, self.seq, first, self.seq, count, records, rows, str(self.seq).encode()))

    @rule()
    def wait(self) -> None:
        asyncio.run(self.sandbox.durable(self.seq))
        assert self.sandbox.durable_seq == self.seq
        assert self.sandbox.backlog_bytes == 0
        self.compare()

    @rule()
    def restart(self) -> None:
        self.sandbox = self.backend.restart().open_sandbox("a")
        assert self.sandbox.durable_seq == self.seq
        self.compare()

    @rule()
    def close(self) -> None:
        asyncio.run(self.sandbox.close())
        self.sandbox = self.backend.store.open_sandbox("a")
        self.compare()

    @invariant()
    def never_ahead(self) -> None:
        assert 0 <= self.sandbox.durable_seq <= self.seq

    def compare(self) -> None:
        recovered = self.sandbox.recover(10_000)
        held = {(row.slice, row.table, row.key): (row.position, json.loads(row.value or b"")) for row in recovered.rows}
        assert held == self.rows
        assert recovered.head == (str(self.seq).encode() if self.seq else None)
        assert seqs(recovered.tail) == list(range(1, self.seq + 1))


def assert_holds(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=20))


@pytest.mark.parametrize("name", BACKENDS)
def test_store__any_history__holds_what_the_dictionary_holds(name: str) -> None:
    assert_holds(type("HistoryOf", (History,), {"backend_name": name}))
