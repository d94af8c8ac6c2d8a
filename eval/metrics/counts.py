"""Additive counts, and the precision, recall and F1 that follow from their sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """Summed counts. A figure whose denominator is 0 is None: never 0, never 1."""

    correct: float
    predicted: float
    gold: float

    @property
    def precision(self) -> float | None:
        """correct / predicted; None if nothing is predicted."""
        return self.correct / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """correct / gold; None if the gold has nothing."""
        return self.correct / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """2 · correct / (predicted + gold), the harmonic mean of precision and recall; None only if both sides are empty."""
        return 2 * self.correct / (self.predicted + self.gold) if self.predicted + self.gold else None


@dataclass(frozen=True)
class Counts:
    """What is correct, predicted and in the gold, each of shape (units, types); sums over units are the sums of a corpus."""

    types: tuple[str, ...]
    correct: Numbers
    predicted: Numbers
    gold: Numbers

    def grouped(self, group: npt.NDArray[np.int64], groups: int) -> Counts:
        """Counts of groups of units (the documents of sentences), `group` being each unit's, shape (units,)."""
        sides = []
        for side in (self.correct, self.predicted, self.gold):
            summed = np.zeros((groups, len(self.types)))
            np.add.at(summed, group, side)
            sides.append(summed)
        return Counts(self.types, *sides)

    def micro(self, unit: int | slice = slice(None)) -> Score:
        """The score over all types, of one unit or of all."""
        return Score(float(self.correct[unit].sum()), float(self.predicted[unit].sum()), float(self.gold[unit].sum()))

    def by_type(self) -> dict[str, Score]:
        """The score of each type that the gold or the predictions have."""
        sums = zip(self.correct.sum(axis=0), self.predicted.sum(axis=0), self.gold.sum(axis=0), strict=True)
        scores = {name: Score(*map(float, figures)) for name, figures in zip(self.types, sums, strict=True)}
        return {name: score for name, score in scores.items() if score.predicted or score.gold}

    def macro_f1(self) -> float | None:
        """The mean F1 of those types; None if there are none."""
        figures = [score.f1 for score in self.by_type().values() if score.f1 is not None]
        return sum(figures) / len(figures) if figures else None


def count(units: int, types: tuple[str, ...], *sides: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]) -> Counts:
    """Counts from the (unit, type) columns of what is correct, predicted and in the gold."""
    shape = (units, len(types))
    table = [np.bincount(unit * shape[1] + type, minlength=shape[0] * shape[1]).reshape(shape) for unit, type in sides]
    return Counts(types, *(side.astype(np.float64) for side in table))
