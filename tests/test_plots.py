"""Plots, as they stand in a page."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import html

from eval.pages import differences, plots


def test_a_dot_stands_where_its_figure_is() -> None:
    """By the axis of the plot: 0 at its left end, 1 at its right; an interval from bound to bound; null is not drawn."""
    rows = [plots.Row("a", 0.25, (0.125, 0.5), 0.75), plots.Row("b", 1.0), plots.Row("c", None)]
    svg = html.fromstring(plots.svg(plots.dots(rows, (), "Three & more")))
    assert svg.get("aria-label") == "Three & more"

    def places(layer: str, tag: str) -> list[float]:
        return [
            float(found.get("transform").partition("(")[2].partition(",")[0]) for found in svg.cssselect(f".{layer}_marks {tag}")
        ]

    zero, half, one = (
        float(found.get("transform").partition("(")[2].partition(",")[0]) for found in svg.cssselect(".role-axis-grid line")
    )
    assert half - zero == one - half
    assert places("figure", "path") == [pytest.approx(0.25 * one)]
    assert places("second", "path") == [pytest.approx(0.75 * one)]
    assert places("alone", "path") == [pytest.approx(one)]
    (line,) = svg.cssselect(".interval_marks line")
    bounds = places("interval", "line")[0], places("interval", "line")[0] + float(line.get("x2"))
    assert sorted(bounds) == [pytest.approx(0.125 * one), pytest.approx(0.5 * one)]


def test_a_name_may_hold_any_character() -> None:
    """Those that no SVG can hold are escaped, and two names stay two."""
    rows = [plots.Row(f"a{letter}", 0.5) for letter in "\x1b\x00\x07\uffff\n\u202e😀"]
    svg = html.fromstring(plots.svg(plots.dots(rows, (), "\x1b & more")))
    names = [found.text for found in svg.cssselect(".role-axis-label text") if found.text.startswith("a")]
    assert names[:4] == [r"a\x1b", r"a\x00", r"a\x07", r"a\uffff"]
    assert len(set(names)) == len(svg.cssselect(".alone_marks path")) == len(rows)


@pytest.mark.parametrize("name", ["constructor", "toString", "__proto__", "valueOf"])
def test_a_type_may_have_any_name(name: str) -> None:
    """The names of what all objects of JavaScript have too, with which Vega fails, and draws nothing."""
    of_one = plots.svg(plots.dots([plots.Row(name, 0.5, (0.25, 0.75))], (), "One"))
    of_two = differences.of_classes({name: Counter({"both": 1})}, "Two")
    for drawn in (of_one, of_two):
        svg = html.fromstring(str(drawn))
        assert name in [found.text for found in svg.cssselect("text")]
        assert svg.cssselect(".mark-symbol path, .mark-rect path")
