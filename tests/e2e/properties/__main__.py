"""Try a project by its document's properties: ``python -m tests.e2e.properties [--examples N] [--seed N]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from secrets import randbelow

from tests.e2e.properties.trial import PAYMENTS, trial


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.properties", description=__doc__)
    parser.add_argument("project", type=Path, nargs="?", default=PAYMENTS, metavar="PROJECT", help="what is served")
    parser.add_argument("--document", type=Path, metavar="DOC", help="what it is judged by (PROJECT/openapi.yaml)")
    parser.add_argument("--examples", type=int, default=200, metavar="N", help="an operation (default: 200)")
    parser.add_argument("--seed", type=int, metavar="N", help="of all that is generated; another each time otherwise")
    wanted = parser.parse_args()
    seed = randbelow(2**32) if wanted.seed is None else wanted.seed
    inside = wanted.project / "openapi.yaml" if wanted.project.is_dir() else wanted.project
    print(f"seed {seed}, {wanted.examples} examples an operation, all checks", flush=True)  # noqa: T201
    verdict = trial(wanted.project, wanted.document or inside, wanted.examples, seed)
    print(verdict.told)  # noqa: T201
    found = "something was found" if verdict.failed else "nothing was found"
    print(f"seed {seed}: {verdict.cases} requests, {verdict.links} links followed, {found}")  # noqa: T201
    return 1 if verdict.failed else 0


if __name__ == "__main__":
    sys.exit(main())
