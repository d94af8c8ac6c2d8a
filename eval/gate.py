"""The gate: least values that a run must reach, as `--min METRIC=VALUE` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eval.document import BadInput

FIGURES = ("precision", "recall", "f1", "macro_f1")


@dataclass(frozen=True)
class Minimum:
    """The least value of a metric's figure, over all types (`type` None) or of one."""

    metric: str
    type: str | None
    figure: str
    value: float

    def reached(self, metrics: Mapping[str, Any]) -> bool:
        """Whether scores.json's `metrics` reach it. A figure that is null, or of a type that nobody has, misses."""
        figure = self.found(metrics)
        return figure is not None and figure >= self.value

    def found(self, metrics: Mapping[str, Any]) -> float | None:
        """The figure that was reached."""
        scores = metrics[self.metric]
        scores = scores if self.type is None else scores["types"].get(self.type, {})
        return scores.get(self.figure)  # type: ignore[no-any-return]

    def nobody(self, metrics: Mapping[str, Any]) -> bool:
        """Whether it asks for a type that neither side has."""
        return self.type is not None and self.type not in metrics[self.metric]["types"]

    def __str__(self) -> str:
        return ".".join(part for part in (self.metric, self.type, self.figure) if part)


def parse(text: str, chosen: Iterable[str], metrics: Iterable[str]) -> Minimum:
    """Read `ner.strict=0.5`, `ner.strict.recall=0.5` or `ner.strict.PER.f1=0.5`.

    Raises BadInput, also for one of the `metrics` that is not among the chosen ones.
    """
    name, equals, value = text.rpartition("=") if "=" in text else (text, "", "")
    chosen = list(chosen)
    metric = max((metric for metric in chosen if f"{name}.".startswith(f"{metric}.")), key=len, default=None)
    if metric is None:
        known = "is not among those chosen" if any(f"{name}.".startswith(f"{m}.") for m in metrics) else "names no metric"
        raise BadInput(f"--min {text}: {name!r} {known}: {', '.join(chosen)}")
    try:
        least = float(value)
    except ValueError:
        least = float("nan")
    if not equals or not 0 <= least <= 1:
        raise BadInput(f"--min {text}: needs METRIC=VALUE with a value from 0 to 1, found {value!r}")
    type, dot, figure = name[len(metric) + 1 :].rpartition(".") if name != metric else ("", "", "f1")
    if figure not in FIGURES or (dot and (not type or figure == "macro_f1")):
        raise BadInput(
            f"--min {text}: after {metric} comes precision, recall, f1 or macro_f1, or TYPE and one of the first three"
        )
    return Minimum(metric, type or None, figure, least)
