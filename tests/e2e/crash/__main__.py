"""Kill a server under load, again and again: ``python -m tests.e2e.crash --rounds 50 [--durability …] [--seed N]``."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from tests.e2e.crash.rounds import PROMISED_LAG_S, Crashes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="how many kills (default: 50)")
    parser.add_argument("--durability", choices=("batched", "strict"), default="batched")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of everything that is drawn (default: 1)")
    parser.add_argument(
        "--lag-ms", type=float, default=1000 * PROMISED_LAG_S, metavar="MS", help="what batched may lack (default: 20)"
    )
    wanted = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    crashes = Crashes(wanted.durability, wanted.seed, wanted.lag_ms / 1000)
    with Progress(console=console) as progress:
        bar = progress.add_task(f"{wanted.durability}, seed {wanted.seed}", total=wanted.rounds)
        summary = crashes.run(wanted.rounds, lambda: progress.advance(bar))
    for fault in summary.faults[:50]:
        console.print(f"[red]fault[/] {escape(fault)}")
    console.print(summary.line())
    return 1 if summary.faults else 0


if __name__ == "__main__":
    sys.exit(main())
