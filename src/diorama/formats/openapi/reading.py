"""Reading: what the readers of one document's parts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from diorama.formats.openapi.dialects import SWAGGER_2, dialect_of
from diorama.formats.openapi.library import Library
from diorama.formats.openapi.notes import Notes, refuse_at
from diorama.formats.openapi.places import Document, Place
from diorama.formats.openapi.references import References
from diorama.formats.openapi.schemas import Schemas

T = TypeVar("T")
_ENCODER = msgspec.msgpack.Encoder()


class Reading:
    """One document being read.

    Args:
        document: which.
        library: opens further files.
        references: resolves references of the whole load.
        notes: takes what is remarked.
    """

    def __init__(self, document: Document, library: Library, references: References, notes: Notes) -> None:
        self.top = document.top()
        self.library = library
        self.notes = notes
        self.references = references
        self.dialect = dialect_of(self.top, notes)
        legacy = self.dialect in (SWAGGER_2, "openapi-3.0")
        self.schemas = Schemas(references, notes, library.limits, legacy=legacy)
        self._shared: dict[tuple[str, str, str], tuple[Any, int]] = {}
        self._targets: set[tuple[str, str]] = set()
        self._texts: dict[str, str] = {}
        self._shared_bytes_left = library.limits.shared_bytes_max

    def shared(self, kind: str, place: Place, build: Callable[[Place], T]) -> T | None:
        """Build a part of the definition from an object or what it refers to; what is referred to is built once.

        The definition repeats a shared part at each use, so each use costs its size.
        """
        if not (isinstance(place.value, dict) and "$ref" in place.value):
            return build(place)
        target = self.references.follow(place)
        if target is None:
            return None
        key = (kind, target.document.uri, target.pointer)
        found = self._shared.get(key)
        if found is None:
            built = build(target)
            size_bytes = 0 if built is None else self.size_of(built)
            self._shared[key] = (built, size_bytes)
            if key[1:] in self._targets:
                self.charge(size_bytes, place)
            self._targets.add(key[1:])
            return built
        self.charge(found[1], place)
        part: T | None = found[0]
        return part

    def text_behind(self, uri: str, place: Place) -> str:
        """The text of a file that ``place`` refers to.

        Raises:
            UnicodeDecodeError: when it is no text in UTF-8.
            DioramaError: as :meth:`Library.text`.
        """
        text = self._texts.get(uri)
        if text is None:
            text = self._texts[uri] = self.library.text(uri, place).decode()
        else:
            self.charge(len(text), place)
        return text

    def size_of(self, part: Any) -> int:
        """The bytes of a part in a stored definition."""
        return len(_ENCODER.encode(part))

    def charge(self, size_bytes: int, place: Place) -> None:
        """Count what a definition repeats.

        Raises:
            DioramaError: document_trap when references multiply beyond the limit.
        """
        self._shared_bytes_left -= size_bytes
        if self._shared_bytes_left < 0:
            refuse_at(
                "document_trap",
                "references multiply the document beyond the limit",
                place,
                "Move large examples and inline schemas into components/schemas.",
            )

    # ------------------------------------------------------------------------------------------------------- values

    def mapping(self, place: Place, key: str) -> Place | None:
        """The mapping under a key; None when there is none, with an error noted when it is something else."""
        below = place.get(key)
        if below is not None and not isinstance(below.value, dict):
            self.notes.error(below, f"{key!r} is an object", "Write a mapping of names to values here.")
            return None
        return below

    def items(self, place: Place, key: str) -> list[Place]:
        """The items of the list under a key; an error is noted when it is no list."""
        below = place.get(key)
        if below is None:
            return []
        if not isinstance(below.value, list):
            self.notes.error(below, f"{key!r} is a list", "Write a list here, each item behind a dash.")
            return []
        return [below.at(index) for index in range(len(below.value))]

    def text(self, place: Place, key: str) -> str:
        """The text under a key, "" when there is none; numbers are read as text."""
        value = place.value.get(key) if isinstance(place.value, dict) else None
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return str(value).lower() if isinstance(value, bool) else str(value)
        self.notes.finding(place.at(key), f"{key!r} is text; it is left out", "Write text here.")
        return ""

    def flag(self, place: Place, key: str, *, default: bool = False) -> bool:
        """The boolean under a key."""
        value = place.value.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        if value in ("true", "false"):
            self.notes.finding(place.at(key), f"{key!r} is a boolean in quotes", "Remove the quotes.")
            return bool(value == "true")
        self.notes.finding(place.at(key), f"{key!r} is true or false; it is left out", "Correct the value.")
        return default
