"""Understood: the resources that ``diorama inspect --json`` tells of, with the document's own operations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from diorama.capabilities.resources.model import Play, Resource, Role
from tests.e2e.conformance.document import Document
from tests.e2e.conformance.operations import Operation, operations
from tests.e2e.serving.process import run

INSPECT_SECONDS = 120.0


@dataclass(frozen=True)
class Understood:
    """What is known of a document's resources.

    Attributes:
        resources: by key, in order.
        operations: by endpoint id.
        unplayed: endpoint id to why no resource plays it.
    """

    resources: dict[str, Resource]
    operations: dict[str, Operation]
    unplayed: dict[str, str]

    def plays(self, resource: Resource, *roles: Role) -> list[Play]:
        """The plays of some roles whose operation the document has, those first that ask for least."""
        found = [one for one in resource.plays if one.role in roles and one.endpoint in self.operations]
        return sorted(found, key=lambda play: (len(self._wanted(play)), len(play.scopes)))

    def _wanted(self, play: Play) -> list[str]:
        """The query parameters that an operation cannot do without."""
        operation = self.operations[play.endpoint]
        return [one.name for one in operation.parameters if one.place == "query" and one.required]


def understood(path: Path, document: Document) -> Understood:
    """Ask ``diorama inspect`` about a document.

    Raises:
        RuntimeError: when it does not tell; the message is what it said.
    """
    done = run(["inspect", str(path), "--json"], seconds=INSPECT_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(done.stderr or done.stdout)
    told = json.loads(done.stdout)
    return joined(told, document)


def joined(told: dict[str, object], document: Document) -> Understood:
    """What inspect told, beside the operations that the document itself has."""
    by_path: dict[tuple[str, str], Operation] = {}
    for one in operations(document):
        by_path[one.method, one.path] = by_path[one.method, one.base_path + one.path] = one
    rows = msgspec.convert(told["endpoints"], list[dict[str, object]])
    known = {str(row["endpoint"]): by_path.get((str(row["method"]), str(row["path"]))) for row in rows}
    resources = msgspec.convert(told.get("resources", []), list[Resource])
    unplayed = msgspec.convert(told.get("unplayed", []), list[dict[str, str]])
    return Understood(
        {one.key: one for one in resources},
        {name: operation for name, operation in known.items() if operation is not None},
        {one["endpoint"]: one["reason"] for one in unplayed},
    )
