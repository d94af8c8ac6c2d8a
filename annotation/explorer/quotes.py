"""Sentences of an article with mentions marked in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from annotation.explorer import names
from eval.characters import ARABIC
from eval.document import Document, Mention
from eval.segment import sentences


def apart(prose: str) -> list[str]:
    """English words that quote Arabic ones, in parts, of which every other one is Arabic, from the second on."""
    return re.split(f"({ARABIC.pattern})", prose)


@dataclass(frozen=True)
class Mark:
    """A mention in a sentence: what is in it, other marks among it, and where it is in its article."""

    mention: Mention
    href: str
    pieces: Sequence[str | Mark]
    is_inside: bool = False  # in another mark, so that it cannot be a link itself


@dataclass(frozen=True)
class Quote:
    """A sentence, its marks, and those of them that stand in another."""

    text: str
    pieces: Sequence[str | Mark]
    inside: Sequence[Mark]


class Quoted:
    """An article, by its sentences. No sentence ends inside a mention."""

    def __init__(self, document: Document) -> None:
        self.document, self.text = document, document.text or ""
        self.sentences = sentences(self.text, [(mention.start, mention.end) for mention in document.mentions])
        self._starts = [start for start, _ in self.sentences]

    def sentence(self, mention: Mention) -> tuple[int, int]:
        """The sentence that a mention stands in, half-open code points."""
        start, end = self.sentences[max(bisect_right(self._starts, mention.start) - 1, 0)]
        return min(start, mention.start), max(end, mention.end)  # a mention of white space stands in none

    def quotes(self, mentions: Iterable[Mention]) -> list[Quote]:
        """Each sentence that one of the mentions stands in, once, in order, with the mentions marked."""
        found = defaultdict[tuple[int, int], list[Mention]](list)
        for mention in sorted(mentions, key=lambda one: (one.start, -one.end, one.type)):
            found[self.sentence(mention)].append(mention)
        return [self._quote(*sentence, inside) for sentence, inside in sorted(found.items())]

    def _quote(self, start: int, end: int, mentions: Sequence[Mention]) -> Quote:
        inside: list[Mark] = []
        pieces = self._pieces(start, end, mentions, inside, top=True)
        return Quote(self.text[start:end], pieces, inside)

    def _pieces(self, start: int, end: int, mentions: Sequence[Mention], inside: list[Mark], top: bool) -> list[str | Mark]:
        """The text from `start` to `end`, and the marks in it; mentions nest, the wider ones come first."""
        pieces: list[str | Mark] = []
        while mentions:
            first, *rest = mentions
            nested = list(takewhile(lambda one, end=first.end: one.start < end, rest))  # type: ignore[misc]
            pieces.append(self.text[start : first.start])
            mark = Mark(
                first,
                names.mention(self.document.doc_id, first),
                self._pieces(first.start, first.end, nested, inside, top=False),
                not top,
            )
            if not top:
                inside.append(mark)
            pieces.append(mark)
            start, mentions = first.end, rest[len(nested) :]
        return [piece for piece in (*pieces, self.text[start:end]) if piece]
