"""Kinds of error: how many there are of a class with its types, what they cost, and examples. All of it goes into scores.json.

Examples are offsets alone: the texts may not be ours to hand on, and whoever has the gold has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

import numpy as np

from eval.corpus import NONE, Corpus, Flags, Integers
from eval.errors import mentions, relations
from eval.errors.side import Side
from eval.metrics.counts import Score
from eval.metrics.matching import labels

Record = dict[str, Any]

EXAMPLES = 5
# So many errors of a kind are looked through for examples that differ in their words.
_LOOKED_THROUGH = 200


@dataclass
class Kind:
    """How many of each side there are, and examples by their words."""

    gold: int = 0
    predicted: int = 0
    examples: dict[object, Record] = field(default_factory=dict)


class Errors:
    """The errors of a metric, over one batch of documents after another."""

    def __init__(
        self, classes: Sequence[str], classify: Callable[[Corpus, Corpus], Integers], side: Callable[[Corpus], Side]
    ) -> None:
        self._classes, self._classify, self._side = classes, classify, side
        self._kinds: dict[tuple[int, str | None, str | None], Kind] = {}

    def add(self, gold: Corpus, predicted: Corpus, doc_ids: Sequence[str]) -> None:
        """Count the errors of a batch."""
        of_class, ones, others = rows = self._classify(gold, predicted)
        sides = self._side(gold), self._side(predicted)
        # The code NONE, -1, is the last of each: no item, no type.
        names = [*sides[0].types, None]
        one_type, other_type = np.append(sides[0].type, NONE)[ones], np.append(sides[1].type, NONE)[others]
        kind = labels(of_class, one_type, other_type)
        firsts = np.unique(kind, return_index=True)[1].tolist()
        in_gold, in_predicted = (np.bincount(kind[_firsts(index)], minlength=len(firsts)).tolist() for index in (ones, others))
        for i, row in enumerate(firsts):
            found = self._kinds.setdefault((int(of_class[row]), names[one_type[row]], names[other_type[row]]), Kind())
            found.gold += in_gold[i]
            found.predicted += in_predicted[i]
            if of_class[row] and len(found.examples) < EXAMPLES:
                for words, example in _examples(rows[1:, kind == i], *sides, doc_ids):
                    found.examples.setdefault(words, example)
                    if len(found.examples) == EXAMPLES:
                        break

    def merge(self, other: Errors) -> None:
        """Add the errors of another's batches."""
        for key, more in other._kinds.items():
            found = self._kinds.setdefault(key, Kind())
            found.gold += more.gold
            found.predicted += more.predicted
            for words, example in more.examples.items():
                if len(found.examples) < EXAMPLES:
                    found.examples.setdefault(words, example)

    def record(self) -> Record:
        """`classes`: how many of each side are in each; `kinds`: the same by both types, the costliest first.

        The `gain` of a kind is what micro F1 would win if its gold items were found and its wrong predictions gone, and nothing
        else changed (as TIDE weighs errors: Bolya et al. 2020).
        """
        totals = {name: {"gold": 0, "predicted": 0} for name in self._classes}
        for (of_class, *_), found in self._kinds.items():
            totals[self._classes[of_class]]["gold"] += found.gold
            totals[self._classes[of_class]]["predicted"] += found.predicted
        now = Score(
            totals[self._classes[0]]["gold"], *(sum(total[side] for total in totals.values()) for side in ("predicted", "gold"))
        )
        kinds = [self._record(key, self._kinds[key], now) for key in sorted(self._kinds, key=_by_name)]
        return {"classes": totals, "kinds": sorted(kinds, key=lambda found: -found.get("gain", -1))}

    def _record(self, key: tuple[int, str | None, str | None], kind: Kind, now: Score) -> Record:
        of_class, gold_type, predicted_type = key
        record: Record = {
            "class": self._classes[of_class],
            "gold_type": gold_type,
            "predicted_type": predicted_type,
            "gold": kind.gold,
            "predicted": kind.predicted,
        }
        if of_class:
            mended = Score(now.correct + kind.gold, now.predicted - kind.predicted + kind.gold, now.gold)
            record["gain"] = (mended.f1 or 0.0) - (now.f1 or 0.0)
            record["examples"] = list(kind.examples.values())
        return record


def of_mentions() -> Errors:
    """Errors on mentions; what is correct is what `ner.strict` counts."""
    return Errors(mentions.CLASSES, mentions.classify, Side.of_mentions)


def of_relations() -> Errors:
    """Errors on relations; what is correct is what `relations.strict` counts."""
    return Errors(relations.CLASSES, relations.classify, Side.of_relations)


def _by_name(key: tuple[int, str | None, str | None]) -> tuple[int, str, str]:
    return key[0], key[1] or "", key[2] or ""


def _examples(pairs: Integers, gold: Side, predicted: Side, doc_ids: Sequence[str]) -> Iterator[tuple[object, Record]]:
    """Errors of one kind with their words, in the order of their places; what is split or merged, with all its pieces."""
    for one, other in islice(_grouped(pairs), _LOOKED_THROUGH):
        document = gold.document(one[0]) if one else predicted.document(other[0])
        words = tuple(map(gold.words, one)), tuple(map(predicted.words, other))
        yield (
            words,
            {
                "doc_id": doc_ids[document],
                "gold": [gold.record(item) for item in one],
                "predicted": [predicted.record(item) for item in other],
            },
        )


def _grouped(pairs: Integers) -> Iterator[tuple[list[int], list[int]]]:
    """The gold and the predicted items of each error, in the order of their places."""
    merged = pairs[1, 0] != NONE and len(np.unique(pairs[1])) < pairs.shape[1]
    anchor = pairs[1] if merged or pairs[0, 0] == NONE else pairs[0]
    order = np.argsort(anchor, kind="stable")
    bounds = np.flatnonzero(np.diff(anchor[order], prepend=NONE, append=NONE))[: _LOOKED_THROUGH + 1]
    for first, after in pairwise(bounds.tolist()):
        one, other = pairs[:, order[first:after]]
        yield np.unique(one[one != NONE]).tolist(), np.unique(other[other != NONE]).tolist()


def _firsts(index: Integers) -> Flags:
    """Where an item stands for the first time; NONE never."""
    flags = np.zeros(len(index), dtype=bool)
    flags[np.unique(index, return_index=True)[1]] = True
    flags[index == NONE] = False
    return flags
