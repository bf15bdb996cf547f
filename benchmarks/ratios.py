"""The ratios of a run: how many times better Diorama is than each other server, in each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import peers
from benchmarks.cases import Case
from benchmarks.results import FIRST_REPLY, HALF_P99, LOADED, RATE, UNITS, Results

AGAINST = (*peers.OTHERS, peers.BARE)
SHORT = (RATE, HALF_P99, FIRST_REPLY, LOADED)


@dataclass(frozen=True)
class Row:
    """One case and metric.

    Attributes:
        case: the case's name.
        title: the case's title.
        metric: what was measured.
        values: how many times better Diorama is, by server in the order of AGAINST; None where that is not known.
    """

    case: str
    title: str
    metric: str
    values: tuple[float | None, ...]

    def cells(self, empty: str = "–") -> list[str]:
        """The values as they stand in tables."""
        return [empty if value is None else readable(value) for value in self.values]


def rows(cases: Sequence[Case], seen: Results, against: Sequence[str] = AGAINST) -> list[Row]:
    """All rows in which at least one value is known; more than 1 is better, whatever the metric."""
    made = [
        Row(case.name, case.title, metric, tuple(seen.ratio(case.name, metric, peers.SERVE, name) for name in against))
        for case in cases
        for metric in UNITS
    ]
    return [row for row in made if any(value is not None for value in row.values)]


def short(made: Sequence[Row]) -> list[Row]:
    """Those that say most: throughput, the latency of few, start and memory."""
    return [row for row in made if row.metric in SHORT]


def readable(value: float) -> str:
    """A ratio as precise as it deserves."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
