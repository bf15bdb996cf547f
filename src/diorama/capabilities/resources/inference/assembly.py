"""Assembly: drafts made into resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import structs

from diorama.capabilities.resources.inference.drafts import Draft, Part
from diorama.capabilities.resources.inference.identity import owner_field
from diorama.capabilities.resources.inference.listing import listing_of, paging_of
from diorama.capabilities.resources.inference.merging import owner_nouns, owners, parameters_of
from diorama.capabilities.resources.inference.paths import HOLE, Segments, literals
from diorama.capabilities.resources.inference.references import Directory, references_of, says_whose
from diorama.capabilities.resources.inference.shapes import Shapes
from diorama.capabilities.resources.model import Play, Reference, Resource, Role, Scope, Spot
from diorama.formats.names import canonical, joined, singular_words, words

_NEEDED = (Role.CREATE, Role.READ, Role.LIST)
_EXPANSIONS = ("expand", "include", "embed", "expansions", "populate")


def resources_of(api: str, shapes: Shapes, drafts: Sequence[Draft], order: dict[str, int]) -> list[Resource]:
    """The resources of an Api.

    Args:
        api: its id.
        shapes: of the Api.
        drafts: what became resources.
        order: each endpoint's place in the document.
    """
    keys = {id(draft): f"{api} /{'/'.join(draft.segments)}" for draft in drafts}
    paths: dict[Segments, str] = {}
    for draft in drafts:
        paths[draft.segments] = keys[id(draft)]
        for part in draft.parts:
            if part.play.id is not None and part.play.id.place == "path":
                paths.setdefault(_collection(part), keys[id(draft)])
    names = _names(drafts)
    known = _directory(shapes, drafts, keys, names)
    return [
        _resource(api, shapes, draft, keys[id(draft)], name, paths, known, order)
        for draft, name in zip(drafts, names, strict=True)
    ]


def _collection(part: Part) -> Segments:
    """The collection's path in front of the parameter that names the item."""
    path = part.operation.path
    name = part.play.id.name if part.play.id is not None else ""
    for owner, parameter in zip(owners(path.segments), path.parameters, strict=False):
        if parameter == name:
            return owner[:-1]
    return path.segments


def _names(drafts: Sequence[Draft]) -> list[str]:
    """A name for each draft: its noun, for all but the shortest path with as many words before as tell them apart."""
    bare = ["_".join(draft.nouns) for draft in drafts]
    ranked = sorted(range(len(drafts)), key=lambda index: (len(drafts[index].segments), index))
    taken: dict[str, int] = {}
    names = [""] * len(drafts)
    for index in ranked:
        front = _fronts(drafts[index].segments)
        name = bare[index]
        while name in taken and front:
            name = f"{front.pop()}_{name}"
        count, stem = 1, name
        while name in taken:
            count += 1
            name = f"{stem}_{count}"
        taken[name] = index
        names[index] = name
    return names


def _fronts(segments: Segments) -> list[str]:
    """The words before a collection's own: an item's in the singular (``/customers/{}/cards``), others as they are."""
    found = []
    for index, segment in enumerate(segments[:-1]):
        if literals((segment,)):
            is_owner = segments[index + 1] == HOLE
            found.append(joined(singular_words(segment) if is_owner else words(segment)))
    return found[:-1] if segments[-1:] == (HOLE,) else found


def _directory(shapes: Shapes, drafts: Sequence[Draft], keys: dict[int, str], names: Sequence[str]) -> Directory:
    schemas = Counter(draft.item.name for draft in drafts if draft.item.name)
    with_id = [(draft, name) for draft, name in zip(drafts, names, strict=True) if draft.identity is not None]
    return Directory(
        {draft.item.name: keys[id(draft)] for draft, _ in with_id if schemas[draft.item.name] == 1},
        {canonical(name): keys[id(draft)] for draft, name in reversed(with_id)},
        _by_identity(shapes, drafts, keys),
    )


