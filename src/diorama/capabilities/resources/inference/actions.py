"""Actions: what a verb behind an item's path changes, read from the values that the item's properties may have."""

from __future__ import annotations

import re

from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.model import Pointer
from diorama.formats.names import canonical, words
from diorama.model.definition import Schema

Change = tuple[Pointer, str | int | bool]

_STATES = ("status", "state", "phase", "stage", "lifecyclestate", "lifecycle")
"""Properties that say how far an item is, the likeliest first."""

_OUTCOMES: dict[str, tuple[str, ...]] = {
    "cancel": ("canceled", "cancelled", "canc", "canceling", "cancelling"),
    "capture": ("captured", "succeeded", "completed", "settled"),
    "confirm": ("confirmed", "succeeded", "active", "processing"),
    "approve": ("approved", "accepted", "active"),
    "accept": ("accepted", "approved"),
    "reject": ("rejected", "declined", "rjct", "refused"),
    "decline": ("declined", "rejected"),
    "refuse": ("refused", "rejected"),
    "close": ("closed", "lost", "ended"),
    "open": ("open", "opened"),
    "reopen": ("open", "reopened"),
    "void": ("void", "voided"),
    "finalize": ("finalized", "open", "final"),
    "finalise": ("finalised", "open", "final"),
    "pay": ("paid",),
    "refund": ("refunded",),
    "expire": ("expired",),
    "activate": ("active", "activated", "enabled"),
    "deactivate": ("inactive", "deactivated", "disabled"),
    "enable": ("enabled", "active"),
    "disable": ("disabled", "inactive"),
    "suspend": ("suspended",),
    "pause": ("paused",),
    "resume": ("active", "resumed", "running", "inprogress"),
    "start": ("started", "running", "active", "inprogress"),
    "stop": ("stopped", "inactive"),
    "complete": ("completed", "complete", "done"),
    "finish": ("finished", "completed", "done"),
    "fail": ("failed",),
    "submit": ("submitted", "pending", "inreview", "underreview"),
    "publish": ("published", "live"),
    "unpublish": ("unpublished", "draft"),
    "archive": ("archived",),
    "unarchive": ("active", "unarchived"),
    "block": ("blocked",),
    "unblock": ("active", "unblocked"),
    "lock": ("locked",),
    "unlock": ("unlocked", "active"),
    "freeze": ("frozen",),
    "ship": ("shipped",),
    "deliver": ("delivered",),
    "return": ("returned",),
    "reverse": ("reversed",),
    "release": ("released",),
    "redact": ("redacted",),
    "revoke": ("revoked",),
    "verify": ("verified",),
    "send": ("sent",),
    "sign": ("signed",),
    "assign": ("assigned",),
    "resolve": ("resolved",),
    "dismiss": ("dismissed",),
    "schedule": ("scheduled",),
    "post": ("posted",),
    "settle": ("settled",),
    "process": ("processing", "processed"),
    "authorize": ("authorized",),
    "authorise": ("authorised", "auth"),
    "delete": ("deleted",),
    "restore": ("active", "restored"),
    "terminate": ("terminated",),
    "end": ("ended",),
    "abort": ("aborted", "canceled", "cancelled"),
}
"""A verb, and the values that a state may have after it, the likeliest first."""

_QUOTED = re.compile(r"[`'\"]([A-Za-z][\w-]{2,40})[`'\"]")
_PLAIN = re.compile(r"\b(?:[a-z]+ed|void|active|inactive|open|paid|done)\b")

_MARK = frozenset({"mark", "set", "as", "to", "make"})
_MOMENTS = ("at", "on", "date", "time", "datetime")


def changes(shapes: Shapes, item: Shape, verb: str) -> tuple[tuple[Change, ...], tuple[Pointer, ...]]:
    """What a verb sets, and which properties get its moment: a state, flags and moments that are called after it.

    Both are empty where nothing fits.
    """
    said = [word for word in words(verb) if word not in _MARK]
    if not said:
        return (), ()
    outcomes = _outcomes(said)
    found: list[Change] = []
    stamps: list[Pointer] = []
    changed = _state(shapes, item, outcomes)
    if changed is not None:
        found.append(changed)
    participles = [one for one in outcomes if one.endswith(("ed", "en", "id", "nt"))]
    for name in item.properties:
        spelling = canonical(name)
        shape = shapes.at(item, name)
        if shape.kind == "boolean" and any(spelling in (one, "is" + one) for one in outcomes):
            found.append(((name,), True))
        elif shape.kind in ("string", "integer", "any") and any(
            spelling == one + moment for one in participles for moment in _MOMENTS
        ):
            stamps.append((name,))
    return tuple(found), tuple(stamps)


def _outcomes(said: list[str]) -> tuple[str, ...]:
    """The values that a verb may lead to: those of the table, then what the verb itself becomes."""
    verb = said[0]
    if verb in _OUTCOMES:
        return tuple(dict.fromkeys((*_OUTCOMES[verb], *_participles(verb))))
    whole = "".join(said)
    return tuple(dict.fromkeys((whole, *(one for word in said for one in _participles(word)))))


def _participles(verb: str) -> tuple[str, ...]:
    if verb.endswith("e"):
        return (verb + "d",)
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return (verb[:-1] + "ied",)
    return (verb + "ed", verb + verb[-1:] + "ed")


def _state(shapes: Shapes, item: Shape, outcomes: tuple[str, ...]) -> Change | None:
    """The state that has one of the values."""
    named = [item.fields[one] for one in _STATES if one in item.fields]
    named += [name for name in item.properties if name not in named and words(name)[-1:] in (("status",), ("state",))]
    for name in named:
        shape = shapes.at(item, name)
        values = {canonical(value): value for value in shape.enum if isinstance(value, str)}
        if not values and shape.kind == "string":
            values = {canonical(value): value for value in _told(item.properties[name])}
        for outcome in outcomes:
            if outcome in values:
                return (name,), values[outcome]
    return None


def _told(schema: Schema) -> list[str]:
    """The words that a description sets apart as values: ``Can be `pending`, `paid`, or `failed```."""
    description = schema.get("description", "") if isinstance(schema, dict) else ""
    found = _QUOTED.findall(description) if isinstance(description, str) else []
    return [*found, *(_PLAIN.findall(description) if not found and isinstance(description, str) else [])]
