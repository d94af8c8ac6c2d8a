"""The metrics, by name: pure functions of (gold, predicted) that return additive counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from eval.corpus import Corpus
from eval.metrics import attributes, bio, clusters, ner, relations
from eval.metrics.counts import Counts


@dataclass(frozen=True)
class Metric:
    """A function with its version, which goes into the signature: figures of different versions are not comparable.

    `as_marked`: it sees mentions as they are marked, whatever `--match` and `--nested` say. `by`: what it counts by, the unit
    that `--unit` names, the document, or the whole set; that has no interval and no figures of documents.
    """

    count: Callable[[Corpus, Corpus], Counts]
    version: int = 1
    as_marked: bool = False
    by: Literal["unit", "document", "set"] = "unit"


METRICS: Mapping[str, Metric] = {
    "ner.strict": Metric(ner.strict),
    "ner.exact": Metric(ner.exact),
    "ner.partial": Metric(ner.partial),
    "ner.type": Metric(ner.type),
    "ner.bio": Metric(bio.strict, as_marked=True),
    "relations.strict": Metric(relations.strict, by="document"),
    "relations.strict.unnested": Metric(relations.strict_unnested, by="document"),
    "relations.boundary": Metric(relations.boundary, by="document"),
    "relations.entity": Metric(relations.entity, by="document"),
    **{f"clusters.{name}": Metric(partial(clusters.within, measure=of), by="document") for name, of in clusters.MEASURES.items()},
    **{
        f"clusters.cross.{name}": Metric(partial(clusters.across, measure=of), by="set") for name, of in clusters.MEASURES.items()
    },
}


def metrics_for(names: Iterable[str]) -> Mapping[str, Metric]:
    """METRICS and `attributes.<name>` for each of the gold's attributes, by their names."""
    return {**METRICS, **{f"attributes.{name}": Metric(partial(attributes.agreement, name=name)) for name in sorted(names)}}
