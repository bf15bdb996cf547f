"""Identity: which property of an item is its id, and which one names what the item belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.inference.vocabulary import IDENTITIES, STRONG_IDENTITIES
from diorama.capabilities.resources.model import Pointer
from diorama.capabilities.resources.names import canonical, singular_words, words

_HOLDERS = frozenset({"metadata", "meta", "sys", "identity", "identifier", "header"})


class Identity(Struct, frozen=True):
    """The id of an item.

    Attributes:
        field: where it stands.
        certainty: 0.0 to 1.0.
        reason: why that one.
    """

    field: Pointer
    certainty: float
    reason: str


def identity_of(shapes: Shapes, item: Shape, nouns: Sequence[str], parameters: Sequence[str]) -> Identity | None:
    """The id of an item, or None.

    Args:
        shapes: of the Api.
        item: the item's shape.
        nouns: the words of the resource's name, in the singular.
        parameters: what requests call the id, the most usual first; empty when no request names it.
    """
    found = _among(shapes, item, nouns, parameters)
    if found is not None:
        name, certainty, reason = found
        return Identity((name,), certainty, reason)
    for holder in item.properties:
        if canonical(holder) in _HOLDERS:
            found = _among(shapes, shapes.at(item, holder), nouns, parameters)
            if found is not None:
                name, certainty, reason = found
                return Identity((holder, name), 0.9 * certainty, reason)
    return None


def _among(
    shapes: Shapes, item: Shape, nouns: Sequence[str], parameters: Sequence[str]
) -> tuple[str, float, str] | None:
    fields = {spelling: name for spelling, name in item.fields.items() if _is_scalar(shapes.at(item, name))}
    noun = "".join(nouns)
    own = [noun + identity for identity in IDENTITIES]
    for parameter in parameters:
        spelling = canonical(parameter)
        name = fields.get(spelling)
        if name is not None and _outranks(spelling, own, fields):
            return name, 1.0, f"the path's {parameter!r} is the item's {name!r}"
        for length in range(1, len(words(parameter))):
            name = fields.get("".join(words(parameter)[length:]))
            if name is not None:
                certain = 1.0 if canonical(name) in STRONG_IDENTITIES else 0.9
                return name, certain, f"the path's {parameter!r} is the item's {name!r}"
    for spelling in ("id", noun + "id", *(one for one in STRONG_IDENTITIES_IN_ORDER if one != "id")):
        if spelling in fields:
            return fields[spelling], 1.0, f"the item has {fields[spelling]!r}"
    for last in range(1, len(nouns)):
        name = fields.get("".join(nouns[last:]) + "id")
        if name is not None:
            return name, 0.9, f"the item has {name!r}"
    return _weak(fields, noun, parameters)


STRONG_IDENTITIES_IN_ORDER = tuple(one for one in IDENTITIES if one in STRONG_IDENTITIES)


def _weak(fields: dict[str, str], noun: str, parameters: Sequence[str]) -> tuple[str, float, str] | None:
    """What may be an id when nothing says so plainly; only where a request names one at all."""
    if not parameters:
        return None
    for identity in IDENTITIES:
        name = fields.get(noun + identity) or fields.get(identity)
        if name is not None:
            return name, 0.7, f"{name!r} is the item's likeliest id"
    return None


def _outranks(spelling: str, own: list[str], fields: dict[str, str]) -> bool:
    """Whether a property named like the parameter is the id although there is a plain ``id`` beside it.

    ``/customers/{customer}`` of an item with ``id`` and ``customer`` means the id: the other names something else.
    """
    return spelling in STRONG_IDENTITIES or spelling in own or not STRONG_IDENTITIES.intersection(fields)


def _is_scalar(shape: Shape) -> bool:
    return shape.kind in ("string", "integer", "number", "any") and not shape.properties


def owner_field(shapes: Shapes, item: Shape, parameter: str, owner: Sequence[str], own: Pointer) -> Pointer:
    """The property of an item that names what it belongs to; ``()`` when it has none.

    Args:
        shapes: of the Api.
        item: the item's shape.
        parameter: what the path calls the owner's id.
        owner: the words of the owner's name, in the singular.
        own: where the item's own id stands; that one names nothing else.
    """
    stem = list(words(parameter))
    if stem and stem[-1] in STRONG_IDENTITIES:
        stem.pop()
    spellings = [canonical(parameter)]
    for noun in ("".join(stem), "".join(owner)):
        if noun:
            spellings += [noun, *(noun + identity for identity in STRONG_IDENTITIES_IN_ORDER)]
    for spelling in dict.fromkeys(spellings):
        name = item.fields.get(spelling)
        if name is None or (name,) == own or spelling in STRONG_IDENTITIES:
            continue
        shape = shapes.at(item, name)
        if shape.scalar or _is_scalar(shape):
            return (name,)
    for holder in ("attributes",):
        name = item.fields.get(holder)
        if name is not None:
            inner = owner_field(shapes, shapes.at(item, name), parameter, owner, ())
            if inner:
                return (name, *inner)
    return ()


def nouns_of(segment: str) -> tuple[str, ...]:
    """The words of a collection's segment, in the singular."""
    return singular_words(segment)
