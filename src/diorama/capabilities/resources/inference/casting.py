"""Casting: which role an operation of a cluster plays, or why none."""

from __future__ import annotations

from msgspec import structs

from diorama.capabilities.resources.inference.actions import changes
from diorama.capabilities.resources.inference.bodies import body_place, id_in_request, patch_of
from diorama.capabilities.resources.inference.clusters import Member
from diorama.capabilities.resources.inference.drafts import Draft, Part, ends_in_id, fitting
from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.replies import Candidate
from diorama.capabilities.resources.inference.shapes import Shapes
from diorama.capabilities.resources.inference.vocabulary import COPIES, LIST_WORDS, TRIALS
from diorama.capabilities.resources.model import Play, Role, Spot
from diorama.formats.names import canonical, words

_ITEM_ROLES = {"GET": Role.READ, "PUT": Role.REPLACE, "PATCH": Role.UPDATE, "POST": Role.UPDATE, "DELETE": Role.DELETE}
_VERB_ROLES = {
    "create": Role.CREATE,
    "read": Role.READ,
    "list": Role.LIST,
    "replace": Role.REPLACE,
    "update": Role.UPDATE,
    "delete": Role.DELETE,
}
_MANY = frozenset({"total", "count", "next", "more", "page", "pages", "offset", "cursor", "paging", "pagination"})
_WRITES = (Role.CREATE, Role.REPLACE, Role.UPDATE, Role.ACTION)

Fit = tuple[Candidate, float]
Cast = Part | str
"""A part, or the reason why there is none."""


def cast(shapes: Shapes, draft: Draft, member: Member) -> Cast:
    """The role of an operation, or why it has none."""
    operation = member.operation
    if operation.path.mixed:
        return "a parameter shares a segment of its path with something else"
    if operation.response is None:
        return "the document defines no success for it"
    if operation.foreign:
        return f"it replies with {operation.response.content[0].name}, not with JSON"
    if member.slot == "item":
        return _item(shapes, draft, member)
    if member.slot == "action":
        return _action(shapes, draft, member)
    if member.slot == "verb":
        return _verb(shapes, draft, member)
    if member.slot == "search" or operation.method == "GET":
        return _list(shapes, draft, member)
    return _collection(shapes, draft, member)


def _item(shapes: Shapes, draft: Draft, member: Member) -> Cast:
    operation = member.operation
    role = _ITEM_ROLES.get(operation.method)
    if role is None:
        return f"{operation.method} plays no resource"
    spot = Spot("path", operation.path.parameters[-1])
    if role is Role.DELETE:
        return _delete(shapes, draft, member, spot)
    fit = _single(operation, draft)
    reason = f"{operation.method} on an item's path"
    if role is Role.READ:
        if fit is None:
            return "its reply is not like the items of the collection"
        return _part(shapes, draft, member, role, spot, fit, (reason,))
    if fit is None and _tells(operation) and (operation.method == "POST" or operation.lists()):
        return "its reply is not like the items of the collection"
    return _part(shapes, draft, member, role, spot, fit, (reason,), silent=0.8)


def _delete(shapes: Shapes, draft: Draft, member: Member, spot: Spot | None) -> Cast:
    operation = member.operation
    is_gone = operation.reply.deleted or any(option.deleted for option in operation.reply.options)
    fit = None if is_gone else _single(operation, draft)
    reason = "DELETE on an item's path" if member.slot == "item" else f"the path's last word is {member.word!r}"
    part = _part(shapes, draft, member, Role.DELETE, spot, fit, (reason,), silent=0.9)
    if is_gone or ("deleted" in operation.reply.fields and fit is None):
        part.play = _with(part.play, tombstone=True)
    elif fit is not None:
        # A DELETE that shows the item shows what became of it.
        sets, stamps = next(filter(any, (changes(shapes, draft.item, verb) for verb in ("delete", "cancel"))), ((), ()))
        part.play = _with(part.play, sets=sets, stamps=stamps)
    return part


