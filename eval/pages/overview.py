"""The upper part of a run's report: its figures, what is confused with what, what costs most, and how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eval import signature
from eval.pages import by_type, confusions, costliest, plots
from eval.side_by_side import figure
from eval.tally import ERRORS
from eval.unit_counts import Units

HEADLINE = {
    "ner.strict": ("Mentions", "span and type both right"),
    "relations.strict": ("Relations", "type, direction and both mentions right"),
    "clusters.conll": ("Entities", "mentions of one entity brought together: the mean of MUC, B³ and CEAFe"),
}
FAMILIES = {
    "ner": "Mentions",
    "relations": "Relations",
    "clusters": "Entities within documents",
    "clusters.cross": "Entities across documents",
    "attributes": "Attributes",
}
MADE = {
    "wafd": "the version of the program",
    "gold": "a digest of the gold: the same gold has the same",
    "extractor": "what was measured",
    "predictions": "a digest of what it predicted",
    "protocol": "how the extractor was fitted",
    "match": "how spans are compared",
    "nested": "which of nested mentions count",
    "unit": "what the intervals resample (of relations and entities always documents)",
    "samples": "how many resamples the intervals come from",
    "seed": "where the draws of these begin",
    "metrics": "their versions: figures of different versions do not compare",
    "tags": "how tags became mentions",
    "train": "a digest of what the extractor was fitted on, instead of the gold's other folds",
    "options": "the extractor's own",
}
VALUES = {
    ("protocol", "leave-one-out"): "each fold is predicted by an extractor fitted on the others",
    ("protocol", "as-is"): "the extractor is taken as it comes, and not fitted here",
    ("match", "token"): "spans are widened to the tokens that they touch, so that clitics cost nothing",
    ("match", "char"): "spans are compared as they are",
    ("nested", "all"): "nested mentions count, all of them",
    ("nested", "outermost"): "mentions inside others are left out",
    ("nested", "innermost"): "mentions that hold others are left out",
}


def context(scores: Mapping[str, Any], units: Mapping[str, Units], texts: Mapping[str, str]) -> dict[str, Any]:
    """What overview.html shows of a run.

    `scores` is what scores.json holds, `units` the counts of ner.strict and relations.strict where the run has them, `texts`
    those of the articles in the page, by doc_id.
    """
    metrics, errors = scores["metrics"], scores.get("errors") or {}
    made, versions = signature.parts(scores["signature"], metrics)
    drawn = int(made["samples"]), int(made["seed"])
    taken_apart = [name for name in ERRORS if name in metrics and metrics[name]["types"]]
    return {
        "headline": [
            {"metric": name, "title": title, "says": says, **metrics[name]}
            for name, (title, says) in HEADLINE.items()
            if name in metrics
        ],
        "families": list(_families(metrics)),
        "unit": made["unit"],
        "by_type": [by_type.of(name, metrics[name], units.get(name), *drawn) for name in taken_apart],
        "confusions": [confusions.of(name, errors[name], metrics[name]["types"]) for name in taken_apart if name in errors],
        "costliest": [costliest.of(name, errors[name], texts) for name in ERRORS if name in errors and errors[name]["kinds"]],
        "signature": scores["signature"],
        "made": [
            *({"name": name, "value": value, "says": _says(name, value)} for name, value in made.items()),
            {"name": "metrics", "value": _written(versions), "says": MADE["metrics"]},
        ],
    }


def _families(metrics: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Metrics that belong together, with a plot of those in which either side has something to score."""
    families: dict[str, dict[str, Any]] = {}
    for name, figures in metrics.items():
        family = "clusters.cross" if name.startswith("clusters.cross.") else name.partition(".")[0]
        families.setdefault(family, {})[name] = figures
    for family, members in families.items():
        title = FAMILIES.get(family, family)
        rows = [
            plots.Row(
                name.removeprefix(f"{family}."),
                figures["f1"],
                figures["interval"],
                figures["macro_f1"],
                (figure(figures["f1"], ".3f"),),
            )
            for name, figures in members.items()
        ]
        scored = any(figures["f1"] is not None for figures in members.values())
        description = f"{title}: the F1 of each metric from 0 to 1 with its 95% interval; the table has the figures"
        yield {
            "title": title,
            "metrics": members,
            "macro": any(figures["macro_f1"] is not None for figures in members.values()),
            "plot": plots.svg(plots.dots(rows, ("F1",), description)) if scored else None,
        }


def _written(versions: Mapping[str, int]) -> str:
    """Versions, each with its metrics where they differ."""
    of_version: dict[int, list[str]] = {}
    for name, version in versions.items():
        of_version.setdefault(version, []).append(name)
    if len(of_version) == 1:
        return f"{len(versions)} of version {next(iter(of_version))}"
    return "; ".join(f"version {version}: {', '.join(names)}" for version, names in of_version.items())


def _says(name: str, value: str) -> str:
    return VALUES.get((name, value)) or MADE.get(name, "")
