"""Content: media types, their examples and encodings (OpenAPI 3).

Source: OpenAPI 3.2.0, sections 4.14 (Media Type), 4.15 (Encoding), 4.19 (Example).
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urljoin

from msgspec import UNSET

from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.formats.openapi.styles import style_of
from diorama.model.definition import Encoding, Example, MediaType, Schema

_EXAMPLE_KEYS = frozenset({"value", "externalValue", "serializedValue", "dataValue", "summary", "description", "$ref"})
_VALUES = ("value", "dataValue")


def read_content(reading: Reading, place: Place) -> tuple[MediaType, ...]:
    """The media types under ``content`` of a body, a response, a parameter or a header."""
    content = reading.mapping(place, "content")
    if content is None:
        return ()
    found: dict[str, MediaType] = {}
    for key, value in content.value.items():
        if "/" not in key and not isinstance(value, dict):
            if not key.startswith("x-"):
                reading.notes.finding(
                    content.at(key),
                    f"{key!r} is no media type; it is left out",
                    "Move it beside 'content', or write a media type such as application/json.",
                )
            continue
        if value is not None and not isinstance(value, dict):
            reading.notes.error(content.at(key), "a media type is an object", "Write schema and example below it.")
            continue
        name = media_name(key)
        if name in found:
            reading.notes.finding(content.at(key), f"the media type {name!r} stands twice", "Remove one.")
            continue
        media = reading.shared("media", content.at(key), partial(_read_media, reading, name))
        if media is not None:
            found[name] = media
    return tuple(found.values())


def media_name(key: str) -> str:
    """A media type as definitions write it."""
    return "; ".join(part.strip() for part in key.split(";")).lower().strip()


def _read_media(reading: Reading, name: str, place: Place) -> MediaType | None:
    if place.value is None:
        return MediaType(name=name, pointer=place.pointer)
    if not isinstance(place.value, dict):
        reading.notes.error(place, "a media type is an object", "Write schema and example below it.")
        return None
    return MediaType(
        name=name,
        schema=_media_schema(reading, place),
        examples=read_examples(reading, place),
        encoding=_encodings(reading, place),
        pointer=place.pointer,
    )


def _media_schema(reading: Reading, place: Place) -> Schema | None:
    if "schema" in place.value:
        return reading.schemas.convert(place.at("schema"))
    if (items := place.get("itemSchema")) is not None:
        # A stream is described by its items: as a whole it is the list of them.
        return {"type": "array", "items": reading.schemas.convert(items)}
    return None


def _encodings(reading: Reading, place: Place) -> dict[str, Encoding]:
    encodings = reading.mapping(place, "encoding")
    if encodings is None:
        return {}
    found: dict[str, Encoding] = {}
    for key in encodings.value:
        item = encodings.at(key)
        if not isinstance(item.value, dict):
            reading.notes.finding(item, "an encoding is an object; it is left out", "Write contentType or style below.")
            continue
        style, explode = style_of(reading, item, "query")
        found[key] = Encoding(
            content_type=reading.text(item, "contentType"),
            style=style,
            explode=explode,
            allow_reserved=reading.flag(item, "allowReserved"),
        )
    return found


def read_examples(reading: Reading, place: Place) -> tuple[Example, ...]:
    """``example`` and ``examples`` of a media type, a parameter or a header, in this order."""
    found: list[Example] = []
    if "example" in place.value:
        found.append(Example(name="", value=plain_value(reading, place.at("example"))))
    examples = place.get("examples")
    if examples is None:
        return tuple(found)
    if isinstance(examples.value, list):
        reading.notes.finding(examples, "'examples' is a mapping of names to examples", "Give each example a name.")
        found += [Example(name=str(index), value=value) for index, value in enumerate(examples.value)]
    elif isinstance(examples.value, dict):
        for key in examples.value:
            example = reading.shared(f"example {key}", examples.at(key), partial(_named_example, reading, key))
            if example is not None:
                found.append(example)
    else:
        reading.notes.finding(examples, "'examples' is a mapping; it is left out", "Write 'example' for a single one.")
    return tuple(found)


def _named_example(reading: Reading, name: str, place: Place) -> Example | None:
    value = place.value
    known = isinstance(value, dict) and (not value or any(key in _EXAMPLE_KEYS for key in value))
    if not known or not any(key in value for key in (*_VALUES, "externalValue", "serializedValue")):
        if known and value.keys() <= _EXAMPLE_KEYS:
            reading.notes.finding(place, "the example has no value; it is left out", "Write it under 'value'.")
            return None
        reading.notes.finding(place, "the example stands where an Example Object should", "Move it below 'value'.")
        return Example(name=name, value=value)
    summary = reading.text(place, "summary")
    content: Any = UNSET
    for key in _VALUES:
        if key in value:
            content = plain_value(reading, place.at(key))
            break
    serialized: Any = UNSET
    if isinstance(value.get("serializedValue"), str):
        serialized = value["serializedValue"]
    elif content is UNSET and isinstance(value.get("externalValue"), str):
        text = _external(reading, place.at("externalValue"))
        if text is None:
            return None
        serialized = text
    if content is UNSET and serialized is UNSET:
        reading.notes.finding(place, "the example has no value; it is left out", "Write it under 'value'.")
        return None
    return Example(name=name, value=content, serialized=serialized, summary=summary)


def plain_value(reading: Reading, place: Place) -> Any:
    """An example's value. One that is nothing but a ``$ref`` is what it refers to, as bundlers read it."""
    value = place.value
    if isinstance(value, dict) and value.keys() == {"$ref"} and isinstance(value["$ref"], str):
        return reading.shared("value", place, lambda target: target.value)
    return value


def _external(reading: Reading, place: Place) -> str | None:
    """The text behind ``externalValue``; None, with a finding, when it is none."""
    try:
        uri = urljoin(place.base, place.value)
        return reading.text_behind(uri, place)
    except UnicodeDecodeError:
        reading.notes.finding(place, "the external example is not UTF-8 text; it is left out", "Give a text file.")
    except ValueError:
        reading.notes.finding(place, "externalValue is no URI; the example is left out", "Correct the reference.")
    return None
