"""References: properties of an item that hold the id of another resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.inference.vocabulary import STRONG_IDENTITIES
from diorama.capabilities.resources.model import Pointer, Reference
from diorama.formats.names import singular_words, words

_OF_IDS = re.compile(r"\b(?:ids?|identifiers?|uuids?|belongs? to|associated with|linked to)\b", re.IGNORECASE)

_OF_ANYTHING = STRONG_IDENTITIES | frozenset(
    {"identifier", "identity", "reference", "ref", "key", "code", "number", "slug", "name", "object", "resource"}
    | {"entity", "item", "record", "unique", "public", "external", "internal", "string", "integer", "int", "text"}
    | {"value", "type", "v", "scalar", "primary", "opaque", "hash", "token", "4", "7", "32", "64"}
)
"""The words of a schema that may be the id of anything."""


class Directory:
    """The resources of an Api, to be found by the names of their schemas and by the words of their own name.

    Args:
        by_schema: name of an item's schema to resource key.
        by_words: the words of a resource's name, joined, to its key.
        by_identity: name of the schema of an id to the key of the one resource whose id it is.
    """

    def __init__(
        self, by_schema: Mapping[str, str], by_words: Mapping[str, str], by_identity: Mapping[str, str]
    ) -> None:
        self.by_schema = by_schema
        self.by_words = by_words
        self.by_identity = by_identity


def says_whose(name: str) -> bool:
    """Whether the name of an id's schema says what it is the id of: ``PaymentId`` does, ``Uuid`` does not."""
    return not _OF_ANYTHING.issuperset(words(name))


def references_of(shapes: Shapes, item: Shape, own: Pointer, bodies: list[Shape], known: Directory) -> list[Reference]:
    """The references of an item, in its properties' order.

    Args:
        shapes: of the Api.
        item: the item's shape.
        own: where its own id stands.
        bodies: what requests write it with.
        known: the resources there are.
    """
    written = _written_as_ids(shapes, bodies)
    found = []
    for pointer, shape in _properties(shapes, item):
        if pointer == own:
            continue
        reference = _reference(pointer, shape, written, known) or _by_name(pointer, shape, item, known)
        if reference is not None:
            found.append(reference)
    return found


def _properties(shapes: Shapes, item: Shape) -> Iterator[tuple[Pointer, Shape]]:
    """An item's properties, what its arrays hold, and what stands in its ``attributes``."""
    yield from _own(shapes, item)
    if "attributes" in item.properties:
        for inner, below in _own(shapes, shapes.at(item, "attributes")):
            yield ("attributes", *inner), below


def _own(shapes: Shapes, item: Shape) -> Iterator[tuple[Pointer, Shape]]:
    for name in item.properties:
        shape = shapes.at(item, name)
        if shape.kind == "array":
            yield (name, "*"), shapes.of(shape.item)
        else:
            yield (name,), shape


def _written_as_ids(shapes: Shapes, bodies: list[Shape]) -> set[str]:
    """Canonical names of what requests give as a string or number alone."""
    found: set[str] = set()
    for body in bodies:
        for spelling, name in body.fields.items():
            shape = shapes.at(body, name)
            if shape.scalar and not shape.properties:
                found.add(spelling)
    return found


def _reference(pointer: Pointer, shape: Shape, written: set[str], known: Directory) -> Reference | None:
    name = pointer[-1] if pointer[-1] != "*" else pointer[-2]
    if shape.properties:
        targets = list(dict.fromkeys(known.by_schema[one.name] for one in _live(shape) if one.name in known.by_schema))
        if len(targets) != 1 or len(_live(shape)) != 1:
            return None
        if shape.scalar:
            return Reference(pointer, targets[0], expandable=True, certain=True)
        if "".join(words(name)) in written:
            return Reference(pointer, targets[0], embedded=True, certain=True)
        return None
    key = known.by_identity.get(shape.name)
    return Reference(pointer, key, certain=True) if key is not None else None


def _by_name(pointer: Pointer, shape: Shape, item: Shape, known: Directory) -> Reference | None:
    """A reference by a name like ``customer_id``, or by one like ``customer`` whose schema speaks of an id."""
    if shape.properties or shape.kind not in ("string", "integer", "any") or shape.enum:
        return None
    name = pointer[-1] if pointer[-1] != "*" else pointer[-2]
    parts = singular_words(name)
    if parts and parts[-1] in STRONG_IDENTITIES:
        keys = (known.by_words.get("".join(parts[start:-1])) for start in range(len(parts) - 1))
        key = next((one for one in keys if one is not None), None)
    else:
        key = known.by_words.get("".join(parts)) if _speaks_of_ids(item.properties.get(pointer[0]), shape) else None
    return Reference(pointer, key) if key is not None else None


def _speaks_of_ids(schema: Any, shape: Shape) -> bool:
    """Whether a property is told to be an id: beside a ``$ref``, or by the schema behind it."""
    own = schema.get("description") if isinstance(schema, dict) else None
    told = (own if isinstance(own, str) else "", shape.description)
    return shape.format == "uuid" or any(_OF_IDS.search(one) for one in told)


def _live(shape: Shape) -> list[Shape]:
    """The alternatives that are objects and not about something deleted."""
    return [one for one in shape.options if not one.deleted] or [shape]
