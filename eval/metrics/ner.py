"""Mentions as spans with a type, nested ones included. Matching is one to one; their order in a file never counts.

`strict`: a prediction is correct if the gold has a mention of the same span and type (exact match, as in CoNLL-2003 and MUC).
"""

from __future__ import annotations

import numpy as np

from eval.corpus import Corpus, Integers
from eval.metrics.counts import Counts, count


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Same start, end and type. Each side has a mention once, so that matching one to one is an intersection."""
    correct = np.isin(_keys(gold, predicted), _keys(predicted, gold), assume_unique=True)
    return count(
        len(gold.layout.units),
        gold.layout.types,
        (gold.unit[correct], gold.type[correct]),
        (predicted.unit, predicted.type),
        (gold.unit, gold.type),
    )


def _keys(corpus: Corpus, other: Corpus) -> Integers:
    """One integer for start, end and type, the same for both corpora."""
    length = corpus.end - corpus.start
    longest = max((int(length.max(initial=0)), int((other.end - other.start).max(initial=0)))) + 1
    return (corpus.start * longest + length) * max(len(corpus.layout.types), 1) + corpus.type