def _list(shapes: Shapes, draft: Draft, member: Member) -> Cast:
    operation = member.operation
    fit = fitting(operation.lists(), draft.item)
    if fit is None:
        return "its reply is no list of the same items"
    if member.slot == "search":
        part = _part(shapes, draft, member, Role.LIST, None, fit, (f"{member.word!r} lists the collection's items",))
        part.play = _with(part.play, certainty=min(part.play.certainty, 0.8))
        return part
    return _part(shapes, draft, member, Role.LIST, None, fit, ("GET on the collection's path",))


def _collection(shapes: Shapes, draft: Draft, member: Member) -> Cast:
    operation = member.operation
    if operation.method == "POST":
        return _create(shapes, draft, member, "POST on the collection's path")
    if operation.method in ("PUT", "PATCH") and draft.identity is not None and not _is_bulk(operation):
        spot = id_in_request(shapes, operation, draft, strict=True)
        fit = _single(operation, draft)
        if spot is not None and (fit is not None or not _tells(operation)):
            role = Role.REPLACE if operation.method == "PUT" else Role.UPDATE
            reason = f"{operation.method} on the collection's path with the item's id in its body"
            return _part(shapes, draft, member, role, spot, fit, (reason,), silent=0.8)
    return f"{operation.method} on a collection is about several items"


def _create(shapes: Shapes, draft: Draft, member: Member, reason: str) -> Cast:
    operation = member.operation
    if _is_bulk(operation):
        return "it takes several items at once"
    fit = _single(operation, draft)
    if fit is not None and fit[0].form == "list" and _is_about_many(operation):
        return "it replies with a list, so it looks for items and makes none"
    if fit is None and _shows_id(operation, draft):
        part = _part(shapes, draft, member, Role.CREATE, None, None, (reason, "its reply shows the new id"))
        part.play = _with(part.play, item=(), certainty=0.75)
        return part
    if fit is None and _tells(operation):
        return "its reply is not like the items of the collection"
    return _part(shapes, draft, member, Role.CREATE, None, fit, (reason,), silent=0.6)


def _action(shapes: Shapes, draft: Draft, member: Member) -> Cast:
    operation = member.operation
    said = set(words(member.word))
    if COPIES & said:
        return f"{member.word!r} makes or moves other things than the item"
    if operation.method not in ("POST", "PUT", "PATCH"):
        return f"what {operation.method} does to {member.word!r} of an item is not known"
    spot = Spot("path", operation.path.parameters_of((*draft.segments, "{}"))[-1])
    return _act(shapes, draft, member, spot)


def _act(shapes: Shapes, draft: Draft, member: Member, spot: Spot) -> Cast:
    operation = member.operation
    fit = _single(operation, draft)
    if fit is None and _tells(operation):
        return f"{member.word!r} replies with something else than the item"
    sets, stamps = changes(shapes, draft.item, member.word)
    if fit is None and not sets and not stamps:
        return f"what {member.word!r} changes is not known"
    told = [f"{member.word!r} of an item"]
    told += [f"sets {'.'.join(field)} to {_worded(value)}" for field, value in sets]
    told += [f"sets {'.'.join(field)} to the moment" for field in stamps]
    part = _part(shapes, draft, member, Role.ACTION, spot, fit, tuple(told), silent=0.7)
    certainty = part.play.certainty if sets or stamps else min(part.play.certainty, 0.8)
    part.play = _with(part.play, action=member.word, sets=sets, stamps=stamps, certainty=certainty)
    return part


