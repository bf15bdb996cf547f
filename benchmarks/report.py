"""What a run came to: tables for the terminal, a record as JSON, ratios as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import peers, results
from benchmarks.cases import Case
from benchmarks.machine import Machine
from benchmarks.results import HIGHER_IS_BETTER, UNITS, Results, Series
from benchmarks.targets import Verdict

BEGIN = "<!-- results: written by `make bench`, never by hand -->"
END = "<!-- end of results -->"
RATIO_AGAINST = (peers.WIREMOCK, peers.PRISM, peers.BARE)


def number(value: float, metric: str) -> str:
    """A value with its unit, as precise as it deserves."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {UNITS[metric]}".replace(" /s", "/s")


def show(console: Console, cases: Sequence[Case], seen: Results, verdicts: Sequence[Verdict]) -> None:
    """Print all that was measured, the targets, and every problem."""
    table = Table("case", "server", "metric", title="Measured")
    for heading in ("median", "spread"):
        table.add_column(heading, justify="right")
    table.add_column("best", justify="right")
    titles = {case.name: case.title for case in cases}
    previous = ""
    for series in seen.series.values():
        if previous not in ("", series.case):
            table.add_section()
        best = (max if series.metric in HIGHER_IS_BETTER else min)(series.values)
        table.add_row(
            titles.get(series.case, series.case) if series.case != previous else "",
            series.server,
            series.metric,
            f"[bold]{number(series.median, series.metric)}",
            f"{100 * series.spread:.0f} %",
            number(best, series.metric),
        )
        previous = series.case
    console.print(table)
    goals = Table("target", title="Targets")
    for heading in ("wanted", "measured", "met"):
        goals.add_column(heading, justify="right")
    for verdict in verdicts:
        met = {True: "[green]yes", False: "[red]no", None: "[yellow]not measured"}[verdict.met]
        goals.add_row(verdict.target.name, verdict.target.wanted, _measured(verdict), met)
    console.print(goals)
    for note in seen.notes:
        console.print(note, style="dim", highlight=False)
    for problem in seen.problems:
        console.print(f"! {problem}", style="yellow", highlight=False, markup=False)


def as_record(
    machine: Machine,
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    seen: Results,
    verdicts: Sequence[Verdict],
) -> dict[str, Any]:
    """All of it, as JSON takes it."""
    return {
        "machine": machine.as_dict(),
        "settings": dict(settings),
        "versions": dict(versions),
        "series": [_series_record(series) for series in seen.series.values()],
        "targets": [verdict.as_dict() for verdict in verdicts],
        "notes": seen.notes,
        "problems": seen.problems,
    }


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write the record, readable for people, too."""
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def markdown(
    cases: Sequence[Case], machine: Machine, versions: Mapping[str, str], seen: Results, verdicts: Sequence[Verdict]
) -> str:
    """The ratios, the targets and the machine as Markdown."""
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    lines = [
        f"Measured on: {machine}. Peers: {named}.",
        "",
        "How many times better `diorama serve` is than a peer (more than 1 is better, whatever the metric):",
        "",
        f"| case | metric | {' | '.join(RATIO_AGAINST)} |",
        f"|---|---|{'---:|' * len(RATIO_AGAINST)}",
        *_ratio_rows(cases, seen),
        "",
        "| target | wanted | measured | met |",
        "|---|---:|---:|---|",
    ]
    for verdict in verdicts:
        met = {True: "yes", False: "no", None: "not measured"}[verdict.met]
        lines.append(f"| {verdict.target.name} | {verdict.target.wanted} | {_measured(verdict)} | {met} |")
    if seen.problems:
        lines += ["", "What went wrong in this run:", "", *(f"- {problem}" for problem in seen.problems)]
    return "\n".join(lines)


def write_between_markers(page: Path, text: str) -> None:
    """Replace what stands between the markers of a page.

    Raises:
        ValueError: the page does not have both markers, in order.
    """
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} lacks the markers {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def _ratio_rows(cases: Sequence[Case], seen: Results) -> Iterator[str]:
    for case in cases:
        for metric in UNITS:
            ours = seen.median(case.name, peers.SERVE, metric)
            theirs = [seen.median(case.name, name, metric) for name in RATIO_AGAINST]
            if ours and any(theirs):
                cells = " | ".join(_ratio(ours, value, metric) for value in theirs)
                yield f"| {case.title} | {metric} | {cells} |"


def _ratio(ours: float, theirs: float | None, metric: str) -> str:
    if not theirs:
        return "–"
    return f"{ours / theirs if metric in HIGHER_IS_BETTER else theirs / ours:.2f}"


def _measured(verdict: Verdict) -> str:
    return "–" if verdict.value is None else f"{verdict.value:.2f}{verdict.target.unit}"


def _series_record(series: Series) -> dict[str, Any]:
    return {
        "case": series.case,
        "server": series.server,
        "metric": series.metric,
        "unit": results.UNITS[series.metric],
        "median": series.median,
        "spread": round(series.spread, 4),
        "values": series.values,
    }
