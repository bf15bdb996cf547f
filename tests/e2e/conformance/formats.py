"""Formats, checked by ``jsonschema`` with functions of our own here, since its optional ones need more packages."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jsonschema import FormatChecker

CHECKER = FormatChecker(formats=())

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_TIME = re.compile(r"(\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_HOSTNAME = re.compile(
    r"(?=.{1,253}\.?$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)

VIOLATIONS: dict[str, list[Any]] = {
    "date-time": ["2024-13-45T99:00:00Z", "yesterday at noon"],
    "date": ["2024-13-45", "yesterday"],
    "time": ["25:61:00Z", "noon"],
    "uuid": ["00000000-0000-0000-0000-00000000000g", "not a uuid"],
    "email": ["nobody.example.com", "no mail"],
    "uri": ["not a uri", "//"],
    "hostname": ["-not-a-host-", "no host"],
    "ipv4": ["999.1.1.1", "1.2.3"],
    "ipv6": ["12345::", "1:2:3"],
    "byte": ["*", "a"],
    "int32": [2**31, -(2**31) - 1],
    "int64": [2**63, -(2**63) - 1],
}
"""Values that each format forbids; also the list of the formats that are checked."""


@CHECKER.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if _DATE_TIME.fullmatch(value) is None:
        return False
    whole = value[:17] + "00" + re.sub(r"[Zz]$", "+00:00", value[19:])  # a leap second has no datetime
    datetime.fromisoformat(re.sub(r"\.\d+", "", whole).replace("t", "T"))
    return int(value[17:19]) <= 60


@CHECKER.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return len(value) == 10 and date.fromisoformat(value) is not None


@CHECKER.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    match = _TIME.fullmatch(value)
    return match is not None and time.fromisoformat(match[1]) is not None


@CHECKER.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 36 and str(UUID(value)) == value.lower())


@CHECKER.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


@CHECKER.checks("hostname")
def _is_hostname(value: object) -> bool:
    return not isinstance(value, str) or _HOSTNAME.fullmatch(value) is not None


@CHECKER.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme) and not re.search(r"[\s<>\"{}|\\^`]", value)


@CHECKER.checks("ipv4", raises=ValueError)
def _is_ipv4(value: object) -> bool:
    return not isinstance(value, str) or bool(ipaddress.IPv4Address(value))


@CHECKER.checks("ipv6", raises=ValueError)
def _is_ipv6(value: object) -> bool:
    return not isinstance(value, str) or bool(ipaddress.IPv6Address(value))


@CHECKER.checks("byte", raises=(ValueError, binascii.Error))
def _is_byte(value: object) -> bool:
    return not isinstance(value, str) or base64.b64decode(value, validate=True) is not None


@CHECKER.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or isinstance(value, bool) or -(2**31) <= value < 2**31


@CHECKER.checks("int64")
def _is_int64(value: object) -> bool:
    return not isinstance(value, int) or isinstance(value, bool) or -(2**63) <= value < 2**63
