"""Styles: parameters as they travel, taken apart into texts, lists and dictionaries.

Delimiters count only where they travelled unencoded; each piece is decoded once, after splitting.

Source: OpenAPI 3.1.1, section 4.8.12.6 (Style Examples) and appendix C; RFC 6570, section 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from typing import Any

from diorama.capabilities.validation.brackets import nested, tokens_of
from diorama.capabilities.validation.percent import decoded
from diorama.capabilities.validation.shapes import Shape

PIECES_MAX = 20_000
"""Items of a delimited list, and fields of a ``deepObject``."""

MISSING: Any = object()
"""What a reader gives for a parameter that did not travel."""

Decode = Callable[[bytes], str]
Fields = dict[str, list[bytes]]
"""The fields of a query, form or cookie header: raw values by decoded name, in order."""

_SPACES = re.compile(rb"%20|\+| ")
_PIPES = re.compile(rb"%7[Cc]|\|")
_TABS = re.compile(rb"%09|\t")
_COMMAS = re.compile(rb",")
_ANY_COMMAS = re.compile(rb"%2[Cc]|,")
DELIMITERS = {"spaceDelimited": _SPACES, "pipeDelimited": _PIPES, "tabDelimited": _TABS}


def field_text(raw: bytes) -> str:
    """The text of a query or form value."""
    return decoded(raw, plus=True)


def path_text(raw: bytes) -> str:
    """The text of a path value."""
    return decoded(raw)


def header_text(raw: bytes) -> str:
    """The text of a header value, which is not percent-encoded."""
    try:
        return raw.decode().strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def cookie_text(raw: bytes) -> str:
    """The text of a cookie value; one that is not percent-encoded after all stays as it is."""
    try:
        return decoded(raw)
    except ValueError:
        return raw.decode("latin-1")


def delimited(raw: bytes, shape: Shape, delimiter: re.Pattern[bytes], decode: Decode, *, explode: bool) -> Any:
    """One text with delimiters in it, as the shape has it.

    Raises:
        ValueError: when the names and values of an object do not pair up, or are too many; what ``decode`` raises.
    """
    if not (shape.is_array or shape.is_object):
        return decode(raw)
    pieces = delimiter.split(raw, PIECES_MAX) if raw else []
    _few(pieces)
    if len(pieces) < 2 and shape.is_text and shape.types is not None and b"=" not in raw:
        return decode(raw)
    if shape.is_object and not (shape.is_array and b"=" not in raw):
        if explode:
            return _exploded(pieces, decode)
        if len(pieces) % 2:
            raise ValueError("names and values must come in pairs")
        return {decode(pieces[at]): decode(pieces[at + 1]) for at in range(0, len(pieces), 2)}
    return [decode(piece) for piece in pieces]


def _few(pieces: Sized) -> None:
    if len(pieces) > PIECES_MAX:
        raise ValueError(f"it must have at most {PIECES_MAX} items")


def _exploded(pieces: list[bytes], decode: Decode) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in pieces:
        name, equals, value = piece.partition(b"=")
        if not equals:
            raise ValueError("each property must be written as name=value")
        found[decode(name)] = decode(value)
    return found


def simple(raw: bytes, shape: Shape, decode: Decode, *, explode: bool, any_comma: bool = False) -> Any:
    """Style ``simple``: ``blue,black``, ``R,100,G,200``, exploded ``R=100,G=200``."""
    return delimited(raw, shape, _ANY_COMMAS if any_comma else _COMMAS, decode, explode=explode)


def label(raw: bytes, shape: Shape, *, explode: bool, any_comma: bool = False) -> Any:
    """Style ``label``: ``.blue,black``, exploded ``.blue.black`` and ``.R=100.G=200``."""
    if not raw.startswith(b"."):
        raise ValueError("it must begin with a dot (style label)")
    text = raw[1:]
    _few(text.split(b".", PIECES_MAX))
    if not explode:
        return simple(text, shape, path_text, explode=False, any_comma=any_comma)
    if shape.is_object:
        pieces: list[bytes] = []
        for piece in text.split(b".") if text else []:
            # A dot inside a value is not encoded either: what has no name belongs to the value before.
            if b"=" in piece or not pieces:
                pieces.append(piece)
            else:
                pieces[-1] += b"." + piece
        return _exploded(pieces, path_text)
    if shape.is_array:
        return [path_text(piece) for piece in text.split(b".")] if text else []
    return path_text(text)


def matrix(raw: bytes, name: str, shape: Shape, *, explode: bool, any_comma: bool = False) -> Any:
    """Style ``matrix``: ``;color=blue,black``, exploded ``;color=blue;color=black`` and ``;R=100;G=200``."""
    if not raw.startswith(b";"):
        raise ValueError("it must begin with a semicolon (style matrix)")
    pieces = raw[1:].split(b";", PIECES_MAX)
    _few(pieces)
    if explode and shape.is_object:
        return _exploded(pieces, path_text)
    values = []
    for piece in pieces:
        key, _, value = piece.partition(b"=")
        if path_text(key) != name:
            raise ValueError(f"it must be written as ;{name}=… (style matrix)")
        values.append(value)
    if explode and shape.is_array:
        return [path_text(value) for value in values]
    if len(values) > 1:
        raise ValueError("it must be given once (style matrix)")
    return simple(values[0], shape, path_text, explode=False, any_comma=any_comma)


def form(values: list[bytes], shape: Shape, decode: Decode, *, explode: bool, any_comma: bool = False) -> Any:
    """Style ``form`` for all but exploded objects: ``color=blue,black``, exploded ``color=blue&color=black``."""
    if shape.is_array or shape.is_object:
        if not explode:
            raw = values[0] if len(values) == 1 else b",".join(values)
            return simple(raw, shape, decode, explode=False, any_comma=any_comma)
        if any_comma and len(values) == 1:
            return simple(values[0], shape, decode, explode=False, any_comma=True)
        if shape.is_array and (len(values) > 1 or not shape.is_text or shape.types is None):
            return [decode(value) for value in values]
    return decode(values[0]) if len(values) == 1 else [decode(value) for value in values]


def form_object(fields: Fields, shape: Shape, decode: Decode, taken: frozenset[str]) -> Any:
    """Style ``form`` for exploded objects: every property is a field of its own.

    Args:
        fields: all fields.
        shape: of the object.
        decode: for values.
        taken: names that belong to other parameters.
    """
    known = shape.properties()
    names = [name for name in known if name in fields and name not in taken]
    if shape.takes_additional():
        names += [name for name in fields if name not in known and name not in taken]
    if not names:
        return MISSING
    found: dict[str, Any] = {}
    for name in names:
        values = [decode(value) for value in fields[name]]
        found[name] = values[0] if len(values) == 1 else values
    return found


def deep_object(fields: Fields, name: str, decode: Decode) -> Any:
    """Style ``deepObject``: ``color[R]=100&color[shades][]=dark``, nested as deep as the brackets go."""
    prefix = name + "["
    pairs: list[tuple[list[str], str]] = []
    for key, values in fields.items():
        tokens = [name]
        if key == name:
            pass
        elif key.startswith(prefix):
            # The parameter's own name may have brackets in it, so only what follows it is taken apart.
            inner = tokens_of("_" + key[len(name) :])
            if inner is None:
                raise ValueError("its brackets do not pair up, or are too many (style deepObject)")
            tokens = [name, *inner[1:]]
        else:
            continue
        pairs += [(tokens, decode(value)) for value in values]
        _few(pairs)
    return nested(pairs)[name] if pairs else MISSING
