"""p-values by swapping, and Holm's correction."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.counts import Numbers, f1, totalled
from eval.significance import MOST_ENUMERATED, holm, p_min, p_values
from tests.test_resampling import drawn

# Darwin's fifteen pairs of maize, crossed minus self-fertilized, in eighths of an inch (Fisher 1935, The Design of Experiments, §21).
DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]


def p_of(a: Numbers, b: Numbers, samples: int = 10_000, seed: int = 0) -> float:
    """The p of one pair."""
    (p,) = p_values([(a, b)], samples, seed)
    assert p is not None
    return p


def totals(correct: list[int], of: int) -> Numbers:
    """What is correct of as many predicted and in the gold in each unit, so that F1 is proportional to its sum."""
    units = len(correct)
    return totalled(np.array(correct, dtype=float), np.full(units, of), np.full(units, of))


def test_fishers_example() -> None:
    """Of the 32,768 ways to sign fifteen differences, 1,726 have a sum as far from 0 as 314: p is 0.0527."""
    a, b = totals([100] * 15, 200), totals([100 + difference for difference in DARWIN], 200)
    assert p_of(a, b) == 1726 / 32768
    assert p_min(15, 10) == 2 / 32768


def test_by_hand() -> None:
    """Five units in which one system has one more each: only no swap, or all, is as extreme. The least p is reached."""
    a, b = totals([1] * 5, 4), totals([2] * 5, 4)
    assert p_of(a, b) == p_min(5, 1) == 2 / 32
    assert p_of(a[:1], b[:1]) == p_min(1, 10_000) == 1
    # 3 − 1 = 2: of ±3 ± 1 all four are at least as far from 0
    assert p_of(totals([1, 1], 9), totals([4, 0], 9)) == 1
    # 3 + 1 = 4: only both signs alike
    assert p_of(totals([1, 1], 9), totals([4, 2], 9)) == 1 / 2


def test_ties_in_thirds_count() -> None:
    """1/3 + 1/3 + 1/3 adds up to another last digit in another order: the observed difference counts itself all the same."""
    generator = np.random.default_rng(0)
    for units in (3, 7, 12):
        a, b = (totalled(*(generator.integers(1, 9, size=(3, units)) / 3)) for _ in range(2))
        assert p_of(a, b) >= p_min(units, 1)


@pytest.mark.parametrize("units", [6, MOST_ENUMERATED + 14, 1000])
def test_against_scipy(units: int) -> None:
    """permutation_test swaps within pairs: exactly where units are few, else as often as asked; many units have few distinct rows."""
    from scipy.stats import permutation_test

    generator = np.random.default_rng(units)
    if units == 1000:
        a, b = (totals(generator.binomial(1, share, units).tolist(), 1)[:, 0] for share in (0.5, 0.51))
    else:
        a, b = (drawn(generator, units).total[:, 0] for _ in range(2))
    rows = np.concatenate([a, b])

    def statistic(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        sums = (np.take(rows, side.astype(int), axis=0).sum(axis=axis if axis >= 0 else side.ndim + axis) for side in (x, y))
        return np.abs(np.subtract(*(f1(side[..., None, :]) for side in sums)))

    places = np.arange(units), np.arange(units) + units
    theirs = permutation_test(
        places, statistic, permutation_type="samples", vectorized=True, n_resamples=9999, alternative="greater", rng=generator
    )
    tolerance = 1e-12 if units <= MOST_ENUMERATED else 0.02
    assert p_of(a[:, None], b[:, None], 9999) == pytest.approx(theirs.pvalue, abs=tolerance)
    assert 0.02 < theirs.pvalue < 0.98


@pytest.mark.parametrize("units", [5, 40])
def test_an_f1_that_is_null(units: int) -> None:
    """Of a system, there is no p; after a swap, it counts as extreme."""
    nothing, something = np.zeros((units, 1, 4)), totals([1] * units, 1)
    assert p_values([(nothing, something), (something, nothing), (nothing, nothing)], 100, 0) == [None] * 3
    once = nothing.copy()
    once[0], once[-1] = [0, 1, 0, 0], [0, 1, 0, 0]
    assert p_of(once * np.arange(units)[::-1, None, None], once * np.arange(units)[:, None, None]) == 1


@given(units=st.integers(1, 40), copies=st.sampled_from([1, 70]), seed=st.integers(0, 99))
def test_properties(units: int, copies: int, seed: int) -> None:
    """p is that of the systems the other way round, never below p_min, and 1 of a system against itself."""
    generator = np.random.default_rng(seed)
    a, b = (np.tile(drawn(generator, units).total, (copies, 1, 1)) for _ in range(2))
    there, back, same = p_values([(a, b), (b, a), (a, a)], 200, seed)
    if there is not None:
        assert there == back
        assert p_min(units * copies, 200) <= there <= 1
    assert same in (1, None)


def test_the_least_p() -> None:
    """2 of all swaps, or 1 of the samples and the observed; whichever is greater where swaps are drawn."""
    assert [p_min(units, 999) for units in (1, 2, 5, 6, 16)] == [1, 0.5, 0.0625, 0.03125, 2 / 65536]
    assert [p_min(units, 999) for units in (17, 5000)] == [0.001, 0.001]
    assert p_min(17, 10**6) == 2 / 2**17


def test_holm_by_hand() -> None:
    """Sorted, times 4, 3, 2, 1, and never below the one before: 0.005 → 0.02, 0.01 → 0.03, 0.03 → 0.06, 0.04 → 0.06."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.0625] * 3) == [0.1875] * 3
    assert holm([0.5, None, 0.6]) == [1, None, 1]
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


@given(p=st.lists(st.floats(0, 1), max_size=6))
def test_holm_is_the_closed_test_of_bonferroni(p: list[float]) -> None:
    """A corrected p is the greatest, over all subfamilies that have it, of the least p times how many they are."""
    expected = [
        max(
            min(1, sum(chosen) * min(value for value, there in zip(p, chosen, strict=True) if there))
            for chosen in product([True, False], repeat=len(p))
            if chosen[i]
        )
        for i in range(len(p))
    ]
    assert holm(p) == pytest.approx(expected)
