"""The metrics, by name: pure functions of (gold, predicted) that return additive counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval.corpus import Corpus
from eval.metrics import bio, clusters, ner, relations
from eval.metrics.counts import Counts


@dataclass(frozen=True)
class Metric:
    """A function with its version, which goes into the signature: figures of different versions are not comparable.

    `as_marked`: it sees mentions as they are marked, whatever `--match` and `--nested` say. `by_document`: its intervals
    resample documents, whatever `--unit` says.
    """

    count: Callable[[Corpus, Corpus], Counts]
    version: int = 1
    as_marked: bool = False
    by_document: bool = False


METRICS: Mapping[str, Metric] = {
    "ner.strict": Metric(ner.strict),
    "ner.exact": Metric(ner.exact),
    "ner.partial": Metric(ner.partial),
    "ner.type": Metric(ner.type),
    "ner.bio": Metric(bio.strict, as_marked=True),
    "relations.strict": Metric(relations.strict, by_document=True),
    "relations.strict.unnested": Metric(relations.strict_unnested, by_document=True),
    "relations.boundary": Metric(relations.boundary, by_document=True),
    "relations.entity": Metric(relations.entity, by_document=True),
    "clusters.muc": Metric(clusters.muc, by_document=True),
    "clusters.b3": Metric(clusters.b3, by_document=True),
    "clusters.ceafe": Metric(clusters.ceafe, by_document=True),
    "clusters.lea": Metric(clusters.lea, by_document=True),
}
