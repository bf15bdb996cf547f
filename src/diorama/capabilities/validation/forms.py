"""Forms: urlencoded bodies as objects.

Source: WHATWG URL, section 5.1 (urlencoded parsing); OpenAPI 3.1.1, sections 4.8.14.5 and 4.8.15 (Encoding Object).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from diorama.capabilities.validation import styles
from diorama.capabilities.validation.brackets import nested, tokens_of
from diorama.capabilities.validation.coercion import coerced
from diorama.capabilities.validation.percent import pairs_of
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.texts import FORM_SIGNS, Allowance, malformed
from diorama.formats.serialisation import is_json
from diorama.model.definition import Encoding

FIELDS_MAX = 10_000


def form_value(
    body: bytes,
    shape: Shape,
    encodings: Mapping[str, Encoding],
    values_max: int | None = None,
    *,
    again: bool = False,
) -> dict[str, Any] | Any:
    """An urlencoded body as an object.

    Args:
        body: as it travelled.
        shape: of the object.
        encodings: by property.
        values_max: how many values it may have, by its commas and brackets; None for as many as it likes.
        again: read it in the other way: as text where text is allowed, split at encoded commas.

    Raises:
        DioramaError: ``body_malformed``, ``body_too_large``.
    """
    Allowance(values_max, len(body)).take(body, FORM_SIGNS)
    if body.count(b"&") >= FIELDS_MAX:
        raise malformed(f"The form has more than {FIELDS_MAX} fields.", "Send fewer fields.")
    properties = shape.properties()
    plain: dict[str, list[bytes]] = {}
    bracketed: list[tuple[list[str], str]] = []
    for name, raw in pairs_of(body.strip(b"\r\n")):
        tokens = None if name in properties or "[" not in name else tokens_of(name)
        if tokens is None or len(tokens) == 1:
            plain.setdefault(name, []).append(raw)
        else:
            bracketed.append((tokens, _text(name, raw)))
    found: dict[str, Any] = {}
    exploded = _exploded_objects(properties, encodings, plain)
    for name, values in plain.items():
        if name in exploded:
            continue
        found[name] = _property(name, values, shape.property(name), encodings.get(name), again=again)
    for key, tree in nested(bracketed).items():
        found[key] = coerced(tree, shape.property(key), as_text=again)
    for key in exploded.values():
        if key not in found:
            inner = properties[key]
            names = {name: values for name, values in plain.items() if exploded.get(name) == key}
            tree = {name: _text(name, values[0]) for name, values in names.items()}
            found[key] = coerced(tree, inner, as_text=again)
    return found


def _text(name: str, raw: bytes) -> str:
    try:
        return styles.field_text(raw)
    except ValueError as cause:
        raise malformed(f"The form field {name[:80]!r} cannot be read: {cause}.") from None


def _property(name: str, values: list[bytes], shape: Shape, encoding: Encoding | None, *, again: bool) -> Any:
    """The value of a property whose fields have its own name."""
    try:
        if encoding is not None and encoding.content_type and is_json(encoding.content_type):
            texts = [styles.field_text(value) for value in values]
            decoded = [_json_or_text(text, shape, again=again) for text in texts]
            return decoded[0] if len(decoded) == 1 and not _is_list_of(decoded[0], shape) else decoded
        style = "form" if encoding is None else encoding.style
        explode = True if encoding is None else encoding.explode
        delimiter = styles.DELIMITERS.get(style)
        if delimiter is not None and not explode and len(values) == 1:
            tree = styles.delimited(values[0], shape, delimiter, styles.field_text, explode=False)
        elif style == "deepObject":
            texts = [styles.field_text(value) for value in values]
            tree = texts[0] if len(texts) == 1 else texts
        else:
            tree = styles.form(values, shape, styles.field_text, explode=explode, any_comma=again)
            if isinstance(tree, list) and len(tree) == 1 and tree[0][:1] in {"[", "{"}:
                # One field where an array is expected may hold the whole array as JSON.
                tree = tree[0]
    except ValueError as cause:
        raise malformed(f"The form field {name[:80]!r} cannot be read: {cause}.") from None
    return coerced(tree, shape, as_text=again)


def _is_list_of(value: Any, shape: Shape) -> bool:
    """Whether an array's only field holds one item of it rather than all of it."""
    return shape.is_array and not shape.is_object and not isinstance(value, list)


def _json_or_text(text: str, shape: Shape, *, again: bool) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return coerced(text, shape, as_text=again)


def _exploded_objects(
    properties: Mapping[str, Shape], encodings: Mapping[str, Encoding], fields: Mapping[str, Any]
) -> dict[str, str]:
    """Names of fields that belong to an object which its encoding takes apart, each with that object's name."""
    found: dict[str, str] = {}
    for key, encoding in encodings.items():
        inner = properties.get(key)
        if inner is None or encoding.style != "form" or not encoding.explode or encoding.content_type:
            continue
        if inner.is_object and key not in fields:
            found.update({name: key for name in inner.properties() if name in fields and name not in properties})
    return found
