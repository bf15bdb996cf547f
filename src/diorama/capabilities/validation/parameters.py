"""Parameters: each read from where it travels, in the style that the document gives it, as a value of its schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from diorama.capabilities.validation import styles
from diorama.capabilities.validation.coercion import coerced, scalar
from diorama.capabilities.validation.percent import pairs_of
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.styles import MISSING, Fields
from diorama.formats.serialisation import is_json
from diorama.model.definition import Parameter
from diorama.model.http import Request

IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
"""Header parameters that a document cannot declare (OpenAPI 3.1.1, section 4.8.12.1)."""

Read = Callable[["Sources"], Any]
"""f(sources): the value, or MISSING. Raises ValueError when the text is not of the parameter's style."""


class Sources(Struct):
    """Where the parameters of one request are read from; what costs something is taken apart when first needed.

    Attributes:
        request: the request.
        path: raw text of each path parameter.
        again: whether to read in the other way, because the first broke a rule: as text where text is allowed, and
            split at encoded commas.
    """

    request: Request
    path: dict[str, str]
    again: bool = False
    _query: Fields | None = None
    _cookies: Fields | None = None

    def query(self) -> Fields:
        """The query's fields."""
        fields = self._query
        if fields is None:
            fields = self._query = {}
            raw = self.request.query
            if raw:
                for name, value in pairs_of(raw):
                    fields.setdefault(name, []).append(value)
        return fields

    def cookies(self) -> Fields:
        """The cookies."""
        fields = self._cookies
        if fields is None:
            fields = self._cookies = {}
            for header in self.request.header_values(b"cookie"):
                for pair in header.split(b";"):
                    name, _, value = pair.strip().partition(b"=")
                    if name:
                        text = value[1:-1] if value[:1] == value[-1:] == b'"' and len(value) > 1 else value
                        fields.setdefault(styles.cookie_text(name), []).append(text)
        return fields

    def exploded_cookies(self) -> Fields:
        """The cookies, with what follows ``&`` inside a value as fields of their own (style ``form``, exploded)."""
        found: Fields = {}
        for name, values in self.cookies().items():
            for value in values:
                first, *rest = value.split(b"&")
                found.setdefault(name, []).append(first)
                for pair in rest:
                    key, _, inner = pair.partition(b"=")
                    found.setdefault(styles.cookie_text(key), []).append(inner)
        return found


def reader(parameter: Parameter, schemas: Mapping[str, Any], taken: frozenset[str]) -> Read:
    """What reads a parameter.

    Args:
        parameter: as the document declares it.
        schemas: ``Api.schemas``.
        taken: names of the other parameters of the same place.
    """
    if parameter.media_type is not None:
        return _content_reader(parameter)
    shape = Shape({} if parameter.schema is None else parameter.schema, schemas)
    if parameter.place == "path":
        return _path_reader(parameter, shape)
    if parameter.place == "header":
        return _header_reader(parameter, shape)
    if parameter.style == "deepObject":
        return _deep_reader(parameter, shape)
    return _field_reader(parameter, shape, taken)


def _path_reader(parameter: Parameter, shape: Shape) -> Read:
    name, explode, types = parameter.name, parameter.explode, shape.types
    if parameter.style == "simple" and not (shape.is_array or shape.is_object):

        def plain(sources: Sources) -> Any:
            text = sources.path.get(name)
            if not text:
                return MISSING
            if "%" in text or not text.isascii():
                text = styles.path_text(text.encode())
            return scalar(text, types, as_text=sources.again)

        return plain
    if parameter.style == "label":
        take: Callable[..., Any] = styles.label
    elif parameter.style == "matrix":
        take = partial(_matrix, name)
    else:
        take = partial(styles.simple, decode=styles.path_text)

    def read(sources: Sources) -> Any:
        text = sources.path.get(name)
        if not text:
            return MISSING
        tree = take(text.encode(), shape=shape, explode=explode, any_comma=sources.again)
        return coerced(tree, shape, as_text=sources.again)

    return read


def _matrix(name: str, raw: bytes, *, shape: Shape, explode: bool, any_comma: bool) -> Any:
    return styles.matrix(raw, name, shape, explode=explode, any_comma=any_comma)


