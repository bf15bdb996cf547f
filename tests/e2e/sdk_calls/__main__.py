"""Make the calls of generated clients: ``python -m tests.e2e.sdk_calls DOC [FIXTURES] [--way mock|serve|both]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.operations import Operation, operations
from tests.e2e.cycles.dialogue import Dialogue
from tests.e2e.sdk_calls.calls import Calls, Tally
from tests.e2e.sdk_calls.likely import Likely, fixtures
from tests.e2e.serving.process import Server

WAYS = {
    "mock": ("mock", "--port", "0", "--log-format", "none"),
    "serve": ("serve", "--memory", "--unknown-ids", "make", "--port", "0", "--log-format", "none"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.sdk_calls", description=__doc__)
    parser.add_argument("document", type=Path, metavar="DOC", help="an OpenAPI document")
    parser.add_argument("fixtures", type=Path, nargs="?", metavar="FIXTURES", help="items of the API, by name")
    parser.add_argument("--way", choices=[*WAYS, "both"], default="both", help="how it is served (default: both)")
    parser.add_argument("--only", default="", metavar="OPERATION", help="only operations with this in 'GET /path'")
    parser.add_argument("--at-least", type=float, default=100.0, metavar="PERCENT", help="calls that have to succeed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was found")
    parser.add_argument("--details", type=int, default=20, metavar="N", help="complaints shown (default: 20)")
    wanted = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    found = {}
    for way in WAYS if wanted.way == "both" else [wanted.way]:
        tally = found[way] = tried(wanted.document, wanted.fixtures, WAYS[way], wanted.only)
        console.print(
            f"{way}: {tally.calls} calls of {tally.operations} operations, {tally.refused} refused, "
            f"{tally.wrong} with a wrong reply, {len(tally.unmade)} operations not called: {tally.share:.1f} %"
        )
        for detail in tally.details[: wanted.details]:
            console.print(f"  {detail}", markup=False)
        for label in tally.unmade[: wanted.details]:
            console.print(f"  not called: {label}", markup=False)
    if wanted.json is not None:
        told = {way: {**vars(tally), "share": tally.share} for way, tally in found.items()}
        wanted.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return 0 if all(tally.share >= wanted.at_least for tally in found.values()) else 1


def tried(path: Path, items: Path | None, command: Sequence[str], only: str = "") -> Tally:
    """Serve a document and make all calls: deletions last, what is nested the deepest first."""
    document = Document(path)
    tally = Tally()
    wanted = sorted((one for one in operations(document) if only in one.label), key=_turn)
    with Server([command[0], str(path), *command[1:]]) as server, Dialogue(server.port, document) as dialogue:
        likely = Likely(dialogue.requests, dialogue.samples, fixtures(items))
        calls = Calls(dialogue, likely, stateless=command[0] == "mock")
        for operation in wanted:
            calls.make(operation, tally)
    return tally


def _turn(operation: Operation) -> tuple[bool, int]:
    is_end = operation.method == "DELETE"
    return is_end, -operation.path.count("/") if is_end else 0


if __name__ == "__main__":
    sys.exit(main())
