"""Dates as the explorer says them, and on the calendar."""

from __future__ import annotations

import pytest

from annotation.explorer import dates

VALUES = [
    ("2025-10-15", "15 October 2025", ("2025-10-15", "2025-10-15")),
    ("2025-11-17T15:30", "17 November 2025, 15:30", ("2025-11-17", "2025-11-17")),
    ("2025-11-17TMO", "17 November 2025, morning", ("2025-11-17", "2025-11-17")),
    ("2025-10", "October 2025", ("2025-10-01", "2025-10-31")),
    ("2025-10 START", "early October 2025", ("2025-10-01", "2025-10-16")),
    ("2025-10 MID", "mid-October 2025", ("2025-10-08", "2025-10-24")),
    ("2025-10 END", "late October 2025", ("2025-10-16", "2025-10-31")),
    ("2024 APPROX", "about 2024", ("2024-01-01", "2024-12-31")),
    ("2025-Q3", "quarter 3 of 2025", ("2025-07-01", "2025-09-30")),
    ("2025-H2", "half 2 of 2025", ("2025-07-01", "2025-12-31")),
    ("2025-WI", "winter 2025", ("2025-12-01", "2026-02-28")),
    ("2025-W46", "week 46 of 2025", ("2025-11-10", "2025-11-16")),
    ("P3W APPROX", "about 3 weeks", None),
    ("P1Y", "1 year", None),
    ("PXD", "some days", None),
    ("P1Y2MT3M", "1 year 2 months 3 minutes", None),
    ("PAST_REF", "in the past", None),
    ("FUTURE_REF", "in the future", None),
    ("أمس", "أمس", None),
    ("2025-13", "2025-13", None),
    ("0000", "0000", None),
]


@pytest.mark.parametrize(("value", "words", "period"), VALUES)
def test_a_date_in_words_and_on_the_calendar(value: str, words: str, period: tuple[str, str] | None) -> None:
    """At the grain that it has."""
    found = dates.period(value)
    assert dates.words(value) == words
    assert (found and tuple(day.isoformat() for day in found)) == period


def test_dates_that_cannot_both_hold() -> None:
    """No day in common, or two lengths; a coarser date that has the finer in it is not at odds with it."""
    assert dates.at_odds(["2025-10-15", "2025-10-16"])
    assert dates.at_odds(["2025-10 START", "2025-10-28"])
    assert dates.at_odds(["P3W", "P4W"])
    assert not dates.at_odds(["2024", "2024-12-08", "2024-12", "P3W", "PAST_REF"])
    assert not dates.at_odds(["2025-10 MID", "2025-10-15"])
