"""Dialects: which OpenAPI a document speaks."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from diorama.formats.openapi.notes import Notes, refuse_at
from diorama.formats.openapi.places import Place

SWAGGER_2 = "swagger-2.0"
OPENAPI_3_0 = "openapi-3.0"
OPENAPI_3_1 = "openapi-3.1"
OPENAPI_3_2 = "openapi-3.2"

_VERSION = re.compile(r"3\.(\d+)(?:\.\d+)?(?:[-+].*)?")
_OTHERS = (
    ("asyncapi", "an AsyncAPI document"),
    ("$schema", "a JSON Schema"),
    ("log", "a HAR file"),
    ("item", "a Postman collection"),
    ("arazzo", "an Arazzo document"),
    ("overlay", "an OpenAPI overlay"),
    ("openrpc", "an OpenRPC document"),
    ("swaggerVersion", "a Swagger 1 document"),
)
_HINT = "Give a document with 'openapi: 3.x.y' or 'swagger: \"2.0\"' at its top."


def dialect_of(top: Place, notes: Notes) -> str:
    """The dialect of a document.

    Raises:
        DioramaError: document_unsupported for what is no OpenAPI document, or one of an unknown version;
            document_invalid when it is no mapping.
    """
    root = top.value
    if not isinstance(root, dict):
        refuse_at("document_invalid", "an OpenAPI document is a mapping", top, _HINT)
    if root.get("swagger") is not None and root.get("openapi") is None:
        return _swagger(top.at("swagger"), notes)
    if root.get("openapi") is None:
        for key, what in _OTHERS:
            if key in root:
                refuse_at("document_unsupported", f"this is {what}, not an OpenAPI document", top, _HINT)
        refuse_at("document_unsupported", "this is no OpenAPI document", top, _HINT)
    place = top.at("openapi")
    version = place.value
    if not isinstance(version, str):
        notes.finding(place, f"the version {version!r} is not text", "Put it in quotes, with three numbers: '3.0.3'.")
    match = _VERSION.fullmatch(str(version).strip())
    if match is None:
        _refuse(place, f"OpenAPI {str(version)[:40]!r}")
    minor = int(match[1][:4])
    if minor > 2:
        notes.finding(place, f"OpenAPI {version} is not known and read as 3.2", "Use a version up to 3.2.")
    return (OPENAPI_3_0, OPENAPI_3_1, OPENAPI_3_2)[min(minor, 2)]


def _swagger(place: Place, notes: Notes) -> str:
    version = place.value
    if not isinstance(version, str):
        notes.finding(place, f"the version {version!r} is not text", "Put it in quotes: '2.0'.")
    if str(version).strip() not in ("2.0", "2", "2.0.0"):
        _refuse(place, f"Swagger {str(version)[:40]!r}")
    return SWAGGER_2


def _refuse(place: Place, what: str) -> NoReturn:
    refuse_at("document_unsupported", f"{what} is not supported", place, _HINT)


def is_legacy(root: Any, *, default: bool) -> bool:
    """Whether a file's schemas are of the old kind (Swagger 2.0, OpenAPI 3.0): ``nullable``, no ``$ref`` siblings.

    A fragment says nothing about itself and is read as the document that refers to it.
    """
    if isinstance(root, dict):
        if isinstance(version := root.get("openapi"), str | float):
            return str(version).startswith("3.0")
        if "swagger" in root:
            return True
    return default
