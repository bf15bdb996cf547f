"""What a run came to: tables for the terminal, and a record as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import ratios, results
from benchmarks.cases import Case
from benchmarks.machine import Machine
from benchmarks.results import HIGHER_IS_BETTER, UNITS, Results, Series
from benchmarks.targets import Verdict


def number(value: float, metric: str) -> str:
    """A value with its unit, as precise as it deserves."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {UNITS[metric]}".replace(" /s", "/s")


def show(console: Console, cases: Sequence[Case], seen: Results, verdicts: Sequence[Verdict]) -> None:
    """Print all that was measured, the ratios, the targets, and every problem."""
    console.print(_figures(cases, seen))
    rows = ratios.rows(cases, seen)
    if rows:
        console.print(_ratios(rows))
    goals = Table("target", title="Targets")
    for heading in ("wanted", "measured", "met"):
        goals.add_column(heading, justify="right")
    for verdict in verdicts:
        met = {True: "[green]yes", False: "[red]no", None: "[yellow]not measured"}[verdict.met]
        goals.add_row(verdict.title, verdict.target.wanted, measured(verdict), met)
    console.print(goals)
    for note in seen.notes:
        console.print(note, style="dim", highlight=False)
    minutes = ", ".join(f"{name} {seconds / 60:.1f}" for name, seconds in seen.took_s.items())
    console.print(f"{sum(seen.took_s.values()) / 60:.1f} minutes: {minutes}", style="dim", highlight=False)
    for problem in seen.problems:
        console.print(f"! {problem}", style="yellow", highlight=False, markup=False)


def measured(verdict: Verdict) -> str:
    """What a target came to, with its unit."""
    return "–" if verdict.value is None else f"{verdict.value:.2f}{verdict.target.unit}"


def as_record(
    machine: Machine,
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    cases: Sequence[Case],
    seen: Results,
    verdicts: Sequence[Verdict],
) -> dict[str, Any]:
    """All of it, as JSON takes it."""
    return {
        "machine": machine.as_dict(),
        "settings": dict(settings),
        "versions": dict(versions),
        "series": [_series_record(series) for series in seen.series.values()],
        "ratios": [
            {"case": row.case, "metric": row.metric, "better_than": dict(zip(ratios.AGAINST, row.values, strict=True))}
            for row in ratios.rows(cases, seen)
        ],
        "targets": [verdict.as_dict() for verdict in verdicts],
        "took_s": seen.took_s,
        "notes": seen.notes,
        "problems": seen.problems,
    }


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write the record, readable for people, too."""
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def _figures(cases: Sequence[Case], seen: Results) -> Table:
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
    return table


def _ratios(rows: Sequence[ratios.Row]) -> Table:
    table = Table("case", "metric", title="How many times better diorama serve is (more than 1 is better)")
    for name in ratios.AGAINST:
        table.add_column(name, justify="right")
    previous = ""
    for row in rows:
        if previous not in ("", row.case):
            table.add_section()
        table.add_row(row.title if row.case != previous else "", row.metric, *row.cells())
        previous = row.case
    return table


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
