"""Refusals: the errors for what is there already, or is not."""

from __future__ import annotations

from diorama.capabilities.resources.playing.kinds import Kind, Row
from diorama.model.errors import DioramaError


def exists(kind: Kind, item_id: str) -> DioramaError:
    """The error for an id that is taken."""
    return DioramaError(
        "resource_exists",
        f"There is a {kind.label} {item_id[:100]!r} already.",
        "Choose another id, or leave it out.",
        {"resource": kind.resource.name},
    )


def _advice(kind: Kind, row: Row | None) -> str:
    """What to do about an item that is not there.

    Args:
        kind: of what.
        row: what is left of it.
    """
    if row is not None and "gone" in row:
        return "It was deleted. Create it again, or name another one."
    if kind.unknown_ids == "make":
        return "Create it first, or name one that is listed here."
    return "Create it first, or serve with `--unknown-ids make`."


def unknown(kind: Kind, item_id: str, row: Row | None = None) -> DioramaError:
    """The error for an item that is not there."""
    named = f" {item_id[:100]!r}" if item_id else ""
    return DioramaError(
        "resource_unknown",
        f"There is no {kind.label}{named}.",
        _advice(kind, row),
        {"resource": kind.resource.name},
    )


def dangling(kind: Kind, item_id: str, row: Row | None = None) -> DioramaError:
    """The error for an id that something refers to and nothing has."""
    return DioramaError(
        "reference_unknown",
        f"There is no {kind.label} {item_id[:100]!r}.",
        _advice(kind, row),
        {"resource": kind.resource.name},
    )
