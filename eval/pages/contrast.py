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
OF_GOLD = BOTH, ONLY_A, ONLY_B, NEITHER = ("both", "only A", "only B", "neither")
OF_RUNS = CORRECT, SHARED, OF_A, OF_B = ("correct", "shared error", "error of A", "error of B")
# What is compared, and the metric that counts it so.
ITEMS = {"mentions": "ner.strict", "relations": "relations.strict"}
MEANINGS = {
    BOTH: "in the gold, and found by both runs: same span, same type",
    ONLY_A: "in the gold, found by A and not by B",
    ONLY_B: "in the gold, found by B and not by A",
    NEITHER: "in the gold, found by neither run",
    CORRECT: "predicted by a run, and in the gold",
    SHARED: "predicted by both runs, same span, same type, and not in the gold",
    OF_A: "predicted by A alone, and not in the gold",
    OF_B: "predicted by B alone, and not in the gold",
}

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
            ("A", one[1], of_a, as_b, (CORRECT, CORRECT, SHARED, OF_A)),
            ("B", other[1], of_b, as_a, (CORRECT, CORRECT, SHARED, OF_B)),
        ):
            items = kind.of(corpus)
            classes = np.where(first, np.where(second, 0, 1), np.where(second, 2, 3))
            for type, of_class in zip(items.type.tolist(), classes.tolist(), strict=True):
                found[item, side, items.types[type], names[of_class]] += 1
    return found


def marked(
    gold: Sequence[Document], a: Sequence[Document], b: Sequence[Document], settings: Settings
) -> Iterator[tuple[Marked, Marked, Marked]]:
    """Gold documents and what A and B have predicted of them (the same documents in the same order), each with its classes."""
    pairs = (verdicts(*pair, settings) for pair in ((gold, a), (gold, b), (a, b)))
    for (by_a, of_a), (by_b, of_b), (as_b, as_a) in zip(*pairs, strict=True):
        yield (
            Marked(by_a.document, *(_gold(*both) for both in zip(_verdicts(by_a), _verdicts(by_b), strict=True))),
            Marked(of_a.document, *(_run(*both, OF_A) for both in zip(_verdicts(of_a), _verdicts(as_b), strict=True))),
            Marked(of_b.document, *(_run(*both, OF_B) for both in zip(_verdicts(of_b), _verdicts(as_a), strict=True))),
        )


def _paired(kind: Kind, one: Corpus, other: Corpus) -> tuple[Flags, Flags]:
    """Which of each side the other has too."""
    of_class, ones, others = kind.classify(one, other)
    flags = [np.zeros(len(kind.of(side).type), dtype=bool) for side in (one, other)]
    for own, index in zip(flags, (ones, others), strict=True):
        own[index[of_class == 0]] = True
    return flags[0], flags[1]


def _verdicts(side: Marked) -> tuple[Sequence[Verdict], Sequence[Verdict]]:
    return side.mentions, side.relations


def _gold(by_a: Sequence[Verdict], by_b: Sequence[Verdict]) -> list[Verdict]:
    names = {(True, True): BOTH, (True, False): ONLY_A, (False, True): ONLY_B, (False, False): NEITHER}
    return [
        Verdict(one.name and names[one.name == CORRECT, other.name == CORRECT]) for one, other in zip(by_a, by_b, strict=True)
    ]


def _run(of_gold: Sequence[Verdict], of_other: Sequence[Verdict], alone: str) -> list[Verdict]:
    return [
        Verdict(one.name and (CORRECT if one.name == CORRECT else SHARED if other.name == CORRECT else alone), one.gold)
        for one, other in zip(of_gold, of_other, strict=True)
    ]
