"""Examination: what a document says of itself, tried out. Its examples should keep to its own schemas."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from diorama.flow.publication import sites_of
from diorama.formats.schemas import Schemas
from diorama.formats.serialisation import is_json
from diorama.model.definition import Api, Endpoint, Finding, MediaType, Project
from diorama.model.pointers import escaped

FAULTS_SHOWN = 1


def wrong_examples(project: Project) -> list[Finding]:
    """The JSON examples of bodies that break their own schema, each with the first rule that it breaks."""
    checkers: dict[str, tuple[Schemas, Schemas]] = {}
    found: list[Finding] = []
    seen: set[str] = set()
    for site in sites_of(project):
        api = site.api
        if api.id not in checkers:
            checkers[api.id] = Schemas(api.schemas, "request"), Schemas(api.schemas, "reply")
        requests, replies = checkers[api.id]
        for media, schemas in _bodies(site.endpoint, requests, replies):
            if media.schema is None or not is_json(media.name) or (api.id + media.pointer) in seen:
                continue
            seen.add(api.id + media.pointer)
            found.extend(_examined(api, media, schemas))
    return found


def _bodies(endpoint: Endpoint, requests: Schemas, replies: Schemas) -> Iterator[tuple[MediaType, Schemas]]:
    if endpoint.request_body is not None:
        for media in endpoint.request_body.content:
            yield media, requests
    for response in endpoint.responses:
        for media in response.content:
            yield media, replies


def _examined(api: Api, media: MediaType, schemas: Schemas) -> Iterator[Finding]:
    check = None
    for example in media.examples:
        if example.value is UNSET:
            continue
        if check is None:
            check = schemas.part(media.schema, f"{media.pointer}/schema")
        if not check.holds(example.value):
            fault = check.faults(example.value, "the example", most=FAULTS_SHOWN)[0].violation("example")
            place = f"{media.pointer}/examples/{escaped(example.name)}" if example.name else f"{media.pointer}/example"
            yield Finding(
                f"the example breaks its own schema: {fault.message}",
                file=api.source,
                pointer=place,
                hint="Correct the example or the schema.",
            )
