"""From mentions to relations and entities, for extractors that find mentions alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eval.document import Document
from eval.extractors.entity_names import EntityNames
from eval.extractors.type_pairs import TypePairs


class Linking:
    """Relations by learnt pairs of types (type_pairs.py), then entity ids by learnt names (entity_names.py)."""

    def __init__(self) -> None:
        self.pairs, self.names = TypePairs(), EntityNames()

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the documents' relations and entity ids; what was learnt before is forgotten."""
        self.pairs.fit(documents)
        self.names.fit(documents)

    def linked(self, document: Document) -> Document:
        """The document with relations between its mentions, which have ids, and an entity id for each."""
        return self.names.identified(replace(document, relations=self.pairs.relations(document)))
