"""An installation small enough to read: one endpoint that answers a constant, sandboxes in memory."""

from __future__ import annotations

from msgspec import Struct

from diorama.control.installation import Installation
from diorama.engine.effects import ManualClock
from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Plane
from diorama.flow.publication import Published, publish
from diorama.model.definition import Api, Endpoint, Group, Project
from diorama.model.http import Reply, Request
from diorama.ports.capability import CompileContext, Compiled, Slice, Stage, Trigger
from diorama.ports.delivery import Outgoing
from diorama.ports.storage import SandboxRow
from diorama.storage import MemoryControlStore


class NoSpec(Struct, frozen=True):
    """Nothing can be set."""


class Constant:
    """A capability that answers every endpoint with its id."""

    name = "constant"
    spec = NoSpec
    slice: Slice | None = None

    def compile(self, _spec: NoSpec, context: CompileContext) -> Compiled:
        steps = []
        for site in context.sites:
            reply = Reply(200, ((b"content-type", b"text/plain"),), site.endpoint.id.encode())
            steps.append((Stage.COMPOSE, Trigger(site.endpoint.id), lambda _x, reply=reply: reply))
        return Compiled(steps=tuple(steps))


PROJECT = Project(
    "shop",
    (Api("shop"),),
    (
        Group(
            "shop",
            "shop",
            ("",),
            (
                Endpoint("list", "GET", "/items"),
                Endpoint("get", "GET", "/items/{id}"),
                Endpoint("add", "POST", "/items"),
            ),
        ),
    ),
)


def small_installation(clock: ManualClock | None = None) -> tuple[Installation, Plane]:
    """An installation with a default sandbox, and its data plane."""
    wall = clock or ManualClock()
    published = publish(PROJECT, [Constant()])
    sandboxes: dict[str, Sandbox] = {}
    store = MemoryControlStore()

    def open_sandbox(row: SandboxRow, behaviour: Published) -> Sandbox:
        return Sandbox(row, behaviour, wall, bytes(32))

    installation = Installation(
        sandboxes=sandboxes,
        published={published.version: published},
        store=store,
        wall=wall,
        open_sandbox=open_sandbox,
        close_sandbox=lambda _sandbox: None,
        current=published.version,
        base_url="http://127.0.0.1:8000",
    )
    row = SandboxRow("default", "shop", published.version, "seed", "")
    store.save_sandbox(row)
    sandboxes["default"] = open_sandbox(row, published)
    return installation, Plane(sandboxes, wall)


def ask(plane: Plane, method: str, path: str, *headers: tuple[bytes, bytes]) -> Outgoing:
    """Send one request that does not wait."""
    from diorama.ports.capability import triggers_of

    given = [(b"host", b"localhost"), *headers]
    out = plane.handle(Request(method, path, b"", given, b"", "127.0.0.1", triggers_of(given)))
    assert isinstance(out, Outgoing)
    return out
