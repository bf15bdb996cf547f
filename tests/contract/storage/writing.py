"""A process that writes until it is killed, and says which sequences were acknowledged."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from diorama.ports.storage import Batch
from diorama.storage import open_directory
from tests.contract.storage.batches import batch, gone, row


def batch_from(first: int) -> Batch:
    """The batch that begins at a sequence: always the same, so that what must be stored can be computed."""
    rows = [row(f"k{first % 7}", first % 7, first), row("last", 9, first)]
    if first % 3 == 0:
        rows.append(gone(f"k{(first + 1) % 7}"))
    return batch(first, 1 + first % 5, rows, padding=first * 37 % 3000)


async def write(directory: Path) -> None:
    """Submit without end; every third batch is waited for and acknowledged."""
    store = open_directory(directory).open_sandbox("a")
    first = store.durable_seq + 1
    for number in range(1_000_000):
        item = batch_from(first)
        store.submit(item)
        first = item.last_seq + 1
        if number % 3 == 2:
            await store.durable(item.last_seq)
            sys.stdout.write(f"{store.durable_seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
