"""From spans to quotes that say which occurrence is meant, and from quotes back to spans.

A quote comes with a few words of what stands before it. The better a place agrees with them, the earlier it is given away: in the
first rounds to quotes whose whole context stands there, then to those with the end of it, then to the rest; each as it is spelt,
then folded (see folding), then with other proclitics, then inside of words. Of several places that agree alike, the order of the
quotes decides, which should be that of the text: a place lies between those of the surest quotes before and after. No place is
given twice to quotes of one type. A span never parts a letter from its marks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import product

from eval.extractors.llm.folding import Folded, Span, fold, unspelt

WORDS = 2  # of context, at least
_MOST = 8  # of a context that does not stand in the text as a whole

# A context, and a spelling, each a round. A whole context says enough for how the same letters are written not to matter.
_WHOLE = [("whole", spelling) for spelling in ("folded", "unspelt", "inside")]
_ROUNDS = [*_WHOLE, *product(("end", "none"), ("verbatim", "folded", "unspelt", "inside"))]


@dataclass(frozen=True)
class Quote:
    """A mention's surface and type, and the words right before it: empty only where nothing stands before."""

    before: str
    surface: str
    type: str


def quote(text: Folded, start: int, end: int, type: str) -> Quote:
    """The span as a quote that is aligned to it, with no more context than that takes.

    It must hold a letter, a number or a sign: white space and marks alone say nothing.
    """
    surface = text.text[start:end]
    found = Quote("", surface, type)
    before = bisect_left(text.words, start)  # so many words
    for first in range(before - 1, -1, -1):
        found = Quote(" ".join(text.text[text.words[first] : start].split()), surface, type)
        if before - first >= WORDS:
            offers = (_spelt(text, spelling, surface, fold(found.before)) for _, spelling in _WHOLE)
            if next(filter(None, offers), [])[:1] == [(start, end)]:
                break
    return found


def align(text: Folded, quotes: Sequence[Quote]) -> list[Span | None]:
    """The span of each quote, in their order; None where there is none, or none is left."""
    spans: list[Span | None] = [None] * len(quotes)
    taken: set[tuple[Span, str]] = set()
    # No context is that of the text's beginning, unless there are quotes without it that are from elsewhere.
    at_start = all(one.before.strip() or text.letters.startswith(fold(one.surface)) for one in quotes)
    for context, spelling in _ROUNDS:
        spelt = cache(partial(_spelt, text, spelling))
        left = _Left(taken)
        offers: dict[int, Sequence[Span]] = {}
        for i, one in enumerate(quotes):
            if spans[i] is None and (one.before.strip() or at_start or context == "none"):
                tried = (spelt(one.surface, words) for words in _contexts(one.before, context))
                # of the ends of a context, the longest that has a place left
                offers[i] = next((offer for offer in tried if left.any(offer, one.type)), ())
        _settle({i: offer for i, offer in offers.items() if offer}, quotes, spans, left)
    return spans


def occurs(text: Folded, surface: str) -> bool:
    """Whether the text has the surface at all, in whatever spelling."""
    return any(_spelt(text, spelling, surface, None) for spelling in ("inside", "unspelt"))


def _contexts(before: str, context: str) -> list[str | None]:
    """What must stand before a place, folded; None: whatever."""
    words = before.split()
    if context == "end":
        return [fold("".join(words[i:])) for i in range(max(len(words) - _MOST, 1), len(words))]
    return [fold(before) if context == "whole" else None]


def _spelt(text: Folded, spelling: str, surface: str, context: str | None) -> list[Span]:
    """The spans of a surface in a spelling, in order."""
    key = fold(surface)
    if spelling == "unspelt":
        for other, before in unspelt(key):
            start, end = len(before), len(before + other)
            places = [at for at in _places(text, before + other, context) if text.is_word(at + start, at + end)]
            if places:
                return [text.span(at + start, at + end) for at in places]
        return []
    places = _places(text, key, context)
    if context is None or not text.letters.startswith(context + key):  # else it is all that stands before, and says enough
        places = [at for at in places if spelling == "inside" or text.is_word(at, at + len(key))]
    found = [(at, text.verbatim(at, surface)) for at in places]
    if spelling == "verbatim":
        return [span for _, span in found if span]
    return [span or text.span(at, at + len(key)) for at, span in found]


def _places(text: Folded, key: str, context: str | None) -> list[int]:
    """Where folded letters stand: as a word, after its proclitics, or inside one."""
    if context is not None and key and text.letters.startswith(context + key):
        return [len(context)]  # the context is all that stands before
    return text.find(key) if context is None else text.after(key, context)


@dataclass
class _Left:
    """What of a round's offers is not taken yet, by type. An offer that is found to be used up is not looked through again."""

    taken: set[tuple[Span, str]]
    used_up: set[tuple[int, str]] = field(default_factory=set)

    def any(self, offer: Sequence[Span], type: str) -> bool:
        """Whether a span of it is left."""
        key = (id(offer), type)
        if key not in self.used_up and all((span, type) in self.taken for span in offer):
            self.used_up.add(key)
        return key not in self.used_up

    def first(self, offer: Sequence[Span], type: str, low: Span | None, high: Span | None) -> Span | None:
        """The first that is left between two spans, nested in them or around them as well; else the first that is left."""
        if not self.any(offer, type):
            return None
        begin = bisect_right(offer, low[0] - (offer[0][1] - offer[0][0]), key=lambda span: span[0]) if low else 0
        for at in range(begin, len(offer)):
            if high and offer[at][0] >= high[1]:
                break
            if (offer[at], type) not in self.taken:
                return offer[at]
        return next(span for span in offer if (span, type) not in self.taken)


def _settle(offers: Mapping[int, Sequence[Span]], quotes: Sequence[Quote], spans: list[Span | None], left: _Left) -> None:
    """Give each quote one of the spans offered to it, first those that have no choice."""

    def give(i: int, span: Span | None) -> None:
        if span and (span, quotes[i].type) not in left.taken:
            spans[i] = span
            left.taken.add((span, quotes[i].type))

    for i, offer in offers.items():
        if len(offer) == 1:
            give(i, offer[0])
    anchors = _rising(spans)
    for i, offer in offers.items():
        if spans[i] is None:
            at = bisect_left(anchors, i)
            low = spans[anchors[at - 1]] if at else None
            high = spans[anchors[at]] if at < len(anchors) else None
            give(i, left.first(offer, quotes[i].type, low, high))
            if (span := spans[i]) and (not low or low[0] <= span[0]) and (not high or span[0] <= high[0]):
                anchors.insert(at, i)


def _rising(spans: Sequence[Span | None]) -> list[int]:
    """The longest run of quotes, by index, whose spans start in the order of the quotes."""
    starts = {i: span[0] for i, span in enumerate(spans) if span}
    last: list[int] = []  # of all runs of a length, the end of the one that ends first
    before: dict[int, int] = {}
    for i, start in starts.items():
        length = bisect_right(last, start, key=starts.__getitem__)
        if length:
            before[i] = last[length - 1]
        last[length : length + 1] = [i]
    run = last[-1:]
    while run and run[-1] in before:
        run.append(before[run[-1]])
    return run[::-1]
