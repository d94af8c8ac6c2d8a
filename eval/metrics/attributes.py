"""Attributes of mentions that both sides have in span and type, where both carry the attribute; correct where they are equal."""

from __future__ import annotations

import numpy as np

from eval.corpus import NONE, Corpus
from eval.metrics.counts import Counts, count, nothing
from eval.metrics.matching import equal


def agreement(gold: Corpus, predicted: Corpus, name: str) -> Counts:
    """Counts of one attribute, by the mention's type; `gold` and `predicted` count the shared mentions that carry it there."""
    if name not in gold.layout.attributes:  # neither side has it
        return nothing(len(gold.layout.units))
    column = gold.layout.attributes.index(name)
    matched = equal(gold, predicted)
    one, other = (side.values[found, column] for side, found in zip((gold, predicted), matched, strict=True))
    unit, type = gold.unit[matched[0]], gold.type[matched[0]]
    flags = ((one == other) & (one != NONE), other != NONE, one != NONE)
    return count(len(gold.layout.units), gold.layout.types, *((unit[flag], type[flag]) for flag in map(np.asarray, flags)))
