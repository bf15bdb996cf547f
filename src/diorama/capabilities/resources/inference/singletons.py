"""Singletons: what there is one of in each scope, read and written at one path."""

from __future__ import annotations

from collections.abc import Collection

from diorama.capabilities.resources.inference.bodies import body_place, patch_of
from diorama.capabilities.resources.inference.clusters import Cluster, Member
from diorama.capabilities.resources.inference.drafts import Draft, Part, fitting
from diorama.capabilities.resources.inference.paths import HOLE
from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.model import Play, Role
from diorama.formats.names import canonical, words

_ROLES = {"GET": Role.READ, "PUT": Role.REPLACE, "PATCH": Role.UPDATE, "POST": Role.UPDATE, "DELETE": Role.DELETE}


def singleton_of(shapes: Shapes, cluster: Cluster) -> Draft | None:
    """A cluster as a singleton; None when it is none.

    It needs a GET that replies with one thing, and a PUT, PATCH or POST at the same path that replies with the like.
    """
    if not cluster.segments or cluster.segments[-1] == HOLE or any(one.slot != "collection" for one in cluster.members):
        return None
    by_method = {member.operation.method: member for member in cluster.members}
    read = by_method.get("GET")
    writes = [by_method[method] for method in ("PUT", "PATCH", "POST") if method in by_method]
    if read is None or not writes or read.operation.path.mixed or read.operation.foreign:
        return None
    item = _item(read, writes)
    if item is None:
        return None
    draft = Draft(cluster.segments, words(cluster.segments[-1]), item)
    draft.singleton = True
    methods = by_method.keys()
    for member in cluster.members:
        part = _part(shapes, draft, member, _role(member.operation.method, methods))
        if part is None:
            draft.rejected.append((member, "it does not fit what is read at its path"))
        else:
            draft.parts.append(part)
    roles = draft.roles()
    return draft if Role.READ in roles and len(roles) > 1 else None


def _item(read: Member, writes: list[Member]) -> Shape | None:
    """What is read: the reading of the GET that a write replies with, too, or whose properties it takes."""
    if read.operation.lists():
        return None
    for reading in sorted(read.operation.items(), key=lambda reading: reading.envelope):
        for write in writes:
            if write.operation.body.kind == "array":
                continue
            replies_alike = fitting(write.operation.items(), reading.shape) is not None
            takes_alike = not write.operation.reply.properties and _takes(write.operation.body, reading.shape)
            if replies_alike or takes_alike:
                return reading.shape
    return None


def _takes(body: Shape, item: Shape) -> bool:
    shared = body.fields.keys() & item.fields.keys()
    return bool(shared) and 2 * len(shared) >= len(body.fields)


def _role(method: str, methods: Collection[str]) -> Role | None:
    """A POST changes what is there, unless there is another method for that."""
    if method == "POST" and ("PUT" in methods or "PATCH" in methods):
        return Role.CREATE
    return _ROLES.get(method)


def _part(shapes: Shapes, draft: Draft, member: Member, role: Role | None) -> Part | None:
    operation = member.operation
    if role is None or operation.response is None or operation.foreign:
        return None
    fit = fitting(operation.items(), draft.item)
    if fit is None and (role is Role.READ or (operation.reply.properties and role is not Role.DELETE)):
        return None
    candidate = fit[0] if fit is not None else None
    writes = role not in (Role.READ, Role.DELETE)
    named = f"the path ends in {canonical(draft.segments[-1])!r} and one thing is read and written there"
    play = Play(
        endpoint=operation.endpoint.id,
        role=role,
        body=body_place(shapes, operation, draft) if writes else None,
        item=candidate.pointer if candidate is not None else None,
        status=operation.status,
        response=operation.response.status,
        media_type=operation.media_type.name if operation.media_type is not None else "",
        patch=patch_of(shapes, operation) if role is Role.UPDATE else "fields",
        tombstone=role is Role.DELETE and operation.reply.deleted,
        certainty=0.85 if fit is not None and fit[1] >= 1.0 else 0.7,
        reasons=(named,),
    )
    return Part(member, play, candidate)
