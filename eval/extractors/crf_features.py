"""What the CRF sees of a token of Arabic: its letters, what may be cut off it, what lookup says of it, and its neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import regex

from eval.document import Mention
from eval.extractors import arabic_rules
from eval.extractors.arabic_spelling import folded, name
from eval.extractors.crf_model import Items
from eval.segment import sentences, tokens

# A longer sentence is cut, so that what is held at a time does not grow with it.
LONGEST = 500  # tokens
# The first tokens of a text are its headline.
HEADLINE = 15

AFFIX = 3  # letters, at most
NEXT = ("word", "shape", "stem", "article", "found")  # what is told of a neighbour
AFTER_NEXT = ("word", "shape", "found")  # of the one beyond

_ARTICLE = regex.compile("[وف]?(?:[بك]?ال|لل)")
_SHAPES = ((r"\p{N}+", "number"), (r"[\p{Arabic}\p{M}]+", "arabic"), (r"[\p{Latin}\p{M}]+", "latin"), (r"\w+", "mixed"))
_SHAPE = regex.compile("|".join(f"(?P<{shape}>{form})" for form, shape in _SHAPES))

Features = Mapping[str, Sequence[str]]  # kind → values


class Tokens:
    """A text's tokens `spans`, and what lookup has found in them, by token."""

    def __init__(self, text: str, found: Sequence[Mention] = ()) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] = [(start, end) for start, end in tokens(text).tolist()]
        self._starts, self._ends = [start for start, _ in self.spans], [end for _, end in self.spans]
        self._found: dict[int, set[str]] = defaultdict(set)
        self._begins: dict[int, set[int]] = defaultdict(set)
        for mention in found:
            first, after = self.covered(mention)
            for i in range(first, after):
                self._found[i].add(f"{'I' if i > first else 'B' if after - first > 1 else 'S'}-{mention.type}")
            self._begins[first].add(mention.start)
        self._words = {text[start:end] for start, end in self.spans}

    def covered(self, mention: Mention) -> tuple[int, int]:
        """The tokens that a mention touches, half-open."""
        return bisect_right(self._ends, mention.start), bisect_left(self._starts, mention.end)

    def sequences(self) -> Iterator[tuple[int, int]]:
        """The tokens of each sentence, half-open."""
        for start, end in sentences(self.text):
            first, after = bisect_left(self._starts, start), bisect_left(self._starts, end)
            for a in range(first, after, LONGEST):
                yield a, min(a + LONGEST, after)

    def items(self, first: int, after: int) -> Items:
        """The features of the tokens of a sentence."""
        own = [self._features(i) for i in range(first, after)]
        items = []
        for i, features in enumerate(own):
            item = [f"{kind}={value}" for kind, values in features.items() for value in values]
            for step, kinds in ((-2, AFTER_NEXT), (-1, NEXT), (1, NEXT), (2, AFTER_NEXT)):
                if 0 <= i + step < len(own):
                    item += [f"{step}:{kind}={value}" for kind in kinds for value in own[i + step][kind]]
            edges = ("first", i == 0), ("last", i == len(own) - 1), ("headline", first + i < HEADLINE), ("any", True)
            items.append(item + [place for place, there in edges if there])
        return items

    def cut(self, i: int) -> list[str]:
        """What tells how many letters are cut off token `i` where a mention starts in it; nothing where none can be.

        Of each place where it may begin: whether an article follows, whether lookup has found a mention there, and whether the
        rest stands elsewhere in the text as a word of its own, as it is or with its article put on or taken off.
        """
        start, end = self.spans[i]
        places = list(arabic_rules.beginnings(self.text, start, end))
        if not any(begin > start for begin, _ in places):
            return []
        word = self.text[start:end]
        item = [f"start={word[:n]}" for n in range(1, AFFIX + 1)] + [f"long={min(len(word), 6)}"]
        for begin, article in places:
            rest = article + self.text[begin:end]
            other = rest[2:] if rest.startswith("ال") else "ال" + rest
            signs = {
                "article": rest.startswith("ال"),
                "found": begin in self._begins.get(i, ()),
                "seen": begin > start and rest in self._words,
                "seen otherwise": begin > start and other in self._words,
            }
            item += [f"{begin - start}:{sign}" for sign, there in signs.items() if there]
        return item

    def _features(self, i: int) -> Features:
        start, end = self.spans[i]
        word = folded(self.text[start:end])
        shape = _SHAPE.fullmatch(word)
        affixes = range(1, min(AFFIX, len(word) - 1) + 1)
        stems = [
            part
            for begin, article in arabic_rules.beginnings(self.text, start, end)
            for part in name(article + self.text[begin:end])
        ]
        return {
            "word": [word],
            "shape": [(shape and shape.lastgroup) or word],
            "begin": [word[:n] for n in affixes],
            "end": [word[-n:] for n in affixes],
            "stem": list(dict.fromkeys(stems)),
            "article": ["yes"] if _ARTICLE.match(word) else [],
            "found": sorted(self._found.get(i, ())),
        }
