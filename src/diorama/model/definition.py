"""Definition: what a project says, as frozen values that can be hashed, stored and compiled.

Schemas are JSON Schema 2020-12 whatever dialect they were written in (OpenAPI 3.0's ``nullable`` and boolean
``exclusiveMinimum`` are converted on loading), as plain JSON values. Every ``$ref`` in them reads
``#/$defs/<name>`` and resolves in ``Api.schemas``, so that ``{"$defs": api.schemas, **schema}`` stands alone.
The OpenAPI keywords ``discriminator``, ``readOnly``, ``writeOnly``, ``xml``, ``example`` and all ``x-…`` stay.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

Schema = dict[str, Any] | bool
ParameterPlace = Literal["path", "query", "header", "cookie"]
ParameterStyle = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "tabDelimited"
]

DEFINITION_FORMAT = 1
"""Raised by one whenever a stored definition of the older form could not be read by the newer code."""


class Example(Struct, frozen=True, omit_defaults=True):
    """A named example of a media type, a parameter or a header.

    Attributes:
        name: its key in ``examples``; ``""`` for the one under ``example``.
        value: the JSON value (``UNSET`` when only ``serialized`` is given).
        serialized: the exact text on the wire, when the document gives that (OpenAPI 3.2 ``serializedValue``,
            or a fetched ``externalValue``).
        summary: the document's words about it.
    """

    name: str
    value: Any = UNSET
    serialized: str | UnsetType = UNSET
    summary: str = ""


class Encoding(Struct, frozen=True, omit_defaults=True):
    """How one property of a form or multipart body is written (OpenAPI Encoding Object)."""

    content_type: str = ""
    style: ParameterStyle = "form"
    explode: bool = True
    allow_reserved: bool = False


class MediaType(Struct, frozen=True, omit_defaults=True):
    """One media type of a body.

    Attributes:
        name: as the document writes it, lower case, parameters kept: ``application/json; charset=utf-8``.
        schema: None when the document gives none; then every body of that type is right.
        examples: in the document's order.
        encoding: property name to encoding, for forms and multipart.
        pointer: JSON pointer of the media type object in its source document.
    """

    name: str
    schema: Schema | None = None
    examples: tuple[Example, ...] = ()
    encoding: dict[str, Encoding] = {}
    pointer: str = ""


class Parameter(Struct, frozen=True, omit_defaults=True):
    """One parameter of an endpoint.

    Attributes:
        name: as the document writes it; header names compare without case.
        place: where it travels.
        required: a path parameter always is.
        schema: of its value after deserialisation; None when ``media_type`` says it all.
        style: how arrays and objects are written, the document's or the place's default.
        explode: whether each item or property is written apart.
        allow_reserved: whether ``:/?#[]@!$&'()*+,;=`` may stand unencoded.
        allow_empty: whether ``name=`` or ``name`` alone counts as present and right (Swagger 2.0, OpenAPI 3).
        media_type: when the value is written in a media type (OpenAPI ``content``).
        examples: in the document's order.
        pointer: JSON pointer of the parameter object in its source document.
    """

    name: str
    place: ParameterPlace
    required: bool = False
    schema: Schema | None = None
    style: ParameterStyle = "simple"
    explode: bool = False
    allow_reserved: bool = False
    allow_empty: bool = False
    media_type: MediaType | None = None
    examples: tuple[Example, ...] = ()
    pointer: str = ""


class RequestBody(Struct, frozen=True, omit_defaults=True):
    """The bodies that an endpoint takes: one media type or more, in the document's order."""

    required: bool = False
    content: tuple[MediaType, ...] = ()
    pointer: str = ""


class Response(Struct, frozen=True, omit_defaults=True):
    """One response of an endpoint.

    Attributes:
        status: ``"200"``, a range ``"4XX"`` (always upper case) or ``"default"``.
        description: the document's words.
        headers: response headers, each as a Parameter of place ``header``.
        content: media types in the document's order; empty means no body.
        pointer: JSON pointer of the response object in its source document.
    """

    status: str
    description: str = ""
    headers: tuple[Parameter, ...] = ()
    content: tuple[MediaType, ...] = ()
    pointer: str = ""


class SecurityScheme(Struct, frozen=True, omit_defaults=True):
    """How credentials travel.

    Attributes:
        name: its key in the document.
        kind: ``apiKey``, ``http``, ``oauth2``, ``openIdConnect`` or ``mutualTLS``.
        parameter: the header, query parameter or cookie that carries an ``apiKey``.
        place: where that parameter travels.
        scheme: the HTTP authentication scheme in lower case, for kind ``http`` (``basic``, ``bearer``, ``digest``).
    """

    name: str
    kind: Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
    parameter: str = ""
    place: Literal["", "header", "query", "cookie"] = ""
    scheme: str = ""


