"""Which gold entity a predicted one stands for."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from eval.corpus import NONE, Corpus
from eval.metrics.matching import equal

Members = list[tuple[int, ...]]  # the entities of each mention


def memberships(gold: Corpus, predicted: Corpus) -> tuple[Members, Members]:
    """The entity codes of each mention, for both sides; a mention without id has a code that no other mention has."""
    free = 1 + max(int(side.entity.max(initial=NONE)) for side in (gold, predicted))
    own = itertools.count(free)
    members = [
        [tuple(code for code in codes if code != NONE) or (next(own),) for codes in side.entity.tolist()]
        for side in (gold, predicted)
    ]
    return members[0], members[1]


def mapped(gold: Corpus, predicted: Corpus, members: Members, others: Members) -> Members:
    """`others` with the gold's codes for entities that are matched, and negative codes for those that are not.

    Entities are matched one to one, document by document, so that the mentions that they share in span and type are most; ties
    go to equal ids, then to the earliest shared mention. Raises nothing; an assignment problem (Kuhn 1955), by scipy.
    """
    pairs: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    first: dict[tuple[int, int, int], int] = {}
    documents = gold.document.tolist()
    for rank, (i, j) in enumerate(zip(*(side.tolist() for side in equal(gold, predicted)), strict=True)):
        for pair in itertools.product(members[i], others[j]):
            pairs[documents[i]][pair] += 1
            first.setdefault((documents[i], *pair), rank)
    stands_for = {
        (document, other): one
        for document, shared in pairs.items()
        for one, other in _assigned(shared, {pair: first[document, *pair] for pair in shared})
    }
    return [
        tuple(stands_for.get((document, code), NONE - 1 - code) for code in codes)
        for document, codes in zip(predicted.document.tolist(), others, strict=True)
    ]


def _assigned(shared: Mapping[tuple[int, int], int], first: Mapping[tuple[int, int], int]) -> Iterable[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment  # here, because it is slow to import

    ones, others = (_numbered(pair[i] for pair in shared) for i in (0, 1))
    # Three wishes in one number: none of the later ones together can outweigh one of an earlier.
    earliest, latest = min(first.values()), max(first.values())
    most = min(len(ones), len(others))
    by_place = most * (latest - earliest + 1) + 1
    by_name = by_place * (most + 1)
    weights = np.zeros((len(ones), len(others)))
    for (one, other), mentions in shared.items():
        weights[ones[one], others[other]] = mentions * by_name + (one == other) * by_place + latest - first[one, other] + 1
    names: Sequence[list[int]] = [*ones], [*others]
    for row, column in zip(*linear_sum_assignment(weights, maximize=True), strict=True):
        if weights[row, column]:
            yield names[0][row], names[1][column]


def _numbered(codes: Iterable[int]) -> dict[int, int]:
    return {code: i for i, code in enumerate(sorted(set(codes)))}