def _by_identity(shapes: Shapes, drafts: Sequence[Draft], keys: dict[int, str]) -> dict[str, str]:
    """Names of the schemas of ids to the resource that each identifies.

    Where several resources have one, as accounts and their balances do, it is the one that is called after it.
    """
    owned: dict[str, list[Draft]] = {}
    for draft in drafts:
        name = "" if draft.identity is None else shapes.along(draft.item, draft.identity.field).name
        if name and says_whose(name):
            owned.setdefault(name, []).append(draft)
    found = {}
    for name, having in owned.items():
        named = [draft for draft in having if canonical(name).startswith("".join(draft.nouns))]
        one = having if len(having) == 1 else named
        if len(one) == 1:
            found[name] = keys[id(one[0])]
    return found


def _resource(
    api: str,
    shapes: Shapes,
    draft: Draft,
    key: str,
    name: str,
    paths: dict[Segments, str],
    known: Directory,
    order: dict[str, int],
) -> Resource:
    own = draft.identity.field if draft.identity is not None else ()
    bodies = [shapes.along(part.operation.body, part.play.body) for part in draft.parts if part.play.body is not None]
    references = references_of(shapes, draft.item, own, bodies, known)
    parts = sorted(draft.parts, key=lambda part: order[part.play.endpoint])
    plays = tuple(_play(shapes, draft, part, paths, references) for part in parts)
    above = owners(draft.segments)
    best = {play.role: play.certainty for play in sorted(plays, key=lambda play: play.certainty)}
    needed = [certainty for role, certainty in best.items() if role in _NEEDED] or list(best.values())
    return Resource(
        key=key,
        api=api,
        name=name,
        schema_name=draft.item.name,
        id_field=own,
        singleton=draft.singleton,
        parent=paths.get(above[-1][:-1], "") if above else "",
        references=tuple(references),
        plays=plays,
        certainty=round(min(needed), 2),
        reasons=_reasons(draft, plays),
    )


def _play(
    shapes: Shapes, draft: Draft, part: Part, paths: dict[Segments, str], references: Sequence[Reference]
) -> Play:
    """A play with its scopes, its pages and its expansions."""
    play, operation = part.play, part.operation
    scopes = _scopes(shapes, draft, part, paths)
    expand = ""
    if any(reference.expandable for reference in references):
        for parameter in operation.endpoint.parameters:
            if parameter.place == "query" and canonical(parameter.name) in _EXPANSIONS:
                expand = parameter.name
        if not expand and play.role is not Role.LIST:
            expand = next((name for name in operation.body.properties if canonical(name) in _EXPANSIONS), "")
    if play.role is not Role.LIST:
        return structs.replace(play, scopes=scopes, expand=expand)
    paging = paging_of(shapes, operation)
    listing = listing_of(shapes, operation, draft.item, play.item or (), paging)
    return structs.replace(play, scopes=scopes, expand=expand, paging=paging, listing=listing)


def _scopes(shapes: Shapes, draft: Draft, part: Part, paths: dict[Segments, str]) -> tuple[Scope, ...]:
    path = part.operation.path
    own = draft.identity.field if draft.identity is not None else ()
    scopes = []
    for owner, parameter in zip(owners(path.segments), path.parameters, strict=False):
        if part.play.id is not None and part.play.id.place == "path" and part.play.id.name == parameter:
            break
        named = dict.fromkeys((parameter, *parameters_of(draft, owner)))
        field = owner_field(shapes, draft.item, list(named), owner_nouns(owner), own)
        scopes.append(Scope(Spot("path", parameter), field, paths.get(owner[:-1], "")))
    return tuple(scopes)


def _reasons(draft: Draft, plays: Sequence[Play]) -> tuple[str, ...]:
    """Why a draft is a resource."""
    reasons = []
    roles = {play.role for play in plays}
    agreeing = sum(1 for part in draft.parts if part.candidate is not None)
    if draft.item.name:
        reasons.append(f"{agreeing} of {len(plays)} operations reply with {draft.item.name}")
    elif agreeing > 1:
        reasons.append(f"{agreeing} of {len(plays)} operations reply with the like of it")
    if draft.singleton:
        reasons.append("one thing is read and written at one path")
    elif draft.identity is not None:
        reasons.append(draft.identity.reason)
    if not draft.singleton and not roles - {Role.READ, Role.LIST}:
        reasons.append("clients only read it, so it has initial items")
    return tuple(reasons)
