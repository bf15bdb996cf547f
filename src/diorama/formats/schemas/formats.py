"""Formats: those of JSON Schema, and OpenAPI's own.

Source: JSON Schema 2020-12 Validation, section 7; the OpenAPI Format Registry; RFC 4648, sections 4 and 5.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import Any

import jsonschema_rs

FLOAT_MAX = 3.4028234663852886e38
DOUBLE_MAX = 1.7976931348623157e308

NUMBER_FORMATS: dict[str, dict[str, Any]] = {
    name: {"minimum": low, "maximum": high, "multipleOf": 1}
    for name, low, high in (
        ("int8", -(2**7), 2**7 - 1),
        ("int16", -(2**15), 2**15 - 1),
        ("int32", -(2**31), 2**31 - 1),
        ("int64", -(2**63), 2**63 - 1),
        ("uint8", 0, 2**8 - 1),
        ("uint16", 0, 2**16 - 1),
        ("uint32", 0, 2**32 - 1),
        ("uint64", 0, 2**64 - 1),
        ("double-int", -(2**53) + 1, 2**53 - 1),
    )
} | {
    "float": {"minimum": -FLOAT_MAX, "maximum": FLOAT_MAX},
    "double": {"minimum": -DOUBLE_MAX, "maximum": DOUBLE_MAX},
}
"""Formats of numbers as the keywords that say the same."""

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return False
    return True


def _is_base64url(text: str) -> bool:
    return _BASE64URL.fullmatch(text) is not None and len(text.rstrip("=")) % 4 != 1


CALLED_FORMATS = {"byte": _is_base64, "base64url": _is_base64url}
"""Formats of texts that the validator does not know by itself."""

EMAIL = jsonschema_rs.EmailOptions(allow_display_text=False)

TEXT_FORMATS: dict[str, str] = {
    "date": "a date such as 2026-01-31",
    "date-time": "a date and time with its offset, such as 2026-01-31T12:00:00Z",
    "time": "a time with its offset, such as 12:00:00Z",
    "duration": "an ISO 8601 duration such as P1DT2H",
    "email": "an email address",
    "idn-email": "an email address",
    "hostname": "a host name",
    "idn-hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "an absolute URI",
    "uri-reference": "a URI reference",
    "uri-template": "a URI template",
    "iri": "an absolute IRI",
    "iri-reference": "an IRI reference",
    "uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "json-pointer": "a JSON pointer",
    "relative-json-pointer": "a relative JSON pointer",
    "regex": "a regular expression",
    "byte": "Base64 (RFC 4648, section 4, with its padding)",
    "base64url": "Base64url (RFC 4648, section 5)",
}
"""Formats of texts that are checked, with what to call such a text. All other formats are annotations."""


@lru_cache(maxsize=64)
def _checker(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(
        {"format": name}, formats=CALLED_FORMATS, validate_formats=True, email_options=EMAIL
    ).is_valid


def has_format(name: str, text: str) -> bool:
    """Whether a text is of a format; of an unknown one every text is."""
    return name not in TEXT_FORMATS or bool(_checker(name)(text))
