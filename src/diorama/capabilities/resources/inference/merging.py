"""Merging: drafts of the same thing under several paths become one.

``/subscriptions`` and ``/customers/{customer}/subscriptions`` are one collection, the second one filtered, when their
items have the same schema and the item says which customer it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

from diorama.capabilities.resources.inference.drafts import Draft, Part
from diorama.capabilities.resources.inference.identity import nouns_of, owner_field
from diorama.capabilities.resources.inference.paths import HOLE, Segments
from diorama.capabilities.resources.inference.replies import agreement
from diorama.capabilities.resources.inference.shapes import Shapes
from diorama.capabilities.resources.model import Role
from diorama.capabilities.resources.names import canonical

_SAME = 0.85


def merged(shapes: Shapes, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, those of the same thing together with the one that has the most operations."""
    ranked = sorted(range(len(drafts)), key=lambda index: (-_weight(drafts[index]), len(drafts[index].segments), index))
    kept: list[int] = []
    for index in ranked:
        draft = drafts[index]
        home = next((drafts[other] for other in kept if _same(shapes, drafts[other], draft)), None)
        if home is None:
            kept.append(index)
        else:
            home.parts += draft.parts
            home.rejected += draft.rejected
    return [drafts[index] for index in sorted(kept)]


def _weight(draft: Draft) -> int:
    """How much a draft is a home: its roles, and that each item can be read."""
    roles = draft.roles()
    return 2 * len(roles - {Role.ACTION}) + (3 if Role.READ in roles else 0) + (2 if Role.LIST in roles else 0)


def _same(shapes: Shapes, home: Draft, other: Draft) -> bool:
    if home.singleton or other.singleton or not other.parts:
        return False
    if home.item is not other.item and not (home.item.name and home.item.name == other.item.name):
        below = other.segments[:-1] == home.segments and not {Role.READ, Role.UPDATE, Role.REPLACE} & other.roles()
        named = canonical("".join(home.nouns)) == canonical("".join(other.nouns)) and bool(home.segments)
        if not (below or (named and _is_listed_only(other))) or agreement(home.item, other.item) < _SAME:
            return False
    if home.identity is not None and other.identity is not None and home.identity.field != other.identity.field:
        return False
    mine, theirs = owners(home.segments), owners(other.segments)
    return all(
        names_owner(shapes, home, owner, parameter_of(draft, owner))
        for draft, ours, others in ((other, theirs, mine), (home, mine, theirs))
        for owner in ours
        if owner not in others
    )


def _is_listed_only(draft: Draft) -> bool:
    return draft.roles() == {Role.LIST}


def owners(segments: Segments) -> list[Segments]:
    """The paths of what a collection belongs to: each beginning that ends in a parameter."""
    return [segments[: index + 1] for index, segment in enumerate(segments) if segment == HOLE]


def parameter_of(draft: Draft, owner: Segments) -> str:
    """What a draft's paths call the id of what it belongs to."""
    for part in draft.parts:
        names = part.operation.path.parameters_of(owner)
        if part.operation.path.segments[: len(owner)] == owner:
            return names[-1]
    return ""


def names_owner(shapes: Shapes, draft: Draft, owner: Segments, parameter: str = "") -> bool:
    """Whether a draft's items say which owner they belong to."""
    parameter = parameter or parameter_of(draft, owner)
    own = draft.identity.field if draft.identity is not None else ()
    return bool(owner_field(shapes, draft.item, parameter, owner_nouns(owner), own))


def owner_nouns(owner: Segments) -> tuple[str, ...]:
    """The words of what stands before a parameter."""
    return nouns_of(owner[-2]) if len(owner) > 1 and owner[-2] != HOLE else ()


def stands_below(part: Part, owner: Segments) -> bool:
    """Whether an operation's path begins with an owner's."""
    return part.operation.path.segments[: len(owner)] == owner
