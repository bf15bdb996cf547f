"""Multipart: ``multipart/form-data`` bodies as objects, each part by its media type.

Source: RFC 7578; RFC 2046, section 5.1; OpenAPI 3.1.1, sections 4.8.14.6 and 4.8.15 (Encoding Object).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from diorama.capabilities.validation import media
from diorama.capabilities.validation.brackets import nested, tokens_of
from diorama.capabilities.validation.coercion import coerced
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.texts import Allowance, decoded_text, json_value, malformed
from diorama.formats.serialisation import is_json
from diorama.model.definition import Encoding
from diorama.model.errors import DioramaError

PARTS_MAX = 1_000
PART_HEADER_BYTES_MAX = 8_192


class Part(Struct):
    """One part: its name, its file name when it is a file, its media type as it says, and its content."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


class _Gathering:
    """Takes what the parser reports, within bounds."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._headers: dict[bytes, bytes] = {}
        self._field = b""
        self._value = b""
        self._content: list[bytes] = []
        self._header_bytes = 0
        self.is_closed = False

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self.begin,
            "on_part_data": lambda data, start, end: self._content.append(data[start:end]),
            "on_part_end": self.end,
            "on_header_field": self.field,
            "on_header_value": self.value,
            "on_header_end": self.header,
            "on_end": self.close,
        }

    def begin(self) -> None:
        if len(self.parts) >= PARTS_MAX:
            raise malformed(f"The body has more than {PARTS_MAX} parts.", "Send fewer parts.")
        self._headers, self._content, self._header_bytes = {}, [], 0

    def field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._count(end - start)

    def value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._count(end - start)

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > PART_HEADER_BYTES_MAX:
            raise malformed(f"A part's headers have more than {PART_HEADER_BYTES_MAX} bytes.", "Send shorter headers.")

    def header(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def end(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"").decode("utf-8", "replace")
        _, options = media.split(disposition)
        name = options.get("name")
        if name is None:
            raise malformed("A part of the body has no name.", 'Give it Content-Disposition: form-data; name="…".')
        content_type = self._headers.get(b"content-type", b"").decode("latin-1")
        filename = options.get("filename", options.get("filename*"))
        self.parts.append(Part(name, filename, content_type, b"".join(self._content)))

    def close(self) -> None:
        self.is_closed = True


def parts_of(body: bytes, boundary: str) -> list[Part]:
    """The parts of a multipart body, in order.

    Raises:
        DioramaError: ``body_malformed``.
    """
    # Few sandboxes ever see such a body, and the parser takes time to import.
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser

    # It warns of what its exceptions say, too, and nobody's handler would let that through to stderr, once for each
    # request of an attacker.
    logger = logging.getLogger("python_multipart")
    if logger.propagate:
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
    if not boundary or len(boundary) > 70 or not boundary.isascii():
        raise malformed(
            "The Content-Type has no usable boundary.",
            "Let the client library write the Content-Type of such bodies.",
        )
    gathering = _Gathering()
    try:
        parser = MultipartParser(boundary.encode("ascii"), gathering.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as cause:
        raise malformed(f"The body is not multipart: {str(cause)[:120]}.") from None
    if not gathering.is_closed:
        raise malformed("The multipart body ends before its closing boundary.")
    return gathering.parts


def multipart_value(
    body: bytes,
    boundary: str,
    shape: Shape,
    encodings: Mapping[str, Encoding],
    values_max: int | None = None,
    *,
    again: bool = False,
) -> dict[str, Any]:
    """A multipart body as an object. The content of files is text in Latin-1: a character for each byte.

    Args:
        body: as it travelled.
        boundary: of the Content-Type.
        shape: of the object.
        encodings: by property.
        values_max: how many values its parts may have together, files aside; None for as many as they like.
        again: read texts as text where text is allowed.

    Raises:
        DioramaError: ``body_malformed``, ``body_too_large``, ``media_type_unsupported``.
    """
    allowance = Allowance(values_max, len(body))
    properties = shape.properties()
    plain: dict[str, list[Any]] = {}
    bracketed: list[tuple[list[str], Any]] = []
    for part in parts_of(body, boundary):
        tokens = None if part.name in properties or "[" not in part.name else tokens_of(part.name)
        base = part.name if tokens is None else tokens[0]
        inner = shape.property(base)
        if tokens is None or len(tokens) == 1:
            item = inner.items() if inner.is_array and not inner.is_object else inner
            value = _part_value(part, item, encodings.get(base), allowance, again=again)
            plain.setdefault(base, []).append(value)
        else:
            allowance.take(part.content)
            bracketed.append((tokens, part.content.decode("utf-8", "replace")))
    found: dict[str, Any] = {}
    for name, values in plain.items():
        inner = shape.property(name)
        if inner.is_array and not inner.is_object:
            whole = len(values) == 1 and isinstance(values[0], list) and not inner.items().is_array
            found[name] = values[0] if whole else values
        else:
            found[name] = values[0] if len(values) == 1 else values
    for key, tree in nested(bracketed).items():
        found[key] = coerced(tree, shape.property(key), as_text=again)
    return found


def _part_value(part: Part, shape: Shape, encoding: Encoding | None, allowance: Allowance, *, again: bool) -> Any:
    """The content of a part as a value: by the part's own media type, else by the document's encoding."""
    essence, options = media.split(part.content_type) if part.content_type else ("", {})
    said = _allowed(part, essence, encoding)
    if said and is_json(said):
        allowance.take(part.content)
        return json_value(part.content)
    if part.filename is not None or (essence and not essence.startswith("text/")):
        return part.content.decode("latin-1")
    text = decoded_text(part.content, options.get("charset", "")) if options else _loose_text(part.content)
    if text[:1] in {"[", "{"} and (shape.is_array or shape.is_object):
        allowance.take(text.encode(errors="surrogatepass"))
    return coerced(text, shape, as_text=again)


def _loose_text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _allowed(part: Part, essence: str, encoding: Encoding | None) -> str:
    """The media type that a part is read by.

    Raises:
        DioramaError: ``media_type_unsupported`` when it is none of the document's.
    """
    allowed = [] if encoding is None else [name.strip().lower() for name in encoding.content_type.split(",") if name]
    if not allowed:
        return essence
    if not essence:
        return media.split(allowed[0])[0] if len(allowed) == 1 else ""
    names = [media.split(name)[0] for name in allowed]
    if essence in names or essence.partition("/")[0] + "/*" in names or "*/*" in names:
        return essence
    raise DioramaError(
        "media_type_unsupported",
        f"The part {part.name[:80]!r} is {essence[:80]}; the document accepts {', '.join(names)}.",
        "Send the part in one of these media types.",
    )
