"""The articles that a page has: as many as there is room for, in the gold's order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from markupsafe import escape

from eval import formats
from eval.document import Document
from eval.pages.article import Legend
from eval.pages.page import size
from eval.pages.picked import Pick

# A page has so many articles at most, and so many bytes of them: it is to open at once.
MANY, BYTES = 1_000, 18_000_000


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
