"""Claims: what a client says that an item shall be, and what is wrong with it by the item's schema.

What a client writes is never replaced by something that was made up: a change that cannot stand is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from diorama.capabilities.resources.model import Pointer
from diorama.capabilities.resources.playing.changes import Misfit, failed
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.places import ABSENT
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.generation.conformance import equal, kind
from diorama.formats.names import canonical
from diorama.formats.schemas import Check, Fault
from diorama.model.errors import DioramaError, Violation
from diorama.model.pointers import pointer_of

FAULTS_MAX = 40


class Claim(Struct, frozen=True):
    """What a client wrote.

    Attributes:
        said: of the item, under the client's names; for a JSON Patch the properties that it changed.
        place: where in the body the item stands.
        is_patch: whether it is a JSON Patch.
    """

    said: Mapping[str, Any]
    place: Pointer = ()
    is_patch: bool = False

    def blamed(self, check: Check, item: Any) -> list[Fault]:
        """Of the faults of a changed item those that the client wrote."""
        faults = check.faults(item, "the item", most=FAULTS_MAX)
        return [fault for fault in faults if fault.at and self._says(fault.at)]

    def disturbed(self, wanted: Mapping[str, Any], done: Mapping[str, Any]) -> list[Fault]:
        """The properties that would not be what the client wrote, after a repair."""
        return [
            Fault((name,), "schema", f"{name} cannot be that beside the rest of the item", "")
            for name in self.said
            if name in wanted and not isinstance(wanted[name], dict | list)
            if not equal(wanted[name], done.get(name, ABSENT))
        ]

    def refusal(self, faults: Iterable[Fault]) -> DioramaError:
        """The error for a change that breaks the item's schema."""
        violations = tuple(
            Violation("body", pointer_of((*self.place, *fault.at)), fault.rule, fault.message, fault.schema_pointer)
            for fault in faults
        )
        first = violations[0].message
        if self.is_patch:
            return failed(f"{first} afterwards", violations)
        return DioramaError(
            "request_violates_schema",
            f"The item would break the document's rules: {first}.",
            "Each violation names the place, the rule and what would be right.",
            violations=violations,
        )

    def _says(self, at: tuple[str | int, ...]) -> bool:
        """Whether what stands at a place, or is missing there, comes from the client."""
        value: Any = self.said
        for depth, token in enumerate(at):
            if isinstance(value, list) or (self.is_patch and depth):
                return True
            if not isinstance(value, dict):
                return False
            value = _named(value, str(token))
            if value is ABSENT:
                return False
        return True


def _named(value: Mapping[str, Any], name: str) -> Any:
    """What an object has under a name, in whatever style it is written."""
    if name in value:
        return value[name]
    letters = canonical(name)
    return next((item for key, item in value.items() if canonical(key) == letters), ABSENT)


def refused(misfits: Iterable[Misfit], bodies: Iterable[Shape]) -> list[Fault]:
    """Of the values that an item cannot have, those that the request's schema does not ask for on purpose.

    A document may let clients write what replies show in another form: ``trial_end: now``, where replies have a moment.

    Args:
        misfits: values that did not fit.
        bodies: the shapes of the item in requests of this media type.
    """
    shapes = list(bodies)
    found = []
    for misfit in misfits:
        places = [place for place in (shape.place(*misfit.names) for shape in shapes) if place is not None]
        if any(_means(place, misfit) for place in places):
            continue
        rule, message = _reason(misfit)
        found.append(Fault(misfit.names, rule, message, ""))
    return found


def _means(place: Shape, misfit: Misfit) -> bool:
    """Whether the request's schema lets a value be written that replies cannot show."""
    value = misfit.value
    settled = place.settled(value)
    if settled.rules.values is not None:
        return any(equal(one, value) for one in settled.rules.values)
    return settled.allows(kind(value)) and not misfit.shape.allows(kind(value))


def _reason(misfit: Misfit) -> tuple[str, str]:
    name = misfit.names[-1]
    if misfit.value is None:
        return "required", f"{name} has to be there and cannot be null"
    values = misfit.shape.settled(misfit.value).rules.values
    if values is not None:
        return "enum", f"{name} is none of the values that the document lists"
    return "type", f"{name} cannot be of type {kind(misfit.value)}"


def patch_claim(owner: Kind, old: Mapping[str, Any], after: Any, place: Pointer) -> tuple[dict[str, Any], Claim]:
    """(the item after a JSON Patch, as far as the client may change it; what the client claims).

    Raises:
        DioramaError: ``patch_failed`` when what is left is no object.
    """
    if not isinstance(after, dict):
        raise failed("what is left is no object")
    members = owner.shape.settled(old).members
    out = {name: value for name, value in after.items() if name in old or not _is_kept_away(owner, name, members)}
    out |= {name: value for name, value in old.items() if name in members and not owner.lets(name)}
    changed = [*out, *(name for name in old if name not in out)]
    said = {name: out.get(name) for name in changed if not equal(out.get(name, ABSENT), old.get(name, ABSENT))}
    return out, Claim(said, place, is_patch=True)


def _is_kept_away(owner: Kind, name: str, members: Mapping[str, Shape]) -> bool:
    """Whether a new property is one that clients may not set, or that replies never show."""
    return not owner.lets(name) if name in members else canonical(name) in owner.settable
