"""Parameters and response headers of OpenAPI 3.

Source: OpenAPI 3.2.0, sections 4.12 (Parameter), 4.21 (Header).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from diorama.formats.openapi.content import read_content, read_examples
from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.formats.openapi.styles import style_of
from diorama.model.definition import MediaType, Parameter, ParameterPlace, Schema

PLACES: dict[str, ParameterPlace] = {"path": "path", "query": "query", "header": "header", "cookie": "cookie"}
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_FORM = "application/x-www-form-urlencoded"
_INLINE = ("type", "format", "enum", "items", "pattern", "minimum", "maximum", "minLength", "maxLength", "default")


def read_parameters(reading: Reading, place: Place) -> list[Parameter]:
    """The parameters of a path item or an operation, in the document's order."""
    found: dict[tuple[str, str], Parameter] = {}
    for item in reading.items(place, "parameters"):
        for parameter in reading.shared("parameter", item, partial(_read, reading)) or ():
            key = (parameter.place, parameter.name)
            if key in found:
                reading.notes.finding(
                    item, f"the {parameter.place} parameter {parameter.name!r} stands twice", "Remove one."
                )
            found[key] = parameter
    return list(found.values())


def _read(reading: Reading, place: Place) -> tuple[Parameter, ...]:
    if not isinstance(place.value, dict):
        reading.notes.error(place, "a parameter is an object", "Write name, in and schema.")
        return ()
    name, where = reading.text(place, "name"), reading.text(place, "in")
    if where == "querystring":
        return _querystring(reading, place)
    if not name or where not in PLACES:
        missing = "name" if not name else "in"
        reading.notes.error(
            place,
            f"the parameter {name!r} has no usable {missing!r}" if name else "a parameter has no 'name'",
            "Write a name, and one of path, query, header, cookie under 'in'.",
        )
        return ()
    if where == "header" and name.lower() in IGNORED_HEADERS:
        reading.notes.finding(
            place,
            f"the header parameter {name!r} is ignored, as the specification says",
            "Describe it by content, requestBody or security.",
        )
        return ()
    if where == "path" and place.value.get("required") is not True:
        reading.notes.tally(place, "path parameters are always required", "Write required: true.")
    return (_parameter(reading, place, name, PLACES[where]),)


def _parameter(reading: Reading, place: Place, name: str, where: ParameterPlace) -> Parameter:
    style, explode = style_of(reading, place, where)
    schema, media = _schema_or_media(reading, place)
    return Parameter(
        name=name,
        place=where,
        required=where == "path" or reading.flag(place, "required"),
        schema=schema,
        style=style,
        explode=explode,
        allow_reserved=reading.flag(place, "allowReserved"),
        allow_empty=where == "query" and reading.flag(place, "allowEmptyValue"),
        media_type=media,
        examples=read_examples(reading, place),
        pointer=place.pointer,
    )


def _schema_or_media(reading: Reading, place: Place) -> tuple[Schema | None, MediaType | None]:
    if "schema" in place.value:
        return reading.schemas.convert(place.at("schema")), None
    content = read_content(reading, place)
    if content:
        return None, content[0]
    inline = {key: place.value[key] for key in _INLINE if key in place.value}
    if not inline:
        return None, None
    reading.notes.finding(place, "the parameter's type stands beside 'schema' instead of below it", "Move it below.")
    return reading.schemas.convert(Place(place.document, place, (), inline, place.base)), None


def read_headers(reading: Reading, place: Place) -> tuple[Parameter, ...]:
    """The headers of a response."""
    headers = reading.mapping(place, "headers")
    if headers is None:
        return ()
    found: list[Parameter] = []
    for name in headers.value:
        if name.lower() == "content-type":
            reading.notes.finding(
                headers.at(name), "the header 'Content-Type' is ignored, as the specification says", "Use 'content'."
            )
            continue
        header = reading.shared(f"header {name}", headers.at(name), partial(_header, reading, name))
        if header is not None:
            found.append(header)
    return tuple(found)


def _header(reading: Reading, name: str, place: Place) -> Parameter | None:
    if not isinstance(place.value, dict):
        reading.notes.finding(place, f"the header {name!r} is no object; it is left out", "Write a schema below it.")
        return None
    return _parameter(reading, place, name, "header")


def _querystring(reading: Reading, place: Place) -> tuple[Parameter, ...]:
    """``in: querystring`` (OpenAPI 3.2): the query as a form, understood as one parameter for each property."""
    content = read_content(reading, place)
    media = next((media for media in content if media.name == _FORM), None)
    schema: Any = media.schema if media is not None else None
    if isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
        origin = (
            reading.references.follow(place.at("content", _FORM, "schema")) if _FORM in place.value["content"] else None
        )
        schema = reading.schemas.convert(origin) if origin is not None and reference else schema
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        reading.notes.finding(
            place,
            "a query string is understood only as a form with properties; it is left out",
            f"Describe it as {_FORM} with an object schema, or by query parameters.",
        )
        return ()
    required = schema.get("required", [])
    encoding = media.encoding if media is not None else {}
    return tuple(
        Parameter(
            name=name,
            place="query",
            required=name in required,
            schema=item,
            style=encoding[name].style if name in encoding else "form",
            explode=encoding[name].explode if name in encoding else True,
            pointer=place.pointer,
        )
        for name, item in schema["properties"].items()
    )
