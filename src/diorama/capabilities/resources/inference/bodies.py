"""Bodies: where in a request the item's properties and its id stand."""

from __future__ import annotations

from typing import Literal

from diorama.capabilities.resources.inference.drafts import Draft
from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.replies import candidates
from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.inference.vocabulary import STRONG_IDENTITIES
from diorama.capabilities.resources.model import Pointer, Spot
from diorama.formats.names import canonical, plural, singular

_PATCH_WORDS = frozenset({"op", "path"})


def body_place(shapes: Shapes, operation: Operation, draft: Draft) -> Pointer | None:
    """Where in a request's body the item's properties stand; None when it takes none.

    The place that shares the most properties with the item; the outermost of several.
    """
    body = operation.body
    if not body.properties:
        is_open = body.kind in ("object", "any") and bool(operation.body_types)
        return () if is_open and (body.kind == "any" or body.values_of is not None) else None
    best: Pointer = ()
    most = _shared(body, draft.item)
    for candidate in candidates(shapes, body, _nouns(draft)):
        if candidate.form != "item" or not candidate.pointer:
            continue
        shared = _shared(candidate.shape, draft.item)
        if shared > most or (shared == most == 0 and not best and len(body.properties) == 1):
            best, most = candidate.pointer, shared
    return best


def id_in_request(shapes: Shapes, operation: Operation, draft: Draft, *, strict: bool) -> Spot | None:
    """Where a request without the id in its path names the item.

    Args:
        shapes: of the Api.
        operation: the operation.
        draft: what it is about.
        strict: whether only the item's own id property counts, as in the body of a PUT.
    """
    noun = "".join(draft.nouns)
    spellings = [noun + identity for identity in ("id", "sid", "uuid")] + ["id", noun]
    if draft.identity is not None:
        own = canonical(draft.identity.field[-1])
        spellings = [own] if strict else [*spellings, *([own] if own not in spellings else [])]
    parameters = {canonical(one.name): one for one in operation.endpoint.parameters if one.place == "query"}
    for spelling in spellings:
        name = operation.body.fields.get(spelling)
        if name is not None and not shapes.at(operation.body, name).properties:
            return Spot("body", pointer=(name,))
        if spelling in parameters and not strict:
            return Spot("query", parameters[spelling].name)
    place = body_place(shapes, operation, draft)
    if place:
        inner = shapes.along(operation.body, place)
        for spelling in spellings:
            name = inner.fields.get(spelling)
            if name is not None:
                return Spot("body", pointer=(*place, name))
    return None


def patch_of(shapes: Shapes, operation: Operation) -> Literal["merge", "json", "fields"]:
    """How the body of an UPDATE changes the item."""
    if "application/merge-patch+json" in operation.body_types:
        return "merge"
    if operation.body_types and all(one == "application/json-patch+json" for one in operation.body_types):
        return "json"
    if operation.body.kind == "array" and shapes.of(operation.body.item).fields.keys() >= _PATCH_WORDS:
        return "json"
    return "merge" if operation.method == "PATCH" else "fields"


def _shared(one: Shape, item: Shape) -> int:
    return len((one.fields.keys() & item.fields.keys()) - STRONG_IDENTITIES)


def _nouns(draft: Draft) -> frozenset[str]:
    if not draft.nouns:
        return frozenset()
    front, last = "".join(draft.nouns[:-1]), draft.nouns[-1]
    return frozenset({front + singular(last), front + plural(last)})
