"""Each gold item and each predicted one (mention or relation) is put into one class, by pairing what is left, step by step."""

from __future__ import annotations

import numpy as np

from eval.corpus import NONE, Flags, Integers
from eval.metrics.assignment import assigned
from eval.metrics.counts import Numbers
from eval.metrics.matching import paired


class Pairing:
    """`gold` and `predicted` are the indices that no class has taken yet.

    `rows` are (class, gold, predicted): one of the two is NONE where there is no counterpart, and what stands against several (a
    gold mention that is split, a predicted one that merges) has a row for each.
    """

    def __init__(self, gold: int, predicted: int) -> None:
        self.gold: Integers = np.arange(gold)
        self.predicted: Integers = np.arange(predicted)
        self._rows: list[Integers] = []

    def take(self, kind: int, ones: Integers, others: Integers) -> None:
        """Put pairs into a class, as indices into gold and predicted."""
        self._rows.append(np.stack([np.full(len(ones), kind), ones, others]))
        self.gold = np.setdiff1d(self.gold, ones)
        self.predicted = np.setdiff1d(self.predicted, others)

    def take_equal(self, kind: int, gold: Integers, predicted: Integers) -> None:
        """Put those that are left and have equal keys into a class; the keys are of all."""
        ones, others = paired(gold[self.gold], predicted[self.predicted])
        self.take(kind, self.gold[ones], self.predicted[others])

    def rows(self, missed: int, spurious: int) -> Integers:
        """Everything, shape (3, rows); what is left on either side is in a class of its own."""
        left = [
            np.stack([np.full(len(self.gold), missed), self.gold, np.full(len(self.gold), NONE)]),
            np.stack([np.full(len(self.predicted), spurious), np.full(len(self.predicted), NONE), self.predicted]),
        ]
        return np.concatenate([*self._rows, *left], axis=1)


def nearest(ones: Integers, others: Integers, nearness: Numbers) -> Flags:
    """Which of the pairs (ones[i], others[i]) to take, one to one: as many as can be, and of these the nearest together.

    `nearness` is from 0 to 1.
    """
    flags = np.zeros(len(ones), dtype=bool)
    # No sum of nearness is worth a pair.
    flags[assigned(ones, others, nearness + len(ones) + 1)] = True
    return flags


def jaccard(start: Integers, end: Integers, other_start: Integers, other_end: Integers) -> Numbers:
    """Code points that two spans share, of all that they have together; 0 or less where they are apart."""
    shared = np.minimum(end, other_end) - np.maximum(start, other_start)
    return np.asarray(shared / (np.maximum(end, other_end) - np.minimum(start, other_start)))
