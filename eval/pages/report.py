"""The page of one run: its figures, and every article with what is right and wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from markupsafe import escape

from eval import atomic
from eval.errors import mentions, relations
from eval.folder import SCORES
from eval.pages import overview, picked, scored
from eval.pages.article import SCRIPTS, STYLES, Legend, Marked
from eval.pages.meanings import MEANINGS
from eval.pages.page import render
from eval.pages.picked import BYTES, MANY, Pick, Picks, Shown
from eval.pages.verdicts import verdicts
from eval.progress import Progress, silent
from eval.saved import Run, load
from eval.tally import ERRORS
from eval.unit_counts import Units

WARNINGS = 50
SIDES = ("gold", "predicted")


@dataclass(frozen=True)
class Article(picked.Article):
    """With F1, what the extractor remarked, and, for each side, how many of its mentions are not right, of how many."""

    f1: float | None
    wrong: Mapping[str, tuple[int, int]]
    remarks: Mapping[str, Any]

    @property
    def size(self) -> int:
        """How many bytes of it stand in the page, about."""
        return super().size + len(escape(str(self.remarks)).encode())


@dataclass(frozen=True)
class Found:
    """The articles of a page, in the gold's order, the legend that their islands refer to, and how many there are."""

    articles: Sequence[Article]
    legend: Legend
    shown: Shown


def write(
    folder: Path,
    out: Path,
    gold: Path | None = None,
    progress: Progress = silent,
    *,
    many: int = MANY,
    room: int = BYTES,
) -> Shown:
    """Write the page of the run in a folder to `out`; `gold` is where the gold stands, if not where the run says.

    Raises BadInput where there is no run, or where the gold is not the one that it was scored on.
    """
    run = load(str(folder))
    scores = orjson.loads((folder / SCORES).read_bytes())
    gold = gold or scored.gold_of(run)
    counts = scored.counts(run)
    picks = Picks(scored.errors(counts), many, room)
    for batch in scored.beside(run, gold):
        picks.add(*batch)
        progress(f"reading {gold}", picks.documents, len(scores["documents"]) or None)
    progress("drawing up the report")
    legend = Legend(SIDES, mentions.CLASSES, relations.CLASSES)
    found = picked.held(_articles(run, scores, picks.kept, legend), legend, room, gold)
    shown = Shown(len(found), picks.documents, "those with most errors")
    atomic.write(out, _page(run, scores, counts, Found(found, legend, shown)).encode())
    return shown


def _articles(run: Run, scores: Mapping[str, Any], picks: Sequence[Pick], legend: Legend) -> Iterator[Article]:
    """The articles, those with most errors first."""
    metric, doc_ids = _metric(run), {pick.gold.doc_id for pick in picks}
    remarks = {doc_id: found for doc_id, found in scored.remarks_of(run) if doc_id in doc_ids}
    marked = verdicts([pick.gold for pick in picks], [pick.predicted for pick in picks], scored.settings_of(run))
    for pick, sides in zip(picks, marked, strict=True):
        doc_id = pick.gold.doc_id
        f1 = scores["documents"].get(doc_id, {}).get(metric, {}).get("f1")
        wrong = {name: _wrong(side) for name, side in zip(SIDES, sides, strict=True)}
        yield Article(pick, legend.island(sides), f1, wrong, remarks.get(doc_id, {}))


def _wrong(side: Marked) -> tuple[int, int]:
    compared = [verdict.name for verdict in side.mentions if verdict.name is not None]
    return len(compared) - compared.count("correct"), len(compared)


def _metric(run: Run) -> str:
    """The metric of which an article's F1 is shown."""
    return next(name for name in (*ERRORS, *run.figures) if name in run.figures)


def _page(run: Run, scores: Mapping[str, Any], counts: Mapping[str, Units], found: Found) -> str:
    texts = {one.document.doc_id: one.document.text or "" for one in found.articles}
    return render(
        "report.html",
        ["page.css", "overview.css", *STYLES, "report.css"],
        SCRIPTS,
        run=run,
        warnings=_few(scores["warnings"]),
        overview=overview.context(scores, counts, texts),
        metric=_metric(run),
        articles=found.articles,
        legend=found.legend.record(hints=MEANINGS),
        shown=found.shown,
    )


def _few(warnings: Sequence[str]) -> list[str]:
    """There may be one for each document."""
    more = [f"and {len(warnings) - WARNINGS:,} more, in {SCORES}"] if len(warnings) > WARNINGS else []
    return [*warnings[:WARNINGS], *more]
