"""Words of an article around mentions, of which some are shown apart from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from eval.pages.article import written
from eval.segment import sentences

# So many code points are shown on either side of a mention, and between two; so many of a mention's own.
AROUND, WORDS = 60, 80


class Passages:
    """Those of an article in the page, with mentions marked in them."""

    def __init__(self, text: str) -> None:
        """`text` is the whole of it."""
        self._text = text
        self.written = written(text)
        self._sentences = cache(lambda: sentences(text))

    def words(self, start: int, end: int) -> str:
        """Those of a mention, cut where they are many. Offsets are code points, half-open, here and below."""
        found = self._text[start:end]
        return found if len(found) <= WORDS else f"{found[:WORDS]}…"

    def passage(self, mentions: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
        """Pieces of text, and whether a mention holds them: the sentences of the mentions, as far as they are near."""
        first, last = min(start for start, _ in mentions), max(end for _, end in mentions)
        met = [one for one in self._sentences() if one[0] < last and first < one[1]] or [(first, last)]
        bounds = sorted({min(first, met[0][0]), max(last, met[-1][1]), *(place for span in mentions for place in span)})
        return [
            (self._cut(start, end, first, last), any(one <= start and end <= other for one, other in mentions))
            for start, end in pairwise(bounds)
        ]

    def _cut(self, start: int, end: int, first: int, last: int) -> str:
        """The text between two places; of what is far from the mentions, which go from `first` to `last`, the near end alone."""
        text = self._text[start:end]
        if len(text) <= (AROUND if end <= first or last <= start else 2 * AROUND):
            return text
        before, after = text[-AROUND:].partition(" ")[2], text[:AROUND].rpartition(" ")[0]
        if end <= first:
            return f"…{before}"
        return f"{after}…" if last <= start else f"{after} … {before}"
