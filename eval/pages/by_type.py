"""A metric type by type, with intervals, which scores.json has not: from the counts of units, as the run resampled them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from eval.metrics.counts import Counts
from eval.pages import plots
from eval.resampling import Interval, intervals
from eval.side_by_side import figure
from eval.unit_counts import Units

# More types than these are no longer to be seen in a plot or a matrix: the largest are drawn, and the table has all.
MANY = 30


def of(metric: str, figures: Mapping[str, Any], units: Units | None, samples: int, seed: int) -> dict[str, Any]:
    """`rows`: each type's figures with `name`, `interval`, and `alone`, the only unit's kind where one alone has it; `plot`."""
    found = type_intervals(units, samples, seed) if units else {}
    alone = found_alone(units) if units else set[str]()
    rows = [
        {
            **score,
            "name": name,
            "interval": found.get(name),
            "alone": units.unit if units and samples and name in alone else None,
        }
        for name, score in figures["types"].items()
    ]
    shown = largest(figures["types"])
    drawn = [
        plots.Row(row["name"], row["f1"], row["interval"], columns=(figure(row["f1"], ".3f"), str(row["gold"])))
        for row in rows
        if row["name"] in shown
    ]
    description = f"{metric} by type: F1 from 0 to 1 with its 95% interval, and how many the gold has; the table has the figures"
    return {
        "metric": metric,
        "rows": rows,
        "micro": figures,
        "plot": plots.svg(plots.dots(drawn, ("F1", "gold"), description)),
        "left_out": len(rows) - len(drawn),
    }


def type_intervals(units: Units, samples: int, seed: int) -> dict[str, Interval | None]:
    """The 95% interval of each type's F1, as eval.resampling has that of a metric.

    A type that one unit alone has is left out: a resample has that unit or nothing, so that its figure never changes.
    """
    counts, alone = units.counts, found_alone(units)
    nothing = np.empty((len(counts.by_type), 0, 3))
    chosen = {
        name: Counts((), nothing, counts.by_type[:, None, i, [0, 1, 2, 0]])
        for i, name in enumerate(counts.types)
        if name not in alone
    }
    return intervals(chosen, samples, seed)


def found_alone(units: Units) -> set[str]:
    """The types that one unit alone has, on either side."""
    having = units.counts.by_type[..., 1:].any(axis=2).sum(axis=0)
    return {name for name, many in zip(units.counts.types, having.tolist(), strict=True) if many == 1}


def largest(types: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The MANY types of which both sides together have most."""

    def order(name: str) -> tuple[float, str]:
        return -types[name]["gold"] - types[name]["predicted"], name

    return set(sorted(types, key=order)[:MANY])


def names(kinds: Iterable[Mapping[str, Any]], side: str) -> list[str]:
    """The types that a side has in kinds of errors, in order."""
    return sorted({kind[f"{side}_type"] for kind in kinds} - {None})
