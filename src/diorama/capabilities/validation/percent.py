"""Percent: what travelled percent-encoded as text, decoded once, or refused.

Source: RFC 3986, section 2.1; WHATWG URL, section 5.1 (a plus sign is a space in queries and forms).
"""

from __future__ import annotations

import re
from binascii import a2b_qp

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decoded(raw: bytes, *, plus: bool = False) -> str:
    """The text of percent-encoded UTF-8.

    Args:
        raw: as it travelled.
        plus: whether ``+`` is a space.

    Raises:
        ValueError: when a percent sign is followed by no two hexadecimal digits, or the bytes are no UTF-8.
    """
    if plus and b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        if _BROKEN.search(raw):
            raise ValueError("a percent sign must be followed by two hexadecimal digits")
        # Quoted-printable differs by its sign only, and is decoded in C: a body full of escapes keeps nobody waiting.
        raw = a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    try:
        return raw.decode()
    except UnicodeDecodeError as cause:
        raise ValueError("the text must be UTF-8") from cause


def name_of(raw: bytes) -> str:
    """The name of a query or form field; what is broken in it stays as it is."""
    if b"%" not in raw and b"+" not in raw and raw.isascii():
        return raw.decode("ascii")
    try:
        return decoded(raw, plus=True)
    except ValueError:
        return raw.decode("latin-1")


def pairs_of(raw: bytes) -> list[tuple[str, bytes]]:
    """The fields of a query or form: decoded names, values as they travelled; a bare name has an empty value."""
    found = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            found.append((name_of(name), value))
    return found
