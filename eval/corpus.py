"""Many documents as columns of integers: what metrics see.

The documents lie one after the other on a single axis of code points, so that two mentions of different documents can
never be equal or overlap, and one pair of numbers says where a mention is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from eval.document import Document
from eval.segment import sentences, tokens

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """The axis that gold and predictions share: where documents, units and tokens lie on it, and the names of types."""

    texts: tuple[str, ...]
    types: tuple[str, ...]
    documents: Integers  # where each document starts, shape (documents,)
    units: Integers  # where each unit of resampling starts, shape (units,); the first of a document starts with it

    @cached_property
    def tokens(self) -> Integers:
        """Token spans on the axis, shape (tokens, 2)."""
        spans = [tokens(text) + start for text, start in zip(self.texts, self.documents, strict=True)]
        return np.concatenate([np.empty((0, 2), dtype=np.int64), *spans])

    @property
    def document_of_unit(self) -> Integers:
        """The index of each unit's document, shape (units,)."""
        return np.searchsorted(self.documents, self.units, side="right") - 1


@dataclass(frozen=True)
class Corpus:
    """Mentions as columns, each of shape (mentions,): start and end on the layout's axis, half-open, and type.

    Mentions are sorted by start, end and type, and each stands once.
    """

    layout: Layout
    start: Integers
    end: Integers
    type: Integers

    @classmethod
    def of(cls, layout: Layout, start: Integers, end: Integers, type: Integers) -> Corpus:
        """Sort the mentions and let those that are equal in span and type stand once."""
        order = np.lexsort((type, end, start))
        columns = np.stack([start[order], end[order], type[order]])
        first = np.ones(columns.shape[1], dtype=bool)
        first[1:] = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
        return cls(layout, *columns[:, first])

    @property
    def unit(self) -> Integers:
        """The index of the unit in which each mention starts."""
        return np.searchsorted(self.layout.units, self.start, side="right") - 1

    def widened(self) -> Corpus:
        """Mentions widened to the tokens they touch; one that touches none stays as it is."""
        starts, ends = self.layout.tokens.T
        first = np.searchsorted(ends, self.start, side="right")
        last = np.searchsorted(starts, self.end, side="left") - 1
        touches = first <= last
        start, end = self.start.copy(), self.end.copy()
        start[touches] = starts[first[touches]]
        end[touches] = ends[last[touches]]
        return Corpus.of(self.layout, start, end, self.type)

    def outermost(self) -> Corpus:
        """The mentions that lie inside no other. Equal spans do not lie inside each other; crossing ones neither."""
        order = np.lexsort((-self.end, self.start))
        return self._keep(order, _reaches_further(self.start[order], self.end[order]))

    def innermost(self) -> Corpus:
        """The mentions in which no other lies."""
        order = np.lexsort((self.end, -self.start))
        return self._keep(order, _reaches_further(-self.start[order], -self.end[order]))

    def _keep(self, order: Integers, kept: npt.NDArray[np.bool_]) -> Corpus:
        chosen = np.sort(order[kept])
        return replace(self, start=self.start[chosen], end=self.end[chosen], type=self.type[chosen])


def pair(gold: Sequence[Document], predicted: Sequence[Document], unit: str = "document") -> tuple[Corpus, Corpus]:
    """Lay gold documents and their predictions (the same documents in the same order) on one axis.

    `unit` is what resampling draws: `document` or `sentence`.
    """
    texts = tuple(document.text or "" for document in gold)
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    # One code point of air between documents, so that an empty one has a place of its own too.
    documents = np.cumsum(lengths + 1) - (lengths + 1)
    units = documents
    if unit == "sentence":
        spans = [sentences(document.text or "", [(m.start, m.end) for m in document.mentions]) for document in gold]
        starts = [start + np.array([0, *(s for s, _ in own[1:])]) for own, start in zip(spans, documents, strict=True)]
        units = np.concatenate([np.empty(0, dtype=np.int64), *starts])
    types = tuple(sorted({mention.type for document in (*gold, *predicted) for mention in document.mentions}))
    layout = Layout(texts, types, documents, units)
    return _columns(layout, gold), _columns(layout, predicted)


def _columns(layout: Layout, documents: Sequence[Document]) -> Corpus:
    code = {name: i for i, name in enumerate(layout.types)}
    rows = [
        (base + mention.start, base + mention.end, code[mention.type])
        for document, base in zip(documents, layout.documents.tolist(), strict=True)
        for mention in document.mentions
    ]
    return Corpus.of(layout, *np.array(rows, dtype=np.int64).reshape(-1, 3).T)


def _reaches_further(start: Integers, end: Integers) -> npt.NDArray[np.bool_]:
    """Where `end` is beyond all earlier ends, spans being sorted by start and then by falling end; equal spans alike."""
    if not len(end):
        return np.zeros(0, dtype=bool)
    fresh = np.ones(len(end), dtype=bool)
    fresh[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    before = np.full(len(end), np.iinfo(np.int64).min)
    before[1:] = np.maximum.accumulate(end)[:-1]
    # A copy of a span (another type) shares the verdict on the first of its kind.
    first_of_its_kind = np.maximum.accumulate(np.where(fresh, np.arange(len(end)), 0))
    further: npt.NDArray[np.bool_] = (end > before)[first_of_its_kind]
    return further
