"""A metric's figures as scores.json has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eval.metrics import Metric
from eval.metrics.counts import Counts, Mean, Score
from eval.resampling import Interval
from eval.settings import Settings


def of(counts: Counts, bounds: Interval | None) -> dict[str, Any]:
    """What scores.json has of a metric."""
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


def without_interval(counts: Mapping[str, Counts], metrics: Mapping[str, Metric], settings: Settings) -> Iterator[str]:
    """Why there are no intervals."""
    resampled = {name: metrics[name].by == "document" for name in counts if metrics[name].by != "set"}
    short = {name: by_document for name, by_document in resampled.items() if len(counts[name]) < 2}
    if not short or not settings.samples:
        return
    what = f" of {', '.join(short)}" if len(short) < len(resampled) else ""
    if any(short.values()) or settings.unit == "document":
        by_sentence = settings.unit == "document" and not any(short.values())
        yield f"no intervals{what}: they need two documents or more" + ", or --unit sentence" * by_sentence
    else:
        yield f"no intervals{what}: they need two sentences or more"
