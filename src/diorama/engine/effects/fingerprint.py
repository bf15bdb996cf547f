"""Fingerprint: recognises a call when it is made again, without keeping its secrets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import blake2b
from urllib.parse import unquote_plus

from diorama.ports.effects import OutboundRequest

Seal = Callable[[bytes], bytes]
"""Turns a secret into its stable token. A token must turn into itself, because a replay hands in what was recorded."""

CREDENTIAL_HEADERS = frozenset(
    {
        b"authorization",
        b"proxy-authorization",
        b"cookie",
        b"api-key",
        b"apikey",
        b"x-api-key",
        b"x-auth-token",
        b"x-access-token",
        b"x-csrf-token",
        b"x-amz-security-token",
        b"ocp-apim-subscription-key",
        b"private-token",
    }
)
"""Headers whose value is a secret, besides those whose name says it."""

FRAMING_HEADERS = frozenset(
    {
        b"connection",
        b"content-length",
        b"expect",
        b"host",
        b"http2-settings",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers that belong to one connection, which is ours to make; a caller's are not sent.

Source: RFC 9110, section 7.6.1.
"""

_PASSING_HEADERS = FRAMING_HEADERS | {b"accept-encoding", b"traceparent", b"tracestate", b"user-agent"}
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[^a-z])(?:(?:access|api|app|auth|client|id|refresh|session|user)?[-_.]?(?:key|secret|token)|"
    r"pass(?:word|wd|phrase)?|pwd|credentials?|sig|signature|hmac|assertion|jwt|otp|pin|session[-_]?(?:id)?|sid)$|^code$"
)
_TOKEN = re.compile(rb"sealed-[0-9a-f]{32}")


def is_credential(name: bytes) -> bool:
    """Whether a header's value is a secret: sealed in a fingerprint, and not sent on to another origin.

    Args:
        name: lower case.
    """
    if name == b"idempotency-key":
        return False
    return name in CREDENTIAL_HEADERS or _SECRET_NAME.search(name.decode("latin-1")) is not None


def keyed_seal(key: bytes) -> Seal:
    """A seal that keeps nothing of a secret but whether it is the same.

    Args:
        key: of the sandbox's stable tokens; whoever has it can try guesses, nobody else can.

    Source: RFC 7693 (keyed BLAKE2).
    """

    def seal(secret: bytes) -> bytes:
        if _TOKEN.fullmatch(secret):
            return secret
        return b"sealed-" + blake2b(secret, digest_size=16, key=key[:64], person=b"outbound").hexdigest().encode()

    return seal


def sealed_url(url: str, seal: Seal) -> str:
    """A URL as it may be recorded: without user information, and query values that are named like secrets sealed.

    Args:
        url: as called, or not even a URL.
        seal: see :data:`Seal`.
    """
    base, mark, query = url.partition("#")[0].partition("?")
    scheme, slashes, rest = base.partition("://")
    if slashes:
        authority, slash, path = rest.partition("/")
        base = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    return base + mark + "&".join(_sealed_parameter(part, seal) for part in query.split("&"))


def fingerprint(request: OutboundRequest, key: bytes, seal: Seal) -> str:
    """A hash over method, URL, headers of interest and body.

    The whole of it is keyed, because a body may be as easy to guess as a PIN; credentials are sealed besides, so that a
    replay, which has only their tokens, gets the same hash.

    Args:
        request: the call.
        key: of the sandbox's stable tokens.
        seal: see :data:`Seal`.

    Returns:
        BLAKE2b-128 in hexadecimal.
    """
    digest = blake2b(digest_size=16, key=key[:64])
    for part in _parts(request, seal):
        # Lengths stand before the parts, so that no two calls run together into the same bytes.
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def _parts(request: OutboundRequest, seal: Seal) -> Iterable[bytes]:
    yield request.method.encode("utf-8", "surrogatepass")
    yield sealed_url(request.url, seal).encode("utf-8", "surrogatepass")
    headers = [(name.lower(), value) for name, value in request.headers]
    # Sorted by name alone: the order of one name's values means something, and that of the names does not.
    for name, value in sorted(headers, key=lambda header: header[0]):
        if name not in _PASSING_HEADERS:
            yield name
            yield seal(value) if is_credential(name) else value
    yield b""
    yield request.body


def _sealed_parameter(part: str, seal: Seal) -> str:
    name, equals, value = part.partition("=")
    if not value or not _SECRET_NAME.search(unquote_plus(name)):
        return part
    return f"{name}{equals}{seal(value.encode('utf-8', 'surrogatepass')).decode('ascii', 'replace')}"
