"""Prepared names: what a document itself names in the place of an id, so that something stands behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diorama.capabilities.resources.model import Pointer, Role
from diorama.capabilities.resources.playing.kinds import Kind, Kinds
from diorama.capabilities.resources.playing.places import occurrences, text_of
from diorama.capabilities.resources.playing.shapes import Shape

_QUOTED = re.compile(r"[`'\"]([A-Za-z0-9_.:-]{2,100})[`'\"]")
"""A name that a description quotes."""

_WRITING = (Role.CREATE, Role.REPLACE, Role.UPDATE, Role.ACTION)


class Prepared:
    """The names of things that a document tells about: in examples, defaults, lists of values and quotes.

    Only the places that hold such an id are looked at: properties that refer to the thing, its own id, and the
    parameters that name it.

    Args:
        kinds: all resources.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._known: dict[str, frozenset[str]] = {}

    def has(self, kind: Kind, item_id: str) -> bool:
        """Whether the document names an item of a kind by an id."""
        found = self._known.get(kind.resource.key)
        if found is None:
            found = self._known[kind.resource.key] = frozenset(self._names(kind))
        return item_id in found

    def _names(self, kind: Kind) -> Iterator[str]:
        if kind.id_shape is not None:
            yield from _told(kind.id_shape)
        for play in kind.resource.plays:
            for parameter in kind.sites[play.endpoint].endpoint.parameters:
                if play.id is None or parameter.name != play.id.name or parameter.place != play.id.place:
                    continue
                yield from _texts(example.value for example in parameter.examples)
                if parameter.schema is not None:
                    yield from _told(kind.document.shapes.of(parameter.schema))
        for other in self._kinds.by_key.values():
            for reference in other.resource.references:
                if reference.resource == kind.resource.key and reference.field:
                    yield from _referring(other, reference.field)


def _referring(kind: Kind, field: Pointer) -> Iterator[str]:
    """What stands, by the document, in a property of a kind's items that refers to something."""
    yield from _told(_place(kind.shape, field))
    for play in kind.resource.plays:
        if play.role not in _WRITING or play.body is None:
            continue
        for shape in kind.body_shapes(play):
            yield from _told(_place(shape, field))
        body = kind.sites[play.endpoint].endpoint.request_body
        for media in body.content if body is not None else ():
            for example in media.examples:
                yield from _texts(occurrences(example.value, (*play.body, *field)))


def _place(shape: Shape, field: Pointer) -> Shape | None:
    """The shape at a field in which ``*`` stands for each item of an array."""
    found: Shape | None = shape
    for name in field:
        if found is not None:
            found = found.settled([]).item if name == "*" else found.place(name)
    return found


def _told(shape: Shape | None) -> Iterator[str]:
    """The names in what a schema says about a value."""
    if shape is None:
        return
    rules = shape.rules
    yield from _texts([*rules.samples, *rules.defaults, *(rules.values or ())])
    for source in rules.sources:
        words = source.get("description") if isinstance(source, dict) else None
        if isinstance(words, str):
            yield from _QUOTED.findall(words)


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield text_of(value)
