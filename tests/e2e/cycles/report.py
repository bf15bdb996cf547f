"""The report of a run: for each resource which steps passed, and what the documents came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.e2e.cycles.cycle import STEPS, Outcome

_SIGNS = {"passed": Text("ok", style="green"), "failed": Text("FAILED", style="red"), "untried": Text("?")}


@dataclass
class DocumentOutcome:
    """What a document came to.

    Attributes:
        name: the file's name.
        outcomes: of its resources.
        unplayed: how many of its operations no resource plays.
        operations: how many it has.
    """

    name: str
    outcomes: list[Outcome] = field(default_factory=list)
    unplayed: int = 0
    operations: int = 0

    @property
    def passed(self) -> int:
        """How many resources went through everything that they have operations for."""
        return sum(one.passed for one in self.outcomes)


def print_report(documents: list[DocumentOutcome], console: Console, *, notes: bool) -> None:
    """Print the table of each document and the sums."""
    for document in documents:
        table = Table(title=document.name, box=None, title_justify="left", pad_edge=False)
        for column in ("resource", *STEPS, "fields"):
            table.add_column(column, overflow="fold")
        for outcome in document.outcomes:
            signs = [_SIGNS.get(outcome.steps.get(step, ""), Text("·")) for step in STEPS]
            table.add_row(outcome.resource, *signs, str(outcome.fields))
        console.print(table)
        for outcome in document.outcomes if notes else ():
            for note in outcome.notes:
                console.print(f"  {outcome.resource}: {note}", markup=False, highlight=False)
        console.print()
    for document in documents:
        console.print(
            f"{document.name}: {document.passed} of {len(document.outcomes)} resources pass; "
            f"{document.unplayed} of {document.operations} operations belong to none"
        )
    total = sum(len(one.outcomes) for one in documents)
    fields = sum(outcome.fields for one in documents for outcome in one.outcomes)
    console.print(
        f"{sum(one.passed for one in documents)} of {total} resources pass: {share(documents):.1f} %; "
        f"{fields} written values looked for"
    )


def share(documents: list[DocumentOutcome]) -> float:
    """Resources that pass, in percent of all; 0 when there are none."""
    total = sum(len(one.outcomes) for one in documents)
    return 100 * sum(one.passed for one in documents) / total if total else 0.0


def as_json(documents: list[DocumentOutcome]) -> dict[str, Any]:
    """The whole of it for machines."""
    return {
        "share": round(share(documents), 1),
        "documents": [
            {
                "name": document.name,
                "passed": document.passed,
                "resources": [
                    {
                        "name": one.resource,
                        "passed": one.passed,
                        "steps": one.steps,
                        "notes": one.notes,
                        "fields": one.fields,
                    }
                    for one in document.outcomes
                ],
                "unplayed": document.unplayed,
                "operations": document.operations,
            }
            for document in documents
        ],
    }
