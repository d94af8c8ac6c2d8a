"""Whether a DATE's value follows from its words and the article's date. What its words leave open is no problem."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex
from babel.dates import get_day_names, get_month_names

from annotation import timex
from annotation.checks.fields import bare
from annotation.checks.view import Problem, View

_VALUE = regex.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T.*)?")
_PART_OF_YEAR = regex.compile(r"(\d{4})-(?:[QHW]\d+|\p{Lu}{2})")  # a quarter, half, week or season
_WORD = r"(?<!\p{L})%s(?!\p{L})"
_DAY_BEFORE = regex.compile(r"(?<!\d)(\d{1,2})\s+(?:من\s+|شهر\s+)*$")  # of a month that is named: 15 أكتوبر
_DAY_AFTER = regex.compile(r"\s+(\d{1,2})(?![\d:])")  # October 15
_LENGTH = regex.compile(r"(\d+)\s+(\p{L}+)")
_UNITS = {
    **dict.fromkeys(("سنة", "سنوات", "عام", "عاما", "أعوام"), "Y"),
    **dict.fromkeys(("شهر", "شهرا", "أشهر", "شهور"), "M"),
    **dict.fromkeys(("أسبوع", "أسبوعا", "أسابيع"), "W"),
    **dict.fromkeys(("يوم", "يوما", "أيام"), "D"),
}
_DAYS = {"أمس": -1, "اليوم": 0, "غدا": 1}
# What may stand beside these, so that they are the article's day: اليوم التالي is not today, nor أول من أمس yesterday.
_BESIDE = {"صباح", "ظهر", "عصر", "مساء", "ليل", "فجر", "صباحا", "ظهرا", "عصرا", "ليلا", "فجرا", "يوم"}
# Whether the month or year meant lies before the article's, is it, or comes after.
_RELATIVE = {
    **dict.fromkeys(("الماضي", "الفائت", "المنصرم"), -1),
    **dict.fromkeys(("الجاري", "الحالي"), 0),
    **dict.fromkeys(("المقبل", "القادم"), 1),
}
# Words that make a DATE no finer.
_YEARS = {"عام", "العام", "سنة", "السنة"}
_NEUTRAL = {*_YEARS, "شهر", "الشهر", "من", "مطلع", "بداية", "أوائل", "منتصف", "أواخر", "نهاية"}
_GRAINS = ("year", "month", "day")


@dataclass
class _Stated:
    """What the words of a DATE say of year, month, day and weekday (0 is Monday); None: nothing."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


def values(view: View) -> Iterator[Problem]:
    """date-value: a value that is not what its words say, or is finer or coarser; not asked where source_error says why."""
    data = view.task.get("data")
    date = data.get("date") if isinstance(data, dict) else None
    article = datetime.date.fromisoformat(str(date)) if timex.is_day(date) else None
    for region in view.regions:
        value = region.fields.get("value", "")
        if region.type != "DATE" or "source_error" in region.fields or not timex.is_value(value):
            continue
        if wrong := _contradiction(bare(region.surface), value, article):
            yield view.problem("date-value", region, f"value is {value}, but {wrong}")


def _contradiction(surface: str, value: str, article: datetime.date | None) -> str | None:
    if (length := _LENGTH.fullmatch(surface)) and length[2] in _UNITS:
        expected = f"P{int(length[1])}{_UNITS[length[2]]}"
        return None if value == expected else f"its words say {expected}"
    if timex.is_day(surface):
        return None if value == surface else f"its words say {surface}"
    words = regex.findall(r"\p{L}+|\d+", surface)
    stated = _stated(surface, words, article)
    if part := _PART_OF_YEAR.fullmatch(value):
        return None if stated.year in (None, int(part[1])) else f"its words and the article's date give the year {stated.year}"
    found = _VALUE.fullmatch(value)
    if found is None:
        return "its words name a date" if stated.year or stated.month else None
    numbers = (stated.year, stated.day)
    known = all(
        int(word) in numbers if word.isdecimal() else word in _NEUTRAL or word in _RELATIVE or _is_in_month(word)
        for word in words
    )
    for grain, digits in zip(_GRAINS, found.groups(), strict=True):
        said = getattr(stated, grain)
        if said is not None and digits is None:
            return f"its words name the {grain} too"
        if said is not None and int(digits) != said:
            return f"its words and the article's date give the {grain} {said}"
        if said is None and digits is not None and known and grain != "year":
            return f"its words name no {grain}, and a value is never finer than they are"
    if stated.weekday is not None and found[3] and datetime.date.fromisoformat(value[:10]).weekday() != stated.weekday:
        return "that is another day of the week"
    return None


def _stated(surface: str, words: list[str], article: datetime.date | None) -> _Stated:
    named = {found.span(): number for name, number in _months().items() for found in regex.finditer(_WORD % name, surface)}
    months = set(named.values())
    stated = _Stated(
        year=next((int(word) for word in words if word.isdecimal() and len(word) == 4), None),
        month=months.pop() if len(months) == 1 else None,
        weekday=next((number for name, number in _weekdays().items() if name in words), None),
    )
    if stated.month:
        before, after = surface[: min(named)[0]], surface[max(end for _, end in named) :]
        if day := _DAY_BEFORE.search(before) or _DAY_AFTER.match(after):
            stated.day = int(day[1])
    if article is not None:
        _relate(stated, words, article)
    return stated


def _relate(stated: _Stated, words: list[str], article: datetime.date) -> None:
    """Take in what words such as أمس and الماضي say, seen from the day of the article."""
    if len(days := [word for word in words if word in _DAYS]) == 1 and set(words) <= {*days, *_BESIDE, *_weekdays()}:
        day = article + datetime.timedelta(days=_DAYS[days[0]])
        stated.year, stated.month, stated.day = day.year, day.month, day.day
    direction = next((_RELATIVE[word] for word in words if word in _RELATIVE), None)
    if direction is None:
        return
    if _YEARS & set(words):
        stated.year = article.year + direction
    elif stated.month and direction:
        behind = (stated.month - article.month) * direction <= 0
        stated.year = article.year + (direction if behind else 0)
    elif stated.month or "الشهر" in words:
        years, month = divmod(article.month - 1 + direction, 12)
        stated.year, stated.month = article.year + years, month + 1


@cache
def _months() -> dict[str, int]:
    """Names of months as CLDR has them, for the west and the east of the Arab world, and in English."""
    return {name: number for locale in ("ar", "ar_SY", "en") for number, name in get_month_names("wide", locale=locale).items()}


def _is_in_month(word: str) -> bool:
    return any(word in name.split() for name in _months())


@cache
def _weekdays() -> dict[str, int]:
    return {name: number for number, name in get_day_names("wide", locale="ar").items()} | {"الإثنين": 0}


CHECKS = (values,)
