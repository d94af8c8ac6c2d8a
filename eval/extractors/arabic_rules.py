"""Rules for Arabic news text: proclitics, names of countries and cities, demonyms, dates, numbers.

Names of countries, cities, months and weekdays are those of CLDR, the Unicode Consortium's locale data, by way of babel.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import regex

from eval.segment import tokens

_PROCLITICS = ("", *"وفبلكس", *(first + second for first in "وف" for second in "بلكس"))
# Those that a word may begin with, by its first letter.
_BY_LETTER = {letter: tuple(one for one in _PROCLITICS if one[:1] in ("", letter)) for letter in "وفبلكس"}
_PROCLITIC = r"(?:[وف]?[بلك]?ـ*)\K"  # of dates and numbers, and no part of them
_WORD_START, _WORD_END = r"(?<![\p{L}\p{M}\p{N}])", r"(?![\p{L}\p{M}\p{N}])"


def beginnings(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Where a mention may begin in the token `[start, end)`: at its start, or after a proclitic and the tatweel that may follow.

    With each place comes what the spelling lost there: after ل that has fused with the article (لل), an alef.
    """
    for proclitic in _BY_LETTER.get(text[start], ("",)):
        if not text.startswith(proclitic, start):
            continue
        begin = start + len(proclitic)
        while proclitic and begin < end and text[begin] == "ـ":
            begin += 1
        if end - begin >= 2:
            yield begin, ""
            if proclitic.endswith("ل") and text[begin] == "ل":
                yield begin, "ا"


def after_marks(text: str, start: int, end: int) -> int:
    """The first place in `[start, end)` that holds no mark, as a vowel after a proclitic is; `end` if there is none."""
    while start < end and unicodedata.combining(text[start]):
        start += 1
    return start


def in_full(text: str, start: int, surface: str) -> str:
    """The surface at `start` as it is written where no ل has fused with its article.

    A place or demonym that begins with a ل of its own has no article there: للبنان is ل and لبنان.
    """
    if text[start - 1 : start + 1] != "لل" or _type_of(surface.split(maxsplit=1)[0]):
        return surface
    return "ا" + surface


def find(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Spans with their types, dates before numbers: GPE, NORP, DATE, QUANTITY."""
    for start, end in tokens(text).tolist():
        for begin, article in beginnings(text, start, end):
            if type := _type_of(article + text[begin:end]):
                yield (begin, end), type
                break
    dated = bytearray(len(text))
    for match in _date().finditer(text):
        yield match.span(), "DATE"
        dated[slice(*match.span())] = b"x" * len(match[0])
    for match in _QUANTITY.finditer(text):
        if not any(dated[slice(*match.span())]):
            yield match.span(), "QUANTITY"


@lru_cache(10_000)  # the same words come again and again
def _type_of(word: str) -> str | None:
    """GPE for a country or city, NORP for a demonym."""
    if word in _countries() or word in _cities():
        return "GPE"
    return "NORP" if _demonym().fullmatch(word) else None


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    return frozenset(name for code, name in Locale("ar").territories.items() if len(code) == 2)


@cache
def _cities() -> frozenset[str]:
    """The cities that stand for the world's time zones, mostly capitals."""
    from babel import Locale

    return frozenset(zone["city"] for zone in Locale("ar").time_zones.values() if "city" in zone)


@cache
def _demonym() -> regex.Pattern[str]:
    """A country's name of one word without article and ending, and the relational ending in its forms (سوريا: السورية)."""
    stems = {regex.sub("^ال|(?:يا|ا|ة)$", "", name) for name in _countries() if " " not in name}
    return regex.compile(rf"(?:ال)?(?:{_any(stem for stem in stems if len(stem) > 2)})ي(?:ة|ون|ين|ان|ات|ا|ًا|اً)?")


@cache
def _date() -> regex.Pattern[str]:
    from babel.dates import get_day_names, get_month_names

    month = _any(name for locale in ("ar", "ar_SY") for name in get_month_names("wide", locale=locale).values())
    weekday = _any(get_day_names("wide", locale="ar").values()) + "|الإثنين"
    months = rf"(?:{month})(?:\s*/\s*(?:{month}))?"
    part, relative = "مطلع|بداية|منتصف|نهاية|أواخر|أوائل", "الماضي|الجاري|الحالي|المقبل|القادم|الفائت|المنصرم"
    unit = "عام[اً]{0,2}|سنة|سنوات|أعوام|شهر[اً]{0,2}|أشهر|شهور|أسبوع[اً]{0,2}|أسابيع|يوم[اً]{0,2}|أيام|ساعة|ساعات"
    forms = (
        rf"(?:(?:{part})\s+)?(?:شهر\s+)?(?:(?:{weekday})،?\s+)?(?:\d{{1,2}}\s+)?{months}(?:\s+\d{{4}})?(?:\s+(?:{relative}))?",
        rf"(?:{weekday}),\s+\d{{1,2}}\s+{months}\s+\d{{4}}(?:\s+\d{{1,2}}:\d{{2}}(?:\s[AP]M)?)?",
        rf"(?:(?:{part})\s+)?(?:الشهر|العام|الأسبوع)\s+(?:{relative})",
        r"(?:ال)?(?:عام|سنة)\s+\d{4}",
        rf"\d+\s+(?:{unit})",
        rf"(?:اليوم|أمس|غدا)(?:\s+(?:{weekday}))?",
        r"\d{4}-\d{2}-\d{2}",
    )
    return regex.compile(rf"{_WORD_START}{_PROCLITIC}(?:{'|'.join(sorted(forms, key=len, reverse=True))}){_WORD_END}")


_NUMBER = r"\d+(?:[.,٫٬]\d+)*(?:\s*[%٪]|\s+\p{L}{2,})|عشرات|مئات|آلاف"
_QUANTITY = regex.compile(rf"{_WORD_START}{_PROCLITIC}(?:{_NUMBER}){_WORD_END}")


def _any(names: Iterable[str]) -> str:
    """An alternation of names, the longest first."""
    return "|".join(map(regex.escape, sorted(names, key=len, reverse=True)))
