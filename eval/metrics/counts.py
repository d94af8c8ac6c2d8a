"""Additive counts, and the precision, recall and F1 that follow from their sums."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.number[Any]]
Integers = npt.NDArray[np.int64]
Columns = tuple[Integers, Integers]  # unit and type of each thing counted


@dataclass(frozen=True)
class Score:
    """Summed counts. A figure whose denominator is 0 is None: never 0, never 1.

    `precise` is the numerator of precision where it differs from `correct`, that of recall (B³ and LEA).
    """

    correct: float
    predicted: float
    gold: float
    precise: float | None = None

    @property
    def precision(self) -> float | None:
        """The share of what is predicted that is correct; None if nothing is predicted."""
        correct = self.correct if self.precise is None else self.precise
        return correct / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """correct / gold; None if the gold has nothing."""
        return self.correct / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, a null one counting 0; None only if both sides are empty."""
        return _f1_of(self)


@dataclass(frozen=True)
class Mean:
    """The mean F1 of several scores, a null one counting 0 unless all are null. It has no counts of its own."""

    scores: tuple[Score, ...]
    correct: None = None
    predicted: None = None
    gold: None = None
    precision: None = None
    recall: None = None

    @property
    def f1(self) -> float | None:
        """None only if every score's is."""
        return _f1_of(*self.scores)


@dataclass(frozen=True)
class Counts:
    """What is correct, predicted and in the gold, of each unit; sums over units are the sums of a corpus.

    `by_type` has shape (units, types, 3): correct, predicted, gold, both sides reduced to that type.
    `total` has shape (units, parts, 4): the same over all types together, and the numerator of precision. A metric has one part;
    the mean of several metrics has a part for each. With `times`, shape (units,), each row stands for so many equal units.
    """

    types: tuple[str, ...]
    counted: Numbers | Callable[[], Numbers]
    total: Numbers
    times: Integers | None = None

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.total) if self.times is None else int(self.times.sum())

    @cached_property
    def by_type(self) -> Numbers:
        """What is `counted` by type: large where there are many units, so that it may be counted when it is asked for."""
        return self.counted() if callable(self.counted) else self.counted

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return Counts, (self.types, self.by_type, self.total, self.times)

    def grouped(self, group: npt.NDArray[np.int64], groups: int) -> Counts:
        """Counts of groups of units (the documents of sentences), `group` being each unit's, shape (units,)."""
        summed = []
        for counts in (self.by_type, self.total):
            sums = np.zeros((groups, *counts.shape[1:]))
            np.add.at(sums, group, counts)
            summed.append(sums)
        return Counts(self.types, summed[0], summed[1])

    def of_types(self, types: Sequence[str]) -> Counts:
        """The same with columns for these types, which have all of its own; what it has not is zero."""
        by_type = np.zeros((len(self.by_type), len(types), 3))
        by_type[:, [types.index(name) for name in self.types]] = self.by_type
        return Counts(tuple(types), by_type, self.total)

    def micro(self, unit: int | slice = slice(None)) -> Score | Mean:
        """The score over all types, of one unit or of all."""
        chosen = self.total[unit].reshape(-1, *self.total.shape[1:])
        times = np.ones(len(chosen), np.int64) if self.times is None else self.times[unit].reshape(-1)
        sums = (chosen * times[:, None, None]).sum(axis=0).tolist()
        if any(not figure.is_integer() for part in sums for figure in part):  # fractions, whose sum would go by their order
            sums = [[_sum(column, times) for column in part.T] for part in np.moveaxis(chosen, 1, 0)]
        scores = tuple(
            Score(correct, predicted, gold, None if precise == correct else precise) for correct, predicted, gold, precise in sums
        )
        return scores[0] if len(scores) == 1 else Mean(scores)

    def scores(self) -> dict[str, Score]:
        """The score of each type that the gold or the predictions have."""
        sums = self.by_type.sum(axis=0)
        return {name: Score(*map(float, figures)) for name, figures in zip(self.types, sums, strict=True) if figures[1:].any()}

    def macro_f1(self) -> float | None:
        """The mean F1 of those types; None if there are none."""
        figures = [score.f1 for score in self.scores().values() if score.f1 is not None]
        return sum(figures) / len(figures) if figures else None


def _sum(figures: Numbers, times: Integers) -> float:
    """Of figures that stand so often, rounded once."""
    return math.fsum(chain.from_iterable(map(repeat, figures.tolist(), times.tolist())))


def _f1_of(*scores: Score) -> float | None:
    sums = [(s.correct, s.predicted, s.gold, s.correct if s.precise is None else s.precise) for s in scores]
    figure = float(f1(np.array(sums)))
    return None if np.isnan(figure) else figure


def f1(sums: Numbers) -> Numbers:
    """F1 of the last two axes, (parts, 4): of each part 2·correct / (predicted + gold) or, where precision has a numerator of its
    own, 2PR / (P + R); the mean of the parts, an empty one counting 0. Not a number where all are empty.
    """
    correct, predicted, gold, precise = np.moveaxis(sums, -1, 0)
    empty = predicted + gold == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        one = 2 * correct / (predicted + gold)
        precision, recall = np.nan_to_num(precise / predicted), np.nan_to_num(correct / gold)
        other = np.nan_to_num(2 * precision * recall / (precision + recall))
    figures = np.where(empty, 0, np.where(precise == correct, one, other))
    return np.where(empty.all(axis=-1), np.nan, figures.mean(axis=-1))


def count(units: int, types: tuple[str, ...], correct: Columns, predicted: Columns, gold: Columns) -> Counts:
    """Counts from the (unit, type) columns of what is correct, predicted and in the gold; the total is the sum of the types."""
    sides = correct, predicted, gold

    def by_type() -> Numbers:
        return tabled(units * len(types), [unit * len(types) + type for unit, type in sides]).reshape(units, len(types), 3)

    return Counts(types, by_type, totalled(*tabled(units, [unit for unit, _ in sides]).T))


def tabled(rows: int, columns: Sequence[Integers], worth: Numbers | None = None) -> Numbers:
    """How often each row stands in each column, shape (rows, columns); what stands in the first counts its `worth`, if not 1."""
    sizes = [len(column) for column in columns]
    cells = np.concatenate(columns) * len(columns) + np.repeat(np.arange(len(columns)), sizes)
    weights = None if worth is None else np.append(worth, np.ones(len(cells) - len(worth)))
    return np.bincount(cells, weights, rows * len(columns)).reshape(rows, len(columns)).astype(np.float64, copy=False)


def nothing(units: int) -> Counts:
    """Counts of units in which there is nothing to count."""
    return Counts((), np.zeros((units, 0, 3)), np.zeros((units, 1, 4)))


def totalled(correct: Numbers, predicted: Numbers, gold: Numbers, precise: Numbers | None = None) -> Numbers:
    """The `total` of Counts with one part from its columns, each of shape (units,)."""
    columns = [correct, predicted, gold, correct if precise is None else precise]
    return np.stack(columns, axis=1, dtype=np.float64)[:, None, :]
