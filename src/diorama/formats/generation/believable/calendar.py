"""Calendar: moments as text and text as moments, by arithmetic alone.

Source: RFC 3339 (Internet timestamps); RFC 2822, section 3.3 (date and time in mail).
"""

from __future__ import annotations

import re

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
_DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?)?"
)
_RFC2822 = re.compile(
    r"(?:\w{3}, )?(\d\d?) (\w{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?"
    r"(?: (?:([+-])(\d\d)(\d\d)|([A-Za-z]{1,5}))(?: \(.*\))?)?"
)
_ZONES = {"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420}
"""Minutes east of Greenwich; every other name of a zone counts as Greenwich (RFC 2822, section 4.3)."""


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01.

    Source: Hinnant, "chrono-compatible low-level date algorithms" (2013).
    """
    day += 719_468
    era = day // 146_097
    of_era = day - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (1 if month <= 2 else 0), month, of_year - (153 * shifted + 2) // 5 + 1


def days(year: int, month: int, day: int) -> int:
    """The number of days since 1970-01-01."""
    year -= 1 if month <= 2 else 0
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date(moment_us: int) -> str:
    """``2026-01-15``."""
    year, month, day = civil(moment_us // DAY_US)
    return f"{year:04d}-{month:02d}-{day:02d}"


def clock_time(moment_us: int) -> str:
    """``10:00:00``."""
    second = moment_us % DAY_US // SECOND_US
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def rfc3339(moment_us: int, fraction: int = 0, zone: str = "Z") -> str:
    """``2026-01-15T10:00:00Z``, with digits of a second's fraction where asked for."""
    text = f"{date(moment_us)}T{clock_time(moment_us)}"
    if fraction:
        text += f".{moment_us % SECOND_US:06d}"[: fraction + 1]
    return text + zone


def rfc2822(moment_us: int) -> str:
    """``Thu, 15 Jan 2026 10:00:00 +0000``."""
    number = moment_us // DAY_US
    year, month, day = civil(number)
    return f"{_DAYS[number % 7]}, {day:02d} {_MONTHS[month - 1]} {year} {clock_time(moment_us)} +0000"


def parsed_us(text: str) -> int | None:
    """The moment that a text means; None for what is none, such as the 31st of February."""
    found = _RFC3339.fullmatch(text)
    if found:
        year, month, day, *clock = (int(part or 0) for part in found.groups()[:6])
        offset = _offset(found[8], found[9], found[10])
        fraction_us = int((found[7] or "0").ljust(6, "0"))
    else:
        found = _RFC2822.fullmatch(text.strip())
        if found is None or found[2] not in _MONTHS:
            return None
        year, month, day = int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])
        clock = [int(found[4]), int(found[5]), int(found[6] or 0)]
        zone = found[10]
        offset = _ZONES.get(zone.upper(), 0) if zone else _offset(found[7], found[8], found[9])
        fraction_us = 0
    number = days(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None
    hour, minute, second = clock
    # A leap second is a second of its own; a day beyond its month's end is another day when it is counted back.
    if number is None or civil(number) != (year, month, day) or hour > 23 or minute > 59 or second > 60:
        return None
    if offset is None:
        return None
    return (number * 86_400 + (hour * 60 + minute - offset) * 60 + second) * SECOND_US + fraction_us


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> int | None:
    """Minutes east of Greenwich; None for an offset that no zone can have."""
    if not sign:
        return 0
    hour, minute = int(hours or 0), int(minutes or 0)
    if hour > 23 or minute > 59:
        return None
    return (hour * 60 + minute) * (1 if sign == "+" else -1)
