"""Which gold entity a predicted one stands for."""

from __future__ import annotations

import numpy as np

from eval.corpus import NONE, Corpus, Integers
from eval.metrics.assignment import assigned
from eval.metrics.matching import equal, labels

Members = Integers  # the entities of each mention, shape (mentions, 2); NONE where there is no second


def memberships(gold: Corpus, predicted: Corpus) -> tuple[Members, Members]:
    """The entity codes of each mention, for both sides; a mention without id has a code that no other mention has."""
    free = 1 + max(int(side.entity.max(initial=NONE)) for side in (gold, predicted))
    members = []
    for side in (gold, predicted):
        codes = side.entity.copy()
        without = codes[:, 0] == NONE
        codes[without, 0] = free + np.arange(without.sum())
        free += int(without.sum())
        members.append(codes)
    return members[0], members[1]


def crossed(ones: Members, others: Members) -> tuple[Integers, Integers, Integers]:
    """Every entity of one mention with every entity of the other, row by row: the row, and both codes."""
    one, other = np.broadcast_arrays(ones[:, :, None], others[:, None, :])
    there = (one != NONE) & (other != NONE)
    return np.nonzero(there)[0], one[there], other[there]


def mapped(gold: Corpus, predicted: Corpus, members: Members, others: Members) -> Members:
    """`others` with the gold's codes for entities that are matched, and codes below NONE for those that are not.

    Entities are matched one to one, document by document, so that the mentions that they share in span and type are most; ties
    go to equal ids, then to the earliest shared mention. Raises nothing; an assignment problem (Kuhn 1955), by scipy.
    """
    shared = equal(gold, predicted)
    rank, one, other = crossed(members[shared[0]], others[shared[1]])
    document = gold.document[shared[0][rank]]
    pair = labels(document, one, other)
    _, earliest, mentions = np.unique(pair, return_index=True, return_counts=True)
    document, one, other = document[earliest], one[earliest], other[earliest]
    taken = _assigned(document, one, other, mentions, rank[earliest])
    # The entities of a document that have a counterpart, and those of all mentions, by one number each.
    places = np.repeat(predicted.document, 2), others.ravel()
    entity = labels(*(np.concatenate(sides) for sides in zip((document[taken], other[taken]), places, strict=True)))
    stands_for = np.full(1 + entity.max(initial=0), NONE)
    stands_for[entity[: len(taken)]] = one[taken]
    found = stands_for[entity[len(taken) :]].reshape(others.shape)
    return np.where(others == NONE, NONE, np.where(found == NONE, NONE - 1 - others, found))


def _assigned(document: Integers, one: Integers, other: Integers, mentions: Integers, rank: Integers) -> Integers:
    """Which of the pairs of entities to take; `mentions` is how many they share, `rank` the place of the first of these."""
    if not len(document):
        return np.empty(0, np.int64)
    # Three wishes in one number: none of the later ones together can outweigh one of an earlier.
    np.maximum.at(latest := np.zeros(document.max() + 1), document, rank)
    np.minimum.at(earliest := np.full(document.max() + 1, np.inf), document, rank)
    most = np.bincount(document)[document]
    place = latest[document] - rank + 1
    by_place = most * (latest - earliest + 1)[document] + 1
    weights = mentions * by_place * (most + 1) + (one == other) * by_place + place
    return assigned(labels(document, one), labels(document, other), weights)
