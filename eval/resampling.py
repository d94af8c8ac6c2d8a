"""Intervals from counts alone: nothing is scored again."""

from __future__ import annotations

import numpy as np

from eval.metrics.counts import Counts, Numbers, f1

LEVEL = 0.95
# Resamples are drawn in chunks of so many (sample, unit) cells, about 100 MB.
_CELLS = 5_000_000


def interval(counts: Counts, samples: int, seed: int) -> tuple[float, float] | None:
    """95% percentile bootstrap interval of the micro F1 (Efron & Tibshirani 1993, ch. 13), units drawn with replacement.

    None if there are fewer than two units: a single one says nothing about others.
    """
    if len(counts.total) < 2 or samples < 1:
        return None
    units, *shape = counts.total.shape
    return percentiles(f1(resampled(counts.total.reshape(units, -1), samples, seed).reshape(-1, *shape)))


def resampled(counts: Numbers, samples: int, seed: int) -> Numbers:
    """Sums of the rows of units drawn with replacement, as many as there are: from (units, columns) to (samples, columns)."""
    units = len(counts)
    generator = np.random.default_rng(seed)
    return np.concatenate(
        [
            generator.multinomial(units, np.full(units, 1 / units), size=rows).astype(np.float64) @ counts
            for rows in _chunks(samples, max(_CELLS // units, 1))
        ]
    )


def percentiles(figures: Numbers) -> tuple[float, float] | None:
    """The bounds between which 95% of the figures lie; None if none is a number."""
    if np.isnan(figures).all():
        return None
    low, high = np.nanquantile(figures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _chunks(total: int, size: int) -> list[int]:
    return [size] * (total // size) + [total % size] * (total % size > 0)
