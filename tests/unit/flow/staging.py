"""A stage for the tests of engine and flow: a small project, capabilities made of functions, clocks moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from msgspec import Struct

from diorama.engine.budgets import Budgets
from diorama.engine.effects.wall_clock import ManualClock
from diorama.engine.sandbox import Sandbox
from diorama.flow.plane import Plane, PlaneSettings
from diorama.flow.publication import Published, publish
from diorama.model.definition import Api, Endpoint, Group, Project, SecurityScheme
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange, JournalRecord, OutboundRecord
from diorama.model.http import Headers, Reply, Request
from diorama.ports.capability import ALWAYS, Capability, CompileContext, Compiled, Slice, Stage, Trigger, triggers_of
from diorama.ports.delivery import Outgoing
from diorama.ports.effects import OutboundAnswer, OutboundRequest
from diorama.ports.exchange import OpenExchange
from diorama.ports.storage import SandboxRow

Steps = Sequence[tuple[Stage, Trigger, Any]]
Call = Outgoing | Coroutine[Any, Any, Outgoing]

TOKEN_KEY = b"k" * 32
ROWS = ("state", "rows")


class NoSpec(Struct, frozen=True):
    """A corner of the project file without settings."""


class Made:
    """A capability made of functions."""

    def __init__(
        self,
        steps: Steps = (),
        *,
        name: str = "made",
        timers: Mapping[str, Any] | None = None,
        events: Mapping[str, Any] | None = None,
        spec: type[Struct] = NoSpec,
    ) -> None:
        self.name = name
        self.spec = spec
        self.slice: Slice | None = None
        self.compiled = Compiled(tuple(steps), timers=timers or {}, events=events or {})
        self.specs: list[Any] = []

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        self.specs.append(spec)
        return self.compiled


def answering(respond: Callable[[Any], Any], stage: Stage = Stage.COMPOSE, trigger: Trigger = ALWAYS) -> Made:
    """A capability of one step."""
    return Made([(stage, trigger, respond)])


def endpoint(method: str, path: str) -> Endpoint:
    return Endpoint(f"{method.lower()} {path}", method, path)


ENDPOINTS = (
    endpoint("GET", "/things"),
    endpoint("POST", "/things"),
    endpoint("GET", "/things/{id}"),
    endpoint("PUT", "/things/{id}"),
    endpoint("POST", "/count"),
    endpoint("POST", "/wait"),
)


def project(
    endpoints: Sequence[Endpoint] = ENDPOINTS,
    specs: dict[str, Any] | None = None,
    schemes: Sequence[SecurityScheme] = (),
) -> Project:
    api = Api("api", source="api.yaml", security_schemes={scheme.name: scheme for scheme in schemes})
    return Project("shop", (api,), (Group("api", "api", ("",), tuple(endpoints)),), specs or {})


def row(sandbox: str = "default", **facts: Any) -> SandboxRow:
    facts = {"seed": "seed", "key_hash": ""} | facts
    return SandboxRow(sandbox, "shop", "version", **facts)


class Theatre:
    """One sandbox behind one data plane."""

    def __init__(
        self,
        *capabilities: Capability,
        definition: Project | None = None,
        budgets: Budgets | None = None,
        settings: PlaneSettings | None = None,
        **facts: Any,
    ) -> None:
        self.wall = ManualClock()
        self.published: Published = publish(definition or project(), capabilities)
        self.sandbox = Sandbox(row(**facts), self.published, self.wall, TOKEN_KEY, budgets)
        self.sandboxes = {self.sandbox.id: self.sandbox}
        self.plane = Plane(self.sandboxes, self.wall, settings)

    def call(self, method: str, path: str, headers: Headers | None = None, body: bytes = b"") -> Call:
        return self.plane.handle(request(method, path, headers, body))

    def at_once(self, method: str, path: str, headers: Headers | None = None, body: bytes = b"") -> Reply:
        """The reply of an exchange that must not wait."""
        out = self.call(method, path, headers, body)
        assert isinstance(out, Outgoing)
        return out.reply

    def started(self, method: str, path: str, headers: Headers | None = None) -> asyncio.Task[Outgoing]:
        """An exchange that must wait, under way."""
        out = self.call(method, path, headers)
        assert not isinstance(out, Outgoing)
        return asyncio.get_running_loop().create_task(out)

    def records(self) -> list[JournalRecord]:
        return list(self.sandbox.journal.oldest_first())

    def exchanges(self) -> list[Exchange]:
        return [record for record in self.records() if isinstance(record, Exchange)]

    def value(self, key: str, table: tuple[str, str] = ROWS) -> Any:
        found = self.sandbox.world.table(table).rows.get(key)
        return None if found is None else found[1]


def request(
    method: str, path: str, headers: Headers | None = None, body: bytes = b"", client: str = "127.0.0.1"
) -> Request:
    target, _, query = path.partition("?")
    headers = headers or []
    return Request(method, target, query.encode(), headers, body, client, triggers_of(headers))


async def finished(out: Call) -> Outgoing:
    return out if isinstance(out, Outgoing) else await out


async def turns(count: int = 5) -> None:
    """Let everything that can go on go on."""
    for _ in range(count):
        await asyncio.sleep(0)


OK = Reply(200, ((b"content-type", b"text/plain"),), b"ok")


def ok(x: OpenExchange) -> Reply:
    return OK


class StubOutbound:
    """A door to an outside that answers with how often it was called; what it remembers it answers as it was then."""

    def __init__(self, calls: list[str], memo: tuple[OutboundRecord, ...], *, closed: bool = False) -> None:
        self._calls = calls
        self._memo = memo
        self._closed = closed
        self.records: tuple[OutboundRecord, ...] = ()

    @property
    def memo_after(self) -> tuple[OutboundRecord, ...]:
        return (*self.records, *self._memo[len(self.records) :])

    async def call(self, request: OutboundRequest) -> OutboundAnswer:
        await asyncio.sleep(0)
        if len(self.records) < len(self._memo):
            known = self._memo[len(self.records)]
        elif self._closed:
            raise DioramaError("outbound_refused", "A replay calls nobody.")
        else:
            self._calls.append(request.url)
            known = OutboundRecord(request.method, request.url, "hash", 200, (), str(len(self._calls)).encode())
        self.records = (*self.records, known)
        return OutboundAnswer(known.status, known.headers, known.body)
