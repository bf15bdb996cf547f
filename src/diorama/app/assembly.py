"""Assembly: settings and a definition made into a process's data plane, control plane and stores."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from msgspec import structs

from diorama.app.loop_watch import LoopWatch
from diorama.app.schema import shipped_schema
from diorama.app.settings import Settings
from diorama.capabilities.registry import CAPABILITIES
from diorama.control.installation import Installation
from diorama.control.publication import Publication, move, resume
from diorama.engine.budgets import Budgets
from diorama.engine.driver import LoopTimerDriver
from diorama.engine.effects import CallBudget, ExchangeOutbound, OutboundClient, OutboundPolicy, SystemClock
from diorama.engine.recovery import recover
from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Plane, PlaneSettings
from diorama.flow.publication import Published, publish
from diorama.flow.selection import DEFAULT_SANDBOX
from diorama.model.definition import Project, content_hash, decode_project, encode_project
from diorama.model.errors import DioramaError
from diorama.model.exchange import OutboundRecord
from diorama.ports.effects import Outbound, WallClock
from diorama.ports.storage import ControlStore, SandboxRow
from diorama.storage import MemoryControlStore, open_directory

Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]

OUTBOUND_CALLS_MAX = 100_000
"""Calls to the outside that one sandbox may make while the process lives."""

STATELESS_BUDGETS = Budgets(journal_records_max=1_000, journal_bytes_max=8 * 1024 * 1024)


class Assembly:
    """Everything that one process serves with.

    Args:
        settings: how it serves.
        project: what it serves.
        wall: real time; the system's when None.

    Raises:
        DioramaError: when the project cannot be published or the data directory cannot be opened.
    """

    def __init__(self, settings: Settings, project: Project, wall: WallClock | None = None) -> None:
        self.settings = settings
        self.wall = wall or SystemClock()
        encoded = encode_project(project)
        version = content_hash(encoded)
        published = publish(project, CAPABILITIES, version)
        self.published = published
        self.store: ControlStore = (
            MemoryControlStore() if keeps_nothing(settings) else open_directory(data_directory(settings))
        )
        self.sandboxes: dict[str, Sandbox] = {}
        self._watch: Callable[[Sandbox], None] | None = None
        self.client = OutboundClient(OutboundPolicy(allow=settings.outbound_allow, deny=settings.outbound_deny))
        self.installation = Installation(
            sandboxes=self.sandboxes,
            published={version: published},
            store=self.store,
            wall=self.wall,
            open_sandbox=self.open_sandbox,
            close_sandbox=self.close_sandbox,
            current=version,
        )
        self.loop_watch = LoopWatch(self.sandboxes, self.wall)
        self.installation.project_schema = shipped_schema
        self.installation.health = lambda: structs.asdict(self.loop_watch.health)
        self.plane = Plane(self.sandboxes, self.wall, PlaneSettings(settings.host_pattern, settings.session_cookie))
        try:
            self.store.save_definition(version, project.name, encoded)
            self._open_all(published)
        except BaseException:
            self.store.close()
            raise

    def _open_all(self, published: Published) -> None:
        """Open the sandboxes that the store knows, and make the default one when there is none."""
        rows = {row.id: row for row in self.store.sandboxes()}
        if DEFAULT_SANDBOX not in rows:
            rows[DEFAULT_SANDBOX] = self._default_row(published)
            self.store.save_sandbox(rows[DEFAULT_SANDBOX])
        for row in rows.values():
            if row.project == published.project.name or row.id == DEFAULT_SANDBOX:
                self.sandboxes[row.id] = self.open_sandbox(row, published)
            else:
                self.sandboxes[row.id] = self.open_sandbox(row, self._stored_version(row))

    def _default_row(self, published: Published) -> SandboxRow:
        return SandboxRow(
            id=DEFAULT_SANDBOX,
            project=published.project.name,
            definition=published.version,
            seed=self.settings.seed,
            key_hash="",
            created_us=self.wall.now_us(),
            durability=self.settings.durability,
        )

    def _stored_version(self, row: SandboxRow) -> Published:
        """The version that a sandbox of another project runs."""
        known = self.installation.published.get(row.definition)
        if known is not None:
            return known
        data = self.store.load_definition(row.definition)
        if data is None:
            raise DioramaError(
                "storage_failed",
                f"The definition {row.definition} of sandbox {row.id!r} is not in the store.",
                "Delete the sandbox, or restore the data directory from a backup.",
                {"sandbox": row.id},
            )
        published = publish(decode_project(data), CAPABILITIES, row.definition)
        self.installation.published[row.definition] = published
        return published

    def open_sandbox(self, row: SandboxRow, published: Published) -> Sandbox:
        """Make a sandbox run: recovered, attached to its store, with a door to the outside."""
        budgets = (
            STATELESS_BUDGETS if self.settings.stateless else Budgets(journal_records_max=self.settings.journal_records)
        )
        sandbox = Sandbox(row, published, self.wall, secrets.token_bytes(32), budgets)
        sandbox.open_outbound = self._door(sandbox)
        if not keeps_nothing(self.settings):
            store = self.store.open_sandbox(row.id)
            recover(sandbox, store, self.installation.tail)
        sandbox.driver = LoopTimerDriver(sandbox)
        if self._watch is not None:
            self._watch(sandbox)
        return sandbox

    def _door(self, sandbox: Sandbox) -> Callable[[tuple[OutboundRecord, ...]], Outbound]:
        budget = CallBudget(OUTBOUND_CALLS_MAX)

        def open_outbound(memo: tuple[OutboundRecord, ...]) -> Outbound:
            return ExchangeOutbound(
                self.client,
                self.wall,
                sandbox.token_key,
                memo=memo,
                calls_max=sandbox.budgets.outbound_calls_max,
                budget=budget,
            )

        return open_outbound

    def publish(self, project: Project) -> Publication:
        """Let the next version of the project go live in all its sandboxes, whole or not at all.

        Raises:
            DioramaError: when it cannot be compiled or stored; the version before goes on then.
        """
        encoded = encode_project(project)
        version = content_hash(encoded)
        if version == self.installation.current:
            return Publication(version, version)
        published = publish(project, CAPABILITIES, version)
        publication = move(self.installation, published, encoded)
        self.published = published
        self.loop_watch.thaw()
        return publication

    def watch(self, watch: Callable[[Sandbox], None]) -> None:
        """Have all sandboxes watched, those that run and those that are made later."""
        self._watch = watch
        for sandbox in self.sandboxes.values():
            watch(sandbox)

    def close_sandbox(self, sandbox: Sandbox) -> None:
        """Let a sandbox go; what it has gathered is handed to its store."""
        if isinstance(sandbox.driver, LoopTimerDriver):
            sandbox.driver.disarm()
        sandbox.driver = None
        sandbox.settle()
        if sandbox.persistence is not None:
            sandbox.persistence.flush()

    def begin(self) -> None:
        """Arm the timers and watch the loop; called once the event loop runs."""
        self.loop_watch.begin()
        for sandbox in self.sandboxes.values():
            resume(self.installation, sandbox)
            if sandbox.driver is not None:
                sandbox.driver.arm()

    async def end(self) -> None:
        """Write everything and let go; called when no more requests come."""
        self.loop_watch.end()
        for sandbox in self.sandboxes.values():
            self.close_sandbox(sandbox)
        for sandbox in self.sandboxes.values():
            if sandbox.persistence is not None:
                await sandbox.persistence.store.close()
        self.store.close()
        await self.client.aclose()


def keeps_nothing(settings: Settings) -> bool:
    """Whether this process leaves nothing on disk."""
    return settings.stateless or settings.memory


def data_directory(settings: Settings) -> Path:
    """Where journals and worlds are kept: as set, else ``.diorama`` beside what is served."""
    if settings.data:
        return Path(settings.data)
    source = settings.sources[0] if settings.sources else "."
    if "://" in source:
        return Path(".diorama")
    path = Path(source)
    return path / ".diorama" if path.is_dir() else path.parent / ".diorama" / path.stem
