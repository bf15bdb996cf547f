"""Recovery: a sandbox as its store remembers it. Nothing is executed again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from immutables import Map

from diorama.engine.journal_format import decode
from diorama.engine.sandbox import Head, Sandbox
from diorama.model.errors import DioramaError
from diorama.model.world import Address, Table, World, row_weight
from diorama.ports.storage import Recovered, WorldRow


def recover(sandbox: Sandbox, recovered: Recovered) -> None:
    """Put a fresh sandbox at the moment that was stored; its clock goes on from there.

    Raises:
        DioramaError: ``journal_corrupt`` when what was stored cannot be read.
    """
    if recovered.head is None:
        return
    try:
        head = msgspec.json.decode(recovered.head, type=Head)
        world = _world(recovered.rows)
        token_key = bytes.fromhex(head.token_key)
        records = [record for block in recovered.tail for record in decode(block)]
    except ValueError as cause:
        raise DioramaError(
            "journal_corrupt",
            f"What is stored of sandbox {sandbox.id!r} cannot be read: {cause}",
            "Restore it from a backup, or delete the sandbox and make it anew.",
            {"sandbox": sandbox.id},
        ) from cause
    sandbox.world = world
    sandbox.seq = head.seq
    sandbox.branch = head.branch
    sandbox.token_key = token_key
    sandbox.clock.anchor(sandbox.wall.monotonic_us(), head.clock.virtual_us, head.clock.rate)
    for record in records:
        sandbox.journal.append(record)
    sandbox.timers.rebuild(world)


def _world(rows: Sequence[WorldRow]) -> World:
    """The world that consists of the stored rows."""
    tables: dict[Address, list[tuple[int, str, object]]] = {}
    weight = 0
    for row in rows:
        if row.value is None:
            continue
        value = msgspec.json.decode(row.value)
        tables.setdefault((row.slice, row.table), []).append((row.position, row.key, value))
        weight += row_weight(row.key, value)
    made = {}
    for address, items in tables.items():
        ordered = Map({position: key for position, key, _ in items})
        by_key = Map({key: (position, value) for position, key, value in items})
        made[address] = Table(by_key, ordered, max(position for position, _, _ in items) + 1)
    return World(Map(made), weight)
