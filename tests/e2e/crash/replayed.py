"""Replay all journals of a data directory in this process: ``python -m tests.e2e.crash.replayed DIRECTORY``.

Prints one JSON object: how many records of how many sandboxes, and every difference. It is run as a process of its own,
with another ``PYTHONHASHSEED`` than the server had.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from diorama.capabilities.registry import CAPABILITIES
from diorama.engine.budgets import Budgets
from diorama.engine.effects import ManualClock
from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Plane
from diorama.flow.publication import Published, publish
from diorama.flow.replay import replay
from diorama.model.definition import decode_project
from diorama.storage import open_directory
from tests.e2e.crash.remains import Remains, read


def main() -> int:
    data = Path(sys.argv[1])
    everything = read(data)
    versions = _versions(data, {one.row.definition for one in everything.values()})
    differences: list[str] = []
    records = 0
    for name in sorted(everything):
        remains = everything[name]
        records += len(remains.records)
        differences += asyncio.run(_replayed(remains, versions[remains.row.definition]))
    found = {
        "sandboxes": len(everything),
        "records": records,
        "differences": differences,
        "hash": hash("diorama"),
    }
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    return 1 if differences else 0


def _versions(data: Path, wanted: set[str]) -> dict[str, Published]:
    store = open_directory(data)
    try:
        made = {}
        for version in sorted(wanted):
            encoded = store.load_definition(version)
            assert encoded is not None, f"definition {version} is not in the store"
            made[version] = publish(decode_project(encoded), CAPABILITIES, version)
        return made
    finally:
        store.close()


async def _replayed(remains: Remains, published: Published) -> list[str]:
    """All differences of one sandbox, its world at the end included."""
    if remains.head is None:
        return []
    wall = ManualClock()
    budgets = Budgets(journal_records_max=16)  # what a replay compares is the newest record
    sandbox = Sandbox(remains.row, published, wall, bytes.fromhex(remains.head.token_key), budgets)
    plane = Plane({remains.row.id: sandbox}, wall)
    where = f"sandbox {remains.row.id}"
    found = [
        f"{where} {one.seq} {one.what}: {one.recorded} → {one.replayed}"
        for one in await replay(plane, sandbox, remains.records)
    ]
    rows = {
        (address[0], address[1], key, position): value
        for address in sandbox.world.addresses()
        for key, (position, value) in sandbox.world.table(address).rows.items()
    }
    if rows != {row[:4]: row[4] for row in remains.rows}:
        found.append(f"{where}: the replay ends in another world")
    return found


if __name__ == "__main__":
    sys.exit(main())
