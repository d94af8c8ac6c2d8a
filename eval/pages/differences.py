"""The plots of a comparison: differences around 0, and of each type what one run gets and the other misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from eval.pages.contrast import BOTH, NEITHER, ONLY_A, ONLY_B
from eval.pages.plots import Specification, named, names, svg

# Custom properties of comparison.css, so that a plot is in light and dark as the page is.
_COLOURS = {BOTH: "var(--both)", ONLY_A: "var(--a)", ONLY_B: "var(--b)", NEITHER: "var(--neither)"}
_BETTER = {"A": "var(--a)", "B": "var(--b)", "unclear": "var(--muted)"}
# In pixels: as wide as a phone, with so much of it for names.
_WIDTH, _NAMES, _EDGE, _ROW = 346, 158, 14, 20


def of_figures(differences: Mapping[str, Mapping[str, Any]], description: str) -> Markup | None:
    """Differences in F1 by name, each with its interval, around 0; None if there are none to draw.

    Left out are those of which one run has no figure, or both have 0.
    """
    rows = [
        {"name": named(name), "delta": of["delta"], "better": _better(of["interval"]), **_bounds(of["interval"])}
        for name, of in differences.items()
        if of["delta"] is not None and any(of["f1"])
    ]
    x = _scale("+.2~f", "datum.value == 0 ? '0' : datum.label")
    colour = {"field": "better", "scale": _colours(_BETTER), "legend": None}
    through = {"type": "rule", "strokeWidth": 2.5, "strokeCap": "round"}
    layers: list[Specification] = [
        {"mark": {"type": "rule", "color": "var(--edge)"}, "encoding": {"x": {"datum": 0, **x}, "y": None}},
        {"mark": through, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "color": colour}},
        {"mark": {"type": "point", "filled": True, "size": 58}, "encoding": {"x": {"field": "delta", **x}, "color": colour}},
    ]
    return _drawn(rows, layers, description) if rows else None


def of_classes(counts: Mapping[str, Mapping[str, int]], description: str) -> Markup | None:
    """How many of each type both runs get, only one, or neither; None if there are none."""
    rows = [
        {"name": named(type), "class": name, "order": place, "many": of[name]}
        for type, of in counts.items()
        for place, name in enumerate(_COLOURS)
        if any(of[one] for one in _COLOURS)
    ]
    encoding = {
        "x": {"field": "many", "stack": "zero", **_scale("d", "datum.label")},
        "color": {"field": "class", "scale": _colours(_COLOURS), "legend": None},
        "order": {"field": "order"},
    }
    layers: list[Specification] = [{"mark": {"type": "bar", "height": {"band": 0.66}}, "encoding": encoding}]
    return _drawn(rows, layers, description) if rows else None


def _drawn(rows: Sequence[Mapping[str, Any]], layers: Sequence[Specification], description: str) -> Markup:
    across = {"field": "name", "type": "nominal", "sort": None, "axis": names(_NAMES)}
    return svg(
        {
            "description": description,
            "data": {"values": rows},
            "width": _WIDTH - _NAMES - _EDGE,
            "height": {"step": _ROW},
            "autosize": {"type": "none"},
            "padding": {"left": _NAMES, "right": _EDGE, "top": 4, "bottom": 22},
            "encoding": {"y": across},
            "layer": layers,
        }
    )


def _scale(form: str, label: str) -> Specification:
    return {"type": "quantitative", "axis": {"format": form, "labelExpr": label, "tickCount": 4}}


def _colours(colours: Mapping[str, str]) -> dict[str, list[str]]:
    return {"domain": [*colours], "range": [*colours.values()]}


def _bounds(interval: Sequence[float] | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"low": low, "high": high}


def _better(interval: Sequence[float] | None) -> str:
    """The run that is better wherever in its interval the difference is."""
    if not interval or interval[0] <= 0 <= interval[1]:
        return "unclear"
    return "B" if interval[0] > 0 else "A"
