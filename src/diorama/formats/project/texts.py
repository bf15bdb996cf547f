"""Texts: the folder's own files as values, with the lines to name when something is wrong in them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from diorama.formats.openapi import DEFAULT
from diorama.formats.openapi.notes import Notes, refuse
from diorama.formats.openapi.parsing import parse
from diorama.formats.openapi.places import Document
from diorama.formats.openapi.positions import find_lines
from diorama.model.definition import Finding
from diorama.model.pointers import pointer_of

REMARKS_MAX = 1_000
_TWICE = " stands twice in one "
_COMMENT = re.compile(rb"^[ \t]*#.*$", re.MULTILINE)
_PLACE = re.compile(r"^(?P<why>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|(\[\.\.\.\])")
_UNKNOWN = re.compile(r"unknown field `(.*)`$", re.DOTALL)


def read_text(file: Path) -> Document:
    """A file as plain values, with the same limits and the same YAML as documents have.

    Raises:
        DioramaError: ``document_unreadable`` and the like, naming file and line; ``project_invalid`` for a doubled key.
    """
    try:
        size_bytes = file.stat().st_size
        data = file.read_bytes() if size_bytes <= DEFAULT.file_bytes_max else b""
    except OSError as error:
        refuse("document_unreadable", f"cannot be read: {error}", str(file), hint="Check the file's permissions.")
    if size_bytes > DEFAULT.file_bytes_max:
        refuse("document_too_large", f"has {size_bytes:,} bytes", str(file), hint="Split the file.")
    document = Document(str(file), file.resolve().as_uri(), data, str(file.parent))
    if _COMMENT.sub(b"", data).strip() not in (b"", b"---"):
        notes = Notes(REMARKS_MAX)
        parse(document, DEFAULT, DEFAULT.nodes_max, notes)
        _refuse_doubled(notes.findings())
    return document


def _refuse_doubled(findings: Sequence[Finding]) -> None:
    """Refuse a key that stands twice: in a document of somebody else it is untidy, here one of the two was meant."""
    for finding in findings:
        if _TWICE in finding.message:
            message = finding.message.partition(";")[0]
            refuse("project_invalid", message, finding.file, hint="Remove one of the two.", line=finding.line)


def refuse_text(document: Document, pointer: str, message: str, hint: str = "") -> NoReturn:
    """Raise the error about a place of a file.

    Raises:
        DioramaError: always: ``project_invalid`` with file, line and pointer.
    """
    line = find_lines(document.data, [pointer], is_json=document.is_json)[pointer]
    refuse("project_invalid", message, document.location, hint=hint, line=line, pointer=pointer)


def check(document: Document, shape: type[Struct]) -> dict[str, Any]:
    """What a file says, when it has this shape; an empty file says nothing.

    Raises:
        DioramaError: ``project_invalid`` with file and line.
    """
    value = {} if document.root is None else document.root
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError as cause:
        _refuse_shape(document, value, shape, str(cause))
    assert isinstance(value, dict)
    return value


def _refuse_shape(document: Document, value: Any, shape: type[Struct], cause: str) -> NoReturn:
    """Say it with a line, and with the name that was meant where that can be guessed."""
    found = _PLACE.match(cause)
    assert found is not None
    way = _way(found["path"] or "", value)
    hint = "See the project file in the documentation."
    unknown = _UNKNOWN.search(found["why"])
    if unknown is not None:
        known = _known_at(shape, way)
        near = difflib.get_close_matches(unknown[1], known, 1)
        hint = f"Is it {near[0]}?" if near else f"Known here are: {', '.join(known)}." if known else hint
        refuse_text(document, pointer_of([*way, unknown[1]]), f"there is no key {unknown[1][:80]!r} here", hint)
    why = found["why"].replace("`", "")
    choices = [str(choice) for kind in _alternatives(_type_at(shape, way)) for choice in _choices(kind)]
    if choices:
        hint = f"Use one of: {', '.join(choices)}."
    refuse_text(document, pointer_of(way), why[:1].lower() + why[1:], hint)


def _way(path: str, value: Any) -> list[str | int]:
    """The keys of a path; where it says only that a value of a mapping is wrong, the way ends above it."""
    way: list[str | int] = []
    for name, index, some in _STEP.findall(path):
        if some:
            break
        way.append(int(index) if index else name)
    return way


def _type_at(shape: Any, way: list[str | int]) -> Any:
    """The type of what stands at a place; None where it cannot be told."""
    for key in way:
        if not _is_struct(shape):
            return None
        shape = {field.name: field.type for field in msgspec.structs.fields(shape)}.get(str(key))
    return shape


def _known_at(shape: Any, way: list[str | int]) -> list[str]:
    """The keys that may stand at a place, in order."""
    found = _type_at(shape, way)
    return list(found.__struct_fields__) if _is_struct(found) else []


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _choices(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) is Literal else ()
