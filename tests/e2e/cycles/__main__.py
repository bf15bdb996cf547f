"""Take every resource of documents through its cycle: ``python -m tests.e2e.cycles PATH... [--at-least PERCENT]``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from tests.e2e.conformance.__main__ import files
from tests.e2e.cycles.report import as_json, print_report, share
from tests.e2e.cycles.runs import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.cycles", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="OpenAPI documents, or folders of them")
    parser.add_argument("--only", default="", metavar="NAME", help="only resources with this in their name")
    parser.add_argument(
        "--at-least", type=float, default=80.0, metavar="PERCENT", help="that have to pass (default: 80)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was found")
    parser.add_argument("--no-notes", action="store_true", help="leave out why steps failed")
    wanted = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    documents = []
    for path in [file for given in wanted.paths for file in files(given) if "fixtures" not in file.name]:
        with console.status(path.name) as status:
            documents.append(run(path, wanted.only, status.update))
    print_report(documents, console, notes=not wanted.no_notes)
    if wanted.json is not None:
        wanted.json.write_text(json.dumps(as_json(documents), indent=1), encoding="utf-8")
    return 0 if share(documents) >= wanted.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
