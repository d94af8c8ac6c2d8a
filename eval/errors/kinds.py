"""Kinds of error: how many there are of a class with its types, what they cost, and examples. All of it goes into scores.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from eval.corpus import NONE, Corpus, Flags, Integers
from eval.errors import mentions, relations
from eval.metrics.counts import Score
from eval.metrics.matching import packed

Record = dict[str, Any]

EXAMPLES = 5
# So many errors of a kind are looked through for examples that differ in their words.
_LOOKED_THROUGH = 200
# So many code points are shown before and after a mention.
_AROUND = 30


@dataclass(frozen=True)
class Side:
    """One side's items, mentions or relations: their types and where they start, shape (items,), and how one is shown."""

    type: Integers
    start: Integers
    record: Callable[[int], Record]


def of_mentions(gold: Corpus, predicted: Corpus, doc_ids: Sequence[str]) -> Record:
    """Classes and kinds of errors on mentions; what is correct is what `ner.strict` counts."""

    def side(corpus: Corpus) -> Side:
        return Side(corpus.type, corpus.start, lambda mention: _mention(corpus, mention, around=_AROUND))

    rows = mentions.classify(gold, predicted)
    return _summary(rows, mentions.CLASSES, gold.layout.types, side(gold), side(predicted), _names(gold, doc_ids))


def of_relations(gold: Corpus, predicted: Corpus, doc_ids: Sequence[str]) -> Record:
    """Classes and kinds of errors on relations; what is correct is what `relations.strict` counts."""

    def side(corpus: Corpus) -> Side:
        def record(relation: int) -> Record:
            ends = {"head": corpus.head[relation], "tail": corpus.tail[relation]}
            name = corpus.layout.relations[corpus.relation[relation]]
            return {"type": name, **{end: _mention(corpus, int(mention)) for end, mention in ends.items()}}

        return Side(corpus.relation, corpus.start[corpus.head], record)

    rows = relations.classify(gold, predicted)
    return _summary(rows, relations.CLASSES, gold.layout.relations, side(gold), side(predicted), _names(gold, doc_ids))


def _summary(
    rows: Integers, classes: Sequence[str], types: Sequence[str], gold: Side, predicted: Side, doc_id: Callable[[int], str]
) -> Record:
    """`classes`: how many of each side are in each; `kinds`: the same by both types, the costliest first.

    The `gain` of a kind is what micro F1 would win if its gold items were found and its wrong predictions gone, and nothing else
    changed (as TIDE weighs errors: Bolya et al. 2020).
    """
    of_class, ones, others = rows
    # The code NONE, -1, is the last of each: no item, no type.
    names, one_type, other_type = [*types, None], np.append(gold.type, NONE)[ones], np.append(predicted.type, NONE)[others]
    codes, kind = np.unique(packed((of_class, one_type + 1, other_type + 1), len(names)), return_inverse=True)
    in_gold, in_predicted = (np.bincount(kind[_firsts(index)], minlength=len(codes)).tolist() for index in (ones, others))
    now = Score(float(np.sum(of_class == 0)), len(predicted.type), len(gold.type))
    kinds: list[Record] = []
    for i, code in enumerate(codes.tolist()):
        rest, other = divmod(code, len(names))
        in_class, one = divmod(rest, len(names))
        found = {"class": classes[in_class], "gold_type": names[one - 1], "predicted_type": names[other - 1]}
        found |= {"gold": in_gold[i], "predicted": in_predicted[i]}
        if in_class:
            mended = Score(now.correct + in_gold[i], now.predicted - in_predicted[i] + in_gold[i], now.gold)
            found["gain"] = (mended.f1 or 0.0) - (now.f1 or 0.0)
            found["examples"] = list(islice(_examples(rows[1:, kind == i], gold, predicted, doc_id), EXAMPLES))
        kinds.append(found)
    kinds.sort(key=lambda found: -found.get("gain", -1))
    totals = {
        name: {side: sum(found[side] for found in kinds if found["class"] == name) for side in ("gold", "predicted")}
        for name in classes
    }
    return {"classes": totals, "kinds": kinds}


def _examples(pairs: Integers, gold: Side, predicted: Side, doc_id: Callable[[int], str]) -> Iterator[Record]:
    """Errors of one kind whose words differ, in the order of their places; what is split or merged, with all its pieces."""
    seen = set()
    start = np.where(pairs[0] == NONE, np.append(predicted.start, 0)[pairs[1]], np.append(gold.start, 0)[pairs[0]])
    for i in np.argsort(start, kind="stable")[:_LOOKED_THROUGH]:
        one, other = pairs[:, i]
        together = ((pairs[0] == one) & (one != NONE)) | ((pairs[1] == other) & (other != NONE))
        records = {
            name: [side.record(item) for item in np.unique(index[together]).tolist() if item != NONE]
            for name, side, index in (("gold", gold, pairs[0]), ("predicted", predicted, pairs[1]))
        }
        words = tuple(tuple(map(_words, records[name])) for name in ("gold", "predicted"))
        if words not in seen:
            seen.add(words)
            yield {"doc_id": doc_id(int(start[i])), **records}


def _words(record: Record) -> tuple[str, ...]:
    return (record["text"],) if "text" in record else (record["head"]["text"], record["tail"]["text"])


def _mention(corpus: Corpus, mention: int, *, around: int | None = None) -> Record:
    """A mention as it was compared: offsets in its document, and its text, with what stands on either side of it in its line."""
    document = int(np.searchsorted(corpus.layout.documents, corpus.start[mention], side="right")) - 1
    text, base = corpus.layout.texts[document], int(corpus.layout.documents[document])
    start, end = int(corpus.start[mention]) - base, int(corpus.end[mention]) - base
    record = {"start": start, "end": end, "type": corpus.layout.types[corpus.type[mention]], "text": text[start:end]}
    if around:
        before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
        if len(before) > around:
            before = "…" + before[-around:].partition(" ")[2]
        if len(after) > around:
            after = after[:around].rpartition(" ")[0] + "…"
        record |= {"before": before, "after": after}
    return record


def _names(corpus: Corpus, doc_ids: Sequence[str]) -> Callable[[int], str]:
    return lambda place: doc_ids[int(np.searchsorted(corpus.layout.documents, place, side="right")) - 1]


def _firsts(index: Integers) -> Flags:
    """Where an item stands for the first time; NONE never."""
    flags = np.zeros(len(index), dtype=bool)
    flags[np.unique(index, return_index=True)[1]] = True
    flags[index == NONE] = False
    return flags
