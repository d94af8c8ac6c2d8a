"""What became of each type: a matrix of the gold's types and the predicted ones, from the kinds of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.errors.table import Cells, confused
from eval.pages import links
from eval.pages.by_type import largest, names

# Shades of a cell, by its share of its row.
SHADES = 8


def of(metric: str, errors: Mapping[str, Any], types: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`columns`: the predicted types, None for what was missed. `rows`: the gold's types, None for what is spurious.

    A row has `cells`, each how `many`, its `shade`, whether it is the `right` type, and where it leads. An item of the gold is in
    one cell of its type's row, a spurious one in the last row: `whole` is their sum. Types beyond the largest are left out.
    """
    kinds = errors["kinds"]
    counted = confused(kinds)
    shown = largest(types)
    found = {side: names(kinds, side) for side in ("gold", "predicted")}
    columns = [None, *filter(shown.__contains__, found["predicted"])]
    return {
        "metric": metric,
        "item": links.item(metric),
        "columns": columns,
        "rows": [_row(metric, name, columns, counted) for name in (*filter(shown.__contains__, found["gold"]), None)],
        "left_out": len({*found["gold"], *found["predicted"]} - shown),
    }


def _row(metric: str, gold: str | None, columns: Sequence[str | None], counted: Cells) -> dict[str, Any]:
    whole = sum(many for (one, _), many in counted.items() if one == gold)
    cells = []
    for predicted in columns:
        many = counted[gold, predicted]
        shade = -(-SHADES * many // whole) if many else 0  # rounded up: what there is, is seen
        href = links.counterparts(metric, gold, predicted)
        cells.append({"many": many, "shade": shade, "right": gold == predicted, "predicted": predicted, "href": href})
    return {"gold": gold, "whole": whole, "cells": cells}
