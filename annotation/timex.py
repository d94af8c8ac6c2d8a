"""Which values a DATE may have: a part of TIMEX3 (ISO-TimeML), at the grain that the text states."""

from __future__ import annotations

import datetime
import re

_DURATION = re.compile(
    r"P(?=.)(?:(?:X|\d+)Y)?(?:(?:X|\d+)M)?(?:(?:X|\d+)W)?(?:(?:X|\d+)D)?|PT(?=.)(?:(?:X|\d+)H)?(?:(?:X|\d+)M)?"
)
_YEAR = re.compile(r"\d{4}(?:-(?:Q[1-4]|H[12]|SP|SU|FA|WI))?")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_TIME = re.compile(r"T(?:[01]\d|2[0-3])(?::[0-5]\d)?|T(?:MO|MI|AF|EV|NI)")
_VAGUE = ("PAST_REF", "PRESENT_REF", "FUTURE_REF")

FORMS = "a date (2025-10-28, 2024-12, 2015, 2025-W46, 2025-11-17T15:30), a duration (P61Y, P3W, PXD) or PAST_REF, FUTURE_REF"


def is_value(value: str) -> bool:
    """Whether `value` is one of the forms, and a day of the calendar where it names one."""
    if value in _VAGUE or _DURATION.fullmatch(value):
        return True
    date, at, time = value.partition("T")
    if at:
        return bool(_TIME.fullmatch(at + time)) and _is_day(date)
    if week := _WEEK.fullmatch(value):
        return _is_day(value + "-1") and int(week[2]) > 0
    return bool(_YEAR.fullmatch(value)) or _is_day(value) or _is_day(f"{value}-01")


def _is_day(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}-\d", value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True
