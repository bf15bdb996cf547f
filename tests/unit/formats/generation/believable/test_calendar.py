from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.formats.generation.believable.calendar import date, parsed_us, rfc2822, rfc3339

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(MOMENTS)
def test_moment__written_and_read__is_the_same(moment: datetime) -> None:
    number = (moment - EPOCH) // timedelta(microseconds=1)
    assert parsed_us(rfc3339(number, 6)) == number
    assert rfc3339(number) == moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert date(number) == moment.date().isoformat()
    assert parsedate_to_datetime(rfc2822(number)) == moment.replace(microsecond=0)
    assert parsed_us(rfc2822(number)) == number - number % 1_000_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-02", 86_400),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01T00:00:00.5-01:00", 3600.5),
        ("1 Jan 1970 00:01", 60),
        ("Thu, 01 Jan 1970 02:00:00 +0200", 0),
        ("Wed, 31 Dec 1969 19:00:00 -0500", 0),
        ("Wed, 31 Dec 1969 19:00:00 EST", 0),
        ("Thu, 1 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 1 Jan 1970 00:00:00 +0000 (UTC)", 0),
        ("2024-02-29", 1_709_164_800),
        ("2026-02-29", None),
        ("2026-02-31", None),
        ("2026-02-31T10:00:00Z", None),
        ("2026-13-01", None),
        ("2026-00-10", None),
        ("2026-01-00", None),
        ("2026-01-01T24:00:00Z", None),
        ("2026-01-01T10:61:00Z", None),
        ("2026-01-01T10:00:00+25:00", None),
        ("31 Feb 2026 10:00", None),
        ("1 Jan 2026 10:00 +0290", None),
        ("soon", None),
        ("1 Foo 1970 00:01", None),
    ],
)
def test_moment__of_a_text__is_read_or_none(text: str, seconds: float | None) -> None:
    assert parsed_us(text) == (None if seconds is None else seconds * 1_000_000)
