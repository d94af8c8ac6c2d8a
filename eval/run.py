"""Extract, score, sign: from gold and an extractor to a Result."""

from __future__ import annotations

import hashlib
import itertools
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from eval import __version__, corpus
from eval.document import BadInput, Document, check, merge_duplicates
from eval.extractors import Extractor, Fittable, find
from eval.formats.record import to_record
from eval.metrics import METRICS
from eval.metrics.counts import Counts, Score
from eval.resampling import interval

MOST_FOLDS = 100
MOST_TOKENS_FOR_BIO = 1_000_000


@dataclass(frozen=True)
class Settings:
    """How a run is made. `metrics` None means all; `protocol` None means the extractor's own default."""

    protocol: str | None = None
    match: str = "token"
    nested: str = "all"
    metrics: tuple[str, ...] | None = None
    unit: str = "document"
    samples: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Result:
    """A run: its predictions (in the order of their ids), and what scores.json holds."""

    predictions: list[Document]
    scores: dict[str, Any]


def run(
    gold: Sequence[Document], name: str, settings: Settings, progress: Callable[[str], object] = lambda message: None
) -> Result:
    """Score the extractor called `name` against gold.

    `progress` is told what is being done. Raises BadInput for what the extractor yields if it cannot be scored.
    """
    gold, warnings = _tidy(sorted(gold, key=lambda document: document.doc_id), "the gold")
    types = frozenset(mention.type for document in gold for mention in document.mentions)
    make = find(name, types)
    first = make()
    protocol = _protocol(first, name, settings)
    # A fresh extractor for each fold, so that none remembers what another was fitted on.
    extractors = itertools.chain([first], iter(make, None))
    predicted = _extract(gold, extractors, protocol, name, warnings, progress)
    progress("scoring")
    sides = corpus.pair(gold, predicted, settings.unit)
    counts = _count(*sides, settings, warnings)
    if settings.samples and any(len(of_metric.correct) < 2 for of_metric in counts.values()):
        warnings.append(
            f"no intervals: they need two {settings.unit}s or more" + (", or --unit sentence" * (settings.unit != "sentence"))
        )
    scores = {
        "signature": _signature(gold, predicted, name, protocol, settings, counts),
        "metrics": {metric: _figures(of_metric, settings) for metric, of_metric in counts.items()},
        "documents": _by_document(gold, sides[0].layout, counts),
        "warnings": warnings,
    }
    return Result(predicted, scores)


def digest(documents: Iterable[Document]) -> str:
    """SHA-256 of documents whatever the order of them, of their mentions and of their relations, as 64 hex digits."""
    sha = hashlib.sha256()
    for document in sorted(documents, key=lambda document: document.doc_id):
        sha.update(orjson.dumps(to_record(_ordered(document)), option=orjson.OPT_SORT_KEYS))
    return sha.hexdigest()


def _tidy(documents: Iterable[Document], whose: str) -> tuple[list[Document], list[str]]:
    tidy, warnings = [], []
    for document in documents:
        merged, copies = merge_duplicates(document)
        if copies:
            warnings.append(f"{whose}: document {document.doc_id!r} has {copies} mention(s) twice; each counts once")
        tidy.append(_ordered(merged))
    return tidy, warnings


def _ordered(document: Document) -> Document:
    mentions = sorted(document.mentions, key=lambda mention: (mention.start, -mention.end, mention.type))
    relations = sorted(document.relations, key=lambda relation: (relation.type, relation.head, relation.tail))
    return replace(document, mentions=tuple(mentions), relations=tuple(relations))


def _protocol(extractor: Extractor, name: str, settings: Settings) -> str:
    can_be_fitted = isinstance(extractor, Fittable)
    if settings.protocol == "leave-one-out" and not can_be_fitted:
        raise BadInput(f"{name} has no fit(documents), so leave-one-out does not apply to it; use --protocol as-is")
    return settings.protocol or ("leave-one-out" if can_be_fitted else "as-is")


