"""The page of one run: its figures, and every article with what is right and wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import orjson
from markupsafe import escape

from eval import atomic, formats
from eval.errors import mentions, relations
from eval.folder import SCORES
from eval.pages import overview, scored
from eval.pages.article import SCRIPTS, STYLES, Legend, Marked, direction, language
from eval.pages.meanings import MEANINGS
from eval.pages.page import render, size
from eval.pages.picked import Pick, Picks
from eval.pages.verdicts import verdicts
from eval.progress import Progress, silent
from eval.saved import Run, load
from eval.tally import ERRORS
from eval.unit_counts import Units

# A page has so many articles at most, and so many bytes of them: it is to open at once.
ARTICLES, BYTES = 1_000, 18_000_000
WARNINGS = 50
SIDES = ("gold", "predicted")


class HasSize(Protocol):
    """What takes up bytes in a page."""

    @property
    def size(self) -> int: ...


OfSize = TypeVar("OfSize", bound=HasSize)


@dataclass(frozen=True)
class Shown:
    """How many articles a page has, of how many that were scored."""

    articles: int
    documents: int
    which: str = "those with most errors"

    def __str__(self) -> str:
        if self.articles == self.documents:
            return f"all {self.documents} articles"
        return f"{self.articles:,} of {self.documents:,} articles, {self.which}"


@dataclass(frozen=True)
class Article:
    """What the template shows of an article. `wrong` says for each side how many of its mentions are not right, of how many."""

    pick: Pick
    island: Mapping[str, Any]
    f1: float | None
    wrong: Mapping[str, tuple[int, int]]
    remarks: Mapping[str, Any]
    title: str | None = None

    @property
    def direction(self) -> str:
        """Of the text."""
        return direction(self.pick.gold.text or "")

    @property
    def language(self) -> str | None:
        """Of the text."""
        return language(self.pick.gold.text or "")

    @property
    def size(self) -> int:
        """How many bytes of it stand in the page, about."""
        return size(self.island) + sum(len(escape(str(part)).encode()) for part in (3 * self.pick.gold.doc_id, self.remarks))


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
    articles: int = ARTICLES,
    room: int = BYTES,
) -> Shown:
    """Write the page of the run in a folder to `out`; `gold` is where the gold stands, if not where the run says.

    Raises BadInput where there is no run, or where the gold is not the one that it was scored on.
    """
    run = load(str(folder))
    scores = orjson.loads((folder / SCORES).read_bytes())
    gold = gold or scored.gold_of(run)
    counts = scored.counts(run)
    picks = Picks(scored.errors(counts), articles, room)
    for batch in scored.beside(run, gold):
        picks.add(*batch)
        progress(f"reading {gold}", picks.documents, len(scores["documents"]) or None)
    progress("drawing up the report")
    legend = Legend(SIDES, mentions.CLASSES, relations.CLASSES)
    found = list(held(_articles(run, scores, picks.kept, legend), legend, room))
    titles = formats.titles(gold, {article.pick.gold.doc_id for article in found})
    found = [replace(one, title=titles.get(one.pick.gold.doc_id)) for one in sorted(found, key=lambda one: one.pick.place)]
    shown = Shown(len(found), picks.documents)
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


def held(articles: Iterator[OfSize], legend: Legend, room: int) -> Iterator[OfSize]:
    """As many as there is room for, in bytes."""
    taken = 0
    for article in articles:
        taken += article.size
        if taken + legend.size > room:
            return
        yield article


def _wrong(side: Marked) -> tuple[int, int]:
    compared = [verdict.name for verdict in side.mentions if verdict.name is not None]
    return len(compared) - compared.count("correct"), len(compared)


def _metric(run: Run) -> str:
    """The metric of which an article's F1 is shown."""
    return next(name for name in (*ERRORS, *run.figures) if name in run.figures)


def _page(run: Run, scores: Mapping[str, Any], counts: Mapping[str, Units], found: Found) -> str:
    texts = {one.pick.gold.doc_id: one.pick.gold.text or "" for one in found.articles}
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
