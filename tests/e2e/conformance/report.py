"""The report: tables for people, one object for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.e2e.conformance.refusals import OUTCOMES
from tests.e2e.conformance.runs import Outcome

GOAL = 0.95


def print_report(outcomes: Sequence[Outcome], console: Console, examples: int = 3) -> None:
    """Everything that was found."""
    console.print(_documents(outcomes))
    console.print(_kinds(outcomes))
    for outcome in outcomes:
        for kind, details in sorted(outcome.details.items()):
            console.print(f"[bold]{escape(outcome.name)}[/] [yellow]{escape(kind)}[/]")
            for detail in details[:examples]:
                console.print(f"    {escape(detail[:400])}")
    kept, constrained = sum(one.kept for one in outcomes), sum(one.constrained for one in outcomes)
    share = 100 * kept / constrained if constrained else 100.0
    positives, refused = sum(one.positives for one in outcomes), sum(one.refused for one in outcomes)
    checked, wrong = sum(one.checked for one in outcomes), sum(one.wrong for one in outcomes)
    console.print(
        f"{kept} of {constrained} constrained operations ({share:.1f} %, goal {100 * GOAL:.0f} %) had a request that "
        f"breaks each kind of their constraints refused at the right place; "
        f"{refused} of {positives} valid requests were refused; {wrong} of {checked} replies were wrong"
    )


def _documents(outcomes: Sequence[Outcome]) -> Table:
    table = Table("document", title="Documents")
    columns = (
        "operations",
        "loaded",
        "valid requests",
        "refused wrongly",
        "replies checked",
        "wrong",
        "wrong by own example",
    )
    for column in (*columns, "constrained", "all kinds refused", "no request found"):
        table.add_column(column, justify="right")
    for one in outcomes:
        counts = (one.operations, one.loaded, one.positives, one.refused, one.checked, one.wrong, one.own)
        further = (one.constrained, f"{one.kept} ({100 * one.share:.1f} %)", len(one.undrafted))
        table.add_row(one.name, *(str(count) for count in (*counts, *further)))
    return table


def _kinds(outcomes: Sequence[Outcome]) -> Table:
    table = Table(
        "constraint", "in", title="Constraints: operations having one, and what a request that breaks it came to"
    )
    for column in ("having it", "refused at the right place", "refused elsewhere", "accepted", "not constructible"):
        table.add_column(column, justify="right")
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for outcome in outcomes:
        for (kind, place, what), count in outcome.verdicts.items():
            known = counts.setdefault((kind, place), dict.fromkeys(OUTCOMES, 0))
            known[what] += count
    for (kind, place), known in sorted(counts.items()):
        table.add_row(kind, place, str(sum(known.values())), *(str(known[what]) for what in OUTCOMES))
    return table


def as_json(outcomes: Sequence[Outcome], seed: int) -> dict[str, Any]:
    """The same for machines."""
    documents = []
    for one in outcomes:
        fields = {name: getattr(one, name) for name in Outcome.__dataclass_fields__ if name != "verdicts"}
        fields["verdicts"] = [
            {"kind": kind, "place": place, "outcome": what, "count": count}
            for (kind, place, what), count in sorted(one.verdicts.items())
        ]
        fields["share"] = one.share
        documents.append(fields)
    return {"seed": seed, "documents": documents}
