"""Intervals from counts alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from eval.metrics.counts import Counts, totalled
from eval.resampling import interval


def counted(*sides: Sequence[float]) -> Counts:
    """Counts of one type from what is correct, predicted and in the gold, a figure a unit."""
    columns = [np.array(side, dtype=float) for side in sides]
    return Counts(("A",), np.stack(columns, axis=1)[:, None, :], totalled(*columns))


def test_interval_by_hand() -> None:
    """Two units, one all right and one all wrong: F1 is 0, a half or 1, and 95% reaches both ends."""
    counts = counted([1, 0], [1, 1], [1, 1])
    assert interval(counts, 1000, 0) == (0, 1)
    assert interval(counts, 1000, 0) == interval(counts, 1000, 0)
    assert interval(counts, 0, 0) is None
    assert interval(counted([1], [1], [1]), 1000, 0) is None


def test_interval_against_scipy() -> None:
    """The same interval as scipy's percentile bootstrap, up to the noise of resampling."""
    from scipy.stats import bootstrap

    generator = np.random.default_rng(1)
    correct, predicted, gold = (generator.integers(*bounds, size=200).astype(float) for bounds in ((0, 5), (4, 9), (4, 9)))

    def f1(c: np.ndarray, p: np.ndarray, g: np.ndarray, axis: int = -1) -> np.ndarray:
        return 2 * c.sum(axis) / (p.sum(axis) + g.sum(axis))

    theirs = bootstrap(
        (correct, predicted, gold), f1, paired=True, vectorized=True, method="percentile", n_resamples=9999, rng=generator
    ).confidence_interval
    ours = interval(counted(correct, predicted, gold), 9999, 0)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_interval_of_a_mean_of_metrics() -> None:
    """Two units; the second part has something in the first unit alone, and is null in a resample that lacks it: 0 in the mean.

    Both units: (1 + 1)/2. The first twice: the same. The second twice: (1 + 0)/2.
    """
    full, half = totalled(*np.ones((3, 2))), totalled(*np.array([[1, 0]] * 3))
    counts = Counts((), np.zeros((2, 0, 3)), np.concatenate([full, half], axis=1))
    assert counts.micro().f1 == 1
    assert interval(counts, 1000, 0) == (0.5, 1)
    assert interval(Counts((), np.zeros((2, 0, 3)), np.zeros((2, 2, 4))), 1000, 0) is None
