"""Quotation: values and names as messages show them, cut short, secrets left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

QUOTED_MAX = 80
_OPTIONS_MAX = 12

SECRET_NAMES = frozenset(
    (
        *("password", "passwd", "passphrase", "pin", "secret", "client_secret", "clientsecret", "private_key"),
        *("token", "access_token", "accesstoken", "refresh_token", "refreshtoken", "id_token", "authorization"),
        *("api_key", "apikey", "api-key", "x-api-key", "credentials", "cookie", "cvc", "cvv"),
    )
)
"""Names whose values are never quoted, compared in lower case."""

_TYPE_WORDS = {
    "null": "null",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an object",
}


def cut(text: str) -> str:
    """A text of at most :data:`QUOTED_MAX` signs."""
    return text if len(text) <= QUOTED_MAX else text[: QUOTED_MAX - 1] + "…"


def quoted(value: Any) -> str:
    """A value in JSON, cut short; arrays and objects by their size."""
    if isinstance(value, list | tuple):
        return f"an array of {len(value)} item{'' if len(value) == 1 else 's'}"
    if isinstance(value, Mapping):
        return f"an object of {len(value)} {'property' if len(value) == 1 else 'properties'}"
    if isinstance(value, str):
        return cut(json.dumps(value[: QUOTED_MAX + 1], ensure_ascii=False))
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 300:
        return "a number of more than 90 digits"
    return cut(json.dumps(value) if isinstance(value, bool | float) or value is None else str(value))


def listed(values: Iterable[Any]) -> str:
    """Values in JSON, the first dozen of them."""
    every = list(values)
    shown = [cut(msgspec.json.encode(value).decode()) for value in every[:_OPTIONS_MAX]]
    more = len(every) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def named(names: Iterable[str]) -> str:
    """Names, the first dozen of them."""
    every = list(names)
    more = len(every) - _OPTIONS_MAX
    return ", ".join(cut(name) for name in every[:_OPTIONS_MAX]) + (f" and {more} more" if more > 0 else "")


def is_secret_name(name: object) -> bool:
    """Whether a property or parameter of this name holds a secret."""
    return isinstance(name, str) and name.lower() in SECRET_NAMES


def type_of(value: Any) -> str:
    """The JSON type of a value; a number without fraction is an ``integer``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, list | tuple):
        return "array"
    return "object" if isinstance(value, Mapping) else "number"


def type_words(types: Iterable[str]) -> str:
    """``a string, an integer or null``."""
    words = [_TYPE_WORDS[name] for name in types]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def label(at: tuple[str | int, ...], whole: str) -> str:
    """A place inside a value as people write it: ``lines[0].amount``; the whole value by its own name."""
    if not at:
        return whole
    text = ""
    for token in at:
        inner = f".{token}" if text else str(token)
        text = f"{text or whole}[{token}]" if isinstance(token, int) else text + inner
    return text if len(text) <= QUOTED_MAX else "…" + text[1 - QUOTED_MAX :]


def pointer_of(at: Iterable[str | int]) -> str:
    """A place inside a value as a JSON pointer (RFC 6901)."""
    return "".join(
        f"/{token}" if isinstance(token, int) else "/" + token.replace("~", "~0").replace("/", "~1") for token in at
    )
