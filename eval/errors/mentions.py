"""Errors on mentions, by the first class that fits.

`correct`: same span and type. `type`: same span. `split`: a gold mention that holds two or more predicted ones of its type, apart
from each other; `merged`: the reverse. `boundary`: an overlap with the same type. `boundary and type`: an overlap. `missed` and
`spurious`: what is left in the gold and in the predictions. Overlaps are paired one to one, as many as can be.
"""

from __future__ import annotations

import numpy as np

from eval.corpus import Corpus, Integers
from eval.errors.pairing import Pairing, jaccard, nearest
from eval.metrics.matching import keys, overlaps, spans

CLASSES = ("correct", "boundary", "type", "boundary and type", "missed", "spurious", "split", "merged")
CORRECT, BOUNDARY, TYPE, BOTH, MISSED, SPURIOUS, SPLIT, MERGED = range(len(CLASSES))


def classify(gold: Corpus, predicted: Corpus) -> Integers:
    """(class, gold mention, predicted mention) of every mention, shape (3, rows); see Pairing."""
    pairing = Pairing(len(gold.start), len(predicted.start))
    for kind, typed in ((CORRECT, True), (TYPE, False)):
        pairing.take_equal(kind, keys(gold, predicted, typed=typed), keys(predicted, gold, typed=typed))
    pairing.take(SPLIT, *_in_pieces(gold, pairing.gold, predicted, pairing.predicted))
    pairing.take(MERGED, *reversed(_in_pieces(predicted, pairing.predicted, gold, pairing.gold)))
    for kind, typed in ((BOUNDARY, True), (BOTH, False)):
        ones, others = overlaps(spans(gold, pairing.gold, typed=typed), spans(predicted, pairing.predicted, typed=typed))
        ones, others = pairing.gold[ones], pairing.predicted[others]
        near = jaccard(gold.start[ones], gold.end[ones], predicted.start[others], predicted.end[others])
        taken = nearest(ones, others, near)
        pairing.take(kind, ones[taken], others[taken])
    return pairing.rows(MISSED, SPURIOUS)


def _in_pieces(side: Corpus, wholes: Integers, other: Corpus, pieces: Integers) -> tuple[Integers, Integers]:
    """Wholes that hold pieces of their type, two of which are apart, with each of these pieces. A piece is of the smallest."""
    ones, others = overlaps(spans(side, wholes, typed=True), spans(other, pieces, typed=True))
    ones, others = wholes[ones], pieces[others]
    held = (side.start[ones] <= other.start[others]) & (other.end[others] <= side.end[ones])
    ones, others = ones[held], others[held]
    order = np.lexsort((ones, side.end[ones] - side.start[ones], others))
    smallest = order[np.unique(others[order], return_index=True)[1]]
    ones, others = ones[smallest], others[smallest]
    latest, earliest = np.full(len(side.start), -1), np.full(len(side.start), np.iinfo(np.int64).max)
    np.maximum.at(latest, ones, other.start[others])
    np.minimum.at(earliest, ones, other.end[others])
    apart = (latest >= earliest)[ones]
    return ones[apart], others[apart]
