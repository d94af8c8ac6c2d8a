"""Errors on relations, by the first class that fits.

`correct`: type, direction, and both arguments with span and type. `wrong type`: both arguments. `wrong direction`: type and
arguments, turned round. `argument type`: type, direction and both spans. `argument boundary`: type and direction, and each
argument overlaps. `missed` and `spurious`: what is left in the gold and in the predictions.
"""

from __future__ import annotations

from eval.corpus import Corpus, Integers
from eval.errors.pairing import Pairing, jaccard, nearest
from eval.metrics.matching import overlaps, packed
from eval.metrics.relations import arguments

CLASSES = ("correct", "wrong type", "wrong direction", "argument type", "argument boundary", "missed", "spurious")
CORRECT, WRONG_TYPE, WRONG_DIRECTION, ARGUMENT_TYPE, BOUNDARY, MISSED, SPURIOUS = range(len(CLASSES))


def classify(gold: Corpus, predicted: Corpus) -> Integers:
    """(class, gold relation, predicted relation) of every relation, shape (3, rows); see Pairing."""
    pairing = Pairing(len(gold.head), len(predicted.head))
    typed, by_span = (arguments(gold, predicted, typed=typed) for typed in (True, False))
    relation = gold.relation, predicted.relation
    width = len(gold.start) + len(predicted.start) + 1
    for kind, one, other in (
        (CORRECT, (relation[0], *typed[0]), (relation[1], *typed[1])),
        (WRONG_TYPE, typed[0], typed[1]),
        (WRONG_DIRECTION, (relation[0], *typed[0]), (relation[1], *typed[1][::-1])),
        (ARGUMENT_TYPE, (relation[0], *by_span[0]), (relation[1], *by_span[1])),
    ):
        pairing.take_equal(kind, packed(one, width), packed(other, width))
    ones, others = _overlapping(gold, pairing.gold, predicted, pairing.predicted)
    near = [
        jaccard(gold.start[i], gold.end[i], predicted.start[j], predicted.end[j])
        for i, j in ((gold.head[ones], predicted.head[others]), (gold.tail[ones], predicted.tail[others]))
    ]
    apart = near[1] <= 0
    ones, others, nearness = ones[~apart], others[~apart], ((near[0] + near[1]) / 2)[~apart]
    taken = nearest(ones, others, nearness)
    pairing.take(BOUNDARY, ones[taken], others[taken])
    return pairing.rows(MISSED, SPURIOUS)


def _overlapping(gold: Corpus, rest: Integers, predicted: Corpus, free: Integers) -> tuple[Integers, Integers]:
    """Pairs of relations of one type whose heads overlap."""
    ones, others = overlaps(
        *(
            (side.start[side.head[some]], side.end[side.head[some]], side.relation[some])
            for side, some in ((gold, rest), (predicted, free))
        )
    )
    return rest[ones], free[others]
