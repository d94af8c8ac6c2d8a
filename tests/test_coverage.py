"""What intervals and tests do in documents made at random, whose true figures are known."""

from __future__ import annotations

import pytest

from scripts import coverage

TRIALS = 400


@pytest.mark.parametrize("documents", coverage.DOCUMENTS)
def test_intervals_and_tests_do_what_they_say(documents: int) -> None:
    """Up to three standard errors: of no difference p is 0.05 or less in 5% at most; intervals reach 95% as documents become many."""
    of_f1, of_difference, none, one = coverage.shares(documents, TRIALS)
    error = 3 * (0.05 * 0.95 / TRIALS) ** 0.5
    assert none <= 0.05 + error
    if documents == 5:
        assert none == one == 0  # p is at least 0.0625
        assert max(of_f1, of_difference) < 0.9  # docs/statistics.md warns of it
    if documents == 100:
        assert min(of_f1, of_difference) == pytest.approx(0.95, abs=error)
        assert one > 0.75
