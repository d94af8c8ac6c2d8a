"""Mentions that stand for one thing, as clusters: MUC, B³, CEAFe, their mean, and LEA, within documents or over the whole set.

A mention is its span and type. Those without id are left out, and those of two ids with their counterpart. Singletons are
kept; mentions that the other side has not stay (Pradhan et al. 2014). `predicted` and `gold` are the denominators of
precision and recall, and `correct` the numerator of recall; in B³ and LEA precision has a numerator of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eval.corpus import NONE, Corpus, Flags, Integers
from eval.metrics.assignment import assigned
from eval.metrics.counts import Counts, Numbers, totalled
from eval.metrics.matching import equal, labels


@dataclass(frozen=True)
class Clusters:
    """How the clusters of two sides meet: size and document of each side's; of each meeting both, and what they share."""

    documents: int
    size: tuple[Integers, Integers]
    document: tuple[Integers, Integers]
    gold: Integers
    predicted: Integers
    shared: Integers

    def summed(self, side: int, amounts: Numbers) -> Numbers:
        """Amounts of a side's clusters, by document."""
        return np.bincount(self.document[side], amounts, self.documents)

    def gathered(self, side: int, amounts: Numbers) -> Numbers:
        """Amounts of meetings, summed by a side's cluster."""
        return np.bincount((self.gold, self.predicted)[side], amounts, len(self.size[side]))


def muc(gold: Corpus, predicted: Corpus, *, cross: bool = False) -> Counts:
    """Links (Vilain et al. 1995): a cluster of n mentions has n - 1, and loses one for each part beyond the first."""
    met = _met(gold, predicted, cross)
    links = [met.summed(side, met.size[side] - 1.0) for side in (0, 1)]
    return _counts(gold, cross, met.summed(0, met.gathered(0, met.shared - 1.0)), links[1], links[0])


def b3(gold: Corpus, predicted: Corpus, *, cross: bool = False) -> Counts:
    """Mentions (Bagga & Baldwin 1998): each counts the share of its cluster that the other side has with it too."""
    met = _met(gold, predicted, cross)
    kept = [met.summed(side, met.gathered(side, met.shared**2.0) / met.size[side]) for side in (0, 1)]
    mentions = [met.summed(side, met.size[side].astype(np.float64)) for side in (0, 1)]
    return _counts(gold, cross, kept[0], mentions[1], mentions[0], kept[1])


def ceafe(gold: Corpus, predicted: Corpus, *, cross: bool = False) -> Counts:
    """Entities (Luo 2005, φ4): matched one to one so that the sum of 2·shared / (size + size) is greatest."""
    met = _met(gold, predicted, cross)
    similar = 2 * met.shared / (met.size[0][met.gold] + met.size[1][met.predicted])
    taken = assigned(met.gold, met.predicted, similar)
    best = np.bincount(met.document[0][met.gold[taken]], similar[taken], met.documents)
    ones = [met.summed(side, np.ones(len(met.size[side]))) for side in (0, 1)]
    return _counts(gold, cross, best, ones[1], ones[0])


def lea(gold: Corpus, predicted: Corpus, *, cross: bool = False) -> Counts:
    """Links weighted by size (Moosavi & Strube 2016): each cluster counts size · share of its links found.

    A singleton has one link, to itself, which another singleton alone can have too.
    """
    met = _met(gold, predicted, cross)
    alone = (met.size[0][met.gold] == 1) & (met.size[1][met.predicted] == 1)
    found = np.where(alone, 1.0, met.shared * (met.shared - 1) / 2)
    kept, weights = [], []
    for side, size in enumerate(met.size):
        links = np.where(size == 1, 1.0, size * (size - 1) / 2)
        kept.append(met.summed(side, size * met.gathered(side, found) / links))
        weights.append(met.summed(side, size.astype(np.float64)))
    return _counts(gold, cross, kept[0], weights[1], weights[0], kept[1])


def conll(gold: Corpus, predicted: Corpus, *, cross: bool = False) -> Counts:
    """The mean F1 of MUC, B³ and CEAFe (Pradhan et al. 2012), each a part."""
    parts = [metric(gold, predicted, cross=cross) for metric in (muc, b3, ceafe)]
    return Counts((), parts[0].by_type, np.concatenate([part.total for part in parts], axis=1))


def _met(gold: Corpus, predicted: Corpus, cross: bool) -> Clusters:
    matched = equal(gold, predicted)
    counted = [(side.entity[:, 0] != NONE) & (side.entity[:, 1] == NONE) for side in (gold, predicted)]
    for one, other in ((0, 1), (1, 0)):
        counted[one][matched[one]] &= ~_of_two((gold, predicted)[other], matched[other])
    cluster, size, document = [], [], []
    for side, flags in zip((gold, predicted), counted, strict=True):
        place = (np.zeros(len(flags), np.int64) if cross else side.document)[flags]
        own = np.full(len(flags), NONE)
        own[flags] = labels(place, side.entity[flags, 0])
        _, first, sizes = np.unique(own[flags], return_index=True, return_counts=True)
        cluster.append(own)
        size.append(sizes)
        document.append(place[first])
    meeting = tuple(cluster[side][matched[side]] for side in (0, 1))
    both = (meeting[0] != NONE) & (meeting[1] != NONE)
    in_gold, in_predicted = (clusters[both] for clusters in meeting)
    _, first, shared = np.unique(labels(in_gold, in_predicted), return_index=True, return_counts=True)
    documents = 1 if cross else len(gold.layout.documents)
    return Clusters(documents, (size[0], size[1]), (document[0], document[1]), in_gold[first], in_predicted[first], shared)


def _of_two(side: Corpus, mentions: Integers) -> Flags:
    return np.asarray(side.entity[mentions, 1] != NONE, dtype=bool)


def _counts(
    gold: Corpus, cross: bool, correct: Numbers, predicted: Numbers, in_gold: Numbers, precise: Numbers | None = None
) -> Counts:
    """Figures of documents, in the first unit of each; of the whole set there is one unit."""
    total = totalled(correct, predicted, in_gold, precise)
    if not cross:
        units = np.zeros((len(gold.layout.units), *total.shape[1:]))
        units[np.searchsorted(gold.layout.units, gold.layout.documents)] = total
        total = units
    return Counts((), np.zeros((len(total), 0, 3)), total)
