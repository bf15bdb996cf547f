"""Moments: when things were made, changed and will end, in the form that the document asks for.

A thing is made at its scene's moment; what happened to it came after that and up to now; what will end ends after now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diorama.formats.generation.believable.calendar import DAY_US, SECOND_US, clock_time, date, rfc2822, rfc3339
from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject
from diorama.ports.dice import Dice

HOUR_US = 3600 * SECOND_US
Moment = Callable[[Scene, Dice], int]
"""Microseconds since 1970."""


def created(scene: Scene, dice: Dice) -> int:
    """When the thing was made: now, or for one of several lately."""
    return int(scene.fact("moment", _draw_created))


def _draw_created(scene: Scene, dice: Dice) -> int:
    if not scene.item:
        return scene.stage.now_us
    lately = scene.stage.now_us - SECOND_US * (3600 + dice.below(30 * 86_400))
    return lately // SECOND_US * SECOND_US


def updated(scene: Scene, dice: Dice) -> int:
    """When it last changed: when it was made, or between then and now."""
    return max(int(scene.fact("updated", _draw_updated)), created(scene, dice))


def _draw_updated(scene: Scene, dice: Dice) -> int:
    begun = created(scene, dice)
    seconds = (scene.stage.now_us - begun) // SECOND_US
    return begun + dice.below(seconds + 1) * SECOND_US if seconds > 0 else begun


def _after(days_min: int, days_max: int) -> Moment:
    """So many days after the later of the thing's making and now."""

    def moment(scene: Scene, dice: Dice) -> int:
        return max(created(scene, dice), scene.stage.now_us) + (days_min + dice.below(days_max - days_min + 1)) * DAY_US

    return moment


def _period_end(scene: Scene, dice: Dice) -> int:
    return created(scene, dice) + 30 * DAY_US


def _shortly_after(scene: Scene, dice: Dice) -> int:
    return updated(scene, dice) + HOUR_US


def birth(scene: Scene, dice: Dice) -> int:
    """A day 20 to 65 years ago."""
    return scene.stage.now_us - (7300 + dice.below(16_400)) * DAY_US


def moment(of: Moment) -> Factory:
    """A factory of one moment in any form."""

    def factory(subject: Subject) -> Maker | None:
        if subject.type in {"integer", "number"}:
            return _number(subject, of)
        return _text(subject, of) if subject.type == "string" else None

    return factory


def _number(subject: Subject, of: Moment) -> Maker | None:
    """Seconds since 1970, or milliseconds where the document says so; smaller limits mean something else."""
    last, sample = subject.words[-1:], subject.samples[:1]
    if last and last[0] in {"days", "hours", "minutes", "seconds", "ms", "count", "year", "month", "day"}:
        return None
    large = bool(sample) and isinstance(sample[0], int) and sample[0] > 100_000_000_000
    if large or subject.says("millisecond"):
        return lambda scene, dice: of(scene, dice) // 1000
    if not subject.fits(1_700_000_000):
        return None
    return lambda scene, dice: of(scene, dice) // SECOND_US


