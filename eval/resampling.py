"""The bootstrap, from counts alone: nothing is scored again (Efron & Tibshirani 1993, ch. 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from eval.corpus import Integers
from eval.metrics.counts import Counts, Numbers, f1
from eval.metrics.rows import Rows, keys, rows

LEVEL = 0.95
Interval = tuple[float, float]
# Weights are drawn in chunks of so many (sample, unit) cells, 40 MB.
CELLS = 5_000_000
# The weight of a distinct row costs as much as those of so many units, with their share of the matrix product.
_COST_OF_A_ROW = 64


def intervals(counts: Mapping[str, Counts], samples: int, seed: int) -> dict[str, Interval | None]:
    """95% percentile bootstrap intervals of the micro F1 of metrics, by name.

    None where there are fewer than two units (a single one says nothing about others) or no samples. Neither the order of units
    nor which other metrics there are changes an interval.
    """
    drawn = [name for name, of_metric in counts.items() if samples and len(of_metric) > 1]
    sums = resampled([_rows(counts[name]) for name in drawn], samples, seed)
    found = {name: percentiles(f1(of_metric)) for name, of_metric in zip(drawn, sums, strict=True)}
    return {name: found.get(name) for name in counts}


def interval(counts: Counts, samples: int, seed: int) -> Interval | None:
    """The interval of one metric."""
    return intervals({"": counts}, samples, seed)[""]


def paired(metrics: Sequence[Sequence[Counts]], samples: int, seed: int) -> list[tuple[Numbers, Numbers]]:
    """F1 of resamples of several systems, in each resample of the same units (the paired bootstrap).

    `metrics` has for each metric the counts of each system, of the same two units or more and the same types. For each metric
    come the micro F1, shape (samples, systems), and that of each type, (samples, systems, types); not a number where a resample
    has nothing. What is drawn goes by the order of units.
    """
    # A type is a block of its own, since its counts alone have fewer distinct rows.
    blocks = [
        block
        for systems in metrics
        for block in (_abreast(counts.total for counts in systems), *_of_types([counts.by_type for counts in systems]))
    ]
    sums = iter(resampled(blocks, samples, seed))
    figures = []
    for systems in metrics:
        total, types = f1(next(sums)), [next(sums)[..., None, [0, 1, 2, 0]] for _ in systems[0].types]
        figures.append((total, np.stack([f1(of_type) for of_type in types], axis=2) if types else np.empty((*total.shape, 0))))
    return figures


def resampled(blocks: Sequence[Numbers | Rows], samples: int, seed: int) -> list[Numbers]:
    """Sums of units drawn with replacement, as many as there are.

    From blocks of counts, each of shape (units, …), to their sums, (samples, …). A block with few distinct rows has each row
    drawn as often as its units would be, multinomially.
    """

    def of_units(units: int) -> Iterator[Numbers]:
        generator = np.random.default_rng(seed)
        for size in chunks(samples, units):
            weights = np.empty((size, units))
            for sample in weights:  # several times as fast as a multinomial draw of single units
                sample[:] = np.bincount(generator.integers(units, size=units), minlength=units)
            yield weights

    def of_rows(times: Integers) -> Iterator[Numbers]:
        generator = np.random.default_rng(seed)
        for size in chunks(samples, len(times)):
            yield generator.multinomial(times.sum(), times / times.sum(), size).astype(np.float64)

    return weighted(blocks, of_units, of_rows)


def weighted(
    blocks: Sequence[Numbers | Rows],
    of_units: Callable[[int], Iterator[Numbers]],
    of_rows: Callable[[Integers], Iterator[Numbers]],
) -> list[Numbers]:
    """Sums of the units of each block, shape (units, …), under random weights: (samples, …).

    `of_units` yields the weights of so many units, some samples at a time, shape (…, units): blocks of as many units share
    them, in one matrix product. `of_rows` yields the sums of the weights of the units that are equal, from how often each row
    stands: the same distribution, with less work where they are few. A block's sums do not depend on the other blocks.
    """
    columns: dict[int, Numbers] = {}
    sums: list[Numbers] = [np.empty(0)] * len(blocks)
    together: dict[int, list[int]] = {}
    for i, block in enumerate(blocks):
        distinct, times = (block.distinct, block.times) if isinstance(block, Rows) else merged(block)
        if len(distinct) * _COST_OF_A_ROW <= len(block):
            sums[i] = np.concatenate([weights @ distinct.reshape(len(times), -1) for weights in of_rows(times)])
        else:
            columns[i] = (block.each() if isinstance(block, Rows) else block).reshape(len(block), -1)
            together.setdefault(len(block), []).append(i)
    for units, members in together.items():
        side_by_side = np.concatenate([columns[i] for i in members], axis=1)
        whole = np.concatenate([weights @ side_by_side for weights in of_units(units)])
        ends = np.cumsum([columns[i].shape[1] for i in members])
        for i, part in zip(members, np.split(whole, ends[:-1], axis=1), strict=True):
            sums[i] = part
    shapes = [(block.distinct if isinstance(block, Rows) else block).shape[1:] for block in blocks]
    return [part.reshape(len(part), *shape) for part, shape in zip(sums, shapes, strict=True)]


def percentiles(figures: Numbers) -> Interval | None:
    """The bounds between which 95% of the figures lie; None if none is a number."""
    numbers = np.asarray(figures[~np.isnan(figures)], dtype=np.float64)
    if not len(numbers):
        return None
    low, high = np.quantile(numbers, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def merged(rows: Numbers) -> tuple[Numbers, Integers]:
    """The distinct rows, in the order in which they first stand, and how often each stands."""
    found = keys(rows)
    _, first, inverse, times = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    if (rows[first][inverse] != rows).any():  # different rows of one key: as good as never, and then nothing is merged
        return rows, np.ones(len(rows), dtype=np.int64)
    order = np.argsort(first)
    return rows[first[order]], times[order]


def chunks(samples: int, width: int) -> list[int]:
    """How many samples at a time, of so many cells each."""
    size = max(CELLS // max(width, 1), 1)
    return [size] * (samples // size) + [samples % size] * (samples % size > 0)


def _abreast(systems: Iterable[Numbers]) -> Numbers:
    return np.stack([*systems], axis=1)


def _of_types(systems: Sequence[Numbers]) -> list[Numbers]:
    return [*np.moveaxis(_abreast(systems), 2, 0)]


def _rows(counts: Counts) -> Rows:
    """The units in an order that depends on their counts alone."""
    return rows(counts.total) if counts.times is None else Rows(counts.total, counts.times)
