"""Batches as the engine makes them, and the backends that the contract suite runs over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec import structs

from diorama.ports.storage import Batch, ControlStore, SandboxRow, WorldRow
from diorama.storage import JournalLimits, MemoryControlStore, open_directory


def batch(first: int, count: int = 1, rows: Iterable[WorldRow] = (), *, padding: int = 0, **fields: Any) -> Batch:
    """A batch of ``count`` records from sequence ``first`` on; ``fields`` go into each record."""
    records = [record(seq, note="x" * padding, **fields) for seq in range(first, first + count)]
    return Batch(
        first_seq=first,
        last_seq=first + count - 1,
        first_us=1_700_000_000_000_000 + first,
        last_us=1_700_000_000_000_000 + first + count - 1,
        count=count,
        records=json.dumps(records).encode(),
        rows=list(rows),
        head=json.dumps({"branch": 0, "seq": first + count - 1}).encode(),
    )


def record(seq: int, **fields: Any) -> dict[str, Any]:
    """An exchange's record in the journal's form."""
    return {
        "kind": "exchange",
        "seq": seq,
        "branch": 0,
        "at_us": 0,
        "real_us": 1_700_000_000_000_000 + seq,
        "method": "GET",
        "path": f"/things/{seq}",
        "status": 200,
        "correlation_id": f"c{seq}",
        "timings": {"committed": 1_500_000},
        **fields,
    }


def repeats(seq: int, count: int) -> dict[str, Any]:
    """A line of ``count`` repeats of one exchange, a millisecond apart."""
    return {
        "kind": "repeats",
        "seq": seq,
        "branch": 0,
        "began": [5_000_000, 0, 1_700_000_000_000_000],
        "repeats": [[seq, 5_000_000 + 1_000_000 * number, number, f"r{seq + number}"] for number in range(count)],
    }


def repeating(seq: int, count: int, **fields: Any) -> Batch:
    """A batch of one line of repeats."""
    original = (seq, encoded(record(seq, **fields)))
    return structs.replace(batch(seq, count), records=encoded([repeats(seq, count)]), originals=[original])


def encoded(value: Any) -> bytes:
    """JSON as the engine writes it."""
    return json.dumps(value, separators=(",", ":")).encode()


def row(key: str, position: int, value: Any, table: str = "things", slice_: str = "state") -> WorldRow:
    """A row with a value."""
    return WorldRow(slice_, table, key, position, json.dumps(value).encode())


def gone(key: str, table: str = "things", slice_: str = "state") -> WorldRow:
    """A row that was deleted."""
    return WorldRow(slice_, table, key, -1, None)


def seqs(blocks: Iterable[bytes]) -> list[int]:
    """The sequences of all records in blocks, in order."""
    return [
        item["seq"] + number
        for block in blocks
        for item in json.loads(block)
        for number in range(len(item.get("repeats", "1")))
    ]


def sandbox_row(sandbox: str, **fields: Any) -> SandboxRow:
    """What the control plane knows of a sandbox."""
    return SandboxRow(**{"id": sandbox, "project": "p", "definition": "d", "seed": "s", "key_hash": "k"} | fields)


class Backend:
    """One kind of store, which can be opened, and opened again as after a restart."""

    def __init__(self, make: Callable[[JournalLimits], ControlStore], *, keeps: bool) -> None:
        self._make = make
        self._keeps = keeps
        self._limits = JournalLimits()
        self.store: ControlStore = make(self._limits)

    def restart(self, limits: JournalLimits | None = None) -> ControlStore:
        """The same content, after a restart where the store outlives the process."""
        self._limits = limits or self._limits
        if self._keeps:
            self.store.close()
            self.store = self._make(self._limits)
        return self.store

    def begin(self, limits: JournalLimits) -> ControlStore:
        """A store with other limits, before anything was kept."""
        self.store.close()
        self.store = self._make(limits)
        return self.store


def backend(name: str, directory: Path) -> Backend:
    """The backend of a name. A further store takes part in the contract by standing here."""
    if name == "memory":
        return Backend(MemoryControlStore, keeps=False)
    return Backend(lambda limits: open_directory(directory, limits), keeps=True)


BACKENDS = ("memory", "sqlite")
