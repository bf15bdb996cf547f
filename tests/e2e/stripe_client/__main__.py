"""Let the official client work against a document: ``python -m tests.e2e.stripe_client DOC [--only NAME]``."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path

from tests.e2e.serving.process import Server
from tests.e2e.stripe_client.exercises import EXERCISES, client_for


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.stripe_client", description=__doc__)
    parser.add_argument("document", type=Path, metavar="DOC", help="the OpenAPI document that is served")
    parser.add_argument("--only", default="", metavar="NAME", help="only exercises with this in their name")
    wanted = parser.parse_args()
    failed = 0
    begin = time.monotonic()
    with Server(["serve", str(wanted.document), "--memory", "--port", "0", "--log-format", "none"]) as server:
        print(f"served after {time.monotonic() - begin:.2f} s, {memory_mb(server.process.pid):.0f} MB")  # noqa: T201
        for exercise in EXERCISES:
            if wanted.only not in exercise.__name__:
                continue
            try:
                exercise(client_for(server.url))
            except Exception:  # noqa: BLE001  Whatever the client stumbles over is what this is about.
                failed += 1
                print(f"FAILED {exercise.__name__}\n{traceback.format_exc(limit=-2)}")  # noqa: T201
            else:
                print(f"ok     {exercise.__name__}")  # noqa: T201
        print(f"{memory_mb(server.process.pid):.0f} MB at the end, {failed} exercises failed")  # noqa: T201
    return 1 if failed else 0


def memory_mb(process: int) -> float:
    """What a process holds in memory, in MB; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0.0
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1_000


if __name__ == "__main__":
    sys.exit(main())
