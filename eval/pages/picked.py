"""The documents of a run that a page has room for: all, or those with the most errors. Memory holds no more than these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from eval.columns import Columns
from eval.document import Document


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
