"""RFC 3339 texts and seconds since 1970 say the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.meta.timestamps import (
    TimeError,
    days_in_month,
    format_time,
    is_leap_year,
    parse_time,
)

FIRST = -62_135_596_800  # year 1, the first that Python's own calendar knows
LAST = 253_402_300_799  # the last second of year 9999


@given(st.integers(FIRST, LAST))
def test_texts_are_those_of_the_calendar(seconds: int) -> None:
    """Python's calendar and ours agree on every second of nearly ten thousand years."""
    expected = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).replace(tzinfo=None)
    assert f"{expected.isoformat()}Z" == format_time(seconds)
    assert seconds == parse_time(format_time(seconds))


@given(st.integers(FIRST + 90_000, LAST - 90_000), st.integers(-1439, 1439))
def test_offsets_name_the_same_instant(seconds: int, minutes: int) -> None:
    """A text with an offset from UTC is the same instant."""
    zone = timezone(timedelta(minutes=minutes))
    text = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).isoformat()
    assert seconds == parse_time(text)


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2000-02-29T12:00:00Z", 951_825_600),
        ("2026-01-01T00:00:00.999999Z", 1_767_225_600),
        ("2026-01-01T00:00:00.5+01:00", 1_767_222_000),
        ("0000-03-01T00:00:00Z", -62_162_035_200),
    ],
)
def test_fractions_are_dropped(text: str, seconds: int) -> None:
    """MicroTime's digits do not count; year 0 exists."""
    assert seconds == parse_time(text)


@pytest.mark.parametrize(
    "year, leap, days", [(1900, False, 28), (2000, True, 29), (2024, True, 29), (2026, False, 28)]
)
def test_centuries_leap_every_fourth(year: int, leap: bool, days: int) -> None:
    """February has 29 days in leap years, which centuries are only when divisible by 400."""
    assert (leap, days) == (is_leap_year(year), days_in_month(year, 2))


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("2026-02-29T00:00:00Z", "a day that does not exist"),
        ("2026-13-01T00:00:00Z", "a day that does not exist"),
        ("2026-00-10T00:00:00Z", "a day that does not exist"),
        ("2026-01-00T00:00:00Z", "a day that does not exist"),
        ("2026-01-01T24:00:00Z", "an hour, minute or second that does not exist"),
        ("2026-01-01T00:00:60Z", "an hour, minute or second that does not exist"),
        ("2026-01-01T00:00:00+24:00", "an offset from UTC that does not exist"),
        ("2026-01-01", "is not an RFC 3339 time"),
        ("2026-01-01 00:00:00Z", "is not an RFC 3339 time"),
        ("2026-01-01T00:00:00", "is not an RFC 3339 time"),
        ("2026-01-01T00:00:00z", "is not an RFC 3339 time"),
        ("\u0662026-01-01T00:00:00Z", "is not an RFC 3339 time"),
        ("", "is not an RFC 3339 time"),
    ],
)
def test_what_is_no_time_is_refused(text: str, complaint: str) -> None:
    """The error names the text and what is wrong with it."""
    with pytest.raises(TimeError, match=complaint):
        parse_time(text)


def test_years_beyond_four_digits_are_refused() -> None:
    """RFC 3339 has no way to write year 10000."""
    with pytest.raises(TimeError, match="year 10000"):
        format_time(LAST + 1)
