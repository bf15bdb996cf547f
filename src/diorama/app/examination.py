"""Examination: what a document says of itself, tried out.

Its examples should keep to its own schemas, and where it has none, some value should.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from diorama.flow.publication import sites_of
from diorama.formats.generation import Generator
from diorama.formats.schemas import Schemas
from diorama.formats.serialisation import is_json
from diorama.model.definition import Api, Endpoint, Finding, MediaType, Project
from diorama.model.pointers import escaped
from diorama.ports.dice import Dice

FAULTS_SHOWN = 1
_KEY = bytes(32)


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


def impossible_bodies(project: Project) -> list[Finding]:
    """The JSON bodies of replies without examples for which no value could be made that their schema allows.

    What is made is tested by the validator that requests and replies meet, once for each schema.
    """
    tools: dict[str, tuple[Generator, Schemas]] = {}
    found: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for site in sites_of(project):
        api = site.api
        if api.id not in tools:
            tools[api.id] = Generator(api.schemas), Schemas(api.schemas, "reply")
        generator, schemas = tools[api.id]
        for response in site.endpoint.responses:
            for media in response.content:
                if media.schema is None or media.examples or not is_json(media.name):
                    continue
                written = (api.id, repr(media.schema))
                if written not in seen:
                    seen.add(written)
                    found.extend(_made(api, media, generator, schemas))
    return found


def _made(api: Api, media: MediaType, generator: Generator, schemas: Schemas) -> Iterator[Finding]:
    assert media.schema is not None
    value = generator.believable(media.schema, Dice(_KEY))
    check = schemas.part(media.schema, f"{media.pointer}/schema")
    if check.holds(value) or check.holds(generator.plain(media.schema)):
        return
    fault = check.faults(value, "the body", most=FAULTS_SHOWN)[0].violation("body")
    yield Finding(
        f"no body could be made that the schema allows: {fault.message}",
        file=api.source,
        pointer=f"{media.pointer}/schema",
        hint="Look whether rules of the schema exclude each other, or give an example.",
    )


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
