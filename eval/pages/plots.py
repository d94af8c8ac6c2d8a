"""Plots: Vega-Lite's specifications, drawn by vl-convert as SVG that stands in a page, whose colours and faces they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert
from markupsafe import Markup, escape

from eval.characters import NOT_IN_XML

Specification = dict[str, Any]

# In pixels: all plots are as wide as a phone, of which names, and each column behind the scale, take so much.
_WIDTH, _NAMES, _COLUMN, _ROW = 346, 122, 42, 20
# Parts say nothing to assistive technology: a plot has a name, and a table with its figures beside it. page.css gives colours to
# them by their classes (role-axis-grid, and the names of layers); `currentColor` is what is left.
_CONFIG: Specification = {
    "aria": False,
    "font": "sans-serif",
    "background": None,
    "view": {"stroke": None},
    "text": {"fontSize": 11, "baseline": "middle", "color": "currentColor"},
    "rule": {"color": "currentColor"},
    "point": {"color": "currentColor", "opacity": 1},
    "axis": {
        "domain": False,
        "ticks": False,
        "title": None,
        "labelFontSize": 11,
        "labelFlush": False,
        "labelColor": "currentColor",
        "gridColor": "currentColor",
    },
}


@dataclass(frozen=True)
class Row:
    """A figure with its interval and, hollow, a second one; `columns` are written behind it. None is not drawn."""

    name: str
    figure: float | None
    interval: Sequence[float] | None = None
    second: float | None = None
    columns: Sequence[str] = ()


def svg(specification: Mapping[str, Any]) -> Markup:
    """The plot of a Vega-Lite specification, an image whose name is its `description`."""
    config = {**_CONFIG, **specification.get("config", {})}
    drawn: str = vl_convert.vegalite_to_svg(_shown({**specification, "config": config}))
    name = escape(specification.get("description", ""))
    drawn = drawn.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)
    return Markup(drawn.replace("<g ", '<g aria-hidden="true" ', 1))


def dots(rows: Sequence[Row], heads: Sequence[str], description: str) -> Specification:
    """A line each: the figure as a dot from 0 to 1, full where it has an interval, which is the line through it.

    Names and columns are cut where they are too long. `heads` stand over the columns.
    """
    values = [
        {
            "name": named(row.name),
            "figure": row.figure,
            "low": row.interval[0] if row.interval else None,
            "high": row.interval[1] if row.interval else None,
            "second": row.second,
            **{f"column{i}": text for i, text in enumerate(row.columns)},
        }
        for row in rows
    ]
    scale = _WIDTH - _NAMES - len(heads) * _COLUMN
    layers = [
        _layer("interval", {"type": "rule", "strokeWidth": 2.5, "strokeCap": "round"}, "isValid(datum.low)", x="low", x2="high"),
        _layer("second", {"type": "point", "shape": "diamond", "size": 38}, "isValid(datum.second)", x="second"),
        _layer("alone", {"type": "point", "size": 42}, "isValid(datum.figure) && !isValid(datum.low)", x="figure"),
        _layer("figure", {"type": "point", "filled": True, "size": 58}, "isValid(datum.low)", x="figure"),
    ]
    for i, head in enumerate(heads):
        mark = {"type": "text", "align": "right", "x": scale + (i + 1) * _COLUMN, "limit": _COLUMN - 4}
        layers.append(_layer(f"column{i}", mark, "true", text=f"column{i}"))
        above = {"name": f"head{i}", "data": {"values": [{}]}, "mark": {**mark, "y": -9}}
        layers.append({**above, "encoding": {"y": None, "text": {"value": head}}})
    return {
        "description": description,
        "data": {"values": values},
        "width": scale,
        "height": {"step": _ROW},
        "autosize": {"type": "none"},
        "padding": {"left": _NAMES, "right": len(heads) * _COLUMN + 6, "top": 20, "bottom": 20},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "scale": {"domain": [named(row.name) for row in rows]},
                "axis": names(_NAMES),
            }
        },
        "layer": layers,
    }


def _shown(value: Any) -> Any:
    """A part of a specification in whose strings what no SVG can hold is written as an escape, so that names stay apart."""
    if isinstance(value, str):
        # vl-convert, which reads the SVG that it has written, ends the process at such a character.
        return NOT_IN_XML.sub(lambda found: ascii(found[0])[1:-1], value)
    if isinstance(value, Mapping):
        return {key: _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list) else value


def named(name: str) -> str:
    """A name as the value of a scale. Vega fails on a bare `constructor`, and on others that all its objects have."""
    return f"={name}"


def names(width: int) -> Specification:
    """The axis of such names, and how wide it is."""
    return {"labelLimit": width - 10, "labelPadding": 8, "labelExpr": "slice(datum.value, 1)"}


def _layer(name: str, mark: Specification, only: str, **fields: str) -> Specification:
    encoding: Specification = {channel: {"field": field} for channel, field in fields.items()}
    if "x" in fields:
        encoding["x"] |= {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"values": [0, 0.5, 1], "format": "~g"}}
    return {"name": name, "transform": [{"filter": only}], "mark": mark, "encoding": encoding}
