"""The part of ``diorama inspect`` about resources: what was understood, how sure it is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from diorama.capabilities.resources import Inference, Play, Resource, ResourcesSpec, Role
from diorama.capabilities.resources.inference import infer
from diorama.cli.reports import OUT, counted, print_fitting
from diorama.flow.publication import sites_of
from diorama.model.definition import Project
from diorama.ports.capability import CompileContext

_SURE, _FAIR = 0.85, 0.65
_STYLES = {"sure": "green", "fair": "yellow", "unsure": "red"}


def understood(project: Project) -> Inference | None:
    """The resources that a project is served with; None when they are switched off."""
    spec = msgspec.convert(project.specs.get("resources", {}), ResourcesSpec)
    return infer(CompileContext(project, sites_of(project), []), spec) if spec.enabled else None


def answer_of(resource: Resource, play: Play) -> str:
    """How an operation that plays a resource answers, in a few words: ``201 create customer, sure``."""
    verb = play.action if play.role is Role.ACTION else play.role.value
    return f"{play.status} {verb} {resource.name}, {certainty_word(play.certainty)}"


def answers_by_endpoint(inference: Inference | None) -> dict[str, str]:
    """Endpoint id to how it answers, for those that play a resource."""
    if inference is None:
        return {}
    return {play.endpoint: answer_of(one, play) for one in inference.resources for play in one.plays}


def print_resources(inference: Inference | None) -> None:
    """A table of the resources where it fits, else a few lines for each."""
    if inference is None:
        OUT.print("Resources are switched off: every endpoint answers from examples.\n", style="dim")
        return
    if not inference.resources:
        OUT.print("No resources were found: every endpoint answers from examples.\n", style="dim")
        return
    wide = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    narrow = Table.grid(padding=(0, 2, 0, 0))
    for column, width in (("resource", None), ("id", None), ("operations", 32), ("sure", None), ("why", 42)):
        wide.add_column(column, overflow="fold", max_width=width)
    narrow.add_column(overflow="fold")
    names = {one.key: one.name for one in inference.resources}
    for resource in inference.resources:
        sure = _certainty_text(resource.certainty)
        name = Text(resource.name, style="bold")
        told = _identity(resource), _operations(resource), _why(resource, names)
        wide.add_row(name, *(Text(one) for one in told[:2]), sure, Text(told[2]))
        narrow.add_row(name + Text("  ") + sure + Text("\n  " + "\n  ".join(told), style="dim"))
    print_fitting(wide, narrow)
    OUT.print()


def print_doubts(inference: Inference | None, places: Mapping[str, str]) -> None:
    """Which operations are less than sure, and which are answered from examples though resources are on, and why.

    Args:
        inference: what was understood.
        places: endpoint id to method and path.
    """
    if inference is None or not inference.resources:
        return
    doubts: dict[str, list[str]] = {}
    for resource in inference.resources:
        for play in resource.plays:
            if play.certainty < _SURE:
                reason = f"{certainty_word(play.certainty)} {play.certainty:.2f}: {'; '.join(play.reasons)}"
                doubts.setdefault(reason, []).append(places.get(play.endpoint, play.endpoint))
    left: dict[str, list[str]] = {}
    for one in inference.unplayed:
        left.setdefault(one.reason, []).append(places.get(one.endpoint, one.endpoint))
    _print_grouped("Less than sure", doubts)
    _print_grouped("Answered from examples", left)


def _print_grouped(title: str, groups: Mapping[str, Sequence[str]]) -> None:
    if not groups:
        return
    OUT.print()
    OUT.print(title, style="bold")
    for reason, named in groups.items():
        _print_grid([(Text(reason),)])
        _print_grid([(Text(""), *(Text(part, style="dim") for part in one.split(" ", 1))) for one in named])


def _print_grid(rows: Sequence[Sequence[Text]]) -> None:
    """Rows whose columns stand below each other, also where a line is broken."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in rows[0]:
        table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    print_fitting(table, table)


def summary(inference: Inference | None) -> list[str]:
    """Counts for the last line."""
    if inference is None or not inference.resources:
        return []
    plays = sum(len(resource.plays) for resource in inference.resources)
    return [counted(len(inference.resources), "resource"), f"{counted(plays, 'operation')} played"]


def resource_row(resource: Resource) -> dict[str, Any]:
    """A resource for machines, with everything that was understood."""
    row: dict[str, Any] = msgspec.to_builtins(resource)
    row["sure"] = certainty_word(resource.certainty)
    for play, said in zip(resource.plays, row["plays"], strict=True):
        said["answers"] = answer_of(resource, play)
        said["sure"] = certainty_word(play.certainty)
    return row


def certainty_word(certainty: float) -> str:
    """A certainty as a word: ``sure`` from 0.85, ``fair`` from 0.65, else ``unsure``."""
    return "sure" if certainty >= _SURE else "fair" if certainty >= _FAIR else "unsure"


def _certainty_text(certainty: float) -> Text:
    word = certainty_word(certainty)
    return Text(f"{word} {certainty:.2f}", style=_STYLES[word])


def _identity(resource: Resource) -> str:
    if resource.singleton:
        return "one of it"
    return ".".join(resource.id_field) or "only listed"


def _operations(resource: Resource) -> str:
    """The roles in the order of :class:`Role`, each once with how many, and the actions by name."""
    parts = []
    for role in Role:
        plays = [play for play in resource.plays if play.role is role]
        if role is Role.ACTION:
            parts += list(dict.fromkeys(play.action for play in plays))
        elif plays:
            parts.append(role.value if len(plays) == 1 else f"{role.value} ×{len(plays)}")
    return ", ".join(parts)


def _why(resource: Resource, names: Mapping[str, str]) -> str:
    reasons: Sequence[str] = resource.reasons
    nested = [f"nested in {names[resource.parent]}"] if resource.parent in names else []
    return "; ".join((*reasons, *nested))
