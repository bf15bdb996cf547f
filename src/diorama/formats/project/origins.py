"""Origins: where in a project's files something was said, for errors that are only met when it is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from diorama.formats.openapi.places import Document
from diorama.formats.openapi.positions import find_lines
from diorama.formats.project.shape import RESOURCES
from diorama.formats.project.texts import read_text
from diorama.model.errors import DioramaError
from diorama.model.pointers import pointer_of, tokens_of

_FIXTURES = "fixtures"


class Stretch(Struct, frozen=True):
    """Items of one resource that stand below each other in one file.

    Attributes:
        file: the file.
        pointer: of their list in it.
        count: how many they are.
    """

    file: str
    pointer: str
    count: int


class Origins(Struct, frozen=True):
    """Where a project's corners come from. Files are read again when somebody asks, because few are ever wrong.

    Attributes:
        files: those with corners: ``diorama.yaml``, then those that are laid over it, the last on top.
        fixtures: by resource, where its items come from, in order.
    """

    files: tuple[str, ...] = ()
    fixtures: dict[str, tuple[Stretch, ...]] = {}

    def places_of(self, pointers: Iterable[str]) -> dict[str, tuple[str, int, str]]:
        """(file, line, pointer there) of places in the corners; a place that no file has is left out.

        Args:
            pointers: into the corners of all capabilities: ``/resources/overrides/customer``.
        """
        read: dict[str, Document] = {}
        wanted: dict[str, tuple[Document, str]] = {}
        for pointer in pointers:
            found = self._found(pointer, read)
            if found is not None:
                wanted[pointer] = found
        places = {}
        for document in read.values():
            inner = {pointer: there for pointer, (home, there) in wanted.items() if home is document}
            lines = find_lines(document.data, inner.values(), is_json=document.is_json) if inner else {}
            places.update({pointer: (document.location, lines[there], there) for pointer, there in inner.items()})
        return places

    def _found(self, pointer: str, read: dict[str, Document]) -> tuple[Document, str] | None:
        tokens = tokens_of(pointer)
        if tokens[:2] == [RESOURCES, _FIXTURES] and len(tokens) > 2:
            file, there = self._fixture(tokens[2:])
            document = _read(file, read) if file else None
            return None if document is None else (document, there)
        for file in reversed(self.files):
            document = _read(file, read)
            if document is not None and _has(document.root, tokens):
                return document, pointer
        return None

    def _fixture(self, tokens: list[str]) -> tuple[str, str]:
        """(file, pointer there) of a resource's items, of one of them, or of a place in it."""
        stretches = self.fixtures.get(tokens[0], ())
        if not stretches:
            return "", ""
        if len(tokens) == 1:
            return stretches[0].file, stretches[0].pointer
        at = int(tokens[1])
        for stretch in stretches:
            if at < stretch.count:
                return stretch.file, stretch.pointer + pointer_of([at, *tokens[2:]])
            at -= stretch.count
        return "", ""


def _read(file: str, read: dict[str, Document]) -> Document | None:
    if file not in read:
        try:
            read[file] = read_text(Path(file))
        except DioramaError:
            return None  # it was changed meanwhile; the error is told without a line
    return read[file]


def _has(value: Any, tokens: list[str]) -> bool:
    for token in tokens:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return False
    return True
