"""Extract, score, sign: from gold and an extractor to a Result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval import corpus
from eval.document import Document
from eval.errors import kinds
from eval.folds import predict, tidy
from eval.metrics import Metric, metrics_for
from eval.metrics.counts import Counts, Mean, Score
from eval.resampling import Interval, intervals
from eval.settings import Settings
from eval.signature import sign
from eval.unit_counts import Batch

MOST_TOKENS_FOR_BIO = 1_000_000
# The metrics whose errors are taken apart.
ERRORS = {"ner.strict": kinds.of_mentions, "relations.strict": kinds.of_relations}

Sides = tuple[corpus.Corpus, corpus.Corpus]


@dataclass(frozen=True)
class Result:
    """A run: its predictions (in the order of their ids), what scores.json holds, and the counts of its units."""

    predictions: list[Document]
    scores: dict[str, Any]
    counts: Sequence[Batch] = ()


def run(
    gold: Sequence[Document], name: str, settings: Settings, progress: Callable[[str], object] = lambda message: None
) -> Result:
    """Score the extractor called `name` against gold.

    `progress` is told what is being done. Raises BadInput for what the extractor yields if it cannot be scored.
    """
    gold, warnings = tidy(sorted(gold, key=lambda document: document.doc_id), "the gold")
    predicted = predict(gold, name, settings.protocol, progress)
    warnings += predicted.warnings
    progress("scoring")
    sides = corpus.pair(gold, predicted.documents, settings.unit)
    metrics = available(gold)
    warnings += _unknown_to_gold(*sides, metrics)
    seen = _view(sides[0], settings), _view(sides[1], settings)
    counts = _count(sides, seen, metrics, settings, warnings)
    if settings.samples and (warning := _without_interval(counts, metrics, settings.unit)):
        warnings.append(warning)
    bounds = intervals(counts, settings.samples, settings.seed)
    doc_ids = [document.doc_id for document in gold]
    scores = {
        "signature": sign(gold, predicted, name, settings, {metric: metrics[metric].version for metric in counts}),
        "metrics": {metric: _figures(of_metric, bounds[metric]) for metric, of_metric in counts.items()},
        "documents": _by_document(gold, sides[0].layout, {m: c for m, c in counts.items() if metrics[m].by != "set"}),
        "errors": {name: of(*seen, doc_ids) for name, of in ERRORS.items() if name in counts},
        "warnings": warnings,
    }
    return Result(predicted.documents, scores, [_batch(doc_ids, sides[0].layout, counts, metrics, settings.unit)])


def available(gold: Iterable[Document]) -> Mapping[str, Metric]:
    """The metrics by name, those of the gold's attributes among them."""
    return metrics_for({name for document in gold for mention in document.mentions for name in mention.attributes})


def _count(
    marked: Sides, seen: Sides, metrics: Mapping[str, Metric], settings: Settings, warnings: list[str]
) -> dict[str, Counts]:
    layout = marked[0].layout
    counts = {}
    for name in settings.metrics or metrics:
        metric = metrics[name]
        named = name in (settings.metrics or settings.gated)
        if name == "ner.bio" and not named and len(layout.tokens) > MOST_TOKENS_FOR_BIO:
            warnings.append(f"ner.bio left out: more than {MOST_TOKENS_FOR_BIO:,} tokens; name it with --metrics to have it")
            continue
        counts[name] = metric.count(*(marked if metric.as_marked else seen))
        if metric.by == "document":
            counts[name] = _of_documents(counts[name], layout)
    return counts


def _batch(
    doc_ids: list[str], layout: corpus.Layout, counts: Mapping[str, Counts], metrics: Mapping[str, Metric], unit: str
) -> Batch:
    by: dict[str, dict[str, Counts]] = {"document": {}, "sentence": {}, "set": {}}
    for name, of_metric in counts.items():
        by[unit if metrics[name].by == "unit" else metrics[name].by][name] = of_metric
    return Batch(doc_ids, by["document"], by["sentence"], layout.document_of_unit, by["set"])


def _unknown_to_gold(gold: corpus.Corpus, predicted: corpus.Corpus, metrics: Mapping[str, Metric]) -> list[str]:
    """What the predictions alone have: more often a name of another scheme than a finding."""
    layout = gold.layout
    alone = {
        "the gold has no mention of type": [layout.types[i] for i in np.setdiff1d(predicted.type, gold.type)],
        "the gold has no relation of type": [layout.relations[i] for i in np.setdiff1d(predicted.relation, gold.relation)],
        "not scored, since the gold has no attribute": [n for n in layout.attributes if f"attributes.{n}" not in metrics],
    }
    return [f"{what} {', '.join(names)}" for what, names in alone.items() if names]


def _of_documents(counts: Counts, layout: corpus.Layout) -> Counts:
    documents = len(layout.documents)
    return counts if len(counts.total) == documents else counts.grouped(layout.document_of_unit, documents)


def _without_interval(counts: Mapping[str, Counts], metrics: Mapping[str, Metric], unit: str) -> str | None:
    resampled = {name: metrics[name].by == "document" for name in counts if metrics[name].by != "set"}
    short = {name: by_document for name, by_document in resampled.items() if len(counts[name].total) < 2}
    if not short:
        return None
    what = f" of {', '.join(short)}" if len(short) < len(resampled) else ""
    if any(short.values()) or unit == "document":
        by_sentence = unit == "document" and not any(short.values())
        return f"no intervals{what}: they need two documents or more" + ", or --unit sentence" * by_sentence
    return f"no intervals{what}: they need two sentences or more"


def _view(side: corpus.Corpus, settings: Settings) -> corpus.Corpus:
    if settings.nested != "all":
        side = side.outermost() if settings.nested == "outermost" else side.innermost()
    return side.widened() if settings.match == "token" else side


def _figures(counts: Counts, bounds: Interval | None) -> dict[str, Any]:
    return {
        **_score(counts.micro()),
        "macro_f1": counts.macro_f1(),
        "interval": bounds,
        "types": {name: _score(score) for name, score in counts.scores().items()},
    }


def _score(score: Score | Mean) -> dict[str, float | int | None]:
    counted = {"correct": score.correct, "predicted": score.predicted, "gold": score.gold}
    whole = {name: int(figure) if figure is not None and figure.is_integer() else figure for name, figure in counted.items()}
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1, **whole}


def _by_document(gold: list[Document], layout: corpus.Layout, counts: Mapping[str, Counts]) -> dict[str, Any]:
    summed = {name: _of_documents(of_metric, layout) for name, of_metric in counts.items()}
    return {
        document.doc_id: {name: {"f1": of_metric.micro(i).f1} for name, of_metric in summed.items()}
        for i, document in enumerate(gold)
    }
