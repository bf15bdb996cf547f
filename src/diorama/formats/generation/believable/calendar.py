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
_RFC2822 = re.compile(r"(?:\w{3}, )?(\d\d?) (\w{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?")


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
    """The moment that a text means; None for what is none."""
    found = _RFC3339.fullmatch(text)
    if found:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        offset = 0
        if found[8]:
            offset = (int(found[9]) * 60 + int(found[10])) * (1 if found[8] == "+" else -1)
        moment = days(year, month, day) * 86_400 + (hour * 60 + minute - offset) * 60 + second
        return moment * SECOND_US + int((found[7] or "0").ljust(6, "0"))
    found = _RFC2822.match(text)
    if found and found[2] in _MONTHS:
        number = days(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
        return (number * 86_400 + int(found[4]) * 3600 + int(found[5]) * 60 + int(found[6] or 0)) * SECOND_US
    return None
