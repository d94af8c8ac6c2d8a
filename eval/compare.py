"""Runs against each other: from their folders to what differs, and how far that is more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from eval.document import BadInput
from eval.metrics.counts import Counts, Numbers
from eval.resampling import paired, percentiles
from eval.saved import Run, load
from eval.significance import TIE, holm, p_min, p_values
from eval.unit_counts import Units

# What two runs must agree in, each an option of eval run.
SAME = ("gold", "match", "nested")


def compare(paths: Sequence[str], metrics: Sequence[str] | None, samples: int, seed: int) -> dict[str, Any]:
    """Compare each run with each that comes after it, on the metrics that all have, or on those named.

    docs/statistics.md says what the record holds. Raises BadInput for runs that cannot be compared.
    """
    runs = [load(path) for path in paths]
    chosen = _chosen(runs, metrics)
    for one, other in combinations(runs, 2):
        _check(one, other, chosen)
    units = _aligned(runs, chosen)
    # A pair at a time, so that memory does not grow with the runs; what is drawn is the same for each.
    pairs = [
        _differences(
            runs[a].path, runs[b].path, {name: (of_metric[a], of_metric[b]) for name, of_metric in units.items()}, samples, seed
        )
        for a, b in combinations(range(len(runs)), 2)
    ]
    for of_metric in zip(*pairs, strict=True):
        for difference, corrected in zip(of_metric, holm([of["p"] for of in of_metric]), strict=True):
            difference["p_holm"] = corrected
    return {
        "runs": [_described(run, chosen) for run in runs],
        "samples": samples,
        "seed": seed,
        "differences": [difference for pair in pairs for difference in pair],
    }


def _chosen(runs: Sequence[Run], named: Sequence[str] | None) -> list[str]:
    shared = [name for name in runs[0].figures if all(name in run.figures for run in runs)]
    if not shared:
        lists = "; ".join(f"{run.path} has {', '.join(run.figures)}" for run in runs)
        raise BadInput(f"the runs have no metric in common: {lists}; make them again with the same --metrics")
    if unknown := [name for name in named or () if name not in shared]:
        raise BadInput(f"--metrics: {unknown[0]!r} is no metric of all the runs; there are {', '.join(shared)}")
    return list(named or shared)


def _check(one: Run, other: Run, chosen: Sequence[str]) -> None:
    for part in SAME:
        if one.made[part] != other.made[part]:
            raise BadInput(
                f"{one.path} and {other.path} differ in {part}, {one.made[part]} and {other.made[part]}, so their figures "
                f"do not compare; make one of them again with the other's --{part}"
            )
    for name in chosen:
        if one.versions[name] != other.versions[name]:
            raise BadInput(
                f"{one.path} and {other.path} differ in the version of {name}, {one.versions[name]} and {other.versions[name]}; "
                "make the older run again, or leave the metric out with --metrics"
            )


def _aligned(runs: Sequence[Run], chosen: Sequence[str]) -> dict[str, list[Units]]:
    """The counts of each run by metric, of the same units and types; by document where runs differ in unit."""
    saved = [run.units(chosen) for run in runs]
    aligned = {}
    for name in chosen:
        of_metric = [units[name] for units in saved]
        if len({units.unit for units in of_metric}) > 1:
            of_metric = [units.by_document() for units in of_metric]
        for run, one in zip(runs, of_metric, strict=True):
            if one.doc_ids != of_metric[0].doc_ids or not np.array_equal(one.document, of_metric[0].document):
                raise BadInput(f"{run.path}: counts.parquet has other {one.unit}s than that of {runs[0].path}; make both again")
        types = sorted({type for units in of_metric for type in units.counts.types})
        aligned[name] = [replace(units, counts=units.counts.of_types(types)) for units in of_metric]
    return aligned


def _differences(a: str, b: str, units: Mapping[str, tuple[Units, Units]], samples: int, seed: int) -> list[dict[str, Any]]:
    counts = {name: (one.counts, other.counts) for name, (one, other) in units.items()}
    tested = {name: both for name, both in counts.items() if units[name][0].unit != "set"}
    drawn = {name: both for name, both in tested.items() if len(both[0].total) > 1}
    resampled = dict(zip(drawn, paired([*drawn.values()], samples, seed), strict=True))
    p = dict(zip(tested, p_values([(one.total, other.total) for one, other in tested.values()], samples, seed), strict=True))
    differences = []
    for name, (one, other) in counts.items():
        total, by_type = resampled.get(name, (None, None))
        known = len(one.total)
        differences.append(
            {
                "metric": name,
                "a": a,
                "b": b,
                **_difference(one.micro().f1, other.micro().f1, total),
                "p": p.get(name),
                "p_min": None if p.get(name) is None else p_min(known, samples),
                "p_holm": None,
                "unit": units[name][0].unit,
                "units": known,
                "types": _types(one, other, by_type),
            }
        )
    return differences


def _difference(a: float | None, b: float | None, resampled: Numbers | None) -> dict[str, Any]:
    """`resampled` are both F1s of each resample, shape (samples, 2)."""
    if a is None or b is None:
        return {"f1": [a, b], "delta": None, "interval": None}
    interval = None if resampled is None else percentiles(_settled(resampled[:, 1] - resampled[:, 0]))
    return {"f1": [a, b], "delta": float(_settled(np.array(b - a))), "interval": interval}


def _types(a: Counts, b: Counts, resampled: Numbers | None) -> dict[str, Any]:
    """The difference of each type that one of both has. `resampled` has shape (samples, 2, types)."""
    scores = a.scores(), b.scores()
    f1 = {name: [side[name].f1 if name in side else None for side in scores] for name in a.types}
    return {
        name: _difference(f1[name][0], f1[name][1], None if resampled is None else resampled[..., i])
        for i, name in enumerate(a.types)
        if any(name in side for side in scores)
    }


def _settled(differences: Numbers) -> Numbers:
    """Differences that are 0 but for the last digits of sums are 0."""
    return np.where(np.abs(differences) < TIE, 0.0, differences)


def _described(run: Run, chosen: Sequence[str]) -> dict[str, Any]:
    figures = {name: {key: run.figures[name][key] for key in ("f1", "interval")} for name in chosen}
    return {"run": run.path, "signature": run.signature, **run.made, "metrics": figures}
