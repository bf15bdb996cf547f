"""Choices: which of several listed values is likely, which switches are on, which parts are there at all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from diorama.formats.names import words

USUAL = (
    "active", "succeeded", "success", "succeed", "successful", "completed", "complete", "paid", "settled",
    "booked", "authorised", "authorized", "approved", "enabled", "available", "open", "confirmed", "delivered",
    "accepted", "sent", "verified", "valid", "published", "processed", "ready", "running", "in_progress", "live",
    "posted", "fulfilled", "ok", "acceptedsettlementcompleted", "acsc", "auth", "book", "pass", "passed",
    "healthy", "online", "current", "normal", "created", "new", "pending", "processing", "scheduled", "queued",
    "draft",
)  # fmt: skip
"""States that most things are in, the most usual first."""

UNUSUAL = frozenset(
    (
        "unknown", "failed", "failure", "error", "errored", "deleted", "none", "other", "unspecified",
        "canceled", "cancelled", "rejected", "declined", "expired", "blocked", "suspended", "disabled",
        "inactive", "revoked", "unavailable", "fraud", "fraudulent", "lost", "stolen", "closed", "archived",
        "invalid", "void", "voided", "aborted", "undelivered", "refused", "denied", "busy", "deprecated",
        "unset", "null", "undefined", "not_set", "past_due", "unpaid", "uncollectible", "incomplete_expired",
        "reversed", "returned", "chargeback", "disputed", "terminated", "restricted", "inaktiv",
    )
)  # fmt: skip
"""Values that are seldom what is meant when nothing has gone wrong."""

STATES = frozenset(("status", "state", "stage", "phase", "outcome", "result"))

OFF = frozenset(
    (
        "deleted", "livemode", "more", "archived", "disabled", "blocked", "frozen", "cancelled", "canceled",
        "refunded", "disputed", "expired", "locked", "hidden", "fraudulent", "delinquent", "suspended",
        "revoked", "closed", "returned", "truncated", "deprecated", "beta", "error", "failed", "cancel",
        "removed", "restricted", "voided", "overdue", "muted", "banned", "draft", "test", "spam", "fax", "end",
        "reversed",
    )
)  # fmt: skip
"""Switches with one of these words are off as a rule."""

ON = frozenset(
    (
        "active", "enabled", "verified", "success", "succeeded", "captured", "paid", "available", "valid",
        "public", "ok", "attached", "visible", "published", "sms", "mms", "voice", "approved", "confirmed",
        "supported", "accepted", "shippable", "included", "complete", "completed", "submitted", "healthy",
    )
)  # fmt: skip
"""Switches with one of these words are on as a rule."""

ABSENT = frozenset(
    (
        "canceled", "cancelled", "cancel", "cancellation", "deleted", "failure", "failed", "error", "errors",
        "dispute", "disputed", "disabled", "refund", "refunded", "refunds", "ended", "voided", "void",
        "revoked", "rejected", "decline", "declined", "removed", "archived", "expired", "suspended", "fault",
        "faults", "warning", "warnings", "due", "deprecated", "closed", "overdue", "return", "returned",
        "reversal", "reversals", "reversed", "lost", "previous", "prev", "original", "superseded",
        "alternatives", "next",
    )
)  # fmt: skip
"""Parts named so are absent, empty or null while all is well and there is one page."""

PRESENT = frozenset(
    (
        "id", "sid", "uuid", "name", "email", "status", "state", "type", "currency", "amount", "created",
        "updated", "date", "number", "created_at", "object", "country", "line1", "brand", "last4", "total",
        "items", "data", "results", "url", "uri", "address", "phone",
    )
)  # fmt: skip
"""Parts that are nearly always there."""

_GONE = 0.97
_SELDOM = 0.05
_SOMETIMES = 0.2
_OFTEN = 0.5


@lru_cache(maxsize=16_384)
def absence(name: str, *, whole: bool, depth: int) -> float:
    """How likely a part that may be null is so.

    Args:
        name: its property's name.
        whole: whether it is an object or an array.
        depth: how deep it stands; deep parts of large bodies are rather left out.
    """
    row = words(name)
    if gone(name):
        return _GONE
    if row and (row[-1] in PRESENT or row[0] in PRESENT):
        return _SELDOM
    if whole:
        return _OFTEN if depth >= 2 else 0.3
    return _SOMETIMES if depth < 3 else 0.35


@lru_cache(maxsize=16_384)
def gone(name: str) -> float:
    """How likely an optional part of this name is left out because it has no place while all is well; 0 for most."""
    row = words(name)
    return _GONE if any(word in ABSENT for word in row) and "due" not in row else 0.0


def likely(row: tuple[str, ...], values: list[Any]) -> list[Any]:
    """Those of the listed values that one of them is chosen from; of states it is the most usual one."""
    texts = {index: str(value).lower() for index, value in enumerate(values) if isinstance(value, str)}
    if row and (row[-1] in STATES or (len(row) > 1 and row[0] in STATES)):
        for state in USUAL:
            found = [index for index, text in texts.items() if text.replace(" ", "_") == state]
            if found:
                return [values[found[0]]]
    kept = [
        value
        for index, value in enumerate(values)
        if value is not None and not (index in texts and (texts[index] in UNUSUAL or not texts[index]))
    ]
    return kept or [value for value in values if value is not None] or values


def switched(row: tuple[str, ...]) -> bool | None:
    """Whether a switch of this name is on; None when the name does not say."""
    for word in reversed(row):
        if word in OFF:
            return False
        if word in ON:
            return True
    return None
