"""Beginnings: what a thing is like that somebody made just now. Nothing has become of it yet."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from diorama.formats.generation.believable.choices import UNUSUAL, gone
from diorama.formats.generation.believable.quantities import COUNTS
from diorama.formats.names import singular, words

FIRST_STATES = (
    "draft", "new", "created", "initiated", "opened", "requirespaymentmethod", "requiresconfirmation",
    "awaitingauthorisation", "awaitingauthorization", "awaitingpayment", "awaitingconfirmation",
    "awaitingapproval", "awaiting", "notstarted", "todo", "backlog", "registered", "submitted",
    "pending", "pendingpayment", "pendingreview", "pendingapproval", "pendingverification", "incomplete",
    "queued", "waiting", "scheduled", "open", "received", "unpaid", "unfulfilled", "notfulfilled", "unverified",
    "unshipped", "placed", "invited", "trialing", "requested", "validating", "processing", "starting",
    "provisioning", "inprogress", "preparing", "active", "enabled", "available", "running", "live", "valid",
    "current", "normal", "ok",
)  # fmt: skip
"""States that things begin in, by their letters, the earliest first."""

LAST_STATES = frozenset(
    (
        "paid", "published", "closed", "succeeded", "success", "successful", "completed", "complete", "done",
        "finished", "settled", "booked", "fulfilled", "delivered", "sent", "shipped", "captured", "executed",
        "resolved", "solved", "posted", "processed", "cleared", "accepted", "approved", "authorised",
        "authorized", "confirmed", "verified", "sold", "used", "redeemed", "won", "merged", "released", "ended",
        "inactive", "paused", "onhold", "received", "refunded", "partiallyrefunded", "partiallypaid", "read",
        "adopted", "returned", "acsc", "book", "pass", "passed",
    )
)  # fmt: skip
"""States that things only come to, by their letters. ``received`` is either; as a beginning it goes first."""

DONE = frozenset(
    (
        "captured", "refunded", "received", "reversed", "paid", "collected", "transferred", "redeemed", "used",
        "spent", "settled", "shipped", "returned", "disputed", "credited", "applied", "fulfilled", "delivered",
        "sold", "withdrawn",
    )
)  # fmt: skip
"""What has been done with a part of a number, none of it at first."""

COMES_TO = frozenset(
    (
        *DONE, "published", "completed", "finished", "closed", "resolved", "approved", "confirmed", "merged",
        "released", "executed", "finalized", "finalised", "posted", "ended", "read", "opened", "seen",
        "verified", "accepted", "submitted", "sent", "cleared", "processed", "succeeded", "attached",
        "complete", "won", "signed",
    )
)  # fmt: skip
"""What becomes of things in the course of their lives."""

_NUMBERS = frozenset(("amount", "total", "value", "quantity", "sum", "count", "times", "units"))
_MONEY = frozenset(
    ("amount", "price", "cost", "fee", "tax", "charge", "sale", "earning", "saving", "fund", "due", "gross")
)
_NO_CHILDREN = frozenset(
    ("max", "maximum", "min", "minimum", "limit", "page", "seat", "seats", "word", "character", "pages")
)
_ABOUT = frozenset(("at", "on", "date", "time", "timestamp", "by", "reason", "code", "message", "details", "datetime"))


def letters_of(text: Any) -> str:
    """The letters of a listed value in lower case; empty for what is no text."""
    return "".join(letter for letter in text.lower() if letter.isalnum()) if isinstance(text, str) else ""


def first_state(values: list[Any]) -> Any:
    """The state among the listed ones that a thing begins in."""
    found = {letters_of(value): value for value in reversed(values)}
    for state in FIRST_STATES:
        if state in found:
            # What is listed first is where a life begins unless a clearer word is there: a pet is ``available``, then
            # ``pending``, then ``sold``.
            is_vague = state == "pending" and letters_of(values[0]) in FIRST_STATES
            return values[0] if is_vague else found[state]
    early = [value for value in values if letters_of(value) not in LAST_STATES and str(value).lower() not in UNUSUAL]
    return (early or values)[0]


@lru_cache(maxsize=16_384)
def begins_at_zero(name: str) -> bool:
    """Whether a number of this name counts what a new thing does not have: ``comments_count``, ``amount_refunded``."""
    row = words(name)
    if not row or any(word in _NO_CHILDREN for word in row):
        return False
    if row[-1] in {"count", "counts"} and len(row) > 1:
        return True
    if any(word in DONE for word in row):
        return len(row) == 1 or any(word in _NUMBERS for word in row)
    last = singular(row[-1])
    return row[0] == "total" and last != row[-1] and last not in _MONEY


@lru_cache(maxsize=16_384)
def counts_beside(name: str) -> bool:
    """Whether a number counts the list beside it, rather than what the thing has."""
    return " ".join(words(name)) in COUNTS


@lru_cache(maxsize=16_384)
def off_at_first(row: tuple[str, ...]) -> bool:
    """Whether a switch of this name is off until something becomes of the thing."""
    return any(word in COMES_TO for word in row)


@lru_cache(maxsize=16_384)
def gone_at_first(name: str) -> bool:
    """Whether a part of this name has no place in a new thing, so that it is null or left out where it may be."""
    if begins_at_zero(name):
        return False
    if gone(name):
        return True
    row = words(name)
    return len(row) > 1 and row[-1] in _ABOUT and any(word in COMES_TO for word in row[:-1])
