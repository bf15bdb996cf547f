"""What a run measured, as data: series of values by case, server and metric, and what went wrong."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

RATE = "requests/s"
HALF_P50 = "latency p50, half load"
HALF_P99 = "latency p99, half load"
P50 = "latency p50, same load"
P99 = "latency p99, same load"
FIRST_REPLY = "first reply"
IDLE = "memory idle"
LOADED = "memory after load"

UNITS = {
    RATE: "/s", HALF_P50: "ms", HALF_P99: "ms", P50: "ms", P99: "ms", FIRST_REPLY: "s", IDLE: "MB", LOADED: "MB",
}  # fmt: skip
HIGHER_IS_BETTER = {RATE}


@dataclass
class Series:
    """The values of one metric of one server in one case, one for each run."""

    case: str
    server: str
    metric: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """The difference of the largest and the smallest value as a share of the median."""
        return (max(self.values) - min(self.values)) / self.median if self.median else 0.0


@dataclass
class Results:
    """All series, in the order in which they were begun, all problems, and how many seconds each case took."""

    series: dict[tuple[str, str, str], Series] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    took_s: dict[str, float] = field(default_factory=dict)

    def add(self, case: str, server: str, metric: str, value: float) -> None:
        """Add one run's value."""
        key = (case, server, metric)
        self.series.setdefault(key, Series(*key)).values.append(value)

    def median(self, case: str, server: str, metric: str) -> float | None:
        """The median, or None when it was not measured."""
        series = self.series.get((case, server, metric))
        return series.median if series else None

    def ratio(self, case: str, metric: str, ours: str, theirs: str) -> float | None:
        """How many times better one server is than another, whatever the metric; None when either is not known."""
        first, second = self.median(case, ours, metric), self.median(case, theirs, metric)
        if not first or not second:
            return None
        return first / second if metric in HIGHER_IS_BETTER else second / first

    def problem(self, case: str, server: str, what: str) -> None:
        """Say, once, what makes a figure missing or doubtful."""
        line = f"{case}, {server}: {what}"
        if line not in self.problems:
            self.problems.append(line)
