"""Sandboxes: make, list, empty, delete."""

from __future__ import annotations

import secrets

from msgspec import Struct

from diorama.control.installation import Installation
from diorama.engine.sandbox import Sandbox
from diorama.engine.transaction import LiveTransaction
from diorama.flow.selection import DEFAULT_SANDBOX, KEY_PREFIX, key_hash, unknown, valid_id
from diorama.flow.waiting import gate_open
from diorama.model.errors import DioramaError
from diorama.model.world import EMPTY_WORLD
from diorama.ports.operations import TIMERS, Delete
from diorama.ports.storage import SandboxRow

TTL_S_MAX = 10 * 365 * 24 * 3600
SEED_CHARACTERS_MAX = 200


class SandboxView(Struct, frozen=True, omit_defaults=True):
    """A sandbox as the control plane shows it.

    Attributes:
        id: its id.
        project, definition: what it runs.
        base_url: where it answers, by path prefix; the default sandbox's is the server's own.
        seed: its dice seed.
        owner: for whom it was made.
        durability: ``batched`` or ``strict``.
        created_us: real microseconds since 1970.
        expires_us: when it stops answering; 0 for never.
        seq: its newest commit sequence.
        clock_us: its virtual time.
        world_bytes: an estimate of what it holds.
        timers: how many timers wait.
        slow_turns: exchanges that held the loop longer than its budget says.
        key: its key; given once, when it is made.
    """

    id: str
    project: str
    definition: str
    base_url: str
    seed: str
    owner: str
    durability: str
    created_us: int
    expires_us: int
    seq: int
    clock_us: int
    world_bytes: int
    timers: int
    slow_turns: int
    key: str = ""


class NewSandbox(Struct, frozen=True):
    """What a new sandbox is asked to be; everything may be left out.

    Attributes:
        id: a DNS label in lower case; made up when empty.
        seed: its dice seed; made up when empty.
        owner: for whom it is.
        ttl_s: real seconds that it lives; 0 for ever.
        durability: ``batched`` or ``strict``.
    """

    id: str = ""
    seed: str = ""
    owner: str = ""
    ttl_s: int = 0
    durability: str = "batched"


def create(installation: Installation, wanted: NewSandbox) -> SandboxView:
    """Make a sandbox. It is on disk before this returns.

    Raises:
        DioramaError: ``option_invalid`` or ``sandbox_exists``.
    """
    _check(wanted)
    sandbox_id = wanted.id or _free_id(installation)
    if sandbox_id in installation.sandboxes:
        raise DioramaError(
            "sandbox_exists", f"There is a sandbox {sandbox_id!r} already.", "Choose another id, or delete that one."
        )
    key = KEY_PREFIX + secrets.token_hex(20)
    published = installation.published[installation.current]
    row = SandboxRow(
        id=sandbox_id,
        project=published.project.name,
        definition=published.version,
        seed=wanted.seed or secrets.token_hex(8),
        key_hash=key_hash(key),
        owner=wanted.owner,
        created_us=installation.wall.now_us(),
        ttl_s=wanted.ttl_s,
        durability=wanted.durability,
    )
    installation.store.save_sandbox(row)
    sandbox = installation.open_sandbox(row, published)
    installation.sandboxes[sandbox_id] = sandbox
    return _view(installation, sandbox, key)


def all_of(installation: Installation) -> list[SandboxView]:
    """All sandboxes, by id."""
    return [_view(installation, installation.sandboxes[name]) for name in sorted(installation.sandboxes)]


def one(installation: Installation, sandbox_id: str) -> SandboxView:
    """One sandbox.

    Raises:
        DioramaError: ``sandbox_unknown``.
    """
    return _view(installation, find(installation, sandbox_id))


