"""Run the benchmarks: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import machine, pages, peers, report
from benchmarks.cases import DOCUMENT_VARIABLE, Case, all_cases
from benchmarks.session import FULL, QUICK, Pace, Session, on_core
from benchmarks.targets import judge

BUSY_LOAD = 0.7  # processes that wanted a core in the minute before


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, record. Exit code 2 when the machine cannot, 130 when interrupted."""
    cases = all_cases()
    options = _parser(cases).parse_args(arguments)
    chosen = [case for case in cases if not options.only or case.name in options.only]
    pace = QUICK if options.quick else FULL
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        cores = machine.choose_cores()
        here = machine.describe()
        console.print(str(here), style="dim", highlight=False)
        with console.status("Looking for the peers, installing them when they are new ..."):
            available, missing = peers.assemble()
        session = _run(console, chosen, available, missing, cores, pace)
        if here.load_average > BUSY_LOAD:
            busy = f"the machine was busy when the run began (load average {here.load_average}): do not quote this"
            session.results.problems.append(busy)
    except machine.MachineError as error:
        console.print(str(error), style="red", highlight=False, markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("Interrupted; all servers are stopped.", style="yellow")
        return 130
    document = os.environ.get(DOCUMENT_VARIABLE)
    if document and Path(document).exists():
        size_mb = Path(document).stat().st_size / 1_000_000
        session.results.notes.append(f"large document: {Path(document).name}, {size_mb:.1f} MB")
    verdicts = judge(session.results)
    versions = {name: peer.version for name, peer in available.items()}
    report.show(console, chosen, session.results, verdicts)
    if options.json:
        settings = {**asdict(pace), "cores": asdict(cores)}
        record = report.as_record(here, settings, versions, chosen, session.results, verdicts)
        report.write_record(options.json, record)
    if chosen == cases and pace is FULL and not options.no_page:
        pages.write_between_markers(pages.PAGE, pages.full(chosen, here, versions, session.results, verdicts))
        pages.write_between_markers(pages.README, pages.brief(chosen, here, versions, session.results))
        console.print("The ratios are in docs/benchmarks.md and README.md")
    return 0


def _run(
    console: Console,
    cases: Sequence[Case],
    available: dict[str, peers.Peer],
    missing: dict[str, str],
    cores: machine.Cores,
    pace: Pace,
) -> Session:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress, on_core(cores.load):
        bar = progress.add_task("")

        def step(text: str) -> None:
            progress.update(bar, description=text, advance=1)

        session = Session(available, missing, cores, pace, step)
        progress.update(bar, total=sum(map(session.steps, cases)))
        for case in cases:
            session.measure(case)
    return session


def _parser(cases: Sequence[Case]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure Diorama and its peers side by side."
    )
    parser.add_argument("--quick", action="store_true", help="three runs of a second each: to try it out, not to quote")
    names = [case.name for case in cases]
    parser.add_argument("--only", action="append", choices=names, metavar="CASE", help="one of: " + ", ".join(names))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured to a file")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md and README.md as they are")
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a run as Ctrl-C does: through the blocks that stop the servers."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
