"""Recovery: a sandbox as its store remembers it. Nothing is executed again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from immutables import Map

from diorama.engine.journal_format import decode
from diorama.engine.sandbox import Head, Sandbox
from diorama.model.errors import DioramaError
from diorama.model.exchange import Admission, ControlChange, Exchange, JournalRecord
from diorama.model.world import Address, Table, World, row_weight
from diorama.ports.operations import SESSION_TURNS, Delete, Incr, Operation, apply
from diorama.ports.storage import SandboxStore, WorldRow


def recover(sandbox: Sandbox, store: SandboxStore, tail_count: int) -> None:
    """Put a fresh sandbox at the moment that was stored, and keep it in that store from now on.

    Its clock goes on from where it stood.

    Args:
        sandbox: a fresh one.
        store: what is stored of it; it is read at once, which blocks.
        tail_count: how many journal records are read back into memory.

    Raises:
        DioramaError: ``journal_corrupt`` when what was stored cannot be read.
    """
    recovered = store.recover(tail_count)
    if recovered.head is None:
        sandbox.attach(store)
        return
    try:
        head = msgspec.json.decode(recovered.head, type=Head)
        turns = _turns_since(store, head)
        world = _world(recovered.rows)
        for turn in turns:
            world = apply(world, turn)
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
    sandbox.attach(store, head.turns_seq, turns)


def _turns_since(store: SandboxStore, head: Head) -> list[Operation]:
    """What became of the session turns after their rows were stored: counted by exchanges, forgotten by a reset."""
    turns: list[Operation] = []
    if head.turns_seq >= head.seq:
        return turns
    for block in store.journal(head.turns_seq + 1, head.seq):
        for record in decode(block):
            if record.seq > head.turns_seq:
                turns.extend(operation for operation in _applied_at_admission(record) if _is_turn(operation))
    return turns


def _applied_at_admission(record: JournalRecord) -> Sequence[Operation]:
    if isinstance(record, Exchange):
        return record.admission_operations if record.admission_seq == record.seq else ()
    return record.operations if isinstance(record, Admission | ControlChange) else ()


def _is_turn(operation: Operation) -> bool:
    return isinstance(operation, Incr | Delete) and (operation.slice, operation.table) == SESSION_TURNS


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
