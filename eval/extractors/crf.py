"""Conditional random fields: one for each type, so that mentions of different types nest as they like.

A mention starts and ends with a token, but for the proclitics of its first: how many of their letters are cut off is learnt too.
Relations and entity ids are as lexicon's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from eval.document import BadInput, Document, Mention
from eval.extractors import Request, arabic_rules
from eval.extractors.crf_features import Tokens
from eval.extractors.crf_model import packed, trained
from eval.extractors.linking import Linking
from eval.extractors.surfaces import Span, Surfaces, without_crossing

# What lookup finds in the documents that are learnt from is what it finds after learning from the others, part by part: else the
# CRF would see it find everything.
PARTS = 5


class Crf:
    """Conditional random fields with features for Arabic, learnt from the other folds; relations and entity ids."""

    needs = ("pycrfsuite",)
    extra = "crf"

    def __init__(self, request: Request) -> None:
        self.types = request.labels.types
        self.surfaces, self.linking = Surfaces(self.types), Linking()
        self.taggers: dict[str, Any] = {}  # by type
        self.cutter: Any = None
        self.fitted = False

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the documents' mentions, relations and entity ids; what was learnt before is forgotten."""
        seen = [Tokens(document.text or "", found) for document, found in self._looked_up(documents)]
        self.surfaces.fit(documents)
        self.linking.fit(documents)
        bounds = [list(tokens.sequences()) for tokens in seen]
        items = [packed(tokens.items(*bound)) for tokens, its in zip(seen, bounds, strict=True) for bound in its]
        self.taggers = {}
        for type in sorted({mention.type for document in documents for mention in document.mentions}):
            tags = [_tags(tokens, document, type) for tokens, document in zip(seen, documents, strict=True)]
            if any("B" in own for own in tags):  # a mention of white space alone has no token
                cut = [own[slice(*bound)] for own, its in zip(tags, bounds, strict=True) for bound in its]
                self.taggers[type] = trained(zip(items, cut, strict=True))
        cuts = [cut for tokens, document in zip(seen, documents, strict=True) for cut in _cuts(tokens, document)]
        self.cutter = trained(([item], [letters]) for item, letters in cuts) if cuts else None
        self.fitted = True

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found, none of which cross, their relations and entity ids.

        Raises BadInput if nothing was fitted.
        """
        if not self.fitted:
            raise BadInput(
                "crf has learnt nothing: it is fitted on the other documents, with --protocol leave-one-out and a gold of two"
                " documents (or folds) or more, or on those of --train PATH"
            )
        for document in documents:
            yield self.linking.linked(replace(document, mentions=self._mentions(document.text or "")))

    def _looked_up(self, documents: Sequence[Document]) -> Iterator[tuple[Document, tuple[Mention, ...]]]:
        """Each document with what lookup finds in it after learning from documents of other parts."""
        parts = min(PARTS, len(documents))
        learnt = []
        for part in range(parts):
            learnt.append(Surfaces(self.types))
            learnt[-1].fit([document for i, document in enumerate(documents) if i % parts != part])
        for i, document in enumerate(documents):
            yield document, learnt[i % parts].mentions(document.text or "")

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        tokens = Tokens(text, self.surfaces.mentions(text))
        tags: dict[str, list[str]] = defaultdict(list)
        for bound in tokens.sequences():
            sequence = packed(tokens.items(*bound))
            for type, tagger in self.taggers.items():
                tags[type] += tagger.tag(sequence)
        found: dict[Span, list[str]] = defaultdict(list)
        for type, own in tags.items():
            for first, after in _runs(own):
                found[self._start(tokens, first), tokens.spans[after - 1][1]].append(type)
        typed = ((*span, type) for span in without_crossing(found) for type in found[span])
        return tuple(Mention(f"m{i}", *mention) for i, mention in enumerate(typed, 1))

    def _start(self, tokens: Tokens, first: int) -> int:
        """Where a mention starts in its first token."""
        start, end = tokens.spans[first]
        item = tokens.cut(first)
        begin = start + int(self.cutter.tag([item])[0]) if item and self.cutter else start
        if begin == start or all(begin != place for place, _ in arabic_rules.beginnings(tokens.text, start, end)):
            return start
        begin = arabic_rules.after_marks(tokens.text, begin, end)
        return begin if begin < end else start


def _tags(tokens: Tokens, document: Document, type: str) -> list[str]:
    """IOB2 tags of a type; of its mentions that share a token, the longest stays, then the earliest."""
    tags = ["O"] * len(tokens.spans)
    own = [mention for mention in document.mentions if mention.type == type]
    for mention in sorted(own, key=lambda mention: (mention.start - mention.end, mention.start)):
        first, after = tokens.covered(mention)
        if first < after and all(tag == "O" for tag in tags[first:after]):
            tags[first:after] = ["B", *("I" for _ in range(first + 1, after))]
    return tags


def _runs(tags: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The mentions of IOB2 tags as tokens, half-open; an I that follows nothing starts one."""
    first = None
    for i, tag in enumerate([*tags, "O"]):
        if first is not None and tag != "I":
            yield first, i
            first = None
        if tag == "B" or (tag == "I" and first is None):
            first = i


def _cuts(tokens: Tokens, document: Document) -> Iterator[tuple[list[str], str]]:
    """For each mention that starts in a token that may have proclitics: what tells how many letters are cut, and how many are."""
    for mention in document.mentions:
        first, after = tokens.covered(mention)
        if first < after and (item := tokens.cut(first)):
            start, end = tokens.spans[first]
            known = any(mention.start == begin for begin, _ in arabic_rules.beginnings(tokens.text, start, end))
            yield item, str(mention.start - start if known else 0)
