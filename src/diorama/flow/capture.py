"""Capture: a request as the journal may keep it. Secrets become keyed stable tokens; the rest stays.

A token is well-formed where the credential was, so that a replay is admitted as the original was. Of what the document
declares secret, ``redaction.py`` says what a token may break.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from functools import lru_cache, partial
from hashlib import blake2b
from urllib.parse import quote, unquote_plus

from msgspec.structs import replace

from diorama.flow import redaction
from diorama.flow.passage import Passage
from diorama.flow.secrets import Secrets, SecretSearch
from diorama.model.http import Request
from diorama.ports.capability import header_bit

SECRET_HEADERS = (
    b"authorization",
    b"proxy-authorization",
    b"cookie",
    b"x-api-key",
    b"api-key",
    b"x-auth-token",
    b"x-sandbox-key",
    b"apikey",
    b"x-access-token",
    b"x-goog-api-key",
    b"x-amz-security-token",
    b"private-token",
    b"x-gitlab-token",
    b"x-vault-token",
    b"x-shopify-access-token",
    b"ocp-apim-subscription-key",
)
"""Headers that carry credentials whatever a document says."""

_SECRET_BITS = sum(header_bit(name) for name in SECRET_HEADERS)
_PARAMETER = re.compile(rb'\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^",\s]*)\s*(?:,|$)')
_PUBLIC_PARAMETERS = frozenset({b"qop", b"algorithm", b"nc", b"charset", b"userhash"})
_PUBLIC_VALUE = re.compile(
    rb"auth(?:-int)?|[0-9a-f]{8}|(?:md5|sha-256|sha-512-256)(?:-sess)?|utf-8|true|false", re.IGNORECASE
)
_SCHEMES = frozenset({b"basic", b"bearer", b"digest", b"token", b"apikey", b"negotiate", b"ntlm", b"hawk", b"oauth"})
"""Authentication schemes that stay readable besides those of the document; of others, all is taken for a secret."""

_TOKEN = re.compile(rb"tok_([0-9a-f]{16})([0-9a-f]{8})")


def captured(x: Passage) -> Request:
    """The request as the journal keeps it; the same object when it carries nothing secret."""
    declared = x.route.secrets
    if declared is None:
        return _without_credentials(x, x.request)
    if type(declared) is SecretSearch:
        declared = x.route.secrets = declared.found()
    if type(declared) is not Secrets:
        return _without_credentials(x, x.request)
    return _without_credentials(x, _without_declared(x, declared))


def _without_declared(x: Passage, declared: Secrets) -> Request:
    request = x.request
    seal = partial(stable_token, x.home.token_key)
    headers = request.headers
    if declared.headers:
        headers = [
            # Of a well-known header of credentials, its scheme stays readable: the other half of capture sees to it.
            (name, seal(value).encode()) if name in declared.headers and name not in SECRET_HEADERS else (name, value)
            for name, value in headers
        ]
    path = request.path
    if declared.path:
        path = redaction.path(path, x.route.path, x.path_parameters, declared, seal)
    query = redaction.query(request.query, declared, seal) if declared.queries else request.query
    body = redaction.body(request, declared, seal)
    return replace(request, path=path, query=query, headers=headers, body=body)


def _without_credentials(x: Passage, request: Request) -> Request:
    published = x.published
    secret = request.triggers & _SECRET_BITS
    if not secret and not published.secret_headers and not _may_have(request.query, published.secret_queries):
        return request
    key = x.home.token_key
    schemes = published.authentication_schemes
    headers = [
        (name, _header_value(key, schemes, name, value))
        if name in SECRET_HEADERS or name in published.secret_headers
        else (name, value)
        for name, value in request.headers
    ]
    query = _query(key, request.query, published.secret_queries) if request.query else request.query
    return Request(
        request.method,
        request.path,
        query,
        headers,
        request.body,
        request.client,
        request.triggers,
        request.scheme,
        request.http_version,
    )


def _may_have(query: bytes, secret: frozenset[str]) -> bool:
    """Whether a query may have a secret parameter. Nearly all have none, so that is found out without decoding."""
    if not query:
        return False
    plain = query.decode("latin-1").lower()
    return "%" in plain or any(name in plain for name in secret)


def stable_token(key: bytes, value: bytes) -> str:
    """The token that stands for a secret: the same for the same value in the same sandbox, and of no use elsewhere.

    A token of this sandbox stands for itself. It is known by its last eight digits, which seal the others: a secret
    that only looks like a token is a secret.
    """
    match = _TOKEN.fullmatch(value)
    if match is not None and _seal(key, match[1]) == match[2].decode("ascii"):
        return value.decode("ascii")
    digest = _keyed(key, 8).copy()
    digest.update(value)
    digits = digest.hexdigest()
    return "tok_" + digits + _seal(key, digits.encode("ascii"))


def _seal(key: bytes, digits: bytes) -> str:
    digest = _keyed(key, 4).copy()
    digest.update(digits)
    return digest.hexdigest()


@lru_cache(maxsize=256)
def _keyed(key: bytes, size: int) -> blake2b:
    return blake2b(digest_size=size, key=key)


def _header_value(key: bytes, schemes: frozenset[bytes], name: bytes, value: bytes) -> bytes:
    if name == b"cookie":
        return b"; ".join(_cookie(key, part) for part in value.split(b";"))
    if name not in (b"authorization", b"proxy-authorization"):
        return stable_token(key, value).encode()
    scheme, space, credentials = value.strip().partition(b" ")
    if not space:
        return stable_token(key, value).encode()
    kind = scheme.lower()
    credentials = credentials.strip()
    if kind not in _SCHEMES and kind not in schemes:
        return stable_token(key, value).encode()
    if kind == b"basic":
        return scheme + b" " + _basic(key, credentials)
    parameters = None if kind == b"bearer" else _parameters(key, credentials)
    return scheme + b" " + (parameters or stable_token(key, credentials).encode())


def _basic(key: bytes, credentials: bytes) -> bytes:
    try:
        user, colon, password = b64decode(credentials, validate=True).partition(b":")
    except ValueError:
        return stable_token(key, credentials).encode()
    if not colon:
        return b64encode(stable_token(key, user).encode())
    return b64encode(f"{stable_token(key, user)}:{stable_token(key, password)}".encode())


def _parameters(key: bytes, credentials: bytes) -> bytes | None:
    """``name=value, …`` with tokens for the values; None when the credentials are not wholly of that form."""
    parts = []
    at = 0
    while at < len(credentials):
        match = _PARAMETER.match(credentials, at)
        if match is None:
            return None
        name, value = match[1], match[2].strip(b'"')
        if not value or (name.lower() in _PUBLIC_PARAMETERS and _PUBLIC_VALUE.fullmatch(value)):
            parts.append(name + b"=" + match[2])
        else:
            parts.append(name + b'="' + stable_token(key, value).encode() + b'"')
        at = match.end()
    return b", ".join(parts)


def _cookie(key: bytes, part: bytes) -> bytes:
    name, equals, value = part.strip().partition(b"=")
    return name + b"=" + stable_token(key, value).encode() if equals else stable_token(key, name).encode()


def _query(key: bytes, query: bytes, secret: frozenset[str]) -> bytes:
    parts = []
    for part in query.split(b"&"):
        name, equals, value = part.partition(b"=")
        if equals and value and unquote_plus(name.decode("latin-1")).lower() in secret:
            plain = unquote_plus(value.decode("latin-1")).encode("utf-8", "surrogatepass")
            parts.append(name + b"=" + quote(stable_token(key, plain)).encode())
        else:
            parts.append(part)
    return b"&".join(parts)
