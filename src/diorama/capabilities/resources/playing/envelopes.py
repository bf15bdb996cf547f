"""Envelopes: what a list's reply is checked by once its items are known to be right.

An item is checked when it is first shown, and rows never change in place. A list of a thousand of them need not be
looked at anew: what is left to check is what stands around the items. That is enough only where the document says
nothing of the items together (how many there are, that they differ), and only where its items are what the resource's
are.
"""

from __future__ import annotations

from typing import Any

from diorama.capabilities.resources.model import Play, Pointer
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.places import replaced
from diorama.formats.generation.flattening import Flattener
from diorama.formats.schemas import Check
from diorama.formats.serialisation.media import json_bytes
from diorama.model.definition import Schema
from diorama.model.pointers import last_token

_SAYING = frozenset(("title", "description", "example", "examples", "default", "type", "deprecated", "externalDocs"))
"""Keywords that a schema may have beside its properties or items without saying more of the items."""

_AROUND = _SAYING | {"properties", "required", "additionalProperties"}
_ARRAY = _SAYING | {"items"}


class Envelope:
    """What one LIST operation has around its items.

    Args:
        kind: of what the items are.
        play: the operation.
        schema: of its reply.

    Attributes:
        item_check: by which each of the items has to be right.
    """

    __slots__ = ("_check", "_pointer", "item_check")

    def __init__(self, kind: Kind, play: Play, schema: Schema) -> None:
        self.item_check: Check = kind.check
        self._pointer = play.item
        self._check: Check | None = None
        if play.item is not None and not play.item_keyed:
            around = outline(kind.document.generator.flattener, schema, play.item, kind.schema)
            if around is not None:
                self._check = kind.document.schemas.part(around)

    @property
    def is_enough(self) -> bool:
        """Whether a reply is right when its items are and what is around them is."""
        return self._check is not None

    def holds(self, body: Any) -> bool:
        """Whether what is around the items is right.

        Args:
            body: of a reply; what stands in the place of the items is not looked at.
        """
        if self._check is None:
            return False
        return self._check.holds(replaced(body, self._pointer, []) if self._pointer else [])


def outline(flattener: Flattener, schema: Schema, pointer: Pointer, item: Schema) -> Schema | None:
    """The schema of a list's reply with nothing said of the items.

    Args:
        flattener: of the document.
        schema: of the reply.
        pointer: where its items are.
        item: the schema that each of them is right by.

    Returns:
        None when it says more of the items than that each of them is right by their schema.
    """
    found = schema
    while isinstance(found, dict) and found.keys() == {"$ref"}:
        found = flattener.schemas.get(last_token(found["$ref"]), True)
    if not isinstance(found, dict):
        return None
    known = _AROUND if pointer else _ARRAY
    if any(word not in known and not word.startswith("x-") for word in found):
        return None
    if not pointer:
        return {"type": "array"} if found.get("type") == "array" and same(found.get("items"), item) else None
    properties = found.get("properties")
    if not isinstance(properties, dict) or pointer[0] not in properties:
        return None
    inner = outline(flattener, properties[pointer[0]], pointer[1:], item)
    return None if inner is None else {**found, "properties": {**properties, pointer[0]: inner}}


def same(schema: Schema | None, other: Schema) -> bool:
    """Whether two schemas are written alike."""
    return schema is other or json_bytes(schema) == json_bytes(other)
