"""Bodies: read by their media type, as values of the document's schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from diorama.capabilities.validation import media
from diorama.capabilities.validation.coercion import coerced
from diorama.capabilities.validation.forms import form_value
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.texts import (
    LINE_SIGNS,
    Allowance,
    codec_of,
    decoded_text,
    json_lines,
    json_value,
    malformed,
)
from diorama.formats.schemas import Check, Schemas
from diorama.formats.serialisation import is_json, is_xml
from diorama.model.definition import Encoding, MediaType, RequestBody
from diorama.model.errors import DioramaError, Violation
from diorama.model.http import Request

Parse = Callable[[bytes], Any]

_LINES = frozenset(("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq"))
_TYPES_REMEMBERED = 64
MISSING: Any = object()


class Content(Struct, frozen=True):
    """A media type of the document, ready.

    Attributes:
        media_type: as the document has it.
        shape: what kinds of values it takes.
        check: decides about values; None when the document gives no schema.
    """

    media_type: MediaType
    shape: Shape
    check: Check | None


class Reading(Struct, frozen=True):
    """How bodies of one Content-Type are read.

    Attributes:
        content: the media type that it is.
        parse: reads a body.
        parse_again: reads it in the other way, where text may be read in two, when the first broke a rule.
        is_lines: whether the value is a list of which each item came on a line of its own.
    """

    content: Content
    parse: Parse
    parse_again: Parse | None = None
    is_lines: bool = False


def content_of(media_type: MediaType, schemas: Schemas, definitions: Mapping[str, Any]) -> Content:
    """A media type of the document, ready."""
    schema = media_type.schema
    check = None
    if schema is not None and schema is not True and schema != {}:
        check = schemas.check(schema, f"{media_type.pointer}/schema")
    return Content(media_type, Shape({} if schema is None else schema, definitions), check)


def reading_of(content: Content, essence: str, options: Mapping[str, str], values_max: int | None = None) -> Reading:
    """How bodies of a Content-Type are read.

    Args:
        content: the media type that it is.
        essence: of the Content-Type.
        options: its parameters.
        values_max: how many values a body may have; None for those that nobody from outside has sent.

    Raises:
        DioramaError: ``media_type_unsupported`` for an unknown charset.
    """
    charset = options.get("charset", "")
    shape, encodings = content.shape, content.media_type.encoding
    if is_json(essence):
        if codec_of(charset) in ("utf-8", "ascii"):
            return Reading(content, partial(_json, values_max))
        return Reading(content, lambda body: _json(values_max, decoded_text(body, charset).encode()))
    if essence in _LINES:
        return Reading(content, partial(_json_lines, values_max), is_lines=True)
    if is_xml(essence):
        return Reading(content, partial(_xml, charset, shape))
    if essence == "application/x-www-form-urlencoded":
        parse: Callable[..., Any] = partial(form_value, shape=shape, encodings=encodings, values_max=values_max)
    elif essence == "multipart/form-data":
        boundary = options.get("boundary", "")
        parse = partial(_multipart, boundary=boundary, shape=shape, encodings=encodings, values_max=values_max)
    elif essence.startswith("text/"):
        codec_of(charset)
        parse = partial(_text, charset=charset, shape=shape, values_max=values_max)
    else:
        return Reading(content, bytes)
    return Reading(content, parse, partial(parse, again=True))


def _json(values_max: int | None, body: bytes) -> Any:
    Allowance(values_max, len(body)).take(body)
    return json_value(body)


def _json_lines(values_max: int | None, body: bytes) -> Any:
    Allowance(values_max, len(body)).take(body, LINE_SIGNS)
    return json_lines(body)


def _multipart(
    body: bytes,
    boundary: str,
    shape: Shape,
    encodings: Mapping[str, Encoding],
    values_max: int | None,
    *,
    again: bool = False,
) -> Any:
    from diorama.capabilities.validation.multipart import multipart_value

    return multipart_value(body, boundary, shape, encodings, values_max, again=again)


def _xml(charset: str, shape: Shape, body: bytes) -> Any:
    from diorama.capabilities.validation.xml_values import tree, value_of

    return value_of(tree(body, charset), shape)


def _text(body: bytes, charset: str, shape: Shape, values_max: int | None, *, again: bool = False) -> Any:
    text = decoded_text(body, charset)
    if text[:1] in {"[", "{"} and (shape.is_array or shape.is_object):
        Allowance(values_max, len(body)).take(text.encode(errors="surrogatepass"))
    return coerced(text, shape, as_text=again)


def read_with(reading: Reading, body: bytes, whole: str, place: str) -> tuple[Any, list[Violation]]:
    """The value of a body and the rules that it breaks.

    Args:
        reading: how it is read.
        body: as it travelled.
        whole: what to call it in messages.
        place: of the violations.

    Raises:
        DioramaError: ``body_malformed``, ``media_type_unsupported``.
    """
    try:
        value = reading.parse(body)
    except RecursionError:
        raise malformed("The body is nested too deeply.", "Send fewer levels.") from None
    check = reading.content.check
    if check is None or _holds(reading, check, value):
        return value, []
    other = value if reading.parse_again is None else reading.parse_again(body)
    if other is not value and _holds(reading, check, other):
        return other, []
    return value, [
        fault.violation(place)
        for item in _items(reading, value)
        if not check.holds(item)
        for fault in check.faults(item, whole)
    ]


def _holds(reading: Reading, check: Check, value: Any) -> bool:
    if type(value) is dict:
        return check.holds(value)
    return all(check.holds(item) for item in _items(reading, value))


def _items(reading: Reading, value: Any) -> list[Any]:
    """What the schema is about: the value, each line of JSON lines, of bytes a character for each byte."""
    shape = reading.content.shape
    if isinstance(value, bytes):
        return [value.decode("latin-1")] if shape.is_text else []
    if reading.is_lines and not shape.is_array:
        return list(value)
    return [value]


class BodyRules:
    """The bodies that an endpoint takes.

    Args:
        request_body: as the document has it.
        schemas: of its document.
        definitions: ``Api.schemas``.
        values_max: how many values a body may have.
    """

    def __init__(
        self, request_body: RequestBody, schemas: Schemas, definitions: Mapping[str, Any], values_max: int
    ) -> None:
        self._values_max = values_max
        self._required = request_body.required
        self._pointer = request_body.pointer
        self._media_types = request_body.content
        self._contents = {id(one): content_of(one, schemas, definitions) for one in request_body.content}
        self._readings: dict[bytes, Reading] = {}

    def read(self, request: Request) -> tuple[Any, list[Violation]]:
        """The body's value (MISSING when there is none) and the rules that it breaks.

        Raises:
            DioramaError: ``body_malformed``, ``body_too_large``, ``media_type_unsupported``.
        """
        body = request.body
        if not body:
            if not self._required:
                return MISSING, []
            accepted = ", ".join(one.name for one in self._media_types)
            message = f"the body is missing; send {accepted}" if accepted else "the body is missing"
            return MISSING, [Violation("body", "", "required", message, f"{self._pointer}/required")]
        if not self._media_types:
            return body, []
        content_type = request.header(b"content-type") or b""
        reading = self._readings.get(content_type)
        if reading is None:
            reading = self._reading(content_type)
        coding = request.header(b"content-encoding")
        if coding is not None and coding.strip().lower() not in (b"identity", b""):
            raise DioramaError(
                "media_type_unsupported",
                f"The body's Content-Encoding {coding.decode('latin-1')[:40]!r} is not understood.",
                "Send the body uncompressed.",
            )
        return read_with(reading, body, "the body", "body")

    def _reading(self, content_type: bytes) -> Reading:
        essence, options = media.split(content_type.decode("latin-1"))
        accepted = ", ".join(one.name for one in self._media_types)
        if essence:
            media_type = media.match(essence, options, self._media_types)
        elif len(self._media_types) == 1:
            # Nothing was said, and there is only one thing that can be meant.
            media_type = self._media_types[0]
            essence = media.split(media_type.name)[0]
        else:
            raise DioramaError(
                "media_type_unsupported",
                f"The request has a body and no Content-Type; the endpoint accepts {accepted}.",
                "Say what the body is in the header Content-Type.",
            )
        if media_type is None:
            raise DioramaError(
                "media_type_unsupported",
                f"The endpoint does not accept {essence[:80]}; it accepts {accepted}.",
                "Send the body in one of these media types, and say which in the header Content-Type.",
                {"accepted": [one.name for one in self._media_types]},
            )
        reading = reading_of(self._contents[id(media_type)], essence, options, self._values_max)
        if len(content_type) < 200 and "boundary" not in options and len(self._readings) < _TYPES_REMEMBERED:
            self._readings[content_type] = reading
        return reading
