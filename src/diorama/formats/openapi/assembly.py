"""Assembly: the APIs of all documents of a load, put together to one project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

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


def assemble(sources: Sequence[str], fetch: Fetch | None, limits: Limits, name: str) -> Loaded:
    """What :func:`diorama.formats.openapi.load_documents` does."""
    notes = Notes(limits.findings_max)
    library = Library(limits, notes, fetch)
    documents: dict[str, Document] = {}
    for source in sources:
        for document in library.sources(source):
            documents.setdefault(document.uri, document)
    references = References(library, notes)
    ids = _api_ids(list(documents.values()))
    apis: list[Api] = []
    drafts: list[tuple[str, tuple[str, ...], Endpoint]] = []
    for document, api_id in zip(documents.values(), ids, strict=True):
        api, found = _read_api(document, api_id, library, references, notes)
        apis.append(api)
        drafts += found
    notes.raise_errors()
    project = Project(
        name=name or ids[0], apis=tuple(apis), groups=_groups(apis, _named(drafts, notes, documents, ids))
    )
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


def _read_api(
    document: Document, api_id: str, library: Library, references: References, notes: Notes
) -> tuple[Api, list[tuple[str, tuple[str, ...], Endpoint]]]:
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
    return api, [(api_id, own or roots, endpoint) for own, endpoint in drafts]


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


def _named(
    drafts: list[tuple[str, tuple[str, ...], Endpoint]], notes: Notes, documents: dict[str, Document], ids: list[str]
) -> list[tuple[str, tuple[str, ...], Endpoint]]:
    """The endpoints with their ids: the operationId where it is unique, else ``get /path``."""
    by_operation = Counter(endpoint.operation_id for _, _, endpoint in drafts if endpoint.operation_id)
    document_of = dict(zip(ids, documents.values(), strict=True))
    taken = {operation_id for operation_id, count in by_operation.items() if count == 1}
    named: list[tuple[str, tuple[str, ...], Endpoint]] = []
    reported: set[str] = set()
    again: Counter[tuple[str, str]] = Counter()
    for api, roots, endpoint in drafts:
        operation_id = endpoint.operation_id
        if operation_id and by_operation[operation_id] == 1:
            named.append((api, roots, msgspec.structs.replace(endpoint, id=operation_id)))
            continue
        if operation_id and operation_id not in reported:
            reported.add(operation_id)
            notes.finding_at(
                document_of[api],
                endpoint.pointer,
                f"the operationId {operation_id!r} stands {by_operation[operation_id]} times and names none of them",
                "Give each operation an operationId of its own.",
            )
        stem = f"{endpoint.method.lower()} {endpoint.path}"
        name = stem
        while name in taken:
            again[api, stem] += 1
            count = again[api, stem]
            name = f"{api} {stem}" if count == 1 else f"{api} {stem} {count}"
        taken.add(name)
        named.append((api, roots, msgspec.structs.replace(endpoint, id=name)))
    return named


def _groups(apis: list[Api], drafts: list[tuple[str, tuple[str, ...], Endpoint]]) -> tuple[Group, ...]:
    """One group for each API, and further ones for endpoints with servers of their own."""
    by_roots: dict[tuple[str, tuple[str, ...]], list[Endpoint]] = {}
    for api, roots, endpoint in drafts:
        by_roots.setdefault((api, roots), []).append(endpoint)
    groups: list[Group] = []
    names: set[str] = set()
    for api_id in (api.id for api in apis):
        own = [(roots, endpoints) for (owner, roots), endpoints in by_roots.items() if owner == api_id] or [(("",), [])]
        for number, (roots, endpoints) in enumerate(own, start=1):
            name, count = (api_id, number) if number == 1 else (f"{api_id}{roots[0] or '/'}", number)
            while name in names:
                name, count = f"{api_id} {count}", count + 1
            names.add(name)
            groups.append(Group(name=name, api=api_id, root_paths=roots, endpoints=tuple(endpoints)))
    return tuple(groups)
