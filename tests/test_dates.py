"""Whether a DATE's value follows from its words: what ordinary news Arabic says, seen from an article of 20 November 2025."""

from __future__ import annotations

import pytest

from annotation import checks, label_studio, schema, timex
from eval.document import Document, Mention

SCHEMA = schema.load()


def found(words: str, value: str) -> list[str]:
    """The codes of what is wrong with a DATE of these words and this value."""
    mention = Mention("m1", 0, len(words), "DATE", None, {"value": value})
    task = label_studio.to_task(Document("d", words, "2025-11-20", (mention,)), SCHEMA)
    return [problem.code for problem in checks.check([task], SCHEMA)]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("أمس", "2025-11-19"),
        ("أمس الأربعاء", "2025-11-19"),
        ("مساء اليوم الخميس", "2025-11-20"),
        ("أول من أمس", "2025-11-18"),
        ("أمس الأول", "2025-11-18"),
        ("اليوم التالي", "2025-10-16"),
        ("اليوم الأول", "P1D"),
        ("حتى اليوم", "PRESENT_REF"),
        ("28 أكتوبر/تشرين الأول الماضي", "2025-10-28"),
        ("15 من شهر نوفمبر الجاري", "2025-11-15"),
        ("October 15, 2025", "2025-10-15"),
        ("الخامس عشر من أكتوبر", "2025-10-15"),
        ("الساعة 10 من صباح 15 أكتوبر", "2025-10-15T10"),
        ("ديسمبر الماضي", "2024-12"),
        ("ديسمبر المقبل", "2025-12"),
        ("يناير المقبل", "2026-01"),
        ("الشهر الماضي", "2025-10"),
        ("الشهر المقبل", "2025-12"),
        ("15 الشهر الجاري", "2025-11-15"),
        ("العام الماضي", "2024"),
        ("أكتوبر العام الماضي", "2024-10"),
        ("أكتوبر من العام الجاري", "2025-10"),
        ("يناير من العام الحالي", "2025-01"),
        ("عام 2015", "2015"),
        ("خريف عام 2025", "2025-FA"),
        ("الربع الأخير من 2024", "2024-Q4"),
        ("النصف الأول من عام 2025", "2025-H1"),
        ("الأسبوع الأول من أكتوبر", "2025-W40"),
        ("15/10/2025", "2025-10-15"),
        ("2025/10/15", "2025-10-15"),
        ("3 أسابيع", "P3W"),
        ("٣ أسابيع", "P3W"),
        ("سنوات", "PXY"),
        ("المستقبل القريب", "FUTURE_REF"),
    ],
)
def test_what_follows_or_is_left_open_is_no_problem(words: str, value: str) -> None:
    """Each value is one that TIMEX3 has."""
    assert timex.is_value(value)
    assert found(words, value) == []


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("أمس", "2025-11-18"),
        ("أمس الثلاثاء", "2025-11-19"),  # the 19th is a Wednesday
        ("اليوم الأحد", "2025-11-20"),  # and the 20th a Thursday
        ("الأحد 15 أكتوبر 2025", "2025-10-15"),  # another day of the week
        ("28 أكتوبر الماضي", "2025-10-27"),
        ("28 أكتوبر الماضي", "2024-10-28"),
        ("28 أكتوبر الماضي", "2025-10"),  # the day is named
        ("أكتوبر 2025", "2025"),  # the month is named
        ("أكتوبر الماضي", "2025-10-01"),  # never finer
        ("عام 2015", "2015-01"),
        ("ديسمبر الماضي", "2025-12"),
        ("ديسمبر المقبل", "2024-12"),
        ("الشهر المقبل", "2025-10"),
        ("العام الماضي", "2025"),
        ("أكتوبر العام الماضي", "2025-10"),
        ("خريف عام 2025", "2024-FA"),
        ("أكتوبر 2025", "P1M"),
        ("3 أسابيع", "P3D"),
        ("61 عاما", "P16Y"),
        ("15 أكتوبر الجاري", "2025-10-15"),  # October is not the current month: 001, where source_error says so
    ],
)
def test_what_does_not_follow_is_found(words: str, value: str) -> None:
    """One problem, of the value."""
    assert timex.is_value(value)
    assert found(words, value) == ["date-value"]
