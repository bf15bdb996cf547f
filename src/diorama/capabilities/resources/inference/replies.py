"""Replies: where in a body an item or the items of a list may stand.

A body can be read in several ways: ``{"data": {"id": …}}`` is an item with a property ``data``, or an item inside an
envelope. All ways are collected here; which one holds is decided by comparing the operations of a collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.inference.vocabulary import ASIDE, LIST_WORDS, LISTS, STRONG_IDENTITIES, WRAPPERS
from diorama.capabilities.resources.model import Pointer
from diorama.formats.names import canonical, words

_DEPTH_MAX = 2
Form = Literal["item", "list", "keyed"]


class Candidate(Struct, frozen=True, eq=False):
    """One way to read a body.

    Attributes:
        pointer: where the item stands, or the array or map of items.
        shape: of one item.
        form: whether it is one item, an array of them or a map from ids to them.
        envelope: whether it holds another reading, and beside that only what says something about a reply.
    """

    pointer: Pointer
    shape: Shape
    form: Form
    envelope: bool = False


def candidates(shapes: Shapes, body: Shape, nouns: frozenset[str]) -> list[Candidate]:
    """All ways to read a body, the outermost first.

    Args:
        shapes: of the Api.
        body: the body's shape.
        nouns: canonical forms of what the path is about; a property of that name holds it.
    """
    return list(_candidates(shapes, body, nouns, (), 0))


def _candidates(shapes: Shapes, body: Shape, nouns: frozenset[str], at: Pointer, depth: int) -> Iterator[Candidate]:
    if body.kind == "array":
        item = shapes.of(body.item)
        if _is_object(item):
            yield Candidate(at, item, "list")
        return
    if not _is_object(body):
        return
    listed = _listed(shapes, body, nouns)
    inner = _inner(shapes, body, nouns) if depth < _DEPTH_MAX else []
    yield Candidate(at, body, "item", _is_envelope(body, {*inner, *([listed] if listed else ())}))
    if listed is not None:
        yield Candidate((*at, listed), shapes.of(shapes.at(body, listed).item), "list")
    if not body.properties and body.values_of is not None:
        value = shapes.of(body.values_of)
        if value.properties:
            yield Candidate(at, value, "keyed")
    for name in inner:
        yield from _candidates(shapes, shapes.at(body, name), nouns, (*at, name), depth + 1)


def _inner(shapes: Shapes, body: Shape, nouns: frozenset[str]) -> list[str]:
    """The properties that may hold the item or the items.

    What has an id is an item itself, and a property of it that is named like the path is another one beside it.
    """
    holders = WRAPPERS if STRONG_IDENTITIES.intersection(body.fields) else WRAPPERS | LISTS | nouns
    return [name for name in body.properties if canonical(name) in holders and shapes.at(body, name).kind == "object"]


def _is_envelope(body: Shape, holders: set[str]) -> bool:
    if not holders:
        return False
    return all(
        canonical(name) in ASIDE or LIST_WORDS.issuperset(words(name))
        for name in body.properties
        if name not in holders
    )


def _listed(shapes: Shapes, body: Shape, nouns: frozenset[str]) -> str | None:
    """The property that holds the items: named like them, named as such, or the only array in a body about lists."""
    arrays = [
        name
        for name in body.properties
        if (canonical(name) not in ASIDE or canonical(name) in nouns)
        and _is_array_of_objects(shapes, shapes.at(body, name))
    ]
    for names in (nouns, LISTS):
        for name in arrays:
            if canonical(name) in names:
                return name
    others = [name for name in body.properties if name not in arrays]
    if len(arrays) == 1 and all(LIST_WORDS.issuperset(words(name)) for name in others):
        return arrays[0]
    return None


def _is_object(shape: Shape) -> bool:
    return bool(shape.properties) or shape.kind == "object"


def _is_array_of_objects(shapes: Shapes, shape: Shape) -> bool:
    return shape.kind == "array" and bool(shapes.of(shape.item).properties)


def agreement(one: Shape, other: Shape) -> float:
    """How much two schemas are about the same thing, 0.0 to 1.0; from 0.55 on they are taken to be.

    The same name settles it. Else the properties' names decide, whatever their style: the share of the smaller schema
    that the other one has, and the share that both have of all.
    """
    if one is other or (one.name and one.name == other.name):
        return 1.0
    mine, theirs = one.fields.keys(), other.fields.keys()
    smaller = min(len(mine), len(theirs))
    if smaller == 0:
        return 0.0
    shared = len(mine & theirs)
    related = 0.2 if one.names & other.names else 0.0
    if smaller < 3 and shared < len(mine | theirs):
        return related
    likeness = 0.45 * shared / smaller + 0.45 * shared / len(mine | theirs)
    return min(0.9, likeness + related)


AGREED = 0.55
"""The agreement from which on two schemas are about the same thing."""
