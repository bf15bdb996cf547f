"""Schemes: how each kind of credentials travels, and whether what travels is well-formed.

Source: RFC 9110, section 11 (HTTP authentication); RFC 7617 (Basic); RFC 6750 (Bearer); RFC 7616 (Digest);
OpenAPI 3.1.1, section 4.8.27 (Security Scheme Object).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Literal

from msgspec import Struct

from diorama.model.definition import SecurityScheme
from diorama.ports.exchange import OpenExchange

Verdict = Literal["", "missing", "malformed", "unknown"]
"""What became of one scheme: ``""`` when it is satisfied."""

_TOKEN68 = re.compile(rb"[A-Za-z0-9\-._~+/]+=*")
_VISIBLE = re.compile(rb"[\x21-\x7e]+(?:[\x20\x09]+[\x21-\x7e]+)*")
_DIGEST_PARAMETER = re.compile(rb'([A-Za-z]+)\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]+)')
_DIGEST_NEEDED = frozenset((b"username", b"realm", b"nonce", b"uri", b"response"))
_CREDENTIALS_MAX = 65_536


Accept = re.Pattern[bytes] | None
"""Which credentials are right; None for all that are well-formed."""


class Lock(Struct, frozen=True):
    """One security scheme, ready.

    Attributes:
        words: which credentials it asks for and where, for messages.
        challenge: its ``WWW-Authenticate`` value (RFC 9110, section 11.6.1).
        look: finds out whether a request satisfies it.
        takes_any: whether any well-formed credentials will do.
    """

    words: str
    challenge: bytes
    look: Callable[[OpenExchange], Verdict]
    takes_any: bool = True


def accepting(texts: Sequence[str]) -> Accept:
    """What accepts these credentials and no others, ``*`` standing for anything; without any, nobody is let in."""
    return re.compile(b"|".join(map(_way, texts)) if texts else rb"(?!)", re.DOTALL)


def _way(text: str) -> bytes:
    """A pattern that looks for each part behind the one before at its first place and never comes back on that."""
    first, *others = (re.escape(part) for part in text.encode("utf-8").split(b"*"))
    if not others:
        return first
    *middle, last = others
    searched = b"".join(b"(?>.*?" + part + b")" for part in middle if part)
    return first + searched + b".*" + last


def lock_of(scheme: SecurityScheme, realm: str, accept: Accept = None) -> Lock | None:
    """The lock for a scheme; None for one that cannot be checked here (``mutualTLS``).

    Args:
        scheme: the document's.
        realm: of challenges.
        accept: which credentials are right.
    """
    if scheme.kind == "mutualTLS":
        return None
    if scheme.kind == "apiKey":
        return _api_key(scheme, realm, accept)
    name = "bearer" if scheme.kind in ("oauth2", "openIdConnect") else scheme.scheme.lower() or "bearer"
    quoted = realm.replace("\\", "\\\\").replace('"', '\\"')
    title = name.title() if name in ("basic", "bearer", "digest") else name
    challenge = f'{title} realm="{quoted}"'
    if name == "digest":
        # Nothing is checked against it, so it needs no freshness; it is the same for the same realm.
        nonce = blake2b(realm.encode(), digest_size=16).hexdigest()
        challenge += f', qop="auth", algorithm=SHA-256, nonce="{nonce}"'
    wanted = {
        "basic": "Basic credentials (Base64 of user:password)",
        "bearer": "a Bearer token",
        "digest": "Digest credentials",
    }.get(name, f"credentials of scheme {title}")
    words = f"{wanted} in the header Authorization"
    return Lock(words, _header(challenge), _authorization(name, accept), accept is None)


def _header(text: str) -> bytes:
    return text.encode("ascii", "replace").replace(b"\r", b"?").replace(b"\n", b"?")


def _verdict(value: bytes, x: OpenExchange, accept: Accept) -> Verdict:
    """On a well-formed value."""
    return "" if accept is None or x.vouched or accept.fullmatch(value) else "unknown"


def _api_key(scheme: SecurityScheme, realm: str, accept: Accept) -> Lock:
    name = scheme.parameter
    where = {"header": f"the header {name}", "query": f"the query parameter {name}"}.get(
        scheme.place, f"the cookie {name}"
    )
    quoted = realm.replace("\\", "\\\\").replace('"', '\\"')
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    challenge = f'ApiKey realm="{quoted}", in="{scheme.place}", name="{escaped}"'
    return Lock(f"an API key in {where}", _header(challenge), _key_reader(scheme, accept), accept is None)


def _key_reader(scheme: SecurityScheme, accept: Accept) -> Callable[[OpenExchange], Verdict]:
    name = scheme.parameter
    if scheme.place == "query":

        def in_query(x: OpenExchange) -> Verdict:
            try:
                values = [value for key, value in x.query if key == name]
            except ValueError:
                return "malformed"
            if not values:
                return "missing"
            return _verdict(values[0].encode("utf-8", "surrogatepass"), x, accept) if values[0] else "malformed"

        return in_query
    if scheme.place == "cookie":
        cookie = name.encode("utf-8", "replace")

        def in_cookie(x: OpenExchange) -> Verdict:
            for key, value in x.request.cookies():
                if key == cookie:
                    return _verdict(value.strip(), x, accept) if value.strip() else "malformed"
            return "missing"

        return in_cookie
    header_name = name.lower().encode("latin-1", "replace")

    def in_header(x: OpenExchange) -> Verdict:
        value = x.request.header(header_name)
        if value is None:
            return "missing"
        return _verdict(value.strip(), x, accept) if value.strip() else "malformed"

    return in_header


def _authorization(name: str, accept: Accept) -> Callable[[OpenExchange], Verdict]:
    """Looks for a header ``Authorization`` of a scheme; one of another scheme counts as missing."""
    wanted = name.encode("ascii", "replace")
    well_formed = {"basic": _is_basic, "bearer": _is_bearer, "digest": _is_digest}.get(name, _is_visible)

    def look(x: OpenExchange) -> Verdict:
        verdict: Verdict = "missing"
        for value in x.request.header_values(b"authorization"):
            scheme, _, credentials = value.strip().partition(b" ")
            if scheme.lower() != wanted:
                continue
            credentials = credentials.strip()
            if len(credentials) > _CREDENTIALS_MAX or not well_formed(credentials):
                verdict = "malformed"
                continue
            if accept is not None and wanted == b"basic":
                credentials = binascii.a2b_base64(credentials + b"=" * (-len(credentials) % 4))
            verdict = _verdict(credentials, x, accept)
            if not verdict:
                return verdict
        return verdict

    return look


def _is_basic(credentials: bytes) -> bool:
    if not _TOKEN68.fullmatch(credentials):
        return False
    try:
        decoded = binascii.a2b_base64(credentials + b"=" * (-len(credentials) % 4))
    except binascii.Error:
        return False
    return b":" in decoded


def _is_bearer(credentials: bytes) -> bool:
    return _TOKEN68.fullmatch(credentials) is not None


def _is_digest(credentials: bytes) -> bool:
    present = {name.lower() for name in _DIGEST_PARAMETER.findall(credentials)}
    # RFC 7616, section 3.4.4: the user name may travel encoded.
    return present >= _DIGEST_NEEDED or present >= (_DIGEST_NEEDED - {b"username"}) | {b"userhash"}


def _is_visible(credentials: bytes) -> bool:
    return _VISIBLE.fullmatch(credentials) is not None
