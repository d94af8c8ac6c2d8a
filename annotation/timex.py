"""Which values a DATE may have: a part of TIMEX3 (ISO-TimeML), at the grain that the text states."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

_DATE_LENGTH = r"P(?=.)(?:(?:X|\d+)Y)?(?:(?:X|\d+)M)?(?:(?:X|\d+)W)?(?:(?:X|\d+)D)?"
_TIME_LENGTH = r"T(?=.)(?:(?:X|\d+)H)?(?:(?:X|\d+)M)?(?:(?:X|\d+)S)?"
_DURATION = re.compile(f"{_DATE_LENGTH}(?:{_TIME_LENGTH})?", re.ASCII)
_YEAR = re.compile(r"\d{4}(?:-(?:Q[1-4]|H[12]|SP|SU|FA|WI))?", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_TIME = re.compile(r"T(?:[01]\d|2[0-3])(?::[0-5]\d)?|T(?:MO|MI|AF|EV|NI)", re.ASCII)
_VAGUE = ("PAST_REF", "PRESENT_REF", "FUTURE_REF")

FORMS = "a date (2025-10-28, 2024-12, 2015, 2025-W46, 2025-11-17T15:30), a duration (P61Y, P3W, PXD) or PAST_REF, FUTURE_REF"


def is_value(value: str) -> bool:
    """Whether `value` is one of the forms, and a day of the calendar where it names one."""
    if value in _VAGUE or _DURATION.fullmatch(value):
        return True
    date, at, time = value.partition("T")
    if at:
        return bool(_TIME.fullmatch(at + time)) and is_day(date)
    if week := _WEEK.fullmatch(value):
        return _exists(datetime.date.fromisocalendar, int(week[1]), int(week[2]), 1)
    return bool(_YEAR.fullmatch(value)) or is_day(value) or is_day(f"{value}-01")


def is_day(value: object) -> bool:
    """Whether `value` is a day of the calendar as YYYY-MM-DD."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    return found is not None and _exists(datetime.date, *map(int, found.groups()))


def _exists(make: Callable[..., datetime.date], *numbers: int) -> bool:
    try:
        make(*numbers)
    except ValueError:
        return False
    return True
