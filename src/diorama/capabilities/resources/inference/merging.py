"""Merging: drafts of the same thing under several paths become one.

``/subscriptions`` and ``/customers/{customer}/subscriptions`` are one collection, the second one filtered, when their
items have the same schema and the item says which customer it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

from diorama.capabilities.resources.inference.drafts import Draft
from diorama.capabilities.resources.inference.identity import nouns_of, owner_field
from diorama.capabilities.resources.inference.paths import HOLE, Segments
from diorama.capabilities.resources.inference.replies import agreement
from diorama.capabilities.resources.inference.shapes import Shapes
from diorama.capabilities.resources.inference.vocabulary import COPIES, TRIALS
from diorama.capabilities.resources.model import Role
from diorama.formats.names import canonical, words

_SAME = 0.75


def merged(shapes: Shapes, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, those of the same thing together with the one that has the most operations."""
    ranked = sorted(range(len(drafts)), key=lambda index: (*_rank(drafts[index]), index))
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


def _rank(draft: Draft) -> tuple[bool, int, int, int]:
    """How much a draft is a home, the more the lower: it is whole, free, has many roles and is still recommended."""
    roles = draft.roles()
    named = canonical(draft.item.name).endswith("".join(draft.nouns)) and bool(draft.item.name)
    recommended = not all(part.operation.endpoint.deprecated for part in draft.parts)
    is_whole = Role.READ in roles and bool({Role.LIST, Role.CREATE} & roles)
    weight = 4 * len(roles - {Role.ACTION}) + (2 if recommended else 0) + (1 if named else 0)
    return not is_whole, len(owners(draft.segments)), -weight, len(draft.segments)


def _same(shapes: Shapes, home: Draft, other: Draft) -> bool:
    if home.singleton or other.singleton or not other.parts or not _alike(shapes, home, other):
        return False
    if home.identity is not None and other.identity is not None and home.identity.field != other.identity.field:
        return False
    mine, theirs = owners(home.segments), owners(other.segments)
    return all(
        names_owner(shapes, home, owner, parameters_of(draft, owner))
        for draft, ours, others in ((other, theirs, mine), (home, mine, theirs))
        for owner in ours
        if owner not in others
    )


def _alike(shapes: Shapes, home: Draft, other: Draft) -> bool:
    """Whether the items of two drafts are the same thing.

    The same schema settles it, unless the other one has actions alone and speaks of something else. Else the schemas
    have to be nearly the same, and the paths have to end alike or lie below each other.
    """
    speaks_alike = home.nouns == other.nouns
    below = other.segments[:-1] == home.segments and not {Role.READ, Role.UPDATE, Role.REPLACE} & other.roles()
    below = below and not (TRIALS | COPIES).intersection(words(other.segments[-1]))
    if home.item is other.item or (home.item.name and home.item.name == other.item.name):
        return speaks_alike or below or not other.roles() <= {Role.ACTION, Role.CREATE}
    same_ids = other.roles() == {Role.LIST} or _id_pattern(shapes, home) == _id_pattern(shapes, other) != ""
    elsewhere = owners(home.segments) != owners(other.segments)
    return (below or (speaks_alike and same_ids and elsewhere)) and agreement(home.item, other.item) >= _SAME


def _id_pattern(shapes: Shapes, draft: Draft) -> str:
    """The pattern of a draft's ids; empty when its schema has none."""
    if draft.identity is None:
        return ""
    holder = shapes.along(draft.item, draft.identity.field[:-1])
    schema = holder.properties.get(draft.identity.field[-1])
    return str(schema.get("pattern", "")) if isinstance(schema, dict) else ""


def owners(segments: Segments) -> list[Segments]:
    """The paths of what a collection belongs to: each beginning that ends in a parameter."""
    return [segments[: index + 1] for index, segment in enumerate(segments) if segment == HOLE]


def parameters_of(draft: Draft, owner: Segments) -> list[str]:
    """What a draft's paths call the id of what it belongs to, each name once."""
    paths = [part.operation.path for part in draft.parts]
    found = [path.parameters_of(owner)[-1] for path in paths if path.segments[: len(owner)] == owner]
    return list(dict.fromkeys(found))


def names_owner(shapes: Shapes, draft: Draft, owner: Segments, parameters: Sequence[str]) -> bool:
    """Whether a draft's items say which owner they belong to."""
    own = draft.identity.field if draft.identity is not None else ()
    return bool(owner_field(shapes, draft.item, parameters, owner_nouns(owner), own))


def owner_nouns(owner: Segments) -> tuple[str, ...]:
    """The words of what stands before a parameter."""
    return nouns_of(owner[-2]) if len(owner) > 1 and owner[-2] != HOLE else ()
