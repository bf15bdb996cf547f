"""Values as they travel, by the tables of the OpenAPI specification; written apart from the code under test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.e2e.conformance.operations import Media, Parameter

BOUNDARY = "conformance-boundary"
Field = tuple[str, str]
_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "|", "tabDelimited": "%09"}


class UnwritableError(Exception):
    """A value that its place has no unambiguous way to write."""


def text_of(value: Any) -> str:
    """A scalar as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        raise UnwritableError("null has no text")
    if isinstance(value, (dict, list)):
        raise UnwritableError("a container inside a container")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, (str, int)) else repr(value)


def encoded(value: Any) -> str:
    """A scalar percent-encoded."""
    try:
        return quote(text_of(value), safe="-._~")
    except UnicodeEncodeError as cause:
        raise UnwritableError("half a surrogate pair") from cause


def path_text(parameter: Parameter, value: Any) -> str:
    """A path parameter's value in its template's place."""
    if parameter.media_type:
        return encoded(_json(value))
    style, explode, name = parameter.style, parameter.explode, quote(parameter.name, safe="-._~")
    if isinstance(value, (list, dict)) and not value:
        raise UnwritableError("an empty container in a path")
    if style == "label":
        return "." + _joined(value, "." if explode else ",", explode=explode)
    if style == "matrix":
        if isinstance(value, dict) and explode:
            return "".join(f";{encoded(key)}={encoded(item)}" for key, item in value.items())
        if isinstance(value, list) and explode:
            return "".join(f";{name}={encoded(item)}" for item in value)
        return f";{name}={_joined(value, ',', explode=False)}"
    text = _joined(value, ",", explode=explode)
    if text in ("", ".", ".."):
        raise UnwritableError("a segment that is empty or relative")
    return text


def query_fields(parameter: Parameter, value: Any) -> Iterator[Field]:
    """A query or cookie parameter's value as (name, value), both encoded."""
    if parameter.media_type:
        yield encoded(parameter.name), encoded(_json(value))
        return
    yield from _fields(parameter.name, value, parameter.style, explode=parameter.explode)


def header_text(parameter: Parameter, value: Any) -> str:
    """A header parameter's value."""
    if parameter.media_type:
        return json.dumps(value)
    if isinstance(value, list):
        parts = [text_of(item) for item in value]
    elif isinstance(value, dict):
        pairs = [(text_of(key), text_of(item)) for key, item in value.items()]
        if any("=" in key + item for key, item in pairs):
            raise UnwritableError("an equals sign in an object in a header")
        parts = ["=".join(pair) if parameter.explode else ",".join(pair) for pair in pairs]
    else:
        return _sendable(text_of(value))
    if not parts or any(
        "," in part.replace(",", "", part.count(",") if isinstance(value, dict) else 0) for part in parts
    ):
        raise UnwritableError("a comma in an array in a header")
    return _sendable(",".join(parts))


def body_bytes(media: Media, value: Any) -> tuple[bytes, str]:
    """(body, content type)."""
    kind = media.kind
    if kind == "json":
        return _json(value).encode(), media.name
    if kind == "form":
        if not isinstance(value, dict):
            raise UnwritableError("a form is an object")
        if not value:
            raise UnwritableError("an empty form is no body at all")
        fields: list[Field] = []
        for name, item in value.items():
            encoding = media.encoding.get(name, {})
            if "json" in encoding.get("contentType", ""):
                fields.append((encoded(name), encoded(_json(item))))
            else:
                style = encoding.get("style", "form")
                fields += _fields(name, item, style, explode=encoding.get("explode", style == "form"))
        return "&".join(f"{name}={text}" for name, text in fields).encode(), media.name
    if kind == "multipart":
        return _multipart(value), f"{media.name}; boundary={BOUNDARY}"
    if kind == "text":
        return text_of(value).encode(), media.name
    if isinstance(value, bytes):
        if not value:
            raise UnwritableError("no bytes are no body at all")
        return value, media.name if "*" not in media.name else "application/octet-stream"
    return text_of(value).encode(
        "latin-1", "replace"
    ), media.name if "*" not in media.name else "application/octet-stream"


def _joined(value: Any, separator: str, *, explode: bool) -> str:
    if isinstance(value, list):
        parts = [encoded(item) for item in value]
    elif isinstance(value, dict):
        pair = "=" if explode else ","
        parts = [f"{encoded(key)}{pair}{encoded(item)}" for key, item in value.items()]
    else:
        return encoded(value).replace(".", "%2E") if separator == "." else encoded(value)
    if separator == ".":
        parts = [part.replace(".", "%2E") for part in parts]
    if "" in parts:
        raise UnwritableError("an empty item")
    return separator.join(parts)


def _fields(name: str, value: Any, style: str, *, explode: bool) -> Iterator[Field]:
    key = encoded(name)
    if isinstance(value, (list, dict)) and not value:
        raise UnwritableError("an empty container has no fields")
    if style == "deepObject" and isinstance(value, (list, dict)):
        yield from _bracketed(key, value)
    elif isinstance(value, list):
        if explode:
            yield from ((key, encoded(item)) for item in value)
            return
        parts = [encoded(item) for item in value]
        separator = _DELIMITERS.get(style, ",")
        if "" in parts or any(part.upper().find({"|": "%7C"}.get(separator, separator)) >= 0 for part in parts):
            raise UnwritableError("an item that is empty or holds the delimiter")
        yield key, separator.join(parts)
    elif isinstance(value, dict):
        pairs = [(encoded(inner), encoded(item)) for inner, item in value.items()]
        if explode:
            yield from pairs
            return
        separator = _DELIMITERS.get(style, ",")
        if any(part == "" or separator in part for pair in pairs for part in pair):
            raise UnwritableError("a part that is empty or holds the delimiter")
        yield key, separator.join(separator.join(pair) for pair in pairs)
    else:
        yield key, encoded(value)


def _bracketed(prefix: str, value: Any) -> Iterator[Field]:
    if isinstance(value, (dict, list)):
        if not value:
            raise UnwritableError("an empty container has no fields")
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if "[" in str(key) or "]" in str(key) or not str(key):
                raise UnwritableError("a bracket in a name")
            yield from _bracketed(f"{prefix}[{encoded(key)}]", item)
    else:
        yield prefix, encoded(value)


def _multipart(value: Any) -> bytes:
    if not isinstance(value, dict) or not value:
        raise UnwritableError("a multipart body is an object with something in it")
    parts: list[bytes] = []
    for name, held in value.items():
        if held == []:
            raise UnwritableError("an empty array has no parts")
        for item in held if isinstance(held, list) else [held]:
            disposition = f'content-disposition: form-data; name="{_part_name(name)}"'
            if isinstance(item, bytes):
                head, content = f'{disposition}; filename="file"\r\ncontent-type: application/octet-stream', item
            elif isinstance(item, (dict, list)):
                head, content = f"{disposition}\r\ncontent-type: application/json", _json(item).encode()
            else:
                head, content = disposition, text_of(item).encode()
            if b"--" + BOUNDARY.encode() in content:
                raise UnwritableError("the boundary stands in a part")
            parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _part_name(name: str) -> str:
    if any(sign in name for sign in '"\\\r\n') or not name:
        raise UnwritableError("a part's name that would need quoting")
    return name


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False).encode("utf-8").decode()
    except (TypeError, ValueError) as cause:  # binary data, or half a surrogate pair
        raise UnwritableError("no JSON value") from cause


def _sendable(text: str) -> str:
    if text != text.strip() or not all(" " <= sign <= "~" for sign in text):
        raise UnwritableError("signs that no header carries unchanged")
    return text
