"""Intervals from counts alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.counts import Counts, f1, totalled
from eval.resampling import interval, intervals, paired, percentiles, resampled


def counted(*sides: Sequence[float]) -> Counts:
    """Counts of one type from what is correct, predicted and in the gold, a figure a unit."""
    columns = [np.array(side, dtype=float) for side in sides]
    return Counts(("A",), np.stack(columns, axis=1)[:, None, :], totalled(*columns))


def drawn(generator: np.random.Generator, units: int, most: int = 5) -> Counts:
    """Counts of a system at random, with as many predicted and in the gold or more."""
    correct = generator.integers(most, size=units)
    return counted(correct, *(correct + generator.integers(3, size=(2, units))))


def test_interval_by_hand() -> None:
    """Two units, one all right and one all wrong: F1 is 0, a half or 1, and 95% reaches both ends."""
    counts = counted([1, 0], [1, 1], [1, 1])
    assert interval(counts, 1000, 0) == (0, 1)
    assert interval(counts, 1000, 0) == interval(counts, 1000, 0)
    assert interval(counts, 0, 0) is None
    assert interval(counted([1], [1], [1]), 1000, 0) is None


def test_the_distribution_is_that_of_all_resamples() -> None:
    """Three units have 27 resamples, and each sum comes as often as it should."""
    figures = [1.0, 10.0, 100.0]
    every, times = np.unique([sum(sample) for sample in product(figures, repeat=3)], return_counts=True)
    sums = resampled([np.array(figures)], 27_000, 0)[0]
    assert [(sums == one).mean() for one in every] == pytest.approx(times / 27, abs=0.01)


def test_equal_rows_are_drawn_as_their_units_would_be() -> None:
    """64 units of each of three kinds: how many of each are drawn has the moments of a multinomial of 192."""
    kinds = resampled([np.tile(np.eye(3), (64, 1))], 20_000, 0)[0]
    assert set(kinds.sum(axis=1)) == {192}
    assert kinds.mean(axis=0) == pytest.approx(np.full(3, 64), abs=0.3)
    expected = 192 * (np.eye(3) / 3 - np.full((3, 3), 1 / 9))
    assert np.cov(kinds.T) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("units", [200, 4000])
def test_interval_against_scipy(units: int) -> None:
    """The same interval as scipy's percentile bootstrap, up to the noise of resampling; few units, and many with few distinct rows."""
    from scipy.stats import bootstrap

    generator = np.random.default_rng(1)
    correct, predicted, gold = (generator.integers(*bounds, size=units).astype(float) for bounds in ((0, 3), (2, 4), (2, 4)))

    def f1_of(c: np.ndarray, p: np.ndarray, g: np.ndarray, axis: int = -1) -> np.ndarray:
        return 2 * c.sum(axis) / (p.sum(axis) + g.sum(axis))

    theirs = bootstrap(
        (correct, predicted, gold), f1_of, paired=True, vectorized=True, method="percentile", n_resamples=4999, rng=generator
    ).confidence_interval
    ours = interval(counted(correct, predicted, gold), 4999, 0)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_paired_interval_against_scipy() -> None:
    """The percentile interval of a difference, both systems resampled together; far narrower than each alone."""
    from scipy.stats import bootstrap

    generator = np.random.default_rng(2)
    gold = generator.integers(3, 9, size=150)
    both = [generator.binomial(gold, 0.2 + 0.1 * system + 0.5 * (gold > 6)).astype(float) for system in (0, 1)]

    def difference(a: np.ndarray, b: np.ndarray, g: np.ndarray, axis: int = -1) -> np.ndarray:
        return (b.sum(axis) - a.sum(axis)) / g.sum(axis)

    theirs = bootstrap(
        (*both, gold), difference, paired=True, vectorized=True, method="percentile", n_resamples=9999, rng=generator
    ).confidence_interval
    ((total, by_type),) = paired([[counted(correct, gold, gold) for correct in both]], 9999, 0)
    assert total.shape == (9999, 2)
    assert np.array_equal(by_type[..., 0], total)
    assert percentiles(total[:, 1] - total[:, 0]) == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_interval_of_a_mean_of_metrics() -> None:
    """Two units; the second part has something in the first unit alone, and is null in a resample that lacks it: 0 in the mean.

    Both units: (1 + 1)/2. The first twice: the same. The second twice: (1 + 0)/2.
    """
    full, half = totalled(*np.ones((3, 2))), totalled(*np.array([[1, 0]] * 3))
    counts = Counts((), np.zeros((2, 0, 3)), np.concatenate([full, half], axis=1))
    assert counts.micro().f1 == 1
    assert interval(counts, 1000, 0) == (0.5, 1)
    assert interval(Counts((), np.zeros((2, 0, 3)), np.zeros((2, 2, 4))), 1000, 0) is None


@given(units=st.integers(2, 300), most=st.integers(1, 6), seed=st.integers(0, 99))
def test_neither_order_nor_company_changes_an_interval(units: int, most: int, seed: int) -> None:
    """Of units, and of other metrics with as many units or fewer."""
    generator = np.random.default_rng(seed)
    one, other, fewer = (drawn(generator, many, most) for many in (units, units, 2))
    order = generator.permutation(units)
    turned = Counts(one.types, one.by_type[order], one.total[order])
    alone = interval(one, 100, seed)
    assert alone == interval(turned, 100, seed)
    assert alone == intervals({"fewer": fewer, "other": other, "one": one}, 100, seed)["one"]


def test_a_type_is_null_in_a_resample_that_lacks_it() -> None:
    """A has something in the first of two units alone: a quarter of the resamples have nothing of it."""
    counts = Counts(("A", "B"), np.array([[[1, 1, 1], [0, 1, 1]], [[0, 0, 0], [0, 1, 1]]]), totalled(*np.ones((3, 2))))
    ((total, by_type),) = paired([[counts, counts]], 1000, 0)
    assert np.array_equal(total, f1(np.ones((1000, 2, 1, 4))))
    assert by_type.shape == (1000, 2, 2)
    assert np.isnan(by_type[:, 0, 0]).mean() == pytest.approx(0.25, abs=0.05)
    assert set(by_type[:, 1, 0][~np.isnan(by_type[:, 1, 0])]) == {1}
    assert set(by_type[:, 1, 1]) == {0}


@given(units=st.integers(2, 60), copies=st.sampled_from([1, 200]), seed=st.integers(0, 99))
def test_systems_the_other_way_round(units: int, copies: int, seed: int) -> None:
    """Are resampled as they were, also where equal units are drawn together."""
    generator = np.random.default_rng(seed)
    rows = np.tile(np.arange(units), copies)
    one, other = (Counts(c.types, c.by_type[rows], c.total[rows]) for c in (drawn(generator, units) for _ in range(2)))
    (there, _), (back, _) = (paired([pair], 50, seed)[0] for pair in ([one, other], [other, one]))
    assert np.array_equal(there, back[:, ::-1], equal_nan=True)
