"""Paired approximate randomization from counts alone (Noreen 1989; Yeh 2000), and Holm's correction (Holm 1979)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eval.corpus import Integers
from eval.metrics.counts import Numbers, f1
from eval.resampling import chunks, weighted

# Up to so many units all swaps are counted (65,536), beyond it some are drawn.
MOST_ENUMERATED = 16
# Figures nearer than this are equal: sums of fractions differ in their last digits by the order of adding.
TIE = 1e-12


def p_values(pairs: Sequence[tuple[Numbers, Numbers]], samples: int, seed: int) -> list[float | None]:
    """How often a difference in F1 at least as great arises if it is of no account which of two systems a unit's counts are from.

    Each pair are the `total` of two systems' Counts over the same units, shape (units, parts, 4). Two-sided: the statistic is
    |F1 - F1| after the two systems' counts of some units are swapped. With n units up to MOST_ENUMERATED p is exact, the share of
    all 2^n swaps; with more it is (1 + as extreme) / (1 + samples). None where an F1 is null. A swap after which one is null
    counts as extreme.
    """
    moved = swapped([b - a for a, b in pairs], samples, seed)
    return [_p(a, b, sums, samples) for (a, b), sums in zip(pairs, moved, strict=True)]


def p_min(units: int, samples: int) -> float:
    """The least p that so many units can have: 2 of 2^n swaps, as they are and all of them; or what the samples can show."""
    of_swaps = 2.0 ** (1 - units)
    return of_swaps if units <= MOST_ENUMERATED else max(of_swaps, 1 / (1 + samples))


def holm(p: Sequence[float | None]) -> list[float | None]:
    """The p-values of a family after Holm's correction, in the same order; those that are None are not of the family."""
    known = sorted((value, i) for i, value in enumerate(p) if value is not None)
    corrected: list[float | None] = [None] * len(p)
    least = 0.0
    for rank, (value, i) in enumerate(known):
        least = max(least, min(1.0, (len(known) - rank) * value))
        corrected[i] = least
    return corrected


def swapped(differences: Sequence[Numbers], samples: int, seed: int) -> list[Numbers]:
    """Sums of the units whose counts are swapped, each with probability a half.

    From blocks of differences, each of shape (units, …), to their sums: of all 2^units swaps where there are at most
    MOST_ENUMERATED units, else (samples, …). Where units differ in few ways, those of one way are swapped by one binomial draw.
    """

    def of_units(units: int) -> Iterator[Numbers]:
        if units <= MOST_ENUMERATED:
            yield (np.arange(2**units)[:, None] >> np.arange(units) & 1).astype(np.float64)
            return
        generator = np.random.default_rng(seed)
        for size in chunks(samples, units):
            bits = generator.integers(256, size=(size, -(-units // 8)), dtype=np.uint8)
            yield np.unpackbits(bits, axis=1, count=units).astype(np.float64)

    def of_rows(times: Integers) -> Iterator[Numbers]:
        generator = np.random.default_rng(seed)
        for size in chunks(samples, len(times)):
            yield generator.binomial(times, 0.5, (size, len(times))).astype(np.float64)

    return weighted(differences, of_units, of_rows)


def _p(a: Numbers, b: Numbers, moved: Numbers, samples: int) -> float | None:
    sums = a.sum(axis=0), b.sum(axis=0)
    observed = float(abs(f1(sums[1]) - f1(sums[0])))
    if np.isnan(observed):
        return None
    below = np.abs(f1(sums[1] - moved) - f1(sums[0] + moved)) < observed - TIE
    extreme = int(len(moved) - below.sum())
    return extreme / len(moved) if len(a) <= MOST_ENUMERATED else (1 + extreme) / (1 + samples)
