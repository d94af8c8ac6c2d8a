"""How the clusters of two sides meet: all that coreference measures look at.

A mention is its span and type. Those without id are left out, and those of two ids with their counterpart. Singletons are
kept; mentions that the other side has not stay (Pradhan et al. 2014).
"""

from __future__ import annotations

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
    """Clusters over a set that comes in batches, each of documents of its own."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._sizes: tuple[list[Integers], list[Integers]] = ([], [])  # of each side, (entity, mentions)
        self._meetings: list[Integers] = []  # (gold entity, predicted entity, mentions)

    def add(self, gold: Corpus, predicted: Corpus) -> None:
        """The mentions of a batch."""
        met, number = meet(gold, predicted, cross=True), self._number
        codes = np.array([number.setdefault(name, len(number)) for name in gold.layout.entities], np.int64)
        entities = [codes[entity] for entity in met.entity]
        for side, sizes in enumerate(self._sizes):
            sizes.append(np.stack([entities[side], met.size[side]]))
        self._meetings.append(np.stack([entities[0][met.gold], entities[1][met.predicted], met.shared]))

    def merge(self, other: Across) -> None:
        """The mentions of another's batches."""
        codes = np.array([self._number.setdefault(name, len(self._number)) for name in other._number], np.int64)
        for own, more in zip(self._sizes, other._sizes, strict=True):
            own += [np.stack([codes[entity], mentions]) for entity, mentions in more]
        self._meetings += [np.stack([codes[one], codes[another], shared]) for one, another, shared in other._meetings]

    def clusters(self) -> Clusters:
        """The clusters of all that was added, as `meet` finds them over a whole set.

        They are in order of their names, so that no sum over them goes by how batches were cut.
        """
        names = [*self._number]
        rank = np.empty(len(names), np.int64)
        rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        entity, size, place = [], [], []
        for sizes in self._sizes:
            codes, mentions = np.concatenate([np.empty((2, 0), np.int64), *sizes], axis=1)
            codes = rank[codes]
            own = np.unique(codes)
            entity.append(own)
            size.append(np.bincount(codes, mentions).astype(np.int64)[own])
            place.append(np.searchsorted(own, np.arange(len(names))))
        gold, predicted, shared = np.concatenate([np.empty((3, 0), np.int64), *self._meetings], axis=1)
        pair, row = np.unique(rank[gold] * len(names) + rank[predicted], return_inverse=True)
        one, other = (place[0][pair // max(len(names), 1)], place[1][pair % max(len(names), 1)])
        alike = np.bincount(row, shared, len(pair)).astype(np.int64)
        nowhere = np.zeros(len(size[0]), np.int64), np.zeros(len(size[1]), np.int64)
        return Clusters(1, (size[0], size[1]), nowhere, (entity[0], entity[1]), one, other, alike)


def _of_two(side: Corpus, mentions: Integers) -> Flags:
    return np.asarray(side.entity[mentions, 1] != NONE, dtype=bool)
