"""Storage: where definitions, sandboxes, worlds and journals are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

ORIGINAL_SPAN = 100_000
"""How many sequences older than a line of repeats an original may be that it names."""


class SandboxRow(Struct, frozen=True, omit_defaults=True):
    """What the control plane knows of a sandbox.

    Attributes:
        id: unique; a DNS label (RFC 1123) in lower case, so that it can stand in a host name.
        project: name of the project.
        definition: content hash of the project version.
        seed: the dice seed, as text.
        key_hash: BLAKE2b-256 of its key in hexadecimal; the key itself is shown once and never stored.
        owner: for whom it was made.
        created_us: real time in microseconds since 1970.
        ttl_s: real seconds after which it expires; 0 for never.
        durability: ``batched`` (at most 20 ms behind) or ``strict``.
    """

    id: str
    project: str
    definition: str
    seed: str
    key_hash: str
    owner: str = ""
    created_us: int = 0
    ttl_s: int = 0
    durability: str = "batched"


class WorldRow(Struct, frozen=True, gc=False):
    """The newest value of one row of a world; ``value`` is encoded JSON, or None when the row is gone."""

    slice: str
    table: str
    key: str
    position: int
    value: bytes | None


class Batch(Struct, frozen=True):
    """What became of a sandbox since the last batch: stored in one transaction, or not at all.

    Attributes:
        first_seq, last_seq: of the records in it.
        first_us, last_us: real time of the first and last record.
        count: how many records.
        records: the journal records, encoded as one JSON array.
        rows: the rows that changed, each once, with their newest value.
        head: facts about the head: ``branch``, ``seq``, the clock's anchor and the like, as encoded JSON.
        originals: exchanges that lines of repeats name by their sequence, each an encoded line; they are kept as long
            as a line that names them. No line names one that is :data:`ORIGINAL_SPAN` sequences older.
    """

    first_seq: int
    last_seq: int
    first_us: int
    last_us: int
    count: int
    records: bytes
    rows: Sequence[WorldRow]
    head: bytes
    originals: Sequence[tuple[int, bytes]] = ()

    @property
    def weight(self) -> int:
        """How many bytes wait with it for the disk."""
        rows = sum(64 + len(row.value or b"") for row in self.rows)
        return len(self.records) + rows + sum(64 + len(line) for _, line in self.originals)


class Recovered(Struct, frozen=True):
    """What a sandbox's store held when it was opened.

    Attributes:
        head: the newest batch's head; None when nothing was ever stored.
        rows: all rows of the world, by (slice, table, position).
        tail: the newest journal blocks, oldest first, each an encoded JSON array.
    """

    head: bytes | None
    rows: Sequence[WorldRow]
    tail: Sequence[bytes]


class SandboxStore(Protocol):
    """The journal and world of one sandbox. Methods are called on the event loop and never block it."""

    @property
    def durable_seq(self) -> int:
        """The sequence up to which everything is on disk; 0 when nothing is."""

    @property
    def backlog_bytes(self) -> int:
        """How many bytes were submitted and are not on disk yet."""

    def submit(self, batch: Batch) -> None:
        """Hand over a batch; it is written after all that was submitted before it.

        Raises:
            DioramaError: ``storage_failed`` when an earlier batch could not be written; nothing is accepted then.
        """

    async def durable(self, seq: int) -> None:
        """Return when everything up to ``seq`` is on disk.

        Raises:
            DioramaError: ``storage_failed`` when it could not be written.
        """

    def recover(self, tail_count: int) -> Recovered:
        """Read what is stored, with the newest ``tail_count`` journal records or a few more. Blocks; at start only.

        Of very large records it gives fewer, so that a start never takes more memory than the journal's own bound.
        """

    def journal(self, first_seq: int, last_seq: int) -> list[bytes]:
        """The stored journal blocks that touch a range of sequences, oldest first, originals in their lines."""

    async def close(self) -> None:
        """Write what was submitted and let go."""


class ControlStore(Protocol):
    """Definitions and sandboxes. Every write is on disk before it returns."""

    def save_definition(self, version: str, name: str, data: bytes) -> None:
        """Keep a project version (``data`` as ``encode_project`` wrote it); one that is known is left as it is."""

    def load_definition(self, version: str) -> bytes | None:
        """A kept project version, or None."""

    def save_sandbox(self, row: SandboxRow) -> None:
        """Keep a sandbox, or replace what is known of it."""

    def save_sandboxes(self, rows: Sequence[SandboxRow]) -> None:
        """The same for many, all or none."""

    def delete_sandbox(self, sandbox: str) -> None:
        """Forget a sandbox and all that it held."""

    def sandboxes(self) -> list[SandboxRow]:
        """All sandboxes, by id."""

    def open_sandbox(self, sandbox: str) -> SandboxStore:
        """The journal and world of a sandbox, made when there are none."""

    def close(self) -> None:
        """Let go of everything."""
