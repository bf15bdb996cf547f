"""Places: a value of a document together with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diorama.model.pointers import pointer_of

Key = str | int


class Document:
    """A parsed file.

    Attributes:
        location: how messages name it.
        uri: its absolute URI without fragment; the identity of the file.
        base: what references in it resolve against: ``uri``, or ``$self`` (OpenAPI 3.2).
        data: its bytes as UTF-8.
        is_json: whether it was parsed as JSON.
        root: its value.
        boundary: the folder that local references must stay in; empty for a document from the net.
        digest: of the bytes as they were read.
    """

    __slots__ = ("base", "boundary", "data", "digest", "is_json", "location", "root", "size_bytes", "uri")

    def __init__(self, location: str, uri: str, data: bytes, boundary: str) -> None:
        self.location = location
        self.uri = uri
        self.base = uri
        self.data = data
        self.boundary = boundary
        self.is_json = False
        self.root: Any = None
        self.digest = ""
        self.size_bytes = len(data)

    def top(self) -> Place:
        """The place of the whole document."""
        return Place(self, "", (), self.root, self.base)


class Place:
    """A value and the way to it. The pointer is put together only when somebody asks.

    Attributes:
        document: where it stands.
        parent: the place above, or the pointer of the place that ``keys`` start from.
        keys: the tokens from there.
        value: the JSON value.
        base: URI that references resolve against.
    """

    __slots__ = ("base", "document", "keys", "parent", "value")

    def __init__(self, document: Document, parent: Place | str, keys: tuple[Key, ...], value: Any, base: str) -> None:
        self.document = document
        self.parent = parent
        self.keys = keys
        self.value = value
        self.base = base

    @property
    def pointer(self) -> str:
        """JSON pointer in the document."""
        parts: list[str] = []
        place: Place | str = self
        while isinstance(place, Place):
            parts.append(pointer_of(place.keys))
            place = place.parent
        parts.append(place)
        return "".join(reversed(parts))

    def at(self, *keys: Key) -> Place:
        """A place below, which must exist."""
        value = self.value
        for key in keys:
            value = value[key]
        return Place(self.document, self, keys, value, self.base)

    def get(self, key: str) -> Place | None:
        """The place under a key, when this is a mapping that has it with a value other than null."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return None if value is None else Place(self.document, self, (key,), value, self.base)

    def entries(self) -> Iterator[tuple[str, Place]]:
        """The entries of a mapping, in the document's order, ``x-…`` left out."""
        for key, value in self.value.items():
            if not key.startswith("x-"):
                yield key, Place(self.document, self, (key,), value, self.base)
