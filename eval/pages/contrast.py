"""What two runs, A and B, make of the same gold: what one gets and the other misses, and which errors they share.

A gold mention or relation is got by a run if it has one of the same span and type (of a relation: type, direction, and both
arguments so). A wrong one of a run is a shared error if the other run has the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.columns import Columns
from eval.corpus import Corpus, Flags, Integers
from eval.document import Document
from eval.errors import mentions, relations
from eval.errors.side import Side
from eval.pages.article import Marked, Verdict
from eval.pages.verdicts import verdicts
from eval.settings import Settings
from eval.sides import lay
from eval.tally import view

SIDES = ("gold", "A", "B")
CLASSES = BOTH, ONLY_A, ONLY_B, NEITHER, SHARED, OF_A, OF_B = (
    "both",
    "only A",
    "only B",
    "neither",
    "shared error",
    "error of A",
    "error of B",
)
# Those of the gold; what is right in a run has the class that it has in the gold.
OF_GOLD, WRONG = CLASSES[:4], CLASSES[4:]
MEANINGS = {
    BOTH: "in the gold and in both runs, same span, same type",
    ONLY_A: "in the gold and in A, not in B",
    ONLY_B: "in the gold and in B, not in A",
    NEITHER: "in the gold, in neither run",
    SHARED: "in both runs, same span, same type, not in the gold",
    OF_A: "in A, neither in the gold nor in B",
    OF_B: "in B, neither in the gold nor in A",
}
# What is compared, and the metric that counts it so.
ITEMS = {"mentions": "ner.strict", "relations": "relations.strict"}

# Of the verdicts on two sides.
CORRECT = "correct"

# How many there are by item, side, type and class.
Counted = Counter[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Kind:
    """Mentions or relations: how they are paired, and which they are."""

    classify: Callable[[Corpus, Corpus], Integers]
    of: Callable[[Corpus], Side]


KINDS = {
    "mentions": Kind(mentions.classify, Side.of_mentions),
    "relations": Kind(relations.classify, Side.of_relations),
}


def counted(gold: Columns, a: Columns, b: Columns, settings: Settings) -> Counted:
    """How many there are of each class, as the strict metrics count them; the same documents in the same order."""
    one, other, between = ([view(side, settings) for side in lay(*pair)] for pair in ((gold, a), (gold, b), (a, b)))
    found: Counted = Counter()
    for item, kind in KINDS.items():
        # Those of a side are the same, in the same order, whatever it is laid beside: types are ordered by name.
        (by_a, of_a), (by_b, of_b), (as_b, as_a) = (_paired(kind, *pair) for pair in (one, other, between))
        for side, corpus, first, second, names in (
            ("gold", one[0], by_a, by_b, OF_GOLD),
            ("A", one[1], of_a, as_b, (BOTH, ONLY_A, SHARED, OF_A)),
            ("B", other[1], of_b, as_a, (BOTH, ONLY_B, SHARED, OF_B)),
        ):
            items = kind.of(corpus)
            classes = np.where(first, np.where(second, 0, 1), np.where(second, 2, 3))
            times = np.bincount(items.type * len(names) + classes, minlength=len(items.types) * len(names))
            for row in np.flatnonzero(times).tolist():
                type, of_class = divmod(row, len(names))
                found[item, side, items.types[type], names[of_class]] = int(times[row])
    return found


def marked(
    gold: Sequence[Document], a: Sequence[Document], b: Sequence[Document], settings: Settings
) -> Iterator[tuple[Marked, Marked, Marked]]:
    """Gold documents and what A and B have predicted of them (the same documents in the same order), each with its classes."""
    pairs = (verdicts(*pair, settings) for pair in ((gold, a), (gold, b), (a, b)))
    for (by_a, of_a), (by_b, of_b), (as_b, as_a) in zip(*pairs, strict=True):
        yield (
            _told(by_a, by_b, OF_GOLD),
            _told(of_a, as_b, (BOTH, ONLY_A, SHARED, OF_A)),
            _told(of_b, as_a, (BOTH, ONLY_B, SHARED, OF_B)),
        )


def _paired(kind: Kind, one: Corpus, other: Corpus) -> tuple[Flags, Flags]:
    """Which of each side the other has too."""
    of_class, ones, others = kind.classify(one, other)
    flags = [np.zeros(len(kind.of(side).type), dtype=bool) for side in (one, other)]
    for own, index in zip(flags, (ones, others), strict=True):
        own[index[of_class == 0]] = True
    return flags[0], flags[1]


def _told(side: Marked, beside: Marked, names: Sequence[str]) -> Marked:
    """A side, which was marked beside two others: `names` are of what both have, the first, the second, and neither.

    Counterparts are those that it was given first.
    """
    name = {(True, True): names[0], (True, False): names[1], (False, True): names[2], (False, False): names[3]}

    def told(found: Sequence[Verdict], others: Sequence[Verdict]) -> list[Verdict]:
        return [
            Verdict(one.name and name[one.name == CORRECT, other.name == CORRECT], one.gold)
            for one, other in zip(found, others, strict=True)
        ]

    return Marked(side.document, told(side.mentions, beside.mentions), told(side.relations, beside.relations))
