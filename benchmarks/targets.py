"""The targets, as data, and whether a run met them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks import peers
from benchmarks.results import FIRST_REPLY, HALF_P99, IDLE, LOADED, RATE, UNITS, Results

CONSTANT = "constant"
DISTINCT = "distinct"
GENERATED = "generated"
VALIDATED = "validated-post"
CREATE_READ = "create-and-read"
LIST = "list-1000"
ROUTES_10 = "routes-10"
ROUTES_1000 = "routes-1000"
ROUTES_10000 = "routes-10000"
START = "start"
START_CACHED = "start-cached"
MEMORY = "memory"
DOCUMENT = "document"
DOCUMENT_CACHED = "document-cached"
DOCUMENT_MEMORY = "document-memory"

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Target:
    """One target: a measured value, or its ratio to another, on the right side of a bound.

    Attributes:
        name: what is asked for, in words.
        measured: (case, server, metric) of the value.
        bound: the target.
        at_least: whether the value must reach the bound, rather than stay below it.
        against: servers of the same metric; the value is divided by the largest of theirs.
        against_case: their case, where it is another one.
        optional: whether it is left out of a run that did not measure it.
    """

    name: str
    measured: Key
    bound: float
    at_least: bool = False
    against: tuple[str, ...] = ()
    against_case: str = ""
    optional: bool = False

    @property
    def wanted(self) -> str:
        """The bound as it is shown."""
        return f"{'≥' if self.at_least else '<'} {self.bound:g}{self.unit}"

    @property
    def unit(self) -> str:
        """Behind the value as it is shown."""
        return " ×" if self.against else " " + UNITS[self.measured[2]]

    @property
    def rivals(self) -> tuple[Key, ...]:
        """(case, server, metric) of what the value may be divided by."""
        case, _, metric = self.measured
        return tuple((self.against_case or case, server, metric) for server in self.against)


@dataclass(frozen=True)
class Verdict:
    """A target and what came of it.

    Attributes:
        target: the target.
        value: None when it was not measured.
        rival: whom it was divided by.
    """

    target: Target
    value: float | None
    rival: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it was met; None when that is not known."""
        if self.value is None:
            return None
        return self.value >= self.target.bound if self.target.at_least else self.value < self.target.bound

    @property
    def title(self) -> str:
        """The target, with the rival when there were several to choose from."""
        return f"{self.target.name} ({self.rival})" if len(self.target.against) > 1 and self.rival else self.target.name

    def as_dict(self) -> dict[str, Any]:
        """For the JSON record."""
        wanted = self.target.wanted
        return {"target": self.title, "wanted": wanted, "measured": self.value, "met": self.met, "rival": self.rival}


def _rate(case: str) -> Key:
    return (case, peers.SERVE, RATE)


TARGETS = (
    Target(
        "Constant reply, journal persisted, against the fastest peer",
        _rate(CONSTANT), 2.0, at_least=True, against=peers.OTHERS,
    ),
    Target(
        "Constant reply, journal persisted, against a bare httptools protocol",
        _rate(CONSTANT), 0.5, at_least=True, against=(peers.BARE,),
    ),
    Target(
        "Constant reply, no two requests alike, against the fastest peer",
        _rate(DISTINCT), 2.0, at_least=True, against=peers.OTHERS,
    ),
    Target("Validated POST against Prism", _rate(VALIDATED), 5.0, at_least=True, against=(peers.PRISM,)),
    Target(
        "Create and read against the fastest peer", _rate(CREATE_READ), 8.0, at_least=True, against=peers.OTHERS
    ),
    Target("p99 at half of what it can do, open loop", (CONSTANT, peers.SERVE, HALF_P99), 2),
    Target(
        "1,000 routes against ten",
        _rate(ROUTES_1000), 0.9, at_least=True, against=(peers.SERVE,), against_case=ROUTES_10,
    ),
    Target("First reply of examples/payments, serve, nothing cached", (START, peers.SERVE, FIRST_REPLY), 0.8),
    Target("First reply of examples/payments, mock, nothing cached", (START, peers.MOCK, FIRST_REPLY), 0.8),
    Target("Memory of mock, idle", (MEMORY, peers.MOCK, IDLE), 60),
    Target("Memory of mock, after load", (MEMORY, peers.MOCK, LOADED), 60),
    Target("Memory of serve, idle", (MEMORY, peers.SERVE, IDLE), 90),
    Target("Memory of serve, after load", (MEMORY, peers.SERVE, LOADED), 90),
    Target(
        "First reply of a large document, serve, nothing cached", (DOCUMENT, peers.SERVE, FIRST_REPLY), 3,
        optional=True,
    ),
    Target(
        "Memory of serve with a large document, idle", (DOCUMENT_MEMORY, peers.SERVE, IDLE), 150, optional=True
    ),
)  # fmt: skip


def judge(results: Results) -> list[Verdict]:
    """All targets with what was measured for them."""
    verdicts = [_verdict(target, results) for target in TARGETS]
    return [verdict for verdict in verdicts if verdict.value is not None or not verdict.target.optional]


def _verdict(target: Target, results: Results) -> Verdict:
    value = results.median(*target.measured)
    if not target.against or value is None:
        return Verdict(target, value)
    known = [(results.median(*rival) or 0.0, rival[1]) for rival in target.rivals]
    if not any(median for median, _ in known):
        return Verdict(target, None)
    largest, rival = max(known)
    return Verdict(target, value / largest, rival)
