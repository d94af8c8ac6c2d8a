"""How far extractors disagree on an article: what query by committee goes by where it asks what to annotate next.

The measure is the F-complement of Ngai and Yarowsky (2000), "Rule writing or annotation: cost-efficient resource usage for base
noun phrase chunking": 1 − F1 between two members of the committee, here the mean over its pairs. It takes nested mentions as they
are, for which votes by token (Dagan and Engelson 1995) have no place, and a long article weighs no more than a short one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from eval import sides
from eval.document import Document
from eval.metrics import ner


def disagreement(found: Sequence[Document]) -> float:
    """From 0, where all found the same mentions in an article, to 1, where no two have one in common.

    `found` is what two or more extractors found in it, each with its text. Two mentions are the same as in `ner.strict` of
    `eval run`: widened to the tokens that they touch, the same span and type. Two that found nothing agree.
    """
    pairs = [1 - _f1(*pair) for pair in combinations(found, 2)]
    return math.fsum(pairs) / len(pairs)


def _f1(one: Document, other: Document) -> float:
    first, second = sides.pair([one], [other])
    f1 = ner.strict(first.widened(), second.widened()).micro().f1
    return 1.0 if f1 is None else f1
