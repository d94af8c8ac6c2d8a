"""Mentions that stand for one thing, as clusters: MUC, B³, CEAFe, their mean, and LEA, within documents or over the whole set.

What is left out and what stays, `meeting` says. `predicted` and `gold` are the denominators of precision and recall, `correct` is
the numerator of recall; in B³ and LEA precision has a numerator of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eval.corpus import Corpus
from eval.metrics.assignment import assigned
from eval.metrics.counts import Counts, Numbers, totalled
from eval.metrics.meeting import Clusters, meet

Measure = Callable[[Clusters], Numbers]  # the `total` of Counts, shape (documents, parts, 4)


def muc(met: Clusters) -> Numbers:
    """Links (Vilain et al. 1995): a cluster of n mentions has n - 1, and loses one for each part beyond the first."""
    links = [met.summed(side, met.size[side] - 1.0) for side in (0, 1)]
    return totalled(met.summed(0, met.gathered(0, met.shared - 1.0)), links[1], links[0])


def b3(met: Clusters) -> Numbers:
    """Mentions (Bagga & Baldwin 1998): each counts the share of its cluster that the other side has with it too."""
    kept = [met.summed(side, met.gathered(side, met.shared**2.0) / met.size[side]) for side in (0, 1)]
    mentions = [met.summed(side, met.size[side].astype(np.float64)) for side in (0, 1)]
    return totalled(kept[0], mentions[1], mentions[0], kept[1])


def ceafe(met: Clusters) -> Numbers:
    """Entities (Luo 2005, φ4): matched one to one so that the sum of 2·shared / (size + size) is greatest."""
    similar = 2 * met.shared / (met.size[0][met.gold] + met.size[1][met.predicted])
    taken = assigned(met.gold, met.predicted, similar)
    best = np.bincount(met.document[0][met.gold[taken]], similar[taken], met.documents)
    ones = [met.summed(side, np.ones(len(met.size[side]))) for side in (0, 1)]
    return totalled(best, ones[1], ones[0])


def lea(met: Clusters) -> Numbers:
    """Links weighted by size (Moosavi & Strube 2016): each cluster counts size · share of its links found.

    A singleton has one link, to itself, which another singleton alone can have too.
    """
    alone = (met.size[0][met.gold] == 1) & (met.size[1][met.predicted] == 1)
    found = np.where(alone, 1.0, met.shared * (met.shared - 1) / 2)
    kept, weights = [], []
    for side, size in enumerate(met.size):
        links = np.where(size == 1, 1.0, size * (size - 1) / 2)
        kept.append(met.summed(side, size * met.gathered(side, found) / links))
        weights.append(met.summed(side, size.astype(np.float64)))
    return totalled(kept[0], weights[1], weights[0], kept[1])


def conll(met: Clusters) -> Numbers:
    """The mean F1 of MUC, B³ and CEAFe (Pradhan et al. 2012), each a part."""
    return np.concatenate([muc(met), b3(met), ceafe(met)], axis=1)


MEASURES = {"muc": muc, "b3": b3, "ceafe": ceafe, "lea": lea, "conll": conll}


def within(gold: Corpus, predicted: Corpus, measure: Measure) -> Counts:
    """Clusters within documents: figures of documents, in the first unit of each."""
    total = measure(meet(gold, predicted))
    units = np.zeros((len(gold.layout.units), *total.shape[1:]))
    units[np.searchsorted(gold.layout.units, gold.layout.documents)] = total
    return over(units)


def across(gold: Corpus, predicted: Corpus, measure: Measure) -> Counts:
    """Clusters over the whole set, which is one unit."""
    return over(measure(meet(gold, predicted, cross=True)))


def over(total: Numbers) -> Counts:
    """Counts of a measure's figures; they have no types."""
    return Counts((), np.zeros((len(total), 0, 3)), total)
