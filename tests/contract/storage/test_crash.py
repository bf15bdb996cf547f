"""What is left when the process is killed at any moment: all that was acknowledged, and never a gap."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diorama.ports.dice import Dice
from diorama.storage import open_directory
from tests.contract.storage.batches import sandbox_row, seqs
from tests.contract.storage.writing import batch_from

ROUNDS = 20


def run_and_kill(directory: Path, repository: Path, acknowledgements: int) -> int:
    """Start the writing process, kill it after so many acknowledgements; the last one that it gave."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.storage.writing", str(directory)],
        cwd=repository,
        env={"PYTHONPATH": f"{repository / 'src'}:{repository}"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(acknowledgements)]
    process.kill()
    lines += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    process.wait()
    return max(int(line) for line in lines if line.endswith(b"\n"))


def expected_rows(last_seq: int) -> dict[str, int]:
    """The world after all batches up to a sequence."""
    rows: dict[str, int] = {}
    first = 1
    while first <= last_seq:
        item = batch_from(first)
        for row in item.rows:
            if row.value is None:
                rows.pop(row.key, None)
            else:
                rows[row.key] = json.loads(row.value)
        first = item.last_seq + 1
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("durability", ["batched", "strict"])
def test_store__killed_at_any_moment__has_what_was_acknowledged_and_no_gap(
    tmp_path: Path, repository: Path, durability: str
) -> None:
    directory = tmp_path / "data"
    store = open_directory(directory)
    store.save_sandbox(sandbox_row("a", durability=durability))
    store.close()
    moments = Dice(durability.encode())  # the same moments in every run
    for _ in range(ROUNDS // 2):
        acknowledged = run_and_kill(directory, repository, moments.integer(1, 40))
        store = open_directory(directory)
        sandbox = store.open_sandbox("a")
        recovered = sandbox.recover(1_000_000)
        last = json.loads(recovered.head or b"null")["seq"]
        assert last >= acknowledged
        assert sandbox.durable_seq == last
        assert seqs(recovered.tail) == list(range(1, last + 1))
        assert {row.key: json.loads(row.value or b"") for row in recovered.rows} == expected_rows(last)
        assert [item.durability for item in store.sandboxes()] == [durability]
        store.close()
