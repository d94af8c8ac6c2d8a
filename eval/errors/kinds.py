"""Kinds of error: how many there are of a class with its types, what they cost, and examples. All of it goes into scores.json.

Examples are offsets alone: the texts may not be ours to hand on, and whoever has the gold has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import numpy as np

from eval.corpus import NONE, Corpus, Flags, Integers
from eval.errors import mentions, relations
from eval.metrics.counts import Score
from eval.metrics.matching import labels

Record = dict[str, Any]

EXAMPLES = 5
# So many errors of a kind are looked through for examples that differ in their words.
_LOOKED_THROUGH = 200


@dataclass(frozen=True)
class Side:
    """One side's items: the type of each, and the mentions that it is (itself, or head and tail), shape (items, mentions)."""

    corpus: Corpus
    type: Integers
    mentions: Integers

    def record(self, item: int) -> Record:
        """Offsets in the document and type, as they were compared."""
        ends = [self._mention(mention) for mention in self.mentions[item].tolist()]
        if len(ends) == 1:
            return ends[0]
        return {"type": self.corpus.layout.relations[self.type[item]], "head": ends[0], "tail": ends[1]}

    def words(self, item: int) -> tuple[str, ...]:
        """The text of its mentions."""
        text = self.corpus.layout.texts[self.document(item)]
        found = map(self._mention, self.mentions[item].tolist())
        return tuple(text[mention["start"] : mention["end"]] for mention in found)

    def document(self, item: int) -> int:
        """The index of its document."""
        return int(self.corpus.layout.document_of(self.corpus.start[self.mentions[item, :1]])[0])

    def _mention(self, mention: int) -> Record:
        layout, start, end = self.corpus.layout, self.corpus.start[mention], self.corpus.end[mention]
        base = layout.documents[layout.document_of(start)]
        return {"start": int(start - base), "end": int(end - base), "type": layout.types[self.corpus.type[mention]]}


def of_mentions(gold: Corpus, predicted: Corpus, doc_ids: Sequence[str]) -> Record:
    """Classes and kinds of errors on mentions; what is correct is what `ner.strict` counts."""
    rows = mentions.classify(gold, predicted)
    one, other = (Side(side, side.type, np.arange(len(side.start))[:, None]) for side in (gold, predicted))
    return _summary(rows, mentions.CLASSES, gold.layout.types, one, other, doc_ids)


def of_relations(gold: Corpus, predicted: Corpus, doc_ids: Sequence[str]) -> Record:
    """Classes and kinds of errors on relations; what is correct is what `relations.strict` counts."""
    rows = relations.classify(gold, predicted)
    one, other = (Side(side, side.relation, np.stack([side.head, side.tail], axis=1)) for side in (gold, predicted))
    return _summary(rows, relations.CLASSES, gold.layout.relations, one, other, doc_ids)


def _summary(
    rows: Integers, classes: Sequence[str], types: Sequence[str], gold: Side, predicted: Side, doc_ids: Sequence[str]
) -> Record:
    """`classes`: how many of each side are in each; `kinds`: the same by both types, the costliest first.

    The `gain` of a kind is what micro F1 would win if its gold items were found and its wrong predictions gone, and nothing else
    changed (as TIDE weighs errors: Bolya et al. 2020).
    """
    of_class, ones, others = rows
    # The code NONE, -1, is the last of each: no item, no type.
    names, one_type, other_type = [*types, None], np.append(gold.type, NONE)[ones], np.append(predicted.type, NONE)[others]
    kind = labels(of_class, one_type, other_type)
    firsts = np.unique(kind, return_index=True)[1].tolist()
    in_gold, in_predicted = (np.bincount(kind[_firsts(index)], minlength=len(firsts)).tolist() for index in (ones, others))
    now = Score(float(np.sum(of_class == 0)), len(predicted.type), len(gold.type))
    kinds: list[Record] = []
    for i, row in enumerate(firsts):
        found = {
            "class": classes[of_class[row]],
            "gold_type": names[one_type[row]],
            "predicted_type": names[other_type[row]],
            "gold": in_gold[i],
            "predicted": in_predicted[i],
        }
        if of_class[row]:
            mended = Score(now.correct + in_gold[i], now.predicted - in_predicted[i] + in_gold[i], now.gold)
            found["gain"] = (mended.f1 or 0.0) - (now.f1 or 0.0)
            found["examples"] = list(islice(_examples(rows[1:, kind == i], gold, predicted, doc_ids), EXAMPLES))
        kinds.append(found)
    kinds.sort(key=lambda found: -found.get("gain", -1))
    totals = {
        name: {side: sum(found[side] for found in kinds if found["class"] == name) for side in ("gold", "predicted")}
        for name in classes
    }
    return {"classes": totals, "kinds": kinds}


def _examples(pairs: Integers, gold: Side, predicted: Side, doc_ids: Sequence[str]) -> Iterator[Record]:
    """Errors of one kind whose words differ, in the order of their places; what is split or merged, with all its pieces."""
    seen = set()
    for one, other in _grouped(pairs):
        words = tuple(map(gold.words, one)), tuple(map(predicted.words, other))
        if words not in seen:
            seen.add(words)
            document = gold.document(one[0]) if one else predicted.document(other[0])
            yield {
                "doc_id": doc_ids[document],
                "gold": [gold.record(item) for item in one],
                "predicted": [predicted.record(item) for item in other],
            }


def _grouped(pairs: Integers) -> Iterator[tuple[list[int], list[int]]]:
    """The gold and the predicted items of each error, as many as are looked through, in the order of their places."""
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
