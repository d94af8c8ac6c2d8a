"""Plots: Vega-Lite's specifications, drawn by vl-convert as SVG that stands in a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import vl_convert
from markupsafe import Markup


def svg(specification: Mapping[str, Any]) -> Markup:
    """The plot of a Vega-Lite specification. Its colours may be `currentColor`, so that it is of the page."""
    return Markup(vl_convert.vegalite_to_svg(dict(specification)))
