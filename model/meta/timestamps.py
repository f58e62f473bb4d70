"""Times as the API writes them, and seconds since 1970 as the model counts them.

metav1.Time is RFC 3339 text in UTC with whole seconds; metav1.MicroTime has six digits more, which are
dropped here: no rule the model contains compares two times less than a second apart. Mirrors
k8s.io/apimachinery/pkg/apis/meta/v1/time.go and micro_time.go, release 1.36. Computed by arithmetic on the
proleptic Gregorian calendar, as Go does, so that no clock or time zone is within reach. Left out: leap
seconds, which Go refuses as well.
"""

import re
from typing import Final

SECONDS_PER_DAY: Final = 86_400
_DAYS_PER_ERA: Final = 146_097  # four centuries
_EPOCH_DAY: Final = 719_468  # days from 1 March of year 0 to 1 January 1970
_RFC_3339: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))",
    re.ASCII,
)
_DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class TimeError(ValueError):
    """A text that is not an RFC 3339 time; the message names the text and what is wrong with it."""


def parse_time(text: str) -> int:
    """Return the seconds since 1970-01-01T00:00:00Z of an RFC 3339 text.

    Fractions of a second are dropped (towards the past, before 1970 too), an offset is applied. Raises
    TimeError if `text` has another form or names a day, hour or offset that does not exist.
    """
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise TimeError(f"{text!r} is not an RFC 3339 time: write it like 2026-01-31T23:59:59Z")
    year, month, day, hour, minute, second = (int(found.group(position)) for position in range(1, 7))
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        raise TimeError(f"{text!r} names a day that does not exist")
    if hour > 23 or minute > 59 or second > 59:
        raise TimeError(f"{text!r} names an hour, minute or second that does not exist")
    seconds = hour * 3600 + minute * 60 + second - _offset(text, found)
    return days_since_epoch(year, month, day) * SECONDS_PER_DAY + seconds


def _offset(text: str, found: re.Match[str]) -> int:
    if found.group(7) is None:
        return 0
    hours, minutes = int(found.group(8)), int(found.group(9))
    if hours > 23 or minutes > 59:
        raise TimeError(f"{text!r} has an offset from UTC that does not exist")
    offset = hours * 3600 + minutes * 60
    return -offset if found.group(7) == "-" else offset


def format_time(seconds: int) -> str:
    """Return seconds since 1970-01-01T00:00:00Z as metav1.Time writes them, in UTC.

    Raises TimeError for a year outside 0 to 9999, which RFC 3339 cannot write.
    """
    days, rest = divmod(seconds, SECONDS_PER_DAY)
    year, month, day = civil_from_days(days)
    if not 0 <= year <= 9999:
        raise TimeError(f"{seconds} seconds since 1970 lie in year {year}: RFC 3339 writes years 0 to 9999")
    hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


def is_leap_year(year: int) -> bool:
    """Tell whether February of `year` has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of `month` (1 to 12) in `year`."""
    return 29 if month == 2 and is_leap_year(year) else _DAYS_IN_MONTH[month - 1]


def days_since_epoch(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date; years are counted from March, so leap days come last."""
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * _DAYS_PER_ERA + day_of_era - _EPOCH_DAY


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Return the year, month and day that lie `days` after 1970-01-01."""
    era, day_of_era = divmod(days + _EPOCH_DAY, _DAYS_PER_ERA)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = (shifted_month + 2) % 12 + 1
    return era * 400 + year_of_era + (month <= 2), month, day
