"""How the clusters of two sides meet: all that coreference measures look at.

A mention is its span and type. Those without id are left out, and those of two ids with their counterpart. Singletons are
kept; mentions that the other side has not stay (Pradhan et al. 2014).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from eval.corpus import NONE, Corpus, Flags, Integers
from eval.metrics.counts import Numbers
from eval.metrics.matching import equal, labels


@dataclass(frozen=True)
class Clusters:
    """How the clusters of two sides meet: size, document and entity of each side's; of each meeting both, and what they share."""

    documents: int
    size: tuple[Integers, Integers]
    document: tuple[Integers, Integers]
    entity: tuple[Integers, Integers]
    gold: Integers
    predicted: Integers
    shared: Integers

    def summed(self, side: int, amounts: Numbers) -> Numbers:
        """Amounts of a side's clusters, by document."""
        return np.bincount(self.document[side], amounts, self.documents)

    def gathered(self, side: int, amounts: Numbers) -> Numbers:
        """Amounts of meetings, summed by a side's cluster."""
        return np.bincount((self.gold, self.predicted)[side], amounts, len(self.size[side]))


def meet(gold: Corpus, predicted: Corpus, *, cross: bool = False) -> Clusters:
    """The clusters of both sides, within documents or over the whole set."""
    matched = equal(gold, predicted)
    counted = [(side.entity[:, 0] != NONE) & (side.entity[:, 1] == NONE) for side in (gold, predicted)]
    for one, other in ((0, 1), (1, 0)):
        counted[one][matched[one]] &= ~_of_two((gold, predicted)[other], matched[other])
    cluster, size, document, entity = [], [], [], []
    for side, flags in zip((gold, predicted), counted, strict=True):
        place = (np.zeros(len(flags), np.int64) if cross else side.document)[flags]
        own = np.full(len(flags), NONE)
        own[flags] = labels(place, side.entity[flags, 0])
        _, first, sizes = np.unique(own[flags], return_index=True, return_counts=True)
        cluster.append(own)
        size.append(sizes)
        document.append(place[first])
        entity.append(side.entity[flags, 0][first])
    meeting = tuple(cluster[side][matched[side]] for side in (0, 1))
    both = (meeting[0] != NONE) & (meeting[1] != NONE)
    in_gold, in_predicted = (clusters[both] for clusters in meeting)
    _, first, shared = np.unique(labels(in_gold, in_predicted), return_index=True, return_counts=True)
    return Clusters(
        1 if cross else len(gold.layout.documents),
        (size[0], size[1]),
        (document[0], document[1]),
        (entity[0], entity[1]),
        in_gold[first],
        in_predicted[first],
        shared,
    )


class Across:
    """Clusters over a set that comes in batches, each of documents of its own.

    Memory grows with entities and those that meet, by a few numbers each: 64 bits of its BLAKE2b stand for a name. Two names of a
    million come to the same number in one set of 37 million, and count as one there.
    """

    def __init__(self) -> None:
        # Of each side, the mentions of entities; and what two entities share.
        self._sizes = Sums(1), Sums(1)
        self._shared = Sums(2)

    def add(self, gold: Corpus, predicted: Corpus) -> None:
        """The mentions of a batch."""
        met, numbers = meet(gold, predicted, cross=True), _numbers(gold.layout.entities)
        entities = [numbers[entity] for entity in met.entity]
        for sizes, entity, size in zip(self._sizes, entities, met.size, strict=True):
            sizes.add(entity[None], size)
        self._shared.add(np.stack([entities[0][met.gold], entities[1][met.predicted]]), met.shared)

    def merge(self, other: Across) -> None:
        """The mentions of another's batches."""
        for own, more in zip((*self._sizes, self._shared), (*other._sizes, other._shared), strict=True):
            own.add(*more.summed())

    def clusters(self) -> Clusters:
        """The clusters of all that was added, as `meet` finds them over a whole set.

        They are in order of their names' numbers, so that no sum over them goes by how batches were cut.
        """
        ((gold,), in_gold), ((predicted,), in_predicted) = (sizes.summed() for sizes in self._sizes)
        pairs, shared = self._shared.summed()
        one, other = np.searchsorted(gold, pairs[0]), np.searchsorted(predicted, pairs[1])
        nowhere = np.zeros(len(gold), np.int64), np.zeros(len(predicted), np.int64)
        return Clusters(1, (in_gold, in_predicted), nowhere, (gold, predicted), one, other, shared)


class Sums:
    """Amounts by keys of so many integers, each a column."""

    def __init__(self, width: int) -> None:
        self._parts: list[tuple[Integers, Integers]] = [(np.empty((width, 0), np.int64), np.empty(0, np.int64))]

    def add(self, keys: Integers, amounts: Integers) -> None:
        """Amounts of some keys, shape (width, keys)."""
        self._parts.append((keys, amounts))
        # Summed each time they have doubled.
        if sum(len(part) for _, part in self._parts[1:]) > max(len(self._parts[0][1]), 100_000):
            self.summed()

    def summed(self) -> tuple[Integers, Integers]:
        """Each key once, in rising order, and the sum of its amounts."""
        if len(self._parts) > 1:
            keys, amounts = (np.concatenate(columns, axis=-1) for columns in zip(*self._parts, strict=True))
            found, row = np.unique(keys, axis=1, return_inverse=True)
            self._parts = [(found, np.bincount(row.ravel(), amounts, found.shape[1]).astype(np.int64))]
        return self._parts[0]


def _numbers(names: Iterable[str]) -> Integers:
    digests = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(digests), "<i8")


def _of_two(side: Corpus, mentions: Integers) -> Flags:
    return np.asarray(side.entity[mentions, 1] != NONE, dtype=bool)
