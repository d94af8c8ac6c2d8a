"""Mentions as spans with a type, nested ones included. Matching is one to one; their order in a file never counts.

`strict`: a prediction is correct if the gold has a mention of the same span and type (as in CoNLL-2003 and MUC).
`exact`: the same span, whatever the type. `partial`: the same span counts 1, an overlap a half. `type`: an overlap with
the same type. The four are those of SemEval-2013 task 9 (Segura-Bedmar et al. 2013), which nervaluate counts as well.
Per type, both sides are first reduced to that type.
"""

from __future__ import annotations

import numpy as np

from eval.corpus import Corpus, Integers
from eval.metrics.counts import Counts, Numbers, tabled, totalled
from eval.metrics.matching import equal, overlapping

Matched = tuple[Integers, Integers, Numbers | None]  # indices into gold and predicted, and what each pair is worth, if not 1


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
    matched = ones, others, None
    return _counts(gold, predicted, matched, matched)


def _equal(gold: Corpus, predicted: Corpus, *, typed: bool) -> Matched:
    return *equal(gold, predicted, typed=typed), None


def _counts(gold: Corpus, predicted: Corpus, in_type: Matched, over_all: Matched) -> Counts:
    """Counts from what is matched among the mentions of each type, and among all.

    A predicted mention counts in the unit of the gold mention that it is matched with, else in its own: so no unit has more
    correct than predicted, and resampled figures stay below 1.
    """

    units, types = len(gold.layout.units), len(gold.layout.types)

    def columns(ones: Integers, others: Integers) -> tuple[Integers, Integers, Integers]:
        unit = predicted.unit.copy()
        unit[others] = gold.unit[ones]
        return gold.unit[ones], unit, gold.unit

    def by_type() -> Numbers:
        correct, unit, own = columns(*in_type[:2])
        typed = correct * types + gold.type[in_type[0]], unit * types + predicted.type, own * types + gold.type
        return tabled(units * types, typed, in_type[2]).reshape(units, types, 3)

    return Counts(gold.layout.types, by_type, totalled(*tabled(units, columns(*over_all[:2]), over_all[2]).T))
