"""Mentions by lookup: surfaces learnt from documents, and the rules of arabic_rules.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from eval.document import Document, Mention
from eval.extractors import arabic_rules
from eval.segment import tokens

# A surface is believed if at least this share of its occurrences in the fitted documents are mentions of the type.
LEAST_SHARE = 0.5

Span = tuple[int, int]


class Surfaces:
    """Looks up learnt surfaces after proclitics, the nested ones too, and adds what the rules find of the given types."""

    def __init__(self, types: Iterable[str]) -> None:
        self.types = frozenset(types)
        self.types_of: dict[str, tuple[str, ...]] = {}
        self.first: set[str] = set()  # tokens that a learnt surface begins with
        self.longest = 0  # in tokens

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the surfaces of the documents' mentions; what was learnt before is forgotten."""
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

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The mentions found in a text, m1, m2, … in order of place; none of them cross."""
        found = {span: self.types_of[key] for span, key in self._candidates(text) if key in self.types_of}
        for span, type in arabic_rules.find(text):
            if type in self.types:
                found.setdefault(span, (type,))
        typed = ((*span, type) for span in without_crossing(found) for type in found[span])
        return tuple(Mention(f"m{i}", *mention) for i, mention in enumerate(typed, 1))

    def _candidates(self, text: str) -> Iterator[tuple[Span, str]]:
        """Every run of at most `longest` tokens that may be a learnt surface, with its surface in full.

        It may begin after each proclitic of its first token.
        """
        spans = tokens(text).tolist()
        for i, (start, end) in enumerate(spans):
            for begin, article in arabic_rules.beginnings(text, start, end):
                if article + text[begin:end] in self.first:
                    for _, stop in spans[i : i + self.longest]:
                        yield (begin, stop), article + text[begin:stop]


def without_crossing(spans: Collection[Span]) -> list[Span]:
    """The spans in order of their starts, without those that cross a longer or an equally long earlier one."""
    kept: list[Span] = []
    # Kept spans are as long as the next one or longer, so it crosses one just where an edge of theirs lies inside it.
    edges = np.zeros(max((end for _, end in spans), default=0) + 1, dtype=bool)
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not edges[start + 1 : end].any():
            kept.append((start, end))
            edges[[start, end]] = True
    return sorted(kept, key=lambda span: (span[0], -span[1]))
