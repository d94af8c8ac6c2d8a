"""What a page has room for: of a run's documents all, or those with the most errors, as articles.

Memory holds no more than these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from markupsafe import escape

from eval import formats
from eval.columns import Columns
from eval.document import Document
from eval.pages.article import Legend
from eval.pages.page import size

# A page has so many articles at most, and so many bytes of them: it is to open at once.
MANY, BYTES = 1_000, 18_000_000


@dataclass(frozen=True)
class Pick:
    """A document of the gold and its predictions; its place in the gold, and how many errors there are."""

    gold: Document
    predicted: Document
    place: int
    errors: int

    @property
    def rank(self) -> tuple[int, int]:
        """The most errors first; of as many, the gold's order."""
        return -self.errors, self.place


class Picks:
    """Of all documents that are added, so `many` at most, with no more than so many code points of text."""

    def __init__(self, errors: Mapping[str, int], many: int, letters: int) -> None:
        self._errors, self._many, self._letters = errors, many, letters
        self.kept: list[Pick] = []  # by rank
        self.documents = 0

    def add(self, gold: Columns, predicted: Columns) -> None:
        """More documents, the same on both sides."""
        errors = [self._errors.get(doc_id or "", 0) for doc_id in gold.doc_id.list]
        ranks = [(-many, self.documents + row) for row, many in enumerate(errors)]
        last = self.kept[-1].rank if len(self.kept) >= self._many else None
        best = [row for row in sorted(range(len(gold)), key=ranks.__getitem__)[: self._many] if not last or ranks[row] < last]
        rows = np.array(sorted(best), np.int64)
        sides = zip(gold.take(rows).documents(), predicted.take(rows).documents(), strict=True)
        more = (Pick(*both, self.documents + row, errors[row]) for both, row in zip(sides, rows.tolist(), strict=True))
        self.kept = list(self._held(sorted([*self.kept, *more], key=lambda pick: pick.rank)))
        self.documents += len(gold)

    def _held(self, picks: Iterable[Pick]) -> Iterator[Pick]:
        """As many as there is room for."""
        letters = 0
        for i, pick in enumerate(picks):
            letters += len(pick.gold.text or "")
            if i == self._many or letters > self._letters:
                return
            yield pick


@dataclass(frozen=True)
class Shown:
    """How many articles a page has, of how many that were scored, and which."""

    articles: int
    documents: int
    which: str

    def __str__(self) -> str:
        if self.articles == self.documents:
            return f"all {self.documents} articles"
        return f"{self.articles:,} of {self.documents:,} articles, {self.which}"


@dataclass(frozen=True)
class Article:
    """What a template shows of an article. A kind of page may know more of it."""

    pick: Pick
    island: Mapping[str, Any]
    title: str | None = field(default=None, kw_only=True)

    @property
    def document(self) -> Document:
        """The gold's."""
        return self.pick.gold

    @property
    def size(self) -> int:
        """How many bytes of it stand in the page, about."""
        return size(self.island) + 4 * len(escape(self.document.doc_id).encode())


AnArticle = TypeVar("AnArticle", bound=Article)


def held(articles: Iterable[AnArticle], legend: Legend, room: int, gold: Path) -> list[AnArticle]:
    """The first that there is room for, in bytes, put in the gold's order, each with the title that it has there."""
    found: list[AnArticle] = []
    taken = 0
    for article in articles:
        taken += article.size
        if taken + legend.size > room:
            break
        found.append(article)
    titles = formats.titles(gold, {article.document.doc_id for article in found})
    found.sort(key=lambda article: article.pick.place)
    return [replace(article, title=titles.get(article.document.doc_id)) for article in found]