def _text(subject: Subject, of: Moment) -> Maker | None:
    form, sample = subject.rules.format, subject.sample
    if form == "date":
        return lambda scene, dice: date(of(scene, dice))
    if form == "time":
        return lambda scene, dice: clock_time(of(scene, dice)) + "Z"
    if form == "date-time":
        return _rfc3339(sample, of)
    if form:
        return (lambda scene, dice: rfc2822(of(scene, dice))) if "2822" in form else None
    if subject.says("rfc 2822", "rfc2822", "rfc 822"):
        return lambda scene, dice: rfc2822(of(scene, dice))
    if sample.isdigit() or subject.says("unix time", "epoch"):
        return lambda scene, dice: str(of(scene, dice) // SECOND_US)
    if subject.says("yyyy-mm-dd") or (len(sample) == 10 and sample[4:5] == "-") or _day_only(subject):
        return lambda scene, dice: date(of(scene, dice))
    return _rfc3339(sample, of)


def _day_only(subject: Subject) -> bool:
    """Whether the schema has room for a day and none for a time."""
    return subject.fits("2026-01-15") and not subject.fits("2026-01-15T10:00:00Z")


def _rfc3339(sample: str, of: Moment) -> Maker:
    zone = "+00:00" if sample.endswith(("+00:00", "+01:00", "+02:00")) else "Z"
    _, dot, after = sample.partition(".")
    fraction = len(after.rstrip("Z").partition("+")[0]) if dot and after[:1].isdigit() else 0
    fraction = min(fraction, 6)
    return lambda scene, dice: rfc3339(of(scene, dice), fraction, zone)


def _day_part(position: int) -> Factory:
    """The year, month or day of a person's birth, or of the thing's making."""

    def factory(subject: Subject) -> Maker | None:
        if subject.type != "integer":
            return None
        born = "birth" in subject.before or "dob" in subject.before
        of = birth if born else created
        return lambda scene, dice: int(date(of(scene, dice)).split("-")[position])

    return factory


def _clock(subject: Subject) -> Maker | None:
    """``time``: of a day, in the format for that, else a moment."""
    return moment(created)(subject) if subject.type == "string" or subject.fits(1_700_000_000) else None


_CREATED, _UPDATED, _LATER = moment(created), moment(updated), moment(_after(1, 60))


def _named(factory: Factory, *stems: str) -> dict[str, Factory]:
    """A factory under a verb in all the ways that moments are named."""
    names: dict[str, Factory] = {}
    for stem in stems:
        for form in ("{} at", "{} on", "date {}", "{} date", "{} date time", "{} time", "{} timestamp", "{} ts"):
            names[form.format(stem)] = factory
    return names


_TOLD: dict[str, Any] = {
    **_named(
        _CREATED,
        "created", "create", "creation", "inserted", "submitted", "opened", "issued", "issue", "registered",
        "start", "started", "begin", "valid from", "effective", "joined", "ordered", "order", "purchase",
        "invoice", "transaction", "enqueued", "signed", "period start", "from",
    ),
    **_named(
        _UPDATED,
        "updated", "update", "modified", "modification", "changed", "last", "status update", "last update",
        "last updated", "completed", "completion", "finished", "paid", "captured", "confirmed", "sent", "received",
        "delivered", "accepted", "approved", "authorised", "authorized", "processed", "posted", "posting",
        "booking", "booked", "settled", "value", "activated", "verified", "published", "shipped", "last login",
        "last seen", "viewed", "synced", "finalized", "fulfilled", "status",
    ),
    **_named(
        _LATER,
        "expires", "expired", "expiry", "expiration", "expire", "due", "valid until", "valid to", "valid through",
        "renewal", "renews", "next", "deadline", "scheduled", "schedule", "expected execution",
        "expected settlement", "requested execution", "cut off", "arrival", "available", "estimated delivery",
        "delivery", "next payment", "final payment", "recurring payment", "first payment", "trial end", "until",
        "billing",
    ),
    **_named(moment(_period_end), "period end", "to", "current period end"),
    **_named(_UPDATED, "end", "ended"),
    "end date": moment(_period_end),
    **_named(moment(birth), "birth", "of birth"),
}  # fmt: skip

NAMES: dict[str, Factory] = {
    **_TOLD,
    "created": _CREATED,
    "updated": _UPDATED,
    "modified": _UPDATED,
    "last modified": _UPDATED,
    "expires": _LATER,
    "expiry": _LATER,
    "valid until": _LATER,
    "valid from": _CREATED,
    "available on": moment(_shortly_after),
    "current period start": _CREATED,
    "period start": _CREATED,
    "current period end": moment(_period_end),
    "period end": moment(_period_end),
    "timestamp": _CREATED,
    "date": _CREATED,
    "datetime": _CREATED,
    "date time": _CREATED,
    "as of": _CREATED,
    "since": _CREATED,
    "time": _clock,
    "dob": moment(birth),
    "birthday": moment(birth),
    "birth date": moment(birth),
    "date of birth": moment(birth),
    "year": _day_part(0),
    "month": _day_part(1),
    "day": _day_part(2),
}
FORMATS: dict[str, Factory] = {
    "date-time": _CREATED,
    "date": _CREATED,
    "unix-time": _CREATED,
    "timestamp": _CREATED,
    "epoch": _CREATED,
    "date-time-rfc-2822": _CREATED,
    "rfc2822": _CREATED,
}
