"""Mentions as spans with a type, nested ones included. Matching is one to one; their order in a file never counts.

`strict`: a prediction is correct if the gold has a mention of the same span and type (as in CoNLL-2003 and MUC).
`exact`: the same span, whatever the type. `partial`: the same span counts 1, an overlap a half. `type`: an overlap with
the same type. The four are those of SemEval-2013 task 9 (Segura-Bedmar et al. 2013), which nervaluate counts as well.
Per type, both sides are first reduced to that type.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eval.corpus import Corpus, Integers
from eval.metrics.counts import Counts, Numbers, tabled, totalled
from eval.metrics.matching import equal, overlapping

Matched = tuple[Integers, Integers, Numbers | None]  # indices into gold and predicted, and what each pair is worth, if not 1


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start, end and type. Each side has a mention once, so that matching one to one is an intersection."""
    return _counts(gold, predicted, lambda typed: (*equal(gold, predicted, typed=True), None))


def exact(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start and end."""
    return _counts(gold, predicted, lambda typed: (*equal(gold, predicted, typed=typed), None))


def partial(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start and end counts 1, an overlap a half, matched so that the sum is greatest.

    That is: equal spans first, since the two that such a pair keeps from others would count no more together; then as many
    others as can be.
    """

    def matched(typed: bool) -> Matched:
        same = equal(gold, predicted, typed=typed)
        ones, others = overlapping(gold, predicted, typed=typed, without=same)
        worth = np.concatenate([np.ones(len(same[0])), np.full(len(ones), 0.5)])
        return np.concatenate([same[0], ones]), np.concatenate([same[1], others]), worth

    return _counts(gold, predicted, matched)


def type(gold: Corpus, predicted: Corpus) -> Counts:
    """An overlap with the same type, matched so that the most are."""
    matched = *overlapping(gold, predicted, typed=True), None
    return _counts(gold, predicted, lambda typed: matched)


def _counts(gold: Corpus, predicted: Corpus, matched: Callable[[bool], Matched]) -> Counts:
    """Counts from what is matched among all mentions, and among those of each type (`typed`).

    A predicted mention counts in the unit of the gold mention that it is matched with, else in its own: so no unit has more
    correct than predicted, and resampled figures stay below 1.
    """
    units, types = len(gold.layout.units), len(gold.layout.types)

    def by_type() -> Numbers:
        ones, others, worth = matched(True)
        cells = [unit * types + type for unit, type in zip(columns(ones, others), kinds(ones), strict=True)]
        return tabled(units * types, cells, worth).reshape(units, types, 3)

    def columns(ones: Integers, others: Integers) -> tuple[Integers, Integers, Integers]:
        unit = predicted.unit.copy()
        unit[others] = gold.unit[ones]
        return gold.unit[ones], unit, gold.unit

    def kinds(ones: Integers) -> tuple[Integers, Integers, Integers]:
        return gold.type[ones], predicted.type, gold.type

    ones, others, worth = matched(False)
    return Counts(gold.layout.types, by_type, totalled(*tabled(units, columns(ones, others), worth).T))