def _verb(shapes: Shapes, draft: Draft, member: Member) -> Cast:
    """An operation whose path says what it does."""
    operation = member.operation
    reason = f"the path's last word is {member.word!r}"
    if (TRIALS | COPIES).intersection(words(member.word)):
        return f"{member.word!r} is about something that is not kept"
    role = _VERB_ROLES[member.verb] if member.verb is not None else Role.ACTION
    if role is Role.CREATE:
        made = _create(shapes, draft, member, reason)
        return made if isinstance(made, str) else _spoken(made)
    if role is Role.LIST or (role is Role.READ and not _single(operation, draft)):
        fit = fitting(operation.lists(), draft.item)
        if fit is None:
            return "its reply is no list of the same items"
        return _spoken(_part(shapes, draft, member, Role.LIST, None, fit, (reason,)))
    spot = (
        Spot("path", operation.path.parameters[-1])
        if ends_in_id(member)
        else id_in_request(shapes, operation, draft, strict=False)
    )
    if spot is None:
        return "it does not say which item it is about"
    if role is Role.ACTION:
        done = _act(shapes, draft, member, spot)
        return done if isinstance(done, str) else _spoken(done)
    fit = _single(operation, draft)
    if role is Role.DELETE:
        deleted = _delete(shapes, draft, member, spot)
        return deleted if isinstance(deleted, str) else _spoken(deleted)
    if role is Role.READ and fit is None:
        return "its reply is not like the items of the collection"
    return _spoken(_part(shapes, draft, member, role, spot, fit, (reason,), silent=0.75))


def _spoken(part: Part) -> Part:
    part.play = _with(part.play, certainty=round(0.9 * part.play.certainty, 2))
    return part


def _single(operation: Operation, draft: Draft) -> Fit | None:
    """The reading of a reply that shows one item, as itself or as the only one of an array."""
    return fitting(operation.items(), draft.item) or fitting(
        [one for one in operation.lists() if one.form == "list"], draft.item
    )


def _part(
    shapes: Shapes,
    draft: Draft,
    member: Member,
    role: Role,
    spot: Spot | None,
    fit: Fit | None,
    reasons: tuple[str, ...],
    silent: float = 0.8,
) -> Part:
    """A part: where everything stands, and how sure that is; ``silent`` when the reply shows no item."""
    operation = member.operation
    response = operation.response
    candidate, certainty = (fit[0], _certainty(fit[1])) if fit is not None else (None, silent)
    if candidate is not None:
        reasons = (*reasons, _likeness(fit[1] if fit else 0.0, draft))
    if spot is not None and draft.identity is not None:
        certainty = min(certainty, 0.55 + 0.4 * draft.identity.certainty)
    takes_body = role in _WRITES or (spot is not None and spot.place == "body")
    play = Play(
        endpoint=operation.endpoint.id,
        role=role,
        id=spot,
        body=body_place(shapes, operation, draft) if takes_body else None,
        item=candidate.pointer if candidate is not None else None,
        item_listed=candidate is not None and role is not Role.LIST and candidate.form == "list",
        item_keyed=candidate is not None and candidate.form == "keyed",
        status=operation.status,
        response=response.status if response is not None else "200",
        media_type=operation.media_type.name if operation.media_type is not None else "",
        patch=patch_of(shapes, operation) if role is Role.UPDATE else "fields",
        tombstone=role is Role.READ and any(option.deleted for option in operation.reply.options),
        certainty=round(certainty, 2),
        reasons=reasons,
    )
    return Part(member, play, candidate)


def _certainty(value: float) -> float:
    return 0.95 if value >= 1.0 else 0.55 + 0.35 * value


def _likeness(value: float, draft: Draft) -> str:
    if value >= 1.0:
        return f"replies with {draft.item.name}" if draft.item.name else "replies with the same schema"
    return f"its reply has {round(100 * value)} % of the item's properties in common"


def _shows_id(operation: Operation, draft: Draft) -> bool:
    """Whether a reply is a small part of the item that has its id."""
    if draft.identity is None:
        return False
    fields = operation.reply.fields.keys()
    return canonical(draft.identity.field[-1]) in fields and fields <= draft.item.fields.keys()


def _is_bulk(operation: Operation) -> bool:
    return operation.body.kind == "array" and "application/json-patch+json" not in operation.body_types


def _with(play: Play, **changed: object) -> Play:
    return structs.replace(play, **changed)


def _worded(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_about_many(operation: Operation) -> bool:
    """Whether a reply counts items or leads to more of them."""
    return any(_MANY.intersection(words(name)) for name in operation.reply.properties)


def _tells(operation: Operation) -> bool:
    """Whether a reply shows more than that something was done."""
    return any(not LIST_WORDS.issuperset(words(name)) for name in operation.reply.properties)
