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


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start, end and type. Each side has a mention once, so that matching one to one is an intersection."""
    credit = _credit(gold, equal(gold, predicted)[0])
    return _counts(gold, predicted, credit, credit)


def exact(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start and end."""
    in_type, over_all = (_credit(gold, equal(gold, predicted, typed=typed)[0]) for typed in (True, False))
    return _counts(gold, predicted, in_type, over_all)


def partial(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start and end counts 1, an overlap a half, matched so that the sum is greatest.

    That is: equal spans first, since the two that such a pair keeps from others would count no more together; then as many
    others as can be.
    """

    def credit(*, typed: bool) -> Numbers:
        same = equal(gold, predicted, typed=typed)
        return _credit(gold, same[0]) + _credit(gold, overlapping(gold, predicted, typed=typed, without=same)) / 2

    return _counts(gold, predicted, credit(typed=True), credit(typed=False))


def type(gold: Corpus, predicted: Corpus) -> Counts:
    """An overlap with the same type, matched so that the most are."""
    credit = _credit(gold, overlapping(gold, predicted, typed=True))
    return _counts(gold, predicted, credit, credit)


def _credit(gold: Corpus, matched: Integers) -> Numbers:
    """1 for each gold mention that is matched, else 0, shape (mentions,)."""
    return np.bincount(matched, minlength=len(gold.start)).astype(np.float64)


def _counts(gold: Corpus, predicted: Corpus, credit_in_type: Numbers, credit: Numbers) -> Counts:
    """Counts from the credit of each gold mention, matched within its type and over all types."""
    units, types = len(gold.layout.units), len(gold.layout.types)
    in_predicted, in_gold = (tally(units, types, side.unit, side.type) for side in (predicted, gold))
    by_type = np.stack([tally(units, types, gold.unit, gold.type, credit_in_type), in_predicted, in_gold], axis=2)
    correct = np.bincount(gold.unit, credit, units)
    return Counts(gold.layout.types, by_type, totalled(correct, in_predicted.sum(axis=1), in_gold.sum(axis=1)))
