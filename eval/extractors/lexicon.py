"""The baseline: mentions by lookup (surfaces.py), relations by learnt pairs of types (type_pairs.py), entity ids by name
(entity_names.py).

It emits only types that the gold has. Unfitted, it has the rules of arabic_rules.py alone, and neither relations nor ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from eval.document import Document
from eval.extractors import Request
from eval.extractors.entity_names import EntityNames
from eval.extractors.surfaces import Surfaces
from eval.extractors.type_pairs import TypePairs


class Lexicon:
    """Looks up what it has learnt."""

    def __init__(self, request: Request) -> None:
        self.surfaces, self.pairs, self.names = Surfaces(request.labels.types), TypePairs(), EntityNames()

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the documents' surfaces, relations and entity ids; what was learnt before is forgotten."""
        for part in (self.surfaces, self.pairs, self.names):
            part.fit(documents)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found, none of which cross, their relations and their entity ids."""
        for document in documents:
            marked = replace(document, mentions=self.surfaces.mentions(document.text or ""))
            yield self.names.identified(replace(marked, relations=self.pairs.relations(marked)))
