"""A run on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from eval.console import plain


def show(scores: Mapping[str, Any], console: Console) -> None:
    """Print a line a metric, and for the first metric of `ner` and of `relations` a line a type.

    Families (`ner`, `relations`, …) in which neither side has anything to score are named alone.
    """
    families: dict[str, dict[str, Any]] = {}
    for name, figures in scores["metrics"].items():
        families.setdefault(name.partition(".")[0], {})[name] = figures
    scored = {name: family for name, family in families.items() if any(figures["f1"] is not None for figures in family.values())}
    shown = scored or families
    table = Table(Column("metric", no_wrap=True))
    for column in ("precision", "recall", "F1", "95% interval"):
        table.add_column(column, justify="right")
    for family in shown.values():
        table.add_section()
        for name, figures in family.items():
            interval = " to ".join(_figure(bound) for bound in figures["interval"] or ())
            table.add_row(plain(name), *(_figure(figures[key]) for key in ("precision", "recall", "f1")), interval)
    console.print(table)
    if len(shown) < len(families):
        left_out = (name for name in families if name not in shown)
        console.print(plain(f"nothing to score on either side: {', '.join(left_out)}", "dim"), soft_wrap=True)
    for family in (shown[name] for name in ("ner", "relations") if name in shown):
        name, figures = next(iter(family.items()))
        if figures["types"]:
            console.print(_by_type(name, figures))
    for warning in scores["warnings"]:
        console.print(plain(f"warning: {warning}", "yellow"), soft_wrap=True)
    console.print(plain(scores["signature"], "dim"), soft_wrap=True)


def _by_type(name: str, figures: Mapping[str, Any]) -> Table:
    table = Table(name)
    for column in ("precision", "recall", "F1", "correct", "predicted", "gold"):
        table.add_column(column, justify="right")
    for type, score in figures["types"].items():
        table.add_row(plain(type), *_row(score))
    table.add_section()
    table.add_row("micro", *_row(figures), style="bold")
    table.add_row("macro", "", "", _figure(figures["macro_f1"]))
    return table


def _row(score: Mapping[str, Any]) -> list[str]:
    return [
        *(_figure(score[key]) for key in ("precision", "recall", "f1")),
        *(str(score[key]) for key in ("correct", "predicted", "gold")),
    ]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
