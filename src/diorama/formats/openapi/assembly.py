"""Assembly: the APIs of all documents of a load, put together to one project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from diorama.formats.openapi.dialects import SWAGGER_2
from diorama.formats.openapi.library import Library
from diorama.formats.openapi.limits import Fetch, Limits, Loaded
from diorama.formats.openapi.notes import Notes
from diorama.formats.openapi.operations import Draft, Operations
from diorama.formats.openapi.places import Document
from diorama.formats.openapi.reading import Reading
from diorama.formats.openapi.references import References
from diorama.formats.openapi.security import read_schemes
from diorama.formats.openapi.servers import clean_root, read_root_paths, with_empty
from diorama.model.definition import Api, Endpoint, Group, Project

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class _Part(Struct):
    """What one document came to: its API, its root paths, its endpoints with root paths of their own or None."""

    document: Document
    api: Api
    roots: tuple[str, ...]
    drafts: list[Draft]


def assemble(
    sources: Sequence[str], fetch: Fetch | None, limits: Limits, name: str, overlays: Sequence[str] = ()
) -> Loaded:
    """What :func:`diorama.formats.openapi.load_documents` does."""
    notes = Notes(limits.findings_max)
    library = Library(limits, notes, fetch)
    laid_over = library.lay_over(overlays) if overlays else None
    documents: dict[str, Document] = {}
    for source in sources:
        for document in library.sources(source):
            documents.setdefault(document.uri, document)
    references = References(library, notes)
    ids = _api_ids(list(documents.values()))
    parts = [
        _read_api(document, api_id, library, references, notes)
        for document, api_id in zip(documents.values(), ids, strict=True)
    ]
    notes.raise_errors()
    if laid_over is not None:
        laid_over.report(notes)
    _name_endpoints(parts, notes)
    project = Project(name=name or ids[0], apis=tuple(part.api for part in parts), groups=_groups(parts))
    return Loaded(project, notes.findings(), library.files, library.folders)


def _api_ids(documents: list[Document]) -> list[str]:
    """A short name for each document: its file's stem, made unique."""
    ids: list[str] = []
    for document in documents:
        path = PurePosixPath(unquote(urlsplit(document.uri).path))
        stem = _UNSAFE.sub("-", path.stem).strip("-.") or (urlsplit(document.uri).hostname or "api")
        name, count = stem, 1
        while name in ids:
            count += 1
            name = f"{stem}-{count}"
        ids.append(name)
    return ids


def _read_api(document: Document, api_id: str, library: Library, references: References, notes: Notes) -> _Part:
    reading = Reading(document, library, references, notes)
    top = reading.top
    if reading.dialect == SWAGGER_2:
        components, definitions, security = top, "definitions", "securityDefinitions"
    else:
        components = reading.mapping(top, "components") or top
        definitions, security = "schemas", "securitySchemes"
    if (schemas := reading.mapping(components, definitions)) is not None:
        reading.schemas.declare(schemas)
    schemes = read_schemes(reading, reading.mapping(components, security))
    roots = _root_paths(reading)
    drafts: list[Draft] = Operations(reading, schemes).read()
    info = reading.mapping(top, "info")
    if info is None:
        notes.finding(top, "the document has no info", "Add info with title and version.")
    api = Api(
        id=api_id,
        title=reading.text(info, "title") if info is not None else "",
        version=reading.text(info, "version") if info is not None else "",
        source=document.location,
        dialect=reading.dialect,
        schemas=reading.schemas.finish(),
        security_schemes=schemes,
        generation=_generation(reading),
    )
    return _Part(document, api, roots, drafts)


def _root_paths(reading: Reading) -> tuple[str, ...]:
    if reading.dialect == SWAGGER_2:
        return with_empty({clean_root(reading.text(reading.top, "basePath")): None})
    return read_root_paths(reading, reading.top) or ("",)


def _generation(reading: Reading) -> dict[str, Any]:
    """The document's wishes about generated data."""
    place = reading.top.get("x-json-schema-faker")
    if place is None:
        return {}
    if not isinstance(place.value, dict):
        reading.notes.finding(place, "x-json-schema-faker is an object; it is left out", "Write options below it.")
        return {}
    return dict(place.value)


def _name_endpoints(parts: list[_Part], notes: Notes) -> None:
    """Give the endpoints their ids: the operationId where it is unique, else ``get /path``."""
    uses = Counter(endpoint.operation_id for part in parts for _, endpoint in part.drafts if endpoint.operation_id)
    taken = {operation_id for operation_id, count in uses.items() if count == 1}
    again: Counter[tuple[str, str]] = Counter()
    reported: set[str] = set()
    for part in parts:
        for index, (roots, endpoint) in enumerate(part.drafts):
            name = operation_id = endpoint.operation_id
            if uses[operation_id] > 1 and operation_id not in reported:
                reported.add(operation_id)
                notes.finding_at(
                    part.document,
                    endpoint.pointer,
                    f"the operationId {operation_id!r} stands {uses[operation_id]} times and names none of them",
                    "Give each operation an operationId of its own.",
                )
            if uses[operation_id] != 1:
                stem = name = f"{endpoint.method.lower()} {endpoint.path}"
                while name in taken:
                    again[part.api.id, stem] += 1
                    count = again[part.api.id, stem]
                    name = f"{part.api.id} {stem}" if count == 1 else f"{part.api.id} {stem} {count}"
                taken.add(name)
            part.drafts[index] = (roots, msgspec.structs.replace(endpoint, id=name))


def _groups(parts: list[_Part]) -> tuple[Group, ...]:
    """One group for each API, and further ones for endpoints with servers of their own."""
    groups: list[Group] = []
    names: set[str] = set()
    for part in parts:
        by_roots: dict[tuple[str, ...], list[Endpoint]] = {part.roots: []}
        for own, endpoint in part.drafts:
            by_roots.setdefault(own or part.roots, []).append(endpoint)
        if not by_roots[part.roots] and len(by_roots) > 1:
            del by_roots[part.roots]
        for roots, endpoints in by_roots.items():
            stem = name = part.api.id if roots == part.roots else f"{part.api.id}{roots[0] or '/'}"
            count = 1
            while name in names:
                count += 1
                name = f"{stem} {count}"
            names.add(name)
            groups.append(Group(name=name, api=part.api.id, root_paths=roots, endpoints=tuple(endpoints)))
    return tuple(groups)
