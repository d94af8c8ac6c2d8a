"""The metrics, by name: pure functions of (gold, predicted) that return additive counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval.corpus import Corpus
from eval.metrics import bio, ner
from eval.metrics.counts import Counts


@dataclass(frozen=True)
class Metric:
    """A function with its version, which goes into the signature: figures of different versions are not comparable.

    `as_marked`: it sees mentions as they are marked, whatever `--match` and `--nested` say.
    """

    count: Callable[[Corpus, Corpus], Counts]
    version: int = 1
    as_marked: bool = False


METRICS: Mapping[str, Metric] = {
    "ner.strict": Metric(ner.strict),
    "ner.bio": Metric(bio.strict, as_marked=True),
}
