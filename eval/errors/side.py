"""One side's mentions or relations, as errors are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.corpus import Corpus, Integers

Record = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One side's items: the type of each, and the mentions that it is (itself, or head and tail), shape (items, mentions)."""

    corpus: Corpus
    types: Sequence[str]
    type: Integers
    mentions: Integers

    @classmethod
    def of_mentions(cls, corpus: Corpus) -> Side:
        """Each mention is an item."""
        return cls(corpus, corpus.layout.types, corpus.type, np.arange(len(corpus.start))[:, None])

    @classmethod
    def of_relations(cls, corpus: Corpus) -> Side:
        """Each relation is an item."""
        return cls(corpus, corpus.layout.relations, corpus.relation, np.stack([corpus.head, corpus.tail], axis=1))

    def record(self, item: int) -> Record:
        """Offsets in the document and type, as they were compared."""
        ends = [self._mention(mention) for mention in self.mentions[item].tolist()]
        if len(ends) == 1:
            return ends[0]
        return {"type": self.types[self.type[item]], "head": ends[0], "tail": ends[1]}

    def words(self, item: int) -> tuple[str, ...]:
        """The text of its mentions."""
        text = self.corpus.layout.text.list[self.document(item)] or ""
        found = map(self._mention, self.mentions[item].tolist())
        return tuple(text[mention["start"] : mention["end"]] for mention in found)

    def document(self, item: int) -> int:
        """The index of its document."""
        return int(self.corpus.layout.document_of(self.corpus.start[self.mentions[item, :1]])[0])

    def _mention(self, mention: int) -> Record:
        layout, start, end = self.corpus.layout, self.corpus.start[mention], self.corpus.end[mention]
        base = layout.documents[layout.document_of(start)]
        return {"start": int(start - base), "end": int(end - base), "type": layout.types[self.corpus.type[mention]]}
