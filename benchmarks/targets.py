"""The targets, as data, and whether a run met them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks import peers
from benchmarks.results import FIRST_REPLY, IDLE, LOADED, RATE, Results

CONSTANT = "constant"
ROUTES_10 = "routes-10"
ROUTES_1000 = "routes-1000"
START = "start"
START_CACHED = "start-cached"
MEMORY = "memory"

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Target:
    """One target: a measured value, or its ratio to another, on the right side of a bound.

    Attributes:
        name: what is asked for, in words.
        measured: (case, server, metric) of the value.
        bound: the target.
        at_least: whether the value must reach the bound, rather than stay below it.
        against: (case, server, metric) of what the value is divided by.
    """

    name: str
    measured: Key
    bound: float
    at_least: bool = False
    against: Key | None = None

    @property
    def wanted(self) -> str:
        """The bound as it is shown."""
        return f"{'≥' if self.at_least else '<'} {self.bound:g}{self.unit}"

    @property
    def unit(self) -> str:
        """Behind the value as it is shown."""
        return " ×" if self.against else {FIRST_REPLY: " s", IDLE: " MB", LOADED: " MB"}.get(self.measured[2], "")


@dataclass(frozen=True)
class Verdict:
    """A target and what came of it; ``value`` is None when it was not measured."""

    target: Target
    value: float | None

    @property
    def met(self) -> bool | None:
        """Whether it was met; None when that is not known."""
        if self.value is None:
            return None
        return self.value >= self.target.bound if self.target.at_least else self.value < self.target.bound

    def as_dict(self) -> dict[str, Any]:
        """For the JSON record."""
        return {"target": self.target.name, "wanted": self.target.wanted, "measured": self.value, "met": self.met}


def _rate(case: str, server: str) -> Key:
    return (case, server, RATE)


TARGETS = (
    Target(
        "Constant reply, journal persisted, against WireMock",
        _rate(CONSTANT, peers.SERVE), 2.0, at_least=True, against=_rate(CONSTANT, peers.WIREMOCK),
    ),
    Target(
        "Constant reply, journal persisted, against a bare httptools protocol",
        _rate(CONSTANT, peers.SERVE), 0.5, at_least=True, against=_rate(CONSTANT, peers.BARE),
    ),
    Target(
        "1,000 routes against ten",
        _rate(ROUTES_1000, peers.SERVE), 0.9, at_least=True, against=_rate(ROUTES_10, peers.SERVE),
    ),
    Target("First reply of examples/payments, serve, nothing cached", (START, peers.SERVE, FIRST_REPLY), 0.8),
    Target("First reply of examples/payments, mock, nothing cached", (START, peers.MOCK, FIRST_REPLY), 0.8),
    Target("Memory of mock, idle", (MEMORY, peers.MOCK, IDLE), 60),
    Target("Memory of mock, after load", (MEMORY, peers.MOCK, LOADED), 60),
    Target("Memory of serve, idle", (MEMORY, peers.SERVE, IDLE), 90),
    Target("Memory of serve, after load", (MEMORY, peers.SERVE, LOADED), 90),
)  # fmt: skip


def judge(results: Results) -> list[Verdict]:
    """All targets with what was measured for them."""
    return [Verdict(target, _value(target, results)) for target in TARGETS]


def _value(target: Target, results: Results) -> float | None:
    value = results.median(*target.measured)
    if target.against is None or value is None:
        return value
    against = results.median(*target.against)
    return value / against if against else None
