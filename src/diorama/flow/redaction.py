"""Redaction: declared secrets replaced by tokens in paths, queries and bodies.

Where the form of a body does not tell what in it is secret, all of it is: a body that cannot be read is replaced whole.
A token need not keep to the rules of the schema (``maxLength``, ``pattern``, a number's type), and a body replaced
whole cannot be read any more. A replay then refuses what was answered before, and shows that as a difference.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import msgspec

from diorama.flow.secrets import Secrets
from diorama.model.http import Request

Seal = Callable[[bytes], str]
"""Turns a secret into its token, and a token into itself."""

# Decimal numbers, because a number that is no secret must stay as it was written.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_NAME_PARTS = re.compile(r"[\[\].]+")
_LIST_PARTS = re.compile(r"[,|\s]")
_NO_FORM_NAME = re.compile(rb'[\s"{}<>]')
_FORM_CHARSETS = frozenset((b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1"))


def path(raw: str, template: str, values: Mapping[str, str], secrets: Secrets, seal: Seal) -> str:
    """A raw path with tokens for its secret parameters.

    Args:
        raw: the path as it was sent; it may begin with the prefix that names a sandbox.
        template: of the route.
        values: the raw values of its parameters.
        secrets: of the endpoint.
        seal: makes tokens.
    """

    def written(match: re.Match[str]) -> str:
        value = values.get(match[1], "")
        if match[1].lower() not in secrets.path or not value:
            return value
        return seal(unquote(value).encode("utf-8", "surrogatepass"))

    shape = template[1:].split("/")
    segments = raw.split("/")
    for at in range(-len(shape), 0):
        if any(name.lower() in secrets.path for name in _PARAMETER.findall(shape[at])):
            segments[at] = _PARAMETER.sub(written, shape[at])
    return "/".join(segments)


def query(raw: bytes, secrets: Secrets, seal: Seal) -> bytes:
    """A raw query with tokens for its secret parameters, those in brackets among them."""
    parts = []
    for part in raw.split(b"&"):
        name, equals, value = part.partition(b"=")
        if value and _names_secret(_plain(name), secrets.queries):
            parts.append(name + equals + quote(seal(_plain(value).encode("utf-8", "surrogatepass"))).encode())
        else:
            parts.append(part)
    return b"&".join(parts)


def body(request: Request, secrets: Secrets, seal: Seal) -> bytes:
    """A body with tokens for its secrets; the same bytes when it has none."""
    raw = request.body
    if not raw or not (secrets.properties or secrets.body):
        return raw
    coding = request.header(b"content-encoding")
    if coding is None or coding.strip().lower() in (b"", b"identity"):
        kind, _, options = (request.header(b"content-type") or b"").partition(b";")
        kind = kind.strip().lower()
        replaced = None
        if not kind or kind.endswith((b"/json", b"+json")):
            replaced = _json(raw, secrets, seal)
        elif kind == b"application/x-www-form-urlencoded":
            # Some clients call every body a form, so one that is none may be JSON.
            replaced = _form(raw, options, secrets, seal) or _json(raw, secrets, seal)
        if replaced is not None:
            return replaced
    return seal(raw).encode()


def _json(raw: bytes, secrets: Secrets, seal: Seal) -> bytes | None:
    """A JSON text with tokens; None when it is no JSON."""
    try:
        holder = [_DECODER.decode(raw.removeprefix(codecs.BOM_UTF8))]
        if not _replace(holder, secrets, seal):
            return raw
        return _ENCODER.encode(holder[0])
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _replace(holder: list[Any], secrets: Secrets, seal: Seal) -> bool:
    """Replace in place. Whether anything was: what has no secret keeps its bytes."""
    names = secrets.properties
    changed = False
    waiting: list[tuple[Any, bool]] = [(holder, secrets.body)]
    while waiting:
        one, secret = waiting.pop()
        items = one.items() if type(one) is dict else enumerate(one)
        for key, value in list(items):
            below = secret or (type(key) is str and key.lower() in names)
            if type(value) is dict or type(value) is list:
                waiting.append((value, below))
            elif below and value is not None and type(value) is not bool and value != "":
                one[key] = seal(str(value).encode("utf-8", "surrogatepass"))
                changed = True
    return changed


def _form(raw: bytes, options: bytes, secrets: Secrets, seal: Seal) -> bytes | None:
    """A form with tokens; None when it is no form."""
    charset = re.search(rb'charset="?([^";\s]*)', options.lower())
    if charset is not None and charset[1] not in _FORM_CHARSETS:
        return None
    parts = []
    for part in raw.split(b"&"):
        name, equals, value = part.partition(b"=")
        if _NO_FORM_NAME.search(name) or (not equals and name == raw):
            return None
        plain = _plain(value)
        replaced = plain
        if plain and (secrets.body or _names_secret(_plain(name), secrets.properties)):
            replaced = seal(plain.encode("utf-8", "surrogatepass"))
        elif plain:
            replaced = _field(plain, secrets, seal)
        parts.append(part if replaced == plain else name + equals + quote_plus(replaced).encode())
    return b"&".join(parts)


def _field(plain: str, secrets: Secrets, seal: Seal) -> str:
    """A field that is no secret itself, but may be an object written as JSON or as ``name,value,name,value``."""
    encoded = plain.encode("utf-8", "surrogatepass")
    if plain.lstrip()[:1] in ("{", "["):
        replaced = _json(encoded, secrets, seal)
        return seal(encoded) if replaced is None else replaced.decode()
    if any(piece.lower() in secrets.properties for piece in _LIST_PARTS.split(plain)[:-1]):
        return seal(encoded)
    return plain


def _names_secret(name: str, secret: frozenset[str]) -> bool:
    name = name.lower()
    return name in secret or any(part in secret for part in _NAME_PARTS.split(name))


def _plain(text: bytes) -> str:
    return unquote_plus(text.decode("latin-1"))