class SecurityRequirement(Struct, frozen=True, omit_defaults=True):
    """One alternative: every scheme in it must be satisfied. Without schemes it lets everyone in.

    Attributes:
        schemes: scheme name to the scopes that it needs, in the document's order.
    """

    schemes: dict[str, tuple[str, ...]] = {}


class Endpoint(Struct, frozen=True, omit_defaults=True):
    """One (method, path), and how it replies. An OpenAPI operation is an endpoint.

    Attributes:
        id: unique in the project, readable, stable when the document is loaded again: the operationId where it is
            unique, else ``get /customers/{id}``.
        method: upper case.
        path: below its group's root, with ``{name}`` for parameters, beginning with ``/``.
        operation_id, summary, tags: the document's words.
        parameters: path, query, header and cookie parameters, path-item's and operation's merged.
        request_body: None when the endpoint takes none.
        responses: in the document's order.
        security: alternatives; empty when no credentials are needed.
        deprecated: whether the document says so.
        pointer: JSON pointer of the operation in its source document.
    """

    id: str
    method: str
    path: str
    operation_id: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    request_body: RequestBody | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[SecurityRequirement, ...] = ()
    deprecated: bool = False
    pointer: str = ""


class Api(Struct, frozen=True, omit_defaults=True):
    """What the endpoints of one document share.

    Attributes:
        id: short name, unique in the project (the file's stem).
        title, version: the document's words.
        source: file name or URL as the user gave it, for messages.
        dialect: ``swagger-2.0``, ``openapi-3.0``, ``openapi-3.1`` or ``openapi-3.2``.
        schemas: ``$defs`` of all schemas of this document.
        security_schemes: by name.
        generation: the document's own wishes about generated data (``x-json-schema-faker``), by option name.
    """

    id: str
    title: str = ""
    version: str = ""
    source: str = ""
    dialect: str = ""
    schemas: dict[str, Any] = {}
    security_schemes: dict[str, SecurityScheme] = {}
    generation: dict[str, Any] = {}


class Group(Struct, frozen=True, omit_defaults=True):
    """Endpoints that share a root path.

    Attributes:
        name: unique in the project.
        api: id of the Api whose schemas the endpoints use.
        root_paths: the roots below which the endpoints answer, the preferred one first. Those of an OpenAPI document
            are its servers' base paths and ``""``, since clients often leave the base path out.
        endpoints: in the document's order.
    """

    name: str
    api: str
    root_paths: tuple[str, ...] = ("",)
    endpoints: tuple[Endpoint, ...] = ()


class Project(Struct, frozen=True, omit_defaults=True):
    """A named definition, published whole.

    Attributes:
        name: the project's name.
        apis, groups: what it serves.
        specs: a capability's corner of the project, by the capability's name, as plain JSON values.
    """

    name: str
    apis: tuple[Api, ...] = ()
    groups: tuple[Group, ...] = ()
    specs: dict[str, Any] = {}


class Finding(Struct, frozen=True, omit_defaults=True):
    """Something noticed while reading a document: it loads all the same.

    Attributes:
        message: what is untidy and how it was understood.
        file: the document.
        line: from 1; 0 when unknown.
        pointer: JSON pointer in that file.
        hint: what to do about it.
    """

    message: str
    file: str = ""
    line: int = 0
    pointer: str = ""
    hint: str = ""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Project)


def encode_project(project: Project) -> bytes:
    """The project as bytes: JSON, whose integers have no bounds.

    The order of keys is kept, because generated objects follow it.
    """
    return _ENCODER.encode((DEFINITION_FORMAT, project))


def decode_project(data: bytes) -> Project:
    """The project that :func:`encode_project` wrote.

    Raises:
        ValueError: when the bytes are of another format or damaged (msgspec's errors are ValueErrors).
    """
    form, project = msgspec.json.decode(data, type=tuple[int, msgspec.Raw])
    if form != DEFINITION_FORMAT:
        message = f"definition format {form}, expected {DEFINITION_FORMAT}"
        raise ValueError(message)
    return _DECODER.decode(project)


def content_hash(encoded: bytes) -> str:
    """The version of a project: 32 hexadecimal digits over :func:`encode_project`'s bytes (BLAKE2b-128)."""
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()
