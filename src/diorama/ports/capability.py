"""The one shape of everything that a sandbox can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from typing import Any, Protocol

from msgspec import Struct

from diorama.model.definition import Api, Endpoint, Finding, Group, Project
from diorama.model.http import Headers, Reply
from diorama.ports.exchange import OpenExchange
from diorama.ports.transaction import Transaction


class Stage(IntEnum):
    """Where in a request's way a step stands. ``flow/pipeline.py`` shows them in order.

    ADMIT steps run once and their writes are kept when the rest fails. CHECK and COMPOSE steps run again when the
    exchange lost a race. VERIFY steps look at a composed reply and may replace it. REFUSE steps turn an error into a
    reply of the document's own. DELIVER steps run after the commit and may delay or replace what is sent.
    """

    ADMIT = 0
    CHECK = 1
    COMPOSE = 2
    VERIFY = 3
    REFUSE = 4
    DELIVER = 5


Outcome = Reply | None
Step = Callable[[OpenExchange], Outcome | Awaitable[Outcome]]
"""None: go on. A Reply: jump to VERIFY (from COMPOSE) or to the commit (from elsewhere). A raised DioramaError: the
exchange is refused, its writes are rolled back, and REFUSE steps may word the refusal. An awaitable of None or Reply:
the exchange waits, and the loop serves others meanwhile."""


class Trigger(Struct, frozen=True):
    """When a step belongs to a chain: for one endpoint or all, with a request header or always.

    Attributes:
        endpoint: an endpoint's id, or None for all endpoints and for requests that matched none.
        header: a header name in lower case whose presence is needed, or None.
    """

    endpoint: str | None = None
    header: bytes | None = None


ALWAYS = Trigger()

HEADER_BITS: dict[bytes, int] = {}
"""The bit in ``Request.triggers`` of each header that someone is interested in. The wire looks every header up here
while it parses, so that a header nobody sent costs no exchange anything."""


def header_bit(name: bytes) -> int:
    """The bit of a header (name in lower case); the first call for a name makes it."""
    bit = HEADER_BITS.get(name)
    if bit is None:
        bit = HEADER_BITS[name] = 1 << len(HEADER_BITS)
    return bit


def triggers_of(headers: Headers) -> int:
    """The bits of all headers in a list; bits belong to a process and are never stored."""
    triggers = 0
    for name, _ in headers:
        triggers |= HEADER_BITS.get(name, 0)
    return triggers


class Site(Struct, frozen=True):
    """An endpoint with what it belongs to."""

    endpoint: Endpoint
    group: Group
    api: Api


class CompileContext(Struct):
    """What a capability sees when it is compiled.

    Attributes:
        project: the whole definition.
        sites: every endpoint with its group and Api, in order.
        findings: where a capability leaves what a user should know though it does not stop the publish.
    """

    project: Project
    sites: tuple[Site, ...]
    findings: list[Finding]


class Compiled(Struct, frozen=True):
    """A capability made ready for one project version, shared by all sandboxes of that version.

    Attributes:
        steps: (stage, trigger, step), in order.
        facade: what scripts and templates see, by dotted name below ``func``: f(tx, …).
        timers: by name: f(tx, clock_us, payload), run in a transaction of its own when a timer fires.
        events: by name: f(tx, clock_us, payload), run at commit in the transaction that emitted.
        repeatable: a promise that each step does the same for the same request, unless it reads or writes through
            ``x.tx``, draws from ``x.dice``, calls through ``x.outbound``, or waits. So it reads no clock and keeps
            nothing to itself.
    """

    steps: tuple[tuple[Stage, Trigger, Step], ...] = ()
    facade: Mapping[str, Callable[..., Any]] = {}
    timers: Mapping[str, Callable[[Transaction, int, Any], None]] = {}
    events: Mapping[str, Callable[[Transaction, int, Any], None]] = {}
    repeatable: bool = False


class Slice(Struct, frozen=True):
    """A capability's part of the world.

    Attributes:
        name: the first half of its addresses.
        version: raised when the form of its values changes.
        on_fork: ``copy`` or ``clear``: what a fork starts with.
    """

    name: str
    version: int = 1
    on_fork: str = "copy"


class Capability(Protocol):
    """A folder under ``capabilities``."""

    @property
    def name(self) -> str:
        """The folder's name, and the key of its corner in the project file."""

    @property
    def spec(self) -> type[Struct]:
        """The type of that corner: a frozen msgspec Struct whose fields all have defaults."""

    @property
    def slice(self) -> Slice | None:
        """Its part of the world, or None."""

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        """Make it ready. Pure: the same input gives the same result, and nothing outside is touched.

        Raises:
            DioramaError: of category ``definition_invalid`` or ``compilation_error``; the publish then fails whole.
        """