def _extract(
    gold: list[Document],
    extractors: Iterator[Extractor],
    protocol: str,
    name: str,
    warnings: list[str],
    progress: Callable[[str], object],
) -> list[Document]:
    """Predictions of all gold documents, in their order, each checked and tidy."""
    texts = {document.doc_id: document.text or "" for document in gold}
    found: dict[str, Document] = {}
    for fold, held_out, others in _folds(gold, protocol):
        progress(f"{name}: {fold}")
        for document in _ask(next(extractors), name, held_out, others):
            if not isinstance(document, Document) or document.doc_id not in texts:
                raise BadInput(
                    f"{name} yielded {getattr(document, 'doc_id', document)!r}: that is none of the documents it was given"
                )
            if document.doc_id in found:
                raise BadInput(f"{name} yielded document {document.doc_id!r} twice")
            try:
                check(document, texts[document.doc_id])
            except BadInput as error:
                raise BadInput(f"{name}: document {document.doc_id!r}: {error}") from None
            found[document.doc_id] = document
        if protocol == "leave-one-out" and not others:
            warnings.append(f"{name} was not fitted: the gold has one fold, so there is nothing else to learn from")
    missing = [doc_id for doc_id in texts if doc_id not in found]
    if missing:
        more = ", …" if len(missing) > 5 else ""
        warnings.append(f"{len(missing)} document(s) without predictions count as empty: {', '.join(missing[:5])}{more}")
    predicted, copies = _tidy((found.get(document.doc_id, document.bare()) for document in gold), name)
    warnings += copies
    return predicted


def _folds(gold: list[Document], protocol: str) -> Iterable[tuple[str, list[Document], list[Document]]]:
    """(name, held out, the others) for each fold."""
    if protocol == "as-is":
        return [("all documents", gold, [])]
    names = {document.doc_id: document.fold or document.doc_id for document in gold}
    folds = sorted(set(names.values()))
    if len(folds) > MOST_FOLDS:
        raise BadInput(
            f"leave-one-out over {len(folds)} folds, at most {MOST_FOLDS} are fitted; "
            "use --protocol as-is, or give the gold's documents a `fold`"
        )
    return [
        (f"fold {fold}", [d for d in gold if names[d.doc_id] == fold], [d for d in gold if names[d.doc_id] != fold])
        for fold in folds
    ]


def _ask(extractor: Extractor, name: str, held_out: list[Document], others: list[Document]) -> list[Document]:
    try:
        if others and isinstance(extractor, Fittable):
            extractor.fit(others)
        return list(extractor.extract([document.bare() for document in held_out]))
    except BadInput:
        raise
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        raise BadInput(f"{name} failed: {type(error).__name__}: {error} ({frame.filename}, line {frame.lineno})") from error


def _count(gold: corpus.Corpus, predicted: corpus.Corpus, settings: Settings, warnings: list[str]) -> dict[str, Counts]:
    marked = (gold, predicted)
    seen = (_view(gold, settings), _view(predicted, settings))
    counts = {}
    for name in settings.metrics or METRICS:
        metric = METRICS[name]
        if name == "ner.bio" and not settings.metrics and len(gold.layout.tokens) > MOST_TOKENS_FOR_BIO:
            warnings.append(f"ner.bio left out: more than {MOST_TOKENS_FOR_BIO:,} tokens; name it with --metrics to have it")
            continue
        counts[name] = metric.count(*(marked if metric.as_marked else seen))
    return counts


def _view(side: corpus.Corpus, settings: Settings) -> corpus.Corpus:
    if settings.nested != "all":
        side = side.outermost() if settings.nested == "outermost" else side.innermost()
    return side.widened() if settings.match == "token" else side


def _figures(counts: Counts, settings: Settings) -> dict[str, Any]:
    return {
        **_score(counts.micro()),
        "macro_f1": counts.macro_f1(),
        "interval": interval(counts, settings.samples, settings.seed),
        "types": {name: _score(score) for name, score in counts.by_type().items()},
    }


def _score(score: Score) -> dict[str, float | int | None]:
    counted = {"correct": score.correct, "predicted": score.predicted, "gold": score.gold}
    whole = {name: int(figure) if figure.is_integer() else figure for name, figure in counted.items()}
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1, **whole}


def _by_document(gold: list[Document], layout: corpus.Layout, counts: Mapping[str, Counts]) -> dict[str, Any]:
    return {
        document.doc_id: {name: {"f1": of_metric.micro(layout.document_of_unit == i).f1} for name, of_metric in counts.items()}
        for i, document in enumerate(gold)
    }


def _signature(
    gold: list[Document], predicted: list[Document], name: str, protocol: str, settings: Settings, counts: Mapping[str, Counts]
) -> str:
    """How the figures were made, in the manner of sacreBLEU (Post 2018): runs with the same signature have the same scores."""
    parts = {
        "wafd": __version__,
        "gold": digest(gold)[:12],
        "extractor": name,
        "predictions": digest(predicted)[:12],
        "protocol": protocol,
        "match": settings.match,
        "nested": settings.nested,
        "unit": settings.unit,
        "samples": settings.samples,
        "seed": settings.seed,
        "metrics": ",".join(f"{metric}={METRICS[metric].version}" for metric in counts),
    }
    return "|".join(f"{key}:{value}" for key, value in parts.items())
