"""Identity: which property of an item is its id, and which one names what the item belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.inference.vocabulary import ALIASES, IDENTITIES, STRONG_IDENTITIES
from diorama.capabilities.resources.model import Pointer
from diorama.formats.names import canonical, singular_words, words

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
    for parameter in parameters:
        found = _named_by(parameter, nouns, fields)
        if found is not None:
            return found
    strange = next((one for one in parameters if not _is_plain(one, nouns)), None)
    for spelling in ("id", noun + "id", *(one for one in STRONG_IDENTITIES_IN_ORDER if one != "id")):
        if spelling in fields and strange is not None:
            return fields[spelling], 0.6, f"the item has {fields[spelling]!r}, but the path speaks of {strange!r}"
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


def _named_by(parameter: str, nouns: Sequence[str], fields: dict[str, str]) -> tuple[str, float, str] | None:
    """The property that a path's parameter speaks of.

    ``/customers/{customer}`` says only what it is about, so a property ``customer`` beside an ``id`` names something
    else. ``/issues/{issue_number}`` says more: the item's ``number``.
    """
    said = words(parameter)
    if not said or (said == tuple(nouns[-len(said) :]) and STRONG_IDENTITIES.intersection(fields)):
        return None
    name = fields.get(canonical(parameter))
    if name is None:
        aliases = () if said[-1] in nouns else ALIASES.get(canonical(parameter), ())
        tails = [said[length:] for length in range(1, len(said)) if said[:length] == tuple(nouns[-length:])]
        rest = [*tails, *((alias,) for alias in aliases), *([said[-1:]] if said[-1] in STRONG_IDENTITIES else [])]
        name = next((fields[spelling] for spelling in map("".join, rest) if spelling in fields), None)
    return None if name is None else (name, 1.0, f"the path's {parameter!r} is the item's {name!r}")


def _is_plain(parameter: str, nouns: Sequence[str]) -> bool:
    """Whether a parameter says no more than that it is an id, or what it is the id of."""
    said = words(parameter)
    return not said or said[-1] in STRONG_IDENTITIES or bool(set(said) & set(nouns))


def _is_scalar(shape: Shape) -> bool:
    return shape.kind in ("string", "integer", "number", "any") and not shape.properties


def owner_field(shapes: Shapes, item: Shape, parameters: Sequence[str], owner: Sequence[str], own: Pointer) -> Pointer:
    """The property of an item that names what it belongs to; ``()`` when it has none.

    Args:
        shapes: of the Api.
        item: the item's shape.
        parameters: what paths call the owner's id.
        owner: the words of the owner's name, in the singular.
        own: where the item's own id stands; that one names nothing else.
    """
    spellings = [canonical(parameter) for parameter in parameters]
    stems = [list(words(parameter)) for parameter in parameters]
    stems = [stem[:-1] if stem[-1:] and stem[-1] in STRONG_IDENTITIES else stem for stem in stems]
    for noun in map("".join, (*stems, owner)):
        if noun:
            spellings += [noun, *(noun + identity for identity in STRONG_IDENTITIES_IN_ORDER)]
    places: list[tuple[Pointer, Shape]] = [((), item)]
    if "attributes" in item.properties:
        places.append((("attributes",), shapes.at(item, "attributes")))
    for at, holder in places:
        for spelling in dict.fromkeys(spellings):
            name = holder.fields.get(spelling)
            if name is None or (*at, name) == own or spelling in STRONG_IDENTITIES:
                continue
            shape = shapes.at(holder, name)
            if shape.scalar or _is_scalar(shape):
                return (*at, name)
    return ()


def nouns_of(segment: str) -> tuple[str, ...]:
    """The words of a collection's segment, in the singular."""
    return singular_words(segment)
