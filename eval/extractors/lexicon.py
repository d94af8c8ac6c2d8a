"""The baseline: mentions by lookup (surfaces.py), relations and entity ids by what was learnt of pairs and names (linking.py).

It emits only types that the gold has. Unfitted, it has the rules of arabic_rules.py alone, and neither relations nor ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from eval.document import Document
from eval.extractors import Request
from eval.extractors.linking import Linking
from eval.extractors.surfaces import Surfaces


class Lexicon:
    """The baseline: learnt surfaces, and rules for countries, demonyms, dates and numbers; relations and entity ids."""

    def __init__(self, request: Request) -> None:
        self.surfaces, self.linking = Surfaces(request.labels.types), Linking()

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the documents' surfaces, relations and entity ids; what was learnt before is forgotten."""
        self.surfaces.fit(documents)
        self.linking.fit(documents)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found, none of which cross, their relations and their entity ids."""
        for document in documents:
            yield self.linking.linked(replace(document, mentions=self.surfaces.mentions(document.text or "")))
