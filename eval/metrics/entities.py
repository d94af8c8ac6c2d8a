"""Which gold entity a predicted one stands for."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping

import numpy as np

from eval.corpus import NONE, Corpus
from eval.metrics.assignment import assigned
from eval.metrics.matching import equal

Members = list[tuple[int, ...]]  # the entities of each mention
Pair = tuple[int, int, int]  # document, gold entity, predicted entity


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
    shared: Counter[Pair] = Counter()
    first: dict[Pair, int] = {}
    documents = gold.document.tolist()
    for rank, (i, j) in enumerate(zip(*(side.tolist() for side in equal(gold, predicted)), strict=True)):
        for pair in itertools.product(members[i], others[j]):
            shared[documents[i], *pair] += 1
            first.setdefault((documents[i], *pair), rank)
    stands_for = _assigned(shared, first)
    return [
        tuple(stands_for.get((document, code), NONE - 1 - code) for code in codes)
        for document, codes in zip(predicted.document.tolist(), others, strict=True)
    ]


def _assigned(
    shared: Mapping[tuple[int, int, int], int], first: Mapping[tuple[int, int, int], int]
) -> dict[tuple[int, int], int]:
    """The gold code that each (document, predicted code) stands for."""
    if not shared:
        return {}
    document, one, other = np.array(list(shared), dtype=np.int64).T
    mentions, rank = (np.array([of_pair[key] for key in shared], dtype=np.float64) for of_pair in (shared, first))
    # Three wishes in one number: none of the later ones together can outweigh one of an earlier.
    np.maximum.at(latest := np.zeros(document.max() + 1), document, rank)
    np.minimum.at(earliest := np.full(document.max() + 1, np.inf), document, rank)
    most = np.bincount(document)[document]
    place = latest[document] - rank + 1
    by_place = most * (latest - earliest + 1)[document] + 1
    weights = mentions * by_place * (most + 1) + (one == other) * by_place + place
    codes = max(int(one.max()), int(other.max())) + 1
    taken = assigned(document * codes + one, document * codes + other, weights)
    return dict(zip(zip(document[taken].tolist(), other[taken].tolist(), strict=True), one[taken].tolist(), strict=True))
