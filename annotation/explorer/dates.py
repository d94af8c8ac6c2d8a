"""Values of DATEs, in words and on the calendar: TIMEX3 with its MOD, `2025-10 MID`, at the grain that the text states."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

Period = tuple[date, date]  # the first and the last day

_MODS = {"START": "early ", "MID": "mid-", "END": "late ", "APPROX": "about ", "MORE_THAN": "more than "}
_VAGUE = {"PAST_REF": "in the past", "PRESENT_REF": "at present", "FUTURE_REF": "in the future"}
_PARTS = {"MO": "morning", "MI": "midday", "AF": "afternoon", "EV": "evening", "NI": "night"}
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "m": "minute", "S": "second"}
# The months that the parts of a year begin and end with; a winter is the one that begins in its year.
_SPANS = {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12)}
_SEASONS = {"SP": ("spring", 3, 5), "SU": ("summer", 6, 8), "FA": ("autumn", 9, 11), "WI": ("winter", 12, 14)}


def parted(value: str) -> tuple[str, str | None]:
    """A value without its MOD, and that."""
    words, _, mod = value.rpartition(" ")
    return (words, mod) if words and mod in _MODS else (value, None)


def words(value: str) -> str:
    """`15 October 2025`, `mid-October 2025`, `about 3 weeks`, `in the past`; what is no TIMEX3 is left as it is."""
    timex, mod = parted(value)
    day, _, time = timex.partition("T")
    if timex in _VAGUE:
        said = _VAGUE[timex]
    elif timex.startswith("P"):
        said = _length(timex)
    else:
        said = _day(day) + (f", {_PARTS.get(time, time)}" if time else "")
    return f"{_MODS[mod]}{said}" if mod else said


def period(value: str) -> Period | None:
    """The first and last day that a value may mean; None for a duration and for what is vague.

    START, MID and END are the first, middle and last half: the articles draw no such line, and it only puts events in order.
    """
    timex, mod = parted(value)
    try:
        first, last = _days(timex.partition("T")[0])
    except (ValueError, KeyError, OverflowError):
        return None
    half = timedelta(days=(last - first).days // 2)
    if mod == "MID":
        return first + half / 2, last - half / 2
    return (first + half, last) if mod == "END" else (first, first + half if mod == "START" else last)


def finest(values: Iterable[str]) -> str | None:
    """Of the values that stand on the calendar that of the shortest period, of several the earliest; None where there is none."""
    placed = [(last - first, first, value) for value in values if (found := period(value)) for first, last in [found]]
    return min(placed)[2] if placed else None


def at_odds(values: Iterable[str]) -> bool:
    """Whether two of the values cannot both hold: periods with no day in common, or lengths that are not the same."""
    for one, other in combinations(sorted(set(values)), 2):
        first, second = period(one), period(other)
        if first and second and (first[1] < second[0] or second[1] < first[0]):
            return True
        if one.startswith("P") and other.startswith("P") and {one, other}.isdisjoint(_VAGUE):
            return True
    return False


def _days(day: str) -> Period:
    """Raises ValueError or KeyError for what is no date."""
    if found := re.fullmatch(r"(\d{4})-W(\d{2})", day, re.ASCII):
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return first, first + timedelta(days=6)
    year, _, rest = day.partition("-")
    if re.fullmatch(r"\d{2}-\d{2}", rest, re.ASCII):
        return date.fromisoformat(day), date.fromisoformat(day)
    if not rest:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    if rest.isdecimal():
        start, end = int(rest), int(rest)
    else:
        start, end = _SPANS[rest] if rest in _SPANS else _SEASONS[rest][1:]
    after = date(int(year) + end // 12, end % 12 + 1, 1)
    return date(int(year), start, 1), after - timedelta(days=1)


def _day(day: str) -> str:
    year, _, rest = day.partition("-")
    if rest in _SEASONS:
        return f"{_SEASONS[rest][0]} {year}"
    if rest[:1] in ("Q", "H"):
        return f"{'quarter' if rest[0] == 'Q' else 'half'} {rest[1:]} of {year}"
    if rest[:1] == "W":
        return f"week {int(rest[1:])} of {year}"
    try:
        first, last = _days(day)
    except (ValueError, KeyError, OverflowError):
        return day
    month = f"{calendar.month_name[first.month]} {year}"
    return year if not rest else month if first != last else f"{first.day} {month}"


def _length(timex: str) -> str:
    found = re.findall(r"(X|\d+)([YMWDHmS])", re.sub("T.*", lambda time: time[0].replace("M", "m"), timex))
    said = [
        f"some {_UNITS[unit]}s" if number == "X" else f"{number} {_UNITS[unit]}{'' if number == '1' else 's'}"
        for number, unit in found
    ]
    return " ".join(said) or timex