def _header_reader(parameter: Parameter, shape: Shape) -> Read:
    name = parameter.name.lower().encode("latin-1", "replace")
    explode = parameter.explode
    is_container = shape.is_array or shape.is_object

    def read(sources: Sources) -> Any:
        values = [value for key, value in sources.request.headers if key == name]
        if not values:
            return MISSING
        raw = values[0] if len(values) == 1 else b", ".join(values)
        if not is_container:
            return scalar(styles.header_text(raw), shape.types, as_text=sources.again)
        return coerced(styles.simple(raw, shape, styles.header_text, explode=explode), shape, as_text=sources.again)

    return read


def _deep_reader(parameter: Parameter, shape: Shape) -> Read:
    name = parameter.name

    def read(sources: Sources) -> Any:
        fields = sources.query()
        tree = styles.deep_object(fields, name, styles.field_text) if fields else MISSING
        return tree if tree is MISSING else coerced(tree, shape, as_text=sources.again)

    return read


def _field_reader(parameter: Parameter, shape: Shape, taken: frozenset[str]) -> Read:
    """For the styles of queries and cookies but ``deepObject``."""
    name, explode = parameter.name, parameter.explode
    in_query = parameter.place == "query"
    decode = styles.field_text if in_query else styles.cookie_text
    delimiter = styles.DELIMITERS.get(parameter.style)
    is_container = shape.is_array or shape.is_object
    apart = explode and is_container
    types = shape.types

    def fields_of(sources: Sources) -> Fields:
        if in_query:
            return sources.query()
        return sources.exploded_cookies() if apart else sources.cookies()

    def read(sources: Sources) -> Any:
        fields = fields_of(sources)
        values = fields.get(name)
        if explode and shape.is_object and (values is None or not (shape.is_array or shape.is_text)):
            tree = styles.form_object(fields, shape, decode, taken) if fields else MISSING
            return tree if tree is MISSING else coerced(tree, shape, as_text=sources.again)
        if values is None:
            return MISSING
        if not is_container:
            if len(values) > 1:
                return [scalar(decode(value), types, as_text=sources.again) for value in values]
            return scalar(decode(values[0]), types, as_text=sources.again)
        if delimiter is not None and not explode:
            tree = styles.delimited(delimiter_joined(values), shape, delimiter, decode, explode=False)
        else:
            tree = styles.form(values, shape, decode, explode=explode, any_comma=sources.again)
        return coerced(tree, shape, as_text=sources.again)

    def delimiter_joined(values: list[bytes]) -> bytes:
        if len(values) == 1:
            return values[0]
        return {"spaceDelimited": b" ", "pipeDelimited": b"|"}.get(parameter.style, b"\t").join(values)

    return read


def _content_reader(parameter: Parameter) -> Read:
    """For parameters written in a media type: JSON is parsed, everything else is text."""
    assert parameter.media_type is not None
    as_json = is_json(parameter.media_type.name)
    name = parameter.name
    raw_of = _raw_source(parameter)

    def read(sources: Sources) -> Any:
        text = raw_of(sources)
        if text is None:
            return MISSING
        if not as_json:
            return text
        try:
            return msgspec.json.decode(text)
        except (ValueError, RecursionError) as cause:
            raise ValueError(f"{name} must be JSON") from cause

    return read


def _raw_source(parameter: Parameter) -> Callable[[Sources], str | None]:
    name = parameter.name
    if parameter.place == "path":
        return lambda sources: styles.path_text(sources.path[name].encode()) if sources.path.get(name) else None
    if parameter.place == "header":
        key = name.lower().encode("latin-1", "replace")

        def header(sources: Sources) -> str | None:
            raw = sources.request.header(key)
            return None if raw is None else styles.header_text(raw)

        return header
    in_query = parameter.place == "query"

    def field(sources: Sources) -> str | None:
        values = (sources.query() if in_query else sources.cookies()).get(name)
        if values is None:
            return None
        return styles.field_text(values[0]) if in_query else styles.cookie_text(values[0])

    return field
