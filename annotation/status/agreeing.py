"""How far two annotators agree: the F1 that annotate agree prints, without intervals, some documents at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from eval import metrics, sides
from eval.document import Document
from eval.tally import Sum

# CoNLL's mean of MUC, B³ and CEAFe, within documents.
FIGURES = {"mentions": "ner.strict", "relations": "relations.strict", "clusters": "clusters.conll"}
_DOCUMENTS = 50


def figures(pairs: Iterable[tuple[Document, Document]]) -> dict[str, Any]:
    """F1 over all types and of each, how many are agreed, and how many each has, of two annotations of each document.

    An F1 is None where neither has anything; of clusters there are no counts.
    """
    documents = 0
    sums = {family: Sum() for family in FIGURES}
    for batch in _batches(iter(pairs)):
        documents += len(batch)
        both = sides.pair([first for first, _ in batch], [second for _, second in batch])
        for family, name in FIGURES.items():
            sums[family].add(metrics.METRICS[name].count(*both))
    return {"documents": documents, **{family: _figure(family, of_family) for family, of_family in sums.items()}}


def _batches(pairs: Iterator[tuple[Document, Document]]) -> Iterator[list[tuple[Document, Document]]]:
    while batch := list(islice(pairs, _DOCUMENTS)):
        yield batch


def _figure(family: str, of_family: Sum) -> dict[str, Any]:
    counts = of_family.counts()
    whole = counts.micro()
    if family == "clusters":  # a mean of three, which has no counts
        return {"f1": whole.f1}
    return {**_score(whole), "types": {name: _score(score) for name, score in counts.scores().items()}}


def _score(score: Any) -> dict[str, float | None]:
    return {"f1": score.f1, "agreed": int(score.correct), "first": int(score.gold), "second": int(score.predicted)}
