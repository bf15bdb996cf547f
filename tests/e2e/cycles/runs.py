"""A run: one document served as users do it, and the cycles of all its resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from diorama.capabilities.resources.model import Resource
from tests.e2e.conformance.document import Document
from tests.e2e.cycles.cycle import Cycle
from tests.e2e.cycles.dialogue import Dialogue
from tests.e2e.cycles.instances import Instances
from tests.e2e.cycles.report import DocumentOutcome
from tests.e2e.cycles.understood import Understood, understood
from tests.e2e.serving.process import Server

SERVE = ("serve", "--memory", "--port", "0", "--log-format", "none")


def run(
    path: Path,
    only: str = "",
    told: Callable[[str], object] = str,
    command: Sequence[str] = SERVE,
    known: Understood | None = None,
) -> DocumentOutcome:
    """Serve a document and try the cycle of each of its resources.

    Args:
        path: the document.
        only: a part of the names of the resources that are tried; empty for all.
        told: called with each resource's name before it is tried.
        command: how it is served, without the document.
        known: what is known of its resources; asked of ``diorama inspect`` when None.
    """
    document = Document(path)
    known = known or understood(path, document)
    outcome = DocumentOutcome(path.name, unplayed=len(known.unplayed), operations=len(known.operations))
    with Server([command[0], str(path), *command[1:]]) as server, Dialogue(server.port, document) as dialogue:
        instances = Instances(dialogue, known)
        tried = {}
        for resource in sorted(known.resources.values(), key=_depth, reverse=True):
            if only in resource.name:
                told(resource.name)
                tried[resource.key] = Cycle(resource, known, dialogue, instances).run()
        outcome.outcomes = [tried[key] for key in known.resources if key in tried]
    return outcome


def _depth(resource: Resource) -> int:
    """How deep a resource is nested: what is inside another is tried before the other's items are deleted."""
    return resource.key.count("{}")