def delete(installation: Installation, sandbox_id: str) -> None:
    """Forget a sandbox and all that it held.

    Raises:
        DioramaError: ``sandbox_unknown``; ``option_invalid`` for the default one.
    """
    sandbox = find(installation, sandbox_id)
    if sandbox_id == DEFAULT_SANDBOX:
        raise DioramaError(
            "option_invalid",
            "The default sandbox cannot be deleted: it answers requests that name none.",
            "Delete its data directory while Diorama is stopped to begin anew.",
        )
    del installation.sandboxes[sandbox_id]
    installation.close_sandbox(sandbox)
    installation.store.delete_sandbox(sandbox_id)


async def reset(installation: Installation, sandbox_id: str) -> SandboxView:
    """Empty a sandbox's world. It is on disk when this returns.

    Its clock, seed, key and journal stay. Session turns begin anew, so the same calls draw the same again, and what a
    sandbox holds at first comes again when it is first looked for. It is one transaction that deletes every row, which
    persistence, recovery and replay treat like any other.

    Raises:
        DioramaError: ``sandbox_unknown``, or ``storage_failed``.
    """
    sandbox = find(installation, sandbox_id)
    await gate_open(sandbox)
    if sandbox.persistence is not None and sandbox.persistence.failure is not None:
        raise sandbox.persistence.failure
    seq = sandbox.change("reset", {}, _forget_everything)
    if sandbox.persistence is not None:
        await sandbox.persistence.durable(seq)
    return _view(installation, sandbox)


def _forget_everything(tx: LiveTransaction, _at_us: int) -> None:
    """Write every delete down, and take the world that they lead to as known: one by one they would take a second."""
    world = tx.world
    for address in world.addresses():
        for row in world.table(address).items():
            tx.write(Delete(address[0], address[1], row[0]), EMPTY_WORLD)


def find(installation: Installation, sandbox_id: str) -> Sandbox:
    """A running sandbox.

    Raises:
        DioramaError: ``sandbox_unknown``.
    """
    sandbox = installation.sandboxes.get(sandbox_id)
    if sandbox is None:
        raise unknown(sandbox_id, "")
    return sandbox


def _check(wanted: NewSandbox) -> None:
    if wanted.id and not valid_id(wanted.id):
        raise DioramaError(
            "option_invalid",
            f"{wanted.id[:80]!r} cannot be a sandbox's id.",
            "Use 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.",
        )
    if wanted.durability not in ("batched", "strict"):
        raise DioramaError(
            "option_invalid", f"Durability {wanted.durability[:40]!r} is unknown.", "Use 'batched' or 'strict'."
        )
    if not 0 <= wanted.ttl_s <= TTL_S_MAX:
        raise DioramaError("option_invalid", f"ttl_s is 0 to {TTL_S_MAX}, not {wanted.ttl_s}.", "Use 0 for ever.")
    if not (wanted.seed + wanted.owner).isprintable():
        raise DioramaError(
            "option_invalid",
            "seed and owner have no control characters and no halves of characters.",
            "Use plain text.",
        )
    if len(wanted.seed) > SEED_CHARACTERS_MAX or len(wanted.owner) > SEED_CHARACTERS_MAX:
        raise DioramaError(
            "option_invalid", f"seed and owner have at most {SEED_CHARACTERS_MAX} characters.", "Shorten it."
        )


def _free_id(installation: Installation) -> str:
    while True:
        name = "sbx-" + secrets.token_hex(4)
        if name not in installation.sandboxes:
            return name


def _view(installation: Installation, sandbox: Sandbox, key: str = "") -> SandboxView:
    row = sandbox.row
    prefix = "" if row.id == DEFAULT_SANDBOX else f"/s/{row.id}"
    return SandboxView(
        id=row.id,
        project=row.project,
        definition=sandbox.behaviour.version,
        base_url=installation.base_url + prefix,
        seed=row.seed,
        owner=row.owner,
        durability=row.durability,
        created_us=row.created_us,
        expires_us=sandbox.expires_us,
        seq=sandbox.seq,
        clock_us=sandbox.clock.read(sandbox.wall.monotonic_us()),
        world_bytes=sandbox.world.weight,
        timers=len(sandbox.world.table(TIMERS).rows),
        slow_turns=sandbox.slow_turns,
        key=key,
    )
