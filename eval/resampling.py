"""Intervals from counts alone: nothing is scored again."""

from __future__ import annotations

import numpy as np

from eval.metrics.counts import Counts, f1

LEVEL = 0.95
# Resamples are drawn in chunks of so many (sample, unit) cells, about 100 MB.
_CELLS = 5_000_000


def interval(counts: Counts, samples: int, seed: int) -> tuple[float, float] | None:
    """95% percentile bootstrap interval of the micro F1 (Efron & Tibshirani 1993, ch. 13), units drawn with replacement.

    None if there are fewer than two units: a single one says nothing about others.
    """
    units = len(counts.total)
    if units < 2 or samples < 1:
        return None
    generator = np.random.default_rng(seed)
    resampled = [
        generator.multinomial(units, np.full(units, 1 / units), size=rows).astype(np.float64) @ counts.total
        for rows in _chunks(samples, max(_CELLS // units, 1))
    ]
    figures = f1(*np.concatenate(resampled).T)
    if np.isnan(figures).all():
        return None
    low, high = np.nanquantile(figures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _chunks(total: int, size: int) -> list[int]:
    return [size] * (total // size) + [total % size] * (total % size > 0)
