"""Errors on mentions, by the first class that fits.

`correct`: same span and type. `type`: same span. `split`: a gold mention that holds two or more predicted ones of its type; each
is of the gold mention of its type that is nearest, of those that are left, and none overlaps another. `merged`: the reverse.
`boundary`: an overlap with the same type. `boundary and type`: an overlap. `missed` and `spurious`: what is left in the gold
and in the predictions. Overlaps are paired one to one: as many as can be, and of these the nearest.
"""

from __future__ import annotations

import numpy as np

from eval.corpus import Corpus, Integers
from eval.errors.pairing import Pairing, jaccard, nearest
from eval.metrics.counts import Numbers
from eval.metrics.matching import keys, overlaps, spans

CLASSES = ("correct", "type", "split", "merged", "boundary", "boundary and type", "missed", "spurious")
CORRECT, TYPE, SPLIT, MERGED, BOUNDARY, BOTH, MISSED, SPURIOUS = range(len(CLASSES))


def classify(gold: Corpus, predicted: Corpus) -> Integers:
    """(class, gold mention, predicted mention) of every mention, shape (3, rows); see Pairing."""
    pairing = Pairing(len(gold.start), len(predicted.start))
    for kind, typed in ((CORRECT, True), (TYPE, False)):
        pairing.take_equal(kind, keys(gold, predicted, typed=typed), keys(predicted, gold, typed=typed))
    ones, others, near = _overlapping(gold, predicted, pairing, typed=True)
    pairing.take(SPLIT, *_in_pieces(gold, ones, predicted, others, near))
    ones, others, near = _overlapping(gold, predicted, pairing, typed=True)
    pairing.take(MERGED, *reversed(_in_pieces(predicted, others, gold, ones, near)))
    for kind, typed in ((BOUNDARY, True), (BOTH, False)):
        ones, others, near = _overlapping(gold, predicted, pairing, typed=typed)
        taken = nearest(ones, others, near)
        pairing.take(kind, ones[taken], others[taken])
    return pairing.rows(MISSED, SPURIOUS)


def _overlapping(gold: Corpus, predicted: Corpus, pairing: Pairing, *, typed: bool) -> tuple[Integers, Integers, Numbers]:
    """The pairs that overlap among those left, and how near they are."""
    ones, others = overlaps(spans(gold, pairing.gold, typed=typed), spans(predicted, pairing.predicted, typed=typed))
    ones, others = pairing.gold[ones], pairing.predicted[others]
    return ones, others, jaccard(gold.start[ones], gold.end[ones], predicted.start[others], predicted.end[others])


def _in_pieces(side: Corpus, wholes: Integers, other: Corpus, pieces: Integers, near: Numbers) -> tuple[Integers, Integers]:
    """Of overlapping pairs, those of a whole and its pieces, where it has two or more and none meets another."""
    order = np.lexsort((wholes, -near, pieces))
    own = order[np.unique(pieces[order], return_index=True)[1]]  # each piece with what it is nearest to
    wholes, pieces = wholes[own], pieces[own]
    held = (side.start[wholes] <= other.start[pieces]) & (other.end[pieces] <= side.end[wholes])
    order = np.lexsort((other.start[pieces[held]], wholes[held]))
    wholes, pieces = wholes[held][order], pieces[held][order]
    together = wholes[1:] == wholes[:-1]
    meets = together & (other.start[pieces[1:]] < other.end[pieces[:-1]])
    many, met = np.zeros(len(side.start), dtype=bool), np.zeros(len(side.start), dtype=bool)
    many[wholes[1:][together]] = True
    met[wholes[1:][meets]] = True
    kept = (many & ~met)[wholes]
    return wholes[kept], pieces[kept]
