"""Endings: what is left of an item that was deleted, and ids of items that never were."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from diorama.capabilities.resources.model import Play
from tests.e2e.conformance.operations import Operation
from tests.e2e.cycles.dialogue import Dialogue, Said
from tests.e2e.cycles.fields import canonical

_SIGNS = "z0a9Zf7bA"
GONE = (404, 410)


def ending(before: Any, told: Any, after: Said, shown: Any) -> str:
    """How an item ended: ``gone``, ``deleted`` (a tombstone is left), ``ended`` (canceled, it stays), or ``""``.

    Args:
        before: the item before it was deleted.
        told: what the reply to its deletion shows of it.
        after: the reply to reading it afterwards.
        shown: the item in that.
    """
    if after.answer.status in GONE:
        worded = after.operation.response(after.answer.status) is not None
        return "gone" if not (worded and after.faults) else ""
    if not after.good or not isinstance(shown, dict):
        return ""
    if any(value is True and "delete" in canonical(name) for name, value in shown.items()):
        return "deleted"
    return "ended" if shown != before and isinstance(told, dict) and shown == told else ""


def strange_id(dialogue: Dialogue, operation: Operation, play: Play, known: Any) -> Any:
    """An id that no item has, and that the document allows for one."""
    assert play.id is not None
    spot = play.id
    if isinstance(known, int):
        return known + 1_000_003
    parameter = next((one for one in operation.parameters if (one.place, one.name) == (spot.place, spot.name)), None)
    schema = True if parameter is None else dialogue.requests.converted(parameter.schema)
    validator = dialogue.requests.validator(schema)
    text = str(known)
    for sign in _SIGNS:
        for changed in (text[:-4] + sign * 4, text[:-2] + sign * 2, text[:-1] + sign):
            if changed != text and validator.is_valid(changed):
                return changed
    return str(uuid4())
