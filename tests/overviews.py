"""Runs whose labels are hard to bear, and the upper part of their reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import html

from eval import formats, unit_counts
from eval.document import Document
from eval.folder import save
from eval.pages import overview, page
from eval.run import Run
from eval.settings import Settings
from eval.tally import ERRORS
from tests.conftest import ROOT

HOSTILE = "</svg></script><script>window.hurt = 1</script>"
# Labels as a user may have them.
RENAMED = {"PER": HOSTILE, "ORG": "منظمة دولية", "GPE": "a type " * 40, "NORP": "-", "TITLE": "A&B=C/D#%"}
RELATIONS = {"leads": '"><img src=x onerror="window.hurt = 1">', "happens_at": "يقع في"}


@dataclass(frozen=True)
class Shown:
    """A run's documents and scores, and its page."""

    gold: list[Document]
    scores: dict[str, Any]
    folder: Path
    source: str

    @property
    def page(self) -> Any:
        """The page as a browser reads it."""
        return html.fromstring(self.source)


def five() -> tuple[list[Document], list[Document]]:
    """The gold with labels that are hard to bear, and predictions that are wrong in each way."""
    gold, predicted = [], []
    for one in formats.read_gold(ROOT / "data"):
        mentions = [replace(m, type=RENAMED.get(m.type, m.type)) for m in one.mentions]
        relations = [replace(r, type=RELATIONS.get(r.type, r.type)) for r in one.relations]
        gold.append(replace(one, mentions=tuple(mentions), relations=tuple(relations)))
        found = {m.id: m for i, m in enumerate(mentions) if i % 4}
        ids = [*found]
        for id in ids[::7]:
            found[id] = replace(found[id], type="EVENT")
        for id in ids[1::9]:
            found[id] = replace(found[id], end=min(found[id].end + 7, len(one.text or "")))
        related = [
            replace(r, type="supports" if i % 6 == 0 else r.type) for i, r in enumerate(relations) if {r.head, r.tail} <= {*found}
        ]
        predicted.append(replace(one, mentions=tuple(found.values()), relations=tuple(dict.fromkeys(related))))
    return gold, predicted


def run(folder: Path, gold: Sequence[Document], predicted: Sequence[Document], **settings: Any) -> dict[str, Any]:
    """The scores of predictions, as they are read from the run's folder."""
    file = folder.with_suffix(".jsonl")
    formats.write(file, predicted)
    save(Run(gold, f"predictions:{file}", Settings(**settings)), folder)
    return json.loads((folder / "scores.json").read_text())  # type: ignore[no-any-return]


def shown(folder: Path, gold: list[Document], predicted: list[Document], left_out: int = 0, **settings: Any) -> Shown:
    """A run and its page, which has all articles but the first `left_out`."""
    scores = run(folder, gold, predicted, **settings)
    units = unit_counts.read(folder / "counts.parquet", ERRORS)
    texts = {one.doc_id: one.text or "" for one in gold[left_out:]}
    return Shown(gold, scores, folder, rendered(overview.context(scores, units, texts)))


def rendered(o: dict[str, Any]) -> str:
    """A page that has it and nothing else, with the policy of all pages."""
    return page.render("own.html", ["page.css", "overview.css"], [], package="tests", o=o)


def data(cell: Any) -> list[float]:
    """The figures in a cell."""
    return [float(found.get("value")) for found in cell.iter("data")]


def figures(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    """The figures of a table's row by column, null where there is –."""
    cells = row.findall("td")
    assert len(cells) == len(columns)
    return {
        name: (data(cell) or [None]) if name == "interval" else next(iter(data(cell)), None)
        for name, cell in zip(columns, cells, strict=True)
    }
