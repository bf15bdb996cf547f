"""The project folder: ``diorama.yaml`` beside the documents that it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from diorama.formats.openapi import DEFAULT
from diorama.formats.openapi.notes import Notes
from diorama.formats.openapi.parsing import parse
from diorama.formats.openapi.places import Document
from diorama.model.errors import DioramaError

PROJECT_FILE = "diorama.yaml"


class ProjectFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``diorama.yaml`` says.

    Attributes:
        documents: OpenAPI documents, relative to the folder; all in the folder when empty.
        name: the project's name; the folder's when empty.
        security, validation, resources, examples, cors, routing: the capabilities' corners.
    """

    documents: tuple[str, ...] = ()
    name: str = ""
    security: dict[str, Any] = {}
    validation: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    examples: dict[str, Any] = {}
    cors: dict[str, Any] = {}
    routing: dict[str, Any] = {}


class DescribedProject(Struct, frozen=True):
    """A project folder as it was found.

    Attributes:
        name: the project's name.
        documents: paths of its documents.
        specs: the corners that it fills in, by capability.
    """

    name: str
    documents: tuple[str, ...]
    specs: dict[str, dict[str, Any]]


def read_project_file(folder: Path) -> DescribedProject:
    """Read a project folder.

    Raises:
        DioramaError: ``project_invalid`` or ``document_unreadable`` naming the file; ``document_not_found`` for a
            document that is not there or outside the folder.
    """
    file = folder / PROJECT_FILE
    value = _read(file)
    try:
        written = msgspec.convert({} if value is None else value, ProjectFile)
    except msgspec.ValidationError as cause:
        raise DioramaError(
            "project_invalid", f"{file}: {cause}", "See the project file in the documentation.", {"file": str(file)}
        ) from cause
    corners = {name: getattr(written, name) for name in ProjectFile.__struct_fields__[2:]}
    documents = tuple(_document(folder, name) for name in written.documents) or (str(folder),)
    return DescribedProject(
        written.name or folder.resolve().name, documents, {name: corner for name, corner in corners.items() if corner}
    )


def _read(file: Path) -> Any:
    """The file as plain values, with the same limits and the same YAML as documents have."""
    data = file.read_bytes()
    if not data.strip():
        return None
    document = Document(str(file), file.resolve().as_uri(), data, str(file.parent))
    parse(document, DEFAULT, DEFAULT.nodes_max, Notes(1))
    return document.root


def _document(folder: Path, name: str) -> str:
    if name.startswith(("http://", "https://")):
        return name
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DioramaError(
            "document_not_found",
            f"{folder / PROJECT_FILE} names {name!r}, which is outside the folder.",
            "Move the document into the project folder.",
        )
    if not path.exists():
        raise DioramaError(
            "document_not_found",
            f"{folder / PROJECT_FILE} names {name!r}, which does not exist.",
            "Correct the name, or add the document.",
        )
    return str(path)
