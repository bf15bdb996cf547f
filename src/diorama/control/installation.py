"""Installation: what the use cases of the control plane work on."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from diorama.engine.sandbox import Sandbox
from diorama.flow.publication import Published
from diorama.ports.effects import WallClock
from diorama.ports.storage import ControlStore, SandboxRow


class Installation(Struct):
    """One process's sandboxes, their definitions and their store.

    Attributes:
        sandboxes: all that run, by id; the data plane looks at the same dictionary.
        published: compiled project versions by content hash.
        store: where definitions and sandboxes are kept.
        wall: real time.
        open_sandbox: makes a sandbox run from its row: recovered, attached to its store, its timers driven.
        close_sandbox: lets a running one go, written whole.
        current: the version that new sandboxes run.
        base_url: where the data plane listens, without a slash at the end.
        tail: how many journal records are read back when a sandbox is opened.
        health: what the process saw of itself, by name.
        project_schema: gives the JSON Schema of the project file.
    """

    sandboxes: dict[str, Sandbox]
    published: dict[str, Published]
    store: ControlStore
    wall: WallClock
    open_sandbox: Callable[[SandboxRow, Published], Sandbox]
    close_sandbox: Callable[[Sandbox], None]
    current: str = ""
    base_url: str = ""
    tail: int = 1_000
    health: Callable[[], dict[str, float]] = dict
    project_schema: Callable[[], bytes] = bytes
