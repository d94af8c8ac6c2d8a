"""Agreement on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from annotation.agreement.disagreement import KINDS, Disagreement
from eval.console import plain

Figures = Mapping[str, Any]


def show(figures: Figures, console: Console) -> None:
    """A table of everything, then mentions and relations by type."""
    documents = ", ".join(figures["documents"])
    console.print(plain(f"{len(figures['documents'])} document(s) ({documents}), {figures['sentences']} sentences"))
    table = _table("", "95% interval")
    for family in ("mentions", "relations", "attributes"):
        table.add_section()
        for name, figure in figures[family].items():
            table.add_row(f"{family}.{name}", *_row(figure), _interval(figure))
    table.add_section()
    for where, clustered in figures["clusters"].items():
        for name, figure in clustered.items():
            table.add_row(f"clusters.{where}.{name}", *_row(figure), _interval(figure))
    console.print(table)
    tokens = figures["tokens"]
    kappa = [_figure(tokens["kappa"]), *filter(None, [_interval(tokens)])]
    console.print(plain(f"Cohen's kappa on {tokens['tokens']} tokens: {', '.join(kappa)}"))
    if gamma := figures.get("gamma"):
        each = ", ".join(f"{doc_id} {_figure(figure)}" for doc_id, figure in gamma["documents"].items())
        console.print(plain(f"γ: {_figure(gamma['mean'])} ({each})"))
    by_type = _table("mentions", "kappa on tokens")
    for name, figure in figures["mentions"]["strict"].get("types", {}).items():
        by_type.add_row(plain(name), *_row(figure), _figure(tokens["types"][name]["kappa"]))
    console.print(by_type)
    given = figures["relations"]["strict.given"].get("types", {})
    by_type = _table("relations", "F1 given mentions")
    for name, figure in figures["relations"]["strict"].get("types", {}).items():
        by_type.add_row(plain(name), *_row(figure), _figure(given.get(name, {}).get("f1")))
    console.print(by_type)
    console.print("Agreement says how repeatable the guidelines are, not that either annotator is right.", style="dim")


def show_list(found: Sequence[Disagreement], console: Console) -> None:
    """Disagreements by kind and label, each with its sentence."""
    for kind in KINDS:
        of_kind = sorted((one for one in found if one.kind == kind), key=lambda one: (one.label, one.doc_id, one.start))
        if of_kind:
            console.rule(f"{kind}: {len(of_kind)}")
        for one in of_kind:
            console.print(plain(f"{one.label}  {one.doc_id}", style="bold"))
            for said in (f"  first:  {one.first or '–'}", f"  second: {one.second or '–'}", f"  {one.sentence}"):
                console.print(plain(said), soft_wrap=True)


def _table(first: str, last: str) -> Table:
    table = Table(Column(first, no_wrap=True), box=SIMPLE_HEAD)
    for column in ("F1", "agreed", "first", "second", last):
        table.add_column(column, justify="right")
    return table


def _row(figure: Figures) -> list[str]:
    counted = (figure.get(key) for key in ("agreed", "first", "second"))
    return [_figure(figure["f1"]), *("" if count is None else f"{count:.6g}" for count in counted)]


def _interval(figure: Figures) -> str:
    return "–".join(_figure(bound) for bound in figure.get("interval") or ())


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
