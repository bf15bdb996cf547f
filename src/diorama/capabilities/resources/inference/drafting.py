"""Drafting: from clusters to drafts, and which of them are resources."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from diorama.capabilities.resources.inference.casting import cast
from diorama.capabilities.resources.inference.clusters import Cluster, Member, clusters_of
from diorama.capabilities.resources.inference.drafts import Draft, Part, item_of, item_parameters, nouns_at
from diorama.capabilities.resources.inference.identity import identity_of
from diorama.capabilities.resources.inference.merging import merged, names_owner, owners, parameters_of
from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.paths import Segments
from diorama.capabilities.resources.inference.shapes import Shapes
from diorama.capabilities.resources.inference.singletons import singleton_of
from diorama.capabilities.resources.model import Role
from diorama.formats.names import canonical

_TAKES_ID = frozenset({Role.READ, Role.UPDATE, Role.REPLACE, Role.DELETE, Role.ACTION})
_MAKES = frozenset({Role.CREATE, Role.LIST})

_ONE_OF_THEM = "it shows an item of another collection, and does not say which one"

Rejected = dict[str, str]
"""Endpoint id, and why it plays nothing."""


def draft_all(shapes: Shapes, operations: Sequence[Operation]) -> tuple[list[Draft], Rejected]:
    """The resources of an Api as drafts, in the document's order, and what plays none of them."""
    rejected: Rejected = {}
    drafts: list[Draft] = []
    strays: list[Member] = []
    for cluster in clusters_of(operations):
        draft = _draft(shapes, cluster, rejected)
        if draft is not None:
            drafts.append(draft)
            strays += [member for member, _ in draft.rejected if member.slot == "action"]
    drafts += _adopted(shapes, strays)
    kept = {draft.item.name for draft in drafts if not draft.singleton and draft.identity is not None}
    for draft in [one for one in drafts if one.singleton and one.item.name in kept]:
        # One of a collection's items shows at a path of its own: which one it is, nobody says.
        drafts.remove(draft)
        rejected |= {part.play.endpoint: _ONE_OF_THEM for part in draft.parts}
    found = merged(shapes, drafts)
    for draft in found:
        _let_replace_make(draft)
    for draft in found:
        for member, reason in draft.rejected:
            rejected.setdefault(member.operation.endpoint.id, reason)
    valid = _valid(shapes, found, rejected)
    played = {part.play.endpoint for draft in valid for part in draft.parts}
    return valid, {endpoint: reason for endpoint, reason in rejected.items() if endpoint not in played}


def _draft(shapes: Shapes, cluster: Cluster, rejected: Rejected) -> Draft | None:
    single = singleton_of(shapes, cluster)
    if single is not None:
        return single
    item = item_of(shapes, cluster)
    if item is None:
        for member in cluster.members:
            rejected[member.operation.endpoint.id] = _why_no_item(member, cluster)
        return None
    draft = Draft(cluster.segments, nouns_at(cluster.segments, item), item)
    draft.identity = identity_of(shapes, item, draft.nouns, item_parameters(cluster))
    for member in cluster.members:
        part = cast(shapes, draft, member)
        if isinstance(part, str):
            draft.rejected.append((member, part))
        elif part.play.role in _TAKES_ID and draft.identity is None:
            draft.rejected.append((member, "the item shows no id that a request could name"))
        else:
            draft.parts.append(part)
    return draft


def _why_no_item(member: Member, cluster: Cluster) -> str:
    operation = member.operation
    if operation.response is None:
        return "the document defines no success for it"
    if operation.foreign:
        return f"it replies with {operation.response.content[0].name}, not with JSON"
    if all(one.operation.method == "GET" for one in cluster.members):
        return "it is neither a list nor written anywhere"
    if len(cluster.members) == 1:
        return f"nothing else is done at this path, and {operation.method} alone keeps nothing"
    return "the replies at this path show no item"


def _adopted(shapes: Shapes, strays: Sequence[Member]) -> list[Draft]:
    """What stands below an item and is not about it may be a way to make something else (``POST /users/{}/orders``)."""
    drafts = []
    for member in strays:
        readings = member.operation.items()
        segments: Segments = member.operation.path.segments
        nouns = nouns_at(segments)
        if member.operation.method != "POST" or not readings:
            continue
        # A verb that replies with something of a collection does not say that it makes one.
        if not canonical(readings[0].shape.name).endswith("".join(nouns)):
            continue
        draft = Draft(segments, nouns, readings[0].shape)
        draft.identity = identity_of(shapes, draft.item, draft.nouns, ())
        part = cast(shapes, draft, Member(member.operation, "collection"))
        if isinstance(part, Part) and draft.identity is not None:
            draft.parts.append(part)
            drafts.append(draft)
    return drafts


def _valid(shapes: Shapes, drafts: Sequence[Draft], rejected: Rejected) -> list[Draft]:
    """The drafts that keep something: what is written can be seen again, or what is listed can be read."""
    valid = [draft for draft in drafts if draft.singleton or _why_not(draft) is None]
    made = {draft.segments for draft in valid if Role.CREATE in draft.roles()}
    known = {draft.segments for draft in valid}
    for draft in drafts:
        if draft in valid:
            continue
        if _is_part_of_fixed(shapes, draft, known - made):
            valid.append(draft)
            continue
        for part in draft.parts:
            rejected.setdefault(part.play.endpoint, _why_not(draft) or "")
    return sorted(valid, key=drafts.index)


def _let_replace_make(draft: Draft) -> None:
    """A PUT makes what there is not where the document says so, or where nothing else makes any."""
    is_made = Role.CREATE in draft.roles()
    for part in draft.parts:
        if part.play.role is Role.REPLACE and not draft.singleton:
            says_so = any(response.status == "201" for response in part.operation.endpoint.responses)
            part.play = structs.replace(part.play, makes=says_so or not is_made)


def _why_not(draft: Draft) -> str | None:
    """Why a draft is no resource."""
    roles = draft.roles()
    writes = roles - {Role.READ, Role.LIST}
    named = roles & _TAKES_ID
    if not roles:
        return "no operation fits the items"
    if roles == {Role.LIST}:
        return "it is only listed: nothing reads one or writes any"
    if roles == {Role.CREATE}:
        return "nothing shows again what it makes"
    if not named:
        return None if draft.identity is not None or {Role.CREATE, Role.LIST} <= roles else "the items have no id"
    makes = any(part.play.makes for part in draft.parts)
    if not roles & _MAKES and not makes:
        return "nothing lists or makes what it names" if not writes else "nothing lists or makes what it changes"
    return None


def _is_part_of_fixed(shapes: Shapes, draft: Draft, fixed: set[Segments]) -> bool:
    """Whether a draft only lists what belongs to items that clients cannot make either, and its items name them."""
    if draft.roles() != {Role.LIST}:
        return False
    above = [owner for part in draft.parts for owner in owners(part.operation.path.segments)]
    return any(owner[:-1] in fixed for owner in above) and all(
        names_owner(shapes, draft, owner, parameters_of(draft, owner)) for owner in above
    )
