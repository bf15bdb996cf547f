"""Try OpenAPI documents out: ``python -m tests.e2e.conformance PATH... [--seed N] [--per-operation N]``."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.e2e.conformance.report import GOAL, as_json, print_report
from tests.e2e.conformance.runs import Outcome, Run
from tests.e2e.conformance.targets import InProcess, OverHttp


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.conformance", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="OpenAPI documents, or folders of them")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of all that is generated (default: 1)")
    parser.add_argument("--per-operation", type=int, default=3, metavar="N", help="valid requests (default: 3)")
    parser.add_argument("--breaches", type=int, default=1, metavar="N", help="sites broken for each kind (default: 1)")
    parser.add_argument("--only", default="", metavar="OPERATION", help="only operations with this in 'GET /path'")
    parser.add_argument("--over-http", action="store_true", help="ask a real server instead of this process")
    parser.add_argument("--dynamic", action="store_true", help="have replies generated instead of taken from examples")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was found")
    parser.add_argument("--examples", type=int, default=3, metavar="N", help="failures shown of each kind (default: 3)")
    wanted = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = 200  # a file has room for the tables
    console.print(f"seed {wanted.seed}, {wanted.per_operation} valid requests for each operation")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    outcomes: list[Outcome] = []
    with Progress(*columns, console=console) as progress:
        for document in [file for path in wanted.paths for file in files(path)]:
            bar = progress.add_task(document.name, total=None)
            target = partial(OverHttp if wanted.over_http else InProcess, dynamic=wanted.dynamic)
            run = Run(document, wanted.seed, wanted.per_operation, wanted.only, target, wanted.breaches)
            progress.update(bar, total=len(run.operations))
            outcomes.append(run.run(partial(progress.advance, bar)))
    print_report(outcomes, console, wanted.examples)
    if wanted.json is not None:
        wanted.json.write_text(json.dumps(as_json(outcomes, wanted.seed), indent=1, default=str), encoding="utf-8")
    good = all(
        one.loaded == one.operations and not one.refused and not one.wrong and one.share >= GOAL for one in outcomes
    )
    return 0 if good else 1


def files(path: Path) -> list[Path]:
    """A document, or all documents of a folder."""
    if path.is_dir():
        return sorted(one for one in path.iterdir() if one.suffix in (".yaml", ".yml", ".json"))
    return [path]


if __name__ == "__main__":
    sys.exit(main())
