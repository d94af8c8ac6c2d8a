"""Rows of counts of which many are equal: each distinct one is kept once, with how often it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics.counts import Integers, Numbers


@dataclass(frozen=True)
class Rows:
    """`distinct` has shape (rows, …), in an order that depends on them alone; `times`, (rows,), is how often each stands."""

    distinct: Numbers
    times: Integers

    def __len__(self) -> int:
        """How many there are, equal ones too."""
        return int(self.times.sum())

    def each(self) -> Numbers:
        """All of them, equal ones together."""
        return np.repeat(self.distinct, self.times, axis=0)


def rows(found: Numbers) -> Rows:
    """Rows, shape (units, …)."""
    return together([Rows(found, np.ones(len(found), np.int64))])


def together(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, of one shape."""
    if not parts:
        return Rows(np.zeros((0, 1, 4)), np.zeros(0, np.int64))
    found, times = np.concatenate([part.distinct for part in parts]), np.concatenate([part.times for part in parts])
    flat, key = _flat(found), keys(found)
    order = np.argsort(key, kind="stable")
    alike, same = key[order][1:] == key[order][:-1], (flat[order][1:] == flat[order][:-1]).all(axis=1)
    if (alike & ~same).any():  # fractions that differ in their last digit may have one key
        order = np.lexsort((*flat.T, key))
        same = (flat[order][1:] == flat[order][:-1]).all(axis=1)
    first = np.append(True, ~same)[: len(flat)]
    own = np.add.reduceat(times[order], np.flatnonzero(first)) if len(times) else times
    return Rows(found[order][first], own)


def keys(found: Numbers) -> Numbers:
    """A number for each row, the same for equal rows: a sum of its columns in arbitrary proportions."""
    sums, columns = np.zeros(len(found)), _flat(found)
    for column, proportion in zip(columns.T, np.random.default_rng(0).random(columns.shape[1]), strict=True):
        sums += proportion * column
    return sums


def _flat(found: Numbers) -> Numbers:
    return found.reshape(len(found), math.prod(found.shape[1:]))


class Pile:
    """Rows that come and come. What is kept grows with the distinct ones alone."""

    def __init__(self, first: Rows | None = None) -> None:
        self._parts = [first] if first else []
        self._settled = 0  # how many rows the first part had when all were put together

    def add(self, found: Numbers) -> None:
        """More of them, of the same shape."""
        self._put(rows(found))

    def merge(self, other: Pile) -> None:
        """Those of another pile."""
        self._put(other.rows)

    @property
    def rows(self) -> Rows:
        """All that have come; there may be none."""
        if len(self._parts) != 1:
            self._parts = [together(self._parts)]
        self._settled = len(self._parts[0].times)
        return self._parts[0]

    def _put(self, more: Rows) -> None:
        if len(more):
            self._parts.append(more)
        # Put together each time they have doubled, so that no row is sorted over and over.
        if sum(len(part.times) for part in self._parts) > 2 * max(self._settled, 5_000):
            _ = self.rows
