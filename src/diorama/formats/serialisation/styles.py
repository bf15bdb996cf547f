"""Styles: values as the text of headers and forms.

Source: OpenAPI 3.1, section 4.8.12 (style values) and appendix C; RFC 6570; WHATWG URL, section 5 (urlencoded).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec

from diorama.model.definition import Encoding

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_RESERVED = ":/?#[]@!$&'()*,;"
_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "|"}


def scalar_text(value: Any) -> str:
    """A scalar as it stands in text; arrays and objects as JSON."""
    if isinstance(value, str):
        return value
    return _ENCODER.encode(value).decode()


def simple_text(value: Any, *, explode: bool = False) -> str:
    """A value in style ``simple``, which headers have: items and properties after commas."""
    if isinstance(value, list | tuple):
        return ",".join(scalar_text(item) for item in value)
    if isinstance(value, dict):
        sign = "=" if explode else ","
        return ",".join(f"{name}{sign}{scalar_text(item)}" for name, item in value.items())
    return "" if value is None else scalar_text(value)


def form_body(value: Any, encodings: Mapping[str, Encoding]) -> str:
    """A value as ``application/x-www-form-urlencoded``.

    Args:
        value: an object; anything else is its only, unnamed part.
        encodings: how a property is written; by default arrays repeat the name.
    """
    if not isinstance(value, dict):
        return quote_plus(scalar_text(value))
    return "&".join(pair for name, item in value.items() for pair in _pairs(name, item, encodings.get(name)))


def _pairs(name: str, value: Any, encoding: Encoding | None) -> Iterator[str]:
    rule = encoding or Encoding()
    safe = _RESERVED if rule.allow_reserved else ""

    def text(item: Any) -> str:
        if item is None:
            return ""
        return quote(scalar_text(item), safe=safe).replace("%20", "+")

    key = quote_plus(name)
    if rule.content_type and isinstance(value, list | dict):
        yield f"{key}={text(_ENCODER.encode(value).decode())}"
    elif isinstance(value, list):
        if rule.explode and rule.style not in _SEPARATORS:
            yield from (f"{key}={text(item)}" for item in value)
        else:
            yield f"{key}={_SEPARATORS.get(rule.style, ',').join(text(item) for item in value)}"
    elif isinstance(value, dict) and rule.style == "deepObject":
        yield from (f"{key}%5B{quote_plus(part)}%5D={text(item)}" for part, item in value.items())
    elif isinstance(value, dict) and encoding is not None and rule.explode:
        yield from (f"{quote_plus(part)}={text(item)}" for part, item in value.items())
    elif isinstance(value, dict) and encoding is not None:
        yield f"{key}={','.join(f'{quote_plus(part)},{text(item)}' for part, item in value.items())}"
    else:
        yield f"{key}={text(value)}"
