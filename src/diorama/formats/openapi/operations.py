"""Operations: every operation of a document as an endpoint.

Source: OpenAPI 3.2.0, sections 4.8 to 4.10 (Paths, Path Item, Operation), Swagger 2.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from diorama.formats.openapi import swagger2
from diorama.formats.openapi.dialects import OPENAPI_3_2, SWAGGER_2
from diorama.formats.openapi.parameters import read_parameters
from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.formats.openapi.responses import read_request_body, read_response, read_responses
from diorama.formats.openapi.security import read_security
from diorama.formats.openapi.servers import read_root_paths
from diorama.formats.openapi.templates import check_parameters, read_template, shape_of, shortened
from diorama.model.definition import Endpoint, Parameter, RequestBody, Response, SecurityRequirement, SecurityScheme

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FIELDS = frozenset({"$ref", "summary", "description", "servers", "parameters", "additionalOperations"})
_SHARED_MAX = 100  # parameters or security requirements, from which on their repetition in each endpoint is counted

Roots = tuple[str, ...] | None
Draft = tuple[Roots, Endpoint]
"""Root paths of its own, None for the document's, and an endpoint that has no id yet."""


class Operations:
    """Reads the operations of one document.

    Args:
        reading: the document.
        schemes: its security schemes.
    """

    def __init__(self, reading: Reading, schemes: dict[str, SecurityScheme]) -> None:
        self._reading = reading
        self._schemes = schemes
        self._security = read_security(reading, reading.top, schemes) or ()
        self._shapes: dict[tuple[Roots, str, str], str] = {}

    def read(self) -> list[Draft]:
        """All operations, in the document's order."""
        reading = self._reading
        paths = reading.mapping(reading.top, "paths")
        if paths is None:
            if reading.top.get("paths") is None:
                reading.notes.finding(reading.top, "the document has no paths", "Describe paths with operations.")
            return []
        drafts: list[Draft] = []
        for key, place in paths.entries():
            path = read_template(reading, key, place)
            if path is None or place.value is None:
                continue
            if not isinstance(place.value, dict):
                reading.notes.error(place, f"the path {key!r} is an object", "Write methods below it.")
                continue
            drafts += self._path_item(path, place)
        return drafts

    def _path_item(self, path: str, place: Place) -> Iterator[Draft]:
        """The operations of a path; those of a path item that it refers to come with it."""
        reading = self._reading
        items = [place]
        if isinstance(place.value.get("$ref"), str):
            target = reading.references.follow(place)
            if target is None:
                return
            if not isinstance(target.value, dict):
                reading.notes.error(place, "the reference leads to no path item", "Refer to an object with methods.")
                return
            items.append(target)
        shared: dict[tuple[str, str], Parameter | swagger2.Part] = {}
        roots: Roots = None
        for item in reversed(items):
            shared |= {_key(part): part for part in self._parts(item)}
            roots = read_root_paths(reading, item) or roots
        seen: set[str] = set()
        for item in items:
            for method, operation in self._methods(item):
                if method in seen:
                    continue
                seen.add(method)
                draft = self._endpoint(method, path, operation, list(shared.values()), roots)
                if len(items) > 1 or len(shared) > _SHARED_MAX:
                    reading.charge(reading.size_of(draft[1]), place)
                yield draft

    def _methods(self, item: Place) -> Iterator[tuple[str, Place]]:
        reading = self._reading
        for key, place in item.entries():
            known = key in METHODS or (key == "query" and reading.dialect == OPENAPI_3_2)
            if known and isinstance(place.value, dict):
                yield key.upper(), place
            elif known and place.value is not None:
                reading.notes.error(place, "an operation is an object", "Write responses below it.")
            elif key.lower() in METHODS and isinstance(place.value, dict):
                reading.notes.finding(
                    place, f"the method {key!r} is read as {key.lower()!r}", "Write it in lower case."
                )
                yield key.upper(), place
            elif not known and key not in _FIELDS:
                reading.notes.finding(
                    place, f"{key!r} is no method here; it is left out", "Correct it, or begin its name with x-."
                )
        further = reading.mapping(item, "additionalOperations")
        if further is not None and reading.dialect == OPENAPI_3_2:
            for key, place in further.entries():
                if isinstance(place.value, dict) and key.isascii() and key.replace("-", "").replace("_", "").isalnum():
                    yield key, place
                else:
                    reading.notes.error(place, f"{key!r} is no method with an operation", "Write a method's name.")

    def _parts(self, place: Place) -> list[Parameter | swagger2.Part]:
        if self._reading.dialect == SWAGGER_2:
            return [*swagger2.read_parts(self._reading, place)]
        return [*read_parameters(self._reading, place)]

    def _endpoint(
        self, method: str, path: str, place: Place, shared: list[Parameter | swagger2.Part], roots: Roots
    ) -> Draft:
        reading = self._reading
        merged = {_key(part): part for part in shared} | {_key(part): part for part in self._parts(place)}
        parts = list(merged.values())
        parameters = check_parameters(reading, path, [part for part in parts if isinstance(part, Parameter)], place)
        body, responses = self._messages(place, parts)
        roots = read_root_paths(reading, place) or roots
        self._note_same_shape(method, path, roots, place)
        tags = place.value.get("tags")
        endpoint = Endpoint(
            id="",
            method=method,
            path=path,
            operation_id=reading.text(place, "operationId"),
            summary=reading.text(place, "summary"),
            tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
            parameters=tuple(parameters),
            request_body=body,
            responses=responses,
            security=self._security_of(place),
            deprecated=reading.flag(place, "deprecated"),
            pointer=place.pointer,
        )
        return roots, endpoint

    def _messages(
        self, place: Place, parts: list[Parameter | swagger2.Part]
    ) -> tuple[RequestBody | None, tuple[Response, ...]]:
        """Request body and responses."""
        reading = self._reading
        if reading.dialect != SWAGGER_2:
            return read_request_body(reading, place), read_responses(reading, place, read_response)
        produces = swagger2.media_types(reading, place, "produces")

        body = swagger2.request_body(reading, place, parts)
        read_one = partial(swagger2.read_response, produces)
        return body, read_responses(reading, place, read_one, variant=" ".join(produces))

    def _security_of(self, place: Place) -> tuple[SecurityRequirement, ...]:
        own = read_security(self._reading, place, self._schemes)
        if own is not None:
            return own
        if len(self._security) > _SHARED_MAX:
            self._reading.charge(self._reading.size_of(self._security), place)
        return self._security

    def _note_same_shape(self, method: str, path: str, roots: Roots, place: Place) -> None:
        key = (roots, method, shape_of(path))
        first = self._shapes.setdefault(key, path)
        if first != path:
            self._reading.notes.finding(
                place,
                f"{method} {shortened(path)} matches the same requests as {shortened(first)}, which answers them",
                "Remove one, or make the paths differ in more than parameter names.",
            )


def _key(part: Parameter | swagger2.Part) -> tuple[str, str]:
    return swagger2.part_key(part)
