"""Run the harness cases of a directory: ``python -m tests.e2e.harness DIRECTORY [--at-least N]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from tests.e2e.harness.case import CaseError, read_cases
from tests.e2e.harness.execution import Outcome, run_all


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.harness", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the case files (*.txt) are, at any depth")
    parser.add_argument("--at-least", type=int, metavar="N", help="fail when fewer pass (default: all must)")
    parser.add_argument("--only", metavar="TEXT", default="", help="only cases with TEXT in their name")
    parser.add_argument("--parallel", type=int, metavar="N", default=4, help="how many at once (default: 4)")
    parser.add_argument("--all", action="store_true", help="list the cases that pass, too")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    try:
        cases = [case for case in read_cases(options.directory) if options.only in case.name]
    except CaseError as error:
        parser.error(str(error))
    if not cases:
        parser.error(f"there are no cases in {options.directory}")
    running = run_all(cases, options.parallel)
    outcomes = list(track(running, "Running", total=len(cases), console=Console(stderr=True), transient=True))
    passed = sum(not outcome.reasons for outcome in outcomes)
    shown = [outcome for outcome in outcomes if outcome.reasons or options.all]
    if shown:
        console.print(_table(shown))
    console.print(f"{passed} of {len(outcomes)} as expected")
    return int(passed < (len(outcomes) if options.at_least is None else options.at_least))


def _table(outcomes: list[Outcome]) -> Table:
    """Cases in their order; those that came to the same stand together."""
    table = Table("case", "what was wrong", show_lines=True)
    by_reasons: dict[tuple[str, ...], list[str]] = {}
    for outcome in outcomes:
        by_reasons.setdefault(outcome.reasons, []).append(outcome.case.name)
    for reasons, names in by_reasons.items():
        table.add_row(escape("\n".join(names)), escape("\n".join(reasons)) or "[green]nothing")
    return table


if __name__ == "__main__":
    sys.exit(main())
