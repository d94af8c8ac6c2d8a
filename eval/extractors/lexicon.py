"""The baseline: surfaces learnt from the documents it is fitted on, and the rules of arabic_rules.py; relations by type_pairs.py,
entity ids by entity_names.py.

It emits only types that the gold has. Unfitted, it has its rules alone, and neither relations nor ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from eval.document import Document, Mention
from eval.extractors import Request, arabic_rules
from eval.extractors.entity_names import EntityNames
from eval.extractors.type_pairs import TypePairs
from eval.segment import tokens

# A surface is believed if at least this share of its occurrences in the fitted documents are mentions of the type.
LEAST_SHARE = 0.5

Span = tuple[int, int]


class Lexicon:
    """Looks up learnt surfaces after proclitics, the nested ones too, and adds what the rules find."""

    def __init__(self, request: Request) -> None:
        self.types = frozenset(request.labels.types)
        self.types_of: dict[str, tuple[str, ...]] = {}
        self.first: set[str] = set()  # tokens that a learnt surface begins with
        self.longest = 0  # in tokens
        self.pairs, self.names = TypePairs(), EntityNames()

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the documents' surfaces, relations and entity ids; what was learnt before is forgotten."""
        self.pairs.fit(documents)
        self.names.fit(documents)
        learnt: Counter[tuple[str, str]] = Counter()
        for document in documents:
            text = document.text or ""
            for mention in document.mentions:
                surface = text[mention.start : mention.end]
                learnt[arabic_rules.in_full(text, mention.start, surface), mention.type] += 1
        surfaces = {surface for surface, _ in learnt}
        inside = {surface: spans for surface in surfaces if len(spans := tokens(surface))}
        self.first = {surface[slice(*spans[0])] for surface, spans in inside.items()}
        self.longest = max(map(len, inside.values()), default=0)
        seen = Counter(key for document in documents for _, key in self._candidates(document.text or "") if key in surfaces)
        believed: dict[str, list[str]] = {}
        for (surface, type), times in sorted(learnt.items()):
            if times >= LEAST_SHARE * max(seen[surface], 1):
                believed.setdefault(surface, []).append(type)
        self.types_of = {surface: tuple(types) for surface, types in believed.items()}

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found, none of which cross, their relations and their entity ids."""
        for document in documents:
            text = document.text or ""
            found = {span: self.types_of[key] for span, key in self._candidates(text) if key in self.types_of}
            for span, type in arabic_rules.find(text):
                if type in self.types:
                    found.setdefault(span, (type,))
            mentions = [(*span, type) for span in _without_crossing(found) for type in found[span]]
            marked = replace(document, mentions=tuple(Mention(f"m{i}", *mention) for i, mention in enumerate(mentions, 1)))
            yield self.names.identified(replace(marked, relations=self.pairs.relations(marked)))

    def _candidates(self, text: str) -> Iterator[tuple[Span, str]]:
        """Every run of at most `longest` tokens that may be a learnt surface, with its surface in full; it may begin after each
        proclitic of its first token.
        """
        spans = tokens(text).tolist()
        for i, (start, end) in enumerate(spans):
            for begin, article in arabic_rules.beginnings(text, start, end):
                if article + text[begin:end] in self.first:
                    for _, stop in spans[i : i + self.longest]:
                        yield (begin, stop), article + text[begin:stop]


def _without_crossing(spans: Collection[Span]) -> list[Span]:
    """The spans in order of their starts, without those that cross a longer or an equally long earlier one."""
    kept: list[Span] = []
    # Kept spans are as long as the next one or longer, so it crosses one just where an edge of theirs lies inside it.
    edges = np.zeros(max((end for _, end in spans), default=0) + 1, dtype=bool)
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not edges[start + 1 : end].any():
            kept.append((start, end))
            edges[[start, end]] = True
    return sorted(kept, key=lambda span: (span[0], -span[1]))
