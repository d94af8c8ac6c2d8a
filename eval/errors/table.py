"""Errors on the terminal, from what scores.json holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from eval.console import isolated, plain

Record = Mapping[str, Any]
Cells = Counter[tuple[str | None, str | None]]

COSTLIEST = 10
# So many code points are shown before and after a mention.
AROUND = 30


def show(metric: str, errors: Record, texts: Mapping[str, str], console: Console) -> None:
    """A table of the classes, one of confusions, and the costliest kinds with examples from the gold's `texts`, by doc_id."""
    table = Table(Column(f"errors of {metric}", no_wrap=True), box=SIMPLE_HEAD)
    for side in ("gold", "predicted"):
        table.add_column(side, justify="right")
    for name, counts in errors["classes"].items():
        table.add_row(name, *(str(counts[side]) for side in ("gold", "predicted")))
    console.print(table)
    console.print(_confusions(errors["kinds"]))
    if kinds := costly(errors):
        console.print(
            f"what costs most, and by how much F1 of {metric} would rise if it alone were mended:", style="bold", soft_wrap=True
        )
    for number, kind in enumerate(kinds, 1):
        console.print(plain(f"{number:2}. {_named(kind)}: {_many(kind)}, +{kind['gain']:.4f}"), soft_wrap=True)
        for example in kind["examples"]:
            for line in _lines(example, texts[example["doc_id"]]):
                console.print(plain(line), soft_wrap=True)


def shown(errors: Iterable[Record]) -> set[str]:
    """The ids of the documents whose texts are shown."""
    return {example["doc_id"] for one in errors for kind in costly(one) for example in kind["examples"]}


def costly(errors: Record) -> list[Record]:
    """The kinds of error that are shown, the costliest first."""
    return [kind for kind in errors["kinds"] if "gain" in kind][:COSTLIEST]


def confused(kinds: Sequence[Record]) -> Cells:
    """How many of each type of the gold have become which; None is for nothing on that side."""
    cells: Cells = Counter()
    for kind in kinds:
        cells[kind["gold_type"], kind["predicted_type"]] += kind["gold"] or kind["predicted"]
    return cells


def _confusions(kinds: Sequence[Record]) -> Table:
    """A line for each type: how many have it on both sides, wherever their boundaries, and what became of the others."""
    cells = confused(kinds)
    table = Table(Column("confusions", no_wrap=True), box=SIMPLE_HEAD)
    for column in ("right type", "missed", "spurious"):
        table.add_column(column, justify="right")
    table.add_column("predicted as")
    for type in sorted({type for cell in cells for type in cell if type is not None}):
        others = [(many, other) for (one, other), many in cells.items() if one == type and other not in (None, type)]
        counts = (str(cells[cell]) for cell in ((type, type), (type, None), (None, type)))
        as_others = ", ".join(f"{other} {many}" for many, other in sorted(others, key=lambda found: (-found[0], found[1])))
        table.add_row(plain(type), *counts, plain(as_others))
    return table


def _named(kind: Record) -> str:
    types = [kind["gold_type"], kind["predicted_type"]]
    return f"{kind['class']} " + " as ".join(dict.fromkeys(type for type in types if type))


def _many(kind: Record) -> str:
    return " and ".join(
        f"{kind[side]} {word}" for side, word in (("gold", "in the gold"), ("predicted", "predicted")) if kind[side]
    )


def _lines(example: Record, text: str) -> Iterator[str]:
    """A line for each mention or relation; words of the text stand in isolates of their own."""
    for side in ("gold", "predicted"):
        for item in example[side]:
            shown = _relation(item, text) if "head" in item else f"{_place(item)} {isolated(_around(item, text))}"
            yield f"      {example['doc_id']} {side:9} {shown}"


def _relation(item: Record, text: str) -> str:
    ends = (f"{_place(end)} {isolated(text[end['start'] : end['end']])}" for end in (item["head"], item["tail"]))
    return f"{item['type']}: {' → '.join(ends)}"


def _place(mention: Record) -> str:
    return f"{mention['type']} [{mention['start']}, {mention['end']})"


def _around(mention: Record, text: str) -> str:
    """The mention in brackets, with what stands on either side of it in its line."""
    start, end = mention["start"], mention["end"]
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return f"{before}[{text[start:end]}]{after}"
