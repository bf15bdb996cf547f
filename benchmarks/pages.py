"""The ratios as Markdown, and the pages that a run writes them into, between markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import peers, ratios
from benchmarks.cases import Case
from benchmarks.machine import Machine
from benchmarks.report import measured
from benchmarks.results import Results
from benchmarks.targets import Verdict

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
README = ROOT / "README.md"
BEGIN = "<!-- results: written by `make bench`, never by hand -->"
END = "<!-- end of results -->"


def full(
    cases: Sequence[Case], machine: Machine, versions: Mapping[str, str], seen: Results, verdicts: Sequence[Verdict]
) -> str:
    """All ratios, the targets, what went wrong, and the machine."""
    lines = [
        f"Measured on: {machine}. Peers: {_named(versions)}.",
        "",
        "How many times better `diorama serve` is than a peer (more than 1 is better, whatever the metric):",
        "",
        *_table(ratios.rows(cases, seen), ratios.AGAINST),
        "",
        "| target | wanted | measured | met |",
        "|---|---:|---:|---|",
    ]
    for verdict in verdicts:
        met = {True: "yes", False: "no", None: "not measured"}[verdict.met]
        lines.append(f"| {verdict.title} | {verdict.target.wanted} | {measured(verdict)} | {met} |")
    if seen.notes:
        lines += [
            "",
            "How it was measured, where that depends on the figures:",
            "",
            *(f"- {note}" for note in seen.notes),
        ]
    if seen.problems:
        lines += ["", "What went wrong in this run:", "", *(f"- {problem}" for problem in seen.problems)]
    return "\n".join(lines)


def brief(cases: Sequence[Case], machine: Machine, versions: Mapping[str, str], seen: Results) -> str:
    """The ratios that say most, against other mock servers."""
    return "\n".join([
        *_table(ratios.short(ratios.rows(cases, seen, peers.OTHERS)), peers.OTHERS),
        "",
        f"On {machine.cpu}, one core for the server. Peers: {_named(versions)}.",
    ])  # fmt: skip


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


def _table(rows: Sequence[ratios.Row], against: Sequence[str]) -> list[str]:
    heading = [f"| case | metric | {' | '.join(against)} |", f"|---|---|{'---:|' * len(against)}"]
    return heading + [f"| {row.title} | {row.metric} | {' | '.join(row.cells())} |" for row in rows]


def _named(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items() if version)
