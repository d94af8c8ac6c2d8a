"""Mentions as spans with a type, nested ones included. Matching is one to one; their order in a file never counts.

`strict`: a prediction is correct if the gold has a mention of the same span and type (as in CoNLL-2003 and MUC).
`exact`: the same span, whatever the type. `partial`: the same span counts 1, an overlap a half. `type`: an overlap with
the same type. The four are those of SemEval-2013 task 9 (Segura-Bedmar et al. 2013), which nervaluate counts as well.
Per type, both sides are first reduced to that type.
"""

from __future__ import annotations

import numpy as np

from eval.corpus import Corpus, Integers
from eval.metrics.counts import Counts, Numbers, tally, totalled
from eval.metrics.matching import equal, overlapping

Matched = tuple[Integers, Integers, Numbers]  # indices into gold and predicted, and what each pair is worth


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start, end and type. Each side has a mention once, so that matching one to one is an intersection."""
    matched = _equal(gold, predicted, typed=True)
    return _counts(gold, predicted, matched, matched)


def exact(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start and end."""
    return _counts(gold, predicted, *(_equal(gold, predicted, typed=typed) for typed in (True, False)))


def partial(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start and end counts 1, an overlap a half, matched so that the sum is greatest.

    That is: equal spans first, since the two that such a pair keeps from others would count no more together; then as many
    others as can be.
    """

    def matched(*, typed: bool) -> Matched:
        same = equal(gold, predicted, typed=typed)
        ones, others = overlapping(gold, predicted, typed=typed, without=same)
        worth = np.concatenate([np.ones(len(same[0])), np.full(len(ones), 0.5)])
        return np.concatenate([same[0], ones]), np.concatenate([same[1], others]), worth

    return _counts(gold, predicted, matched(typed=True), matched(typed=False))


def type(gold: Corpus, predicted: Corpus) -> Counts:
    """An overlap with the same type, matched so that the most are."""
    ones, others = overlapping(gold, predicted, typed=True)
    matched = ones, others, np.ones(len(ones))
    return _counts(gold, predicted, matched, matched)


def _equal(gold: Corpus, predicted: Corpus, *, typed: bool) -> Matched:
    ones, others = equal(gold, predicted, typed=typed)
    return ones, others, np.ones(len(ones))


def _counts(gold: Corpus, predicted: Corpus, in_type: Matched, over_all: Matched) -> Counts:
    """Counts from what is matched among the mentions of each type, and among all.

    A predicted mention counts in the unit of the gold mention that it is matched with, else in its own: so no unit has more
    correct than predicted, and resampled figures stay below 1.
    """

    def tables(ones: Integers, others: Integers, worth: Numbers) -> Numbers:
        sizes = len(gold.layout.units), len(gold.layout.types)
        unit = predicted.unit.copy()
        unit[others] = gold.unit[ones]
        table = np.empty((*sizes, 3))
        table[..., 0] = tally(*sizes, gold.unit[ones], gold.type[ones], worth)
        table[..., 1] = tally(*sizes, unit, predicted.type)
        table[..., 2] = tally(*sizes, gold.unit, gold.type)
        return table

    by_type = tables(*in_type)
    whole = by_type if over_all is in_type else tables(*over_all)
    return Counts(gold.layout.types, by_type, totalled(*whole.sum(axis=1).T))
