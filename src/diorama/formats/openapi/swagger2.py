"""Swagger 2.0: parameters, bodies and responses in the shape that OpenAPI 3 gave them.

Source: OpenAPI Specification 2.0 (Parameter, Response, Header and Example Objects).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct

from diorama.formats.openapi.content import media_name
from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.formats.openapi.styles import collection_of
from diorama.model.definition import (
    Encoding,
    Example,
    MediaType,
    Parameter,
    ParameterPlace,
    RequestBody,
    Response,
    Schema,
)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_PLACES: dict[str, ParameterPlace] = {"path": "path", "query": "query", "header": "header"}
# The keys of a parameter that are not keywords of its schema.
_NOT_SCHEMA = frozenset({"name", "in", "required", "collectionFormat", "allowEmptyValue", "description", "x-example"})
_MEDIA_TYPES_MAX = 50


class Field(Struct, frozen=True):
    """A ``formData`` parameter."""

    name: str
    required: bool
    schema: Schema
    encoding: Encoding | None
    is_file: bool


class Body(Struct, frozen=True):
    """A ``body`` parameter."""

    required: bool
    schema: Schema | None
    examples: tuple[Example, ...]
    pointer: str


Part = Parameter | Field | Body


def read_parts(reading: Reading, place: Place) -> list[Part]:
    """The parameters of a path item or an operation, body and form fields among them."""
    read_part: Callable[[Place], Part | None] = partial(_part, reading)
    found: dict[tuple[str, str], Part] = {}
    for item in reading.items(place, "parameters"):
        part = reading.shared("part", item, read_part)
        if part is None:
            continue
        key = part_key(part)
        if key in found:
            reading.notes.finding(item, f"the {key[0]} parameter {key[1]!r} stands twice", "Remove one.")
        found[key] = part
    return list(found.values())


def part_key(part: Part) -> tuple[str, str]:
    """What must be unique among the parameters of an operation."""
    if isinstance(part, Parameter):
        return part.place, part.name
    return ("formData", part.name) if isinstance(part, Field) else ("body", "")


def _part(reading: Reading, place: Place) -> Part | None:
    if not isinstance(place.value, dict):
        reading.notes.error(place, "a parameter is an object", "Write name, in and type.")
        return None
    name, where = reading.text(place, "name"), reading.text(place, "in")
    required = reading.flag(place, "required")
    if where == "body":
        schema = reading.schemas.convert(place.at("schema")) if "schema" in place.value else None
        return Body(required, schema, _own_example(place), place.pointer)
    if not name or (where not in _PLACES and where != "formData"):
        reading.notes.error(
            place,
            f"the parameter {name!r} has no usable 'in'" if name else "a parameter has no 'name'",
            "Write a name, and one of path, query, header, formData, body under 'in'.",
        )
        return None
    schema = _inline_schema(reading, place)
    style, explode = collection_of(reading, place, where)
    if where == "formData":
        is_array = place.value.get("type") == "array"
        encoding = Encoding(style=style, explode=explode) if is_array else None
        return Field(name, required, schema, encoding, is_file=place.value.get("type") == "file")
    if where == "path" and not required:
        reading.notes.tally(place, "path parameters are always required", "Write required: true.")
    if where != "query" and style == "form":
        style = "simple"
    return Parameter(
        name=name,
        place=_PLACES[where],
        required=required or where == "path",
        schema=schema,
        style=style,
        explode=explode,
        allow_empty=where == "query" and reading.flag(place, "allowEmptyValue"),
        examples=_own_example(place),
        pointer=place.pointer,
    )


def _inline_schema(reading: Reading, place: Place) -> Schema:
    """The schema that a parameter or a header is, among its other keys."""
    if isinstance(place.value.get("schema"), dict):
        reading.notes.finding(place, "only body parameters have a schema; it is read as the type", "Write type here.")
        return reading.schemas.convert(place.at("schema"))
    inline = {key: value for key, value in place.value.items() if key not in _NOT_SCHEMA}
    return reading.schemas.convert(Place(place.document, place, (), inline, place.base))


def _own_example(place: Place) -> tuple[Example, ...]:
    for key in ("x-example", "example"):
        if key in place.value:
            return (Example(name="", value=place.value[key]),)
    return ()


# ------------------------------------------------------------------------------------------------------------ bodies


def request_body(reading: Reading, operation: Place, parts: list[Part]) -> RequestBody | None:
    """What the body parameter or the form fields of an operation come to."""
    body = next((part for part in parts if isinstance(part, Body)), None)
    fields = [part for part in parts if isinstance(part, Field)]
    consumes = media_types(reading, operation, "consumes")
    if body is not None:
        if fields:
            reading.notes.finding(
                operation, "body and formData exclude each other; the form fields are left out", "Use one of them."
            )
        _charge_copies(reading, operation, body.schema, len(consumes) - 1 if consumes else 0)
        content = tuple(
            MediaType(name=name, schema=body.schema, examples=body.examples, pointer=body.pointer)
            for name in consumes or (JSON,)
        )
        return RequestBody(required=body.required, content=content, pointer=body.pointer)
    if not fields:
        return None
    schema: dict[str, Any] = {"type": "object", "properties": {field.name: field.schema for field in fields}}
    required = [field.name for field in fields if field.required]
    if required:
        schema["required"] = required
    encoding = {field.name: field.encoding for field in fields if field.encoding is not None}
    names = [name for name in consumes if name.startswith((FORM, "multipart/"))]
    if not names:
        names = [MULTIPART] if any(field.is_file for field in fields) else [FORM, MULTIPART]
    _charge_copies(reading, operation, schema, len(names) - 1)
    pointer = operation.pointer
    content = tuple(MediaType(name=name, schema=schema, encoding=encoding, pointer=pointer) for name in names)
    return RequestBody(required=bool(required), content=content, pointer=pointer)


def media_types(reading: Reading, operation: Place, key: str) -> list[str]:
    """``consumes`` or ``produces`` of an operation, or else of the document."""
    holder = operation if operation.value.get(key) is not None else reading.top
    names = [media_name(item.value) for item in reading.items(holder, key) if isinstance(item.value, str)]
    if len(names) > _MEDIA_TYPES_MAX:
        reading.notes.tally(holder, f"only the first {_MEDIA_TYPES_MAX} media types count", "Name fewer.")
    return list(dict.fromkeys(names[:_MEDIA_TYPES_MAX]))


# --------------------------------------------------------------------------------------------------------- responses


def read_response(produces: list[str], reading: Reading, status: str, place: Place) -> Response | None:
    """A Response Object of Swagger 2.0."""
    if not isinstance(place.value, dict):
        reading.notes.error(place, "a response is an object", "Write a description below it.")
        return None
    if "description" not in place.value:
        reading.notes.tally(place, "the response has no description", "Write a description.")
    return Response(
        status=status,
        description=reading.text(place, "description"),
        headers=_headers(reading, place),
        content=_content(reading, place, produces),
        pointer=place.pointer,
    )


def _content(reading: Reading, place: Place, produces: list[str]) -> tuple[MediaType, ...]:
    schema = reading.schemas.convert(place.at("schema")) if place.value.get("schema") is not None else None
    examples = reading.mapping(place, "examples")
    by_type: dict[str, list[Example]] = {}
    first = produces[0] if produces else JSON
    for key, value in examples.value.items() if examples is not None else ():
        if "/" in key:
            by_type.setdefault(media_name(key), []).append(Example(name="", value=value))
        elif not key.startswith("x-"):
            reading.notes.finding(
                place.at("examples", key),
                f"{key!r} is no media type; it is read as an example of {first}",
                f"Write {first}.",
            )
            by_type.setdefault(first, []).append(Example(name=key, value=value))
    if schema is None and not by_type:
        return ()
    # A type without schema and example would be an empty body, which the response without content says already.
    names = list(dict.fromkeys([*(produces if schema is not None else ()), *by_type])) or [JSON]
    if schema is None:
        names.sort(key=lambda name: produces.index(name) if name in produces else len(produces))
    _charge_copies(reading, place, schema, len(names) - 1)
    return tuple(
        MediaType(name=name, schema=schema, examples=tuple(by_type.get(name, ())), pointer=place.pointer)
        for name in names
    )


def _charge_copies(reading: Reading, place: Place, schema: Schema | None, copies: int) -> None:
    """Count a schema that stands under several media types."""
    if copies and isinstance(schema, dict) and "$ref" not in schema:
        reading.charge(reading.size_of(schema) * copies, place)


def _headers(reading: Reading, place: Place) -> tuple[Parameter, ...]:
    headers = reading.mapping(place, "headers")
    if headers is None:
        return ()
    found: list[Parameter] = []
    for name in headers.value:
        header = headers.at(name)
        if not isinstance(header.value, dict):
            reading.notes.finding(header, f"the header {name!r} is no object; it is left out", "Write its type below.")
            continue
        style, explode = collection_of(reading, header, "header")
        found.append(
            Parameter(
                name=name,
                place="header",
                schema=_inline_schema(reading, header),
                style=style,
                explode=explode,
                examples=_own_example(header),
                pointer=header.pointer,
            )
        )
    return tuple(found)
