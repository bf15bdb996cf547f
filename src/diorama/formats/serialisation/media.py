"""Media: a JSON value as the bytes of a body.

Source: RFC 8259 (JSON); RFC 6838, section 4.2.8 (structured suffixes); WHATWG HTML, section 9.2 (event streams).
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from diorama.formats.serialisation.styles import form_body, scalar_text
from diorama.formats.serialisation.xml import document
from diorama.model.definition import Encoding, Schema
from diorama.model.errors import DioramaError

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_LINES = frozenset(("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq"))
_YAML = frozenset(("text/yaml", "text/x-yaml", "text/vnd.yaml"))


def essence(media_type: str) -> str:
    """``type/subtype`` in lower case, without parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON."""
    kind = essence(media_type)
    return kind.endswith(("/json", "+json"))


def is_xml(media_type: str) -> bool:
    """Whether bodies of this type are XML."""
    kind = essence(media_type)
    return kind.endswith(("/xml", "+xml"))


def serialise(
    value: Any,
    media_type: str,
    schema: Schema | None = None,
    schemas: Mapping[str, Any] | None = None,
    encodings: Mapping[str, Encoding] | None = None,
) -> bytes:
    """A value as a body.

    Args:
        value: a JSON value.
        media_type: what the body is to be, parameters included; ``charset`` holds for text.
        schema: of the value; XML takes its names from there.
        schemas: what ``#/$defs/<name>`` in the schema means.
        encodings: how the properties of a form are written.

    Returns:
        JSON is compact and keeps the order of keys and every digit of a number. A string is sent as it is in every
        type but JSON. What is unknown and no string is sent as JSON.

    Raises:
        DioramaError: ``reply_unserialisable`` when an array or object is to be plain text.
    """
    if is_json(media_type):
        return json_bytes(value)
    kind = essence(media_type)
    if isinstance(value, str):
        return _text_bytes(value, media_type)
    if is_xml(media_type):
        return document(value, schema, schemas or {}).encode("utf-8", "replace")
    if kind == "application/x-www-form-urlencoded":
        return form_body(value, encodings or {}).encode("ascii")
    if kind in _LINES and isinstance(value, list):
        return b"".join(json_bytes(item) + b"\n" for item in value)
    if kind == "text/event-stream":
        return b"".join(
            b"data: " + json_bytes(item) + b"\n\n" for item in (value if isinstance(value, list) else [value])
        )
    if kind.startswith("text/") and kind not in _YAML:
        if isinstance(value, list | dict):
            raise DioramaError(
                "reply_unserialisable",
                f"Cannot serialise complex objects as text: {media_type} carries a string, and this is "
                f"an {'array' if isinstance(value, list) else 'object'}",
                hint="Give the response a media type such as application/json, or an example that is a string.",
            )
        return _text_bytes(scalar_text(value), media_type)
    return json_bytes(value)


def json_bytes(value: Any) -> bytes:
    """A value as compact JSON."""
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, which JSON can only write as an escape.
        return json.dumps(value, separators=(",", ":"), default=str).encode("ascii")
    except RecursionError as error:
        raise DioramaError("reply_unserialisable", "The value nests too deep to be written as JSON") from error


def _text_bytes(text: str, media_type: str) -> bytes:
    """The text in the charset that the media type names, else in UTF-8."""
    for parameter in media_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            try:
                codec = codecs.lookup(value.strip().strip('"'))
            except LookupError:
                break
            return codec.encode(text, "replace")[0]
    return text.encode("utf-8", "replace")
