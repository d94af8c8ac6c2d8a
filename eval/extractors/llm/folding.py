"""A text folded for search: spellings that a quote may change stand as one, and each letter knows where it is from.

Folded away are white space, marks (short vowels), tatweel and zero-width characters; one are the forms of alef and hamza, alef
maqsura and ya, ta marbuta and ha, the digits of all scripts, quotation marks, and Unicode's compatible forms (NFKD).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import cache, cached_property

import numpy as np

Span = tuple[int, int]  # half-open code points of the text itself

_TATWEEL = "\u0640"
_SAME = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", **dict.fromkeys("'`«»“”„‟‘’‚‛‹›′", '"')})
_MARKS, _ZERO_WIDTH = ("Mn", "Me"), ("Cf",)
_WORD = re.compile(r"\S{1,20}")
_PROCLITICS = re.compile("[وف]?[بلكس]?")
_MOST = 2  # letters of the proclitics before a word
_TAIL = 4  # letters of a context by which occurrences are looked up


@cache
def _folded(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    parts = unicodedata.normalize("NFKD", letter)
    kept = (
        one for one in parts if one != _TATWEEL and not one.isspace() and unicodedata.category(one) not in _MARKS + _ZERO_WIDTH
    )
    return "".join(kept).translate(_SAME)


def fold(text: str) -> str:
    """The text without what is folded away, each other letter in the form that stands for all of its forms."""
    return "".join(map(_folded, text))


class Folded:
    """A text to search in. Places in it are those of its folded letters, until `span` makes them the text's own."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = [_folded(letter) for letter in text]
        self.letters = "".join(parts)
        origin = np.repeat(np.arange(len(text)), np.fromiter(map(len, parts), np.int64, len(parts)))
        spaces = np.cumsum(np.fromiter(map(str.isspace, text), bool, len(text)))
        in_word = np.fromiter(map(str.isalnum, self.letters), bool, len(self.letters))
        edges = np.ones(len(self.letters) + 1, bool)
        edges[1:-1] = ~in_word[1:] | ~in_word[:-1] | (spaces[origin[1:]] != spaces[origin[:-1]])
        self._origin: list[int] = origin.tolist()
        self._edges: list[bool] = edges.tolist()  # whether a word begins or ends before each letter
        self._found: dict[str, list[int]] = {}
        self._tails: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def words(self) -> list[int]:
        """Where its words begin, as the text's own code points; a very long one counts as several."""
        return [match.start() for match in _WORD.finditer(self.text)]

    def place(self, start: int) -> int:
        """The first letter at or after a code point of the text."""
        return bisect_left(self._origin, start)

    def find(self, key: str) -> list[int]:
        """Where folded letters stand, in order, also where occurrences overlap. Empty for no letters."""
        if key not in self._found:
            places, at = [], self.letters.find(key) if key else -1
            while at >= 0:
                places.append(at)
                at = self.letters.find(key, at + 1)
            self._found[key] = places
        return self._found[key]

    def after(self, key: str, context: str) -> list[int]:
        """Where letters stand right after a context, or with only proclitics between; after none: where the text begins."""
        if len(context) < _TAIL:
            return [at for at in self.find(key) if self._follows(at, context)]
        if key not in self._tails:
            tails = self._tails.setdefault(key, {})
            for at in self.find(key):
                for end in self._ends(at):
                    tails.setdefault(self.letters[max(end - _TAIL, 0) : end], []).append(at)
        return [at for at in self._tails[key].get(context[-_TAIL:], ()) if self._follows(at, context)]

    def is_word(self, start: int, end: int) -> bool:
        """Whether it ends where a word does, and begins where one does or after its proclitics."""
        return self._edges[end] and (self._edges[start] or len(self._ends(start)) > 1)

    def span(self, start: int, end: int) -> Span:
        """The text's own span, from the first letter to the last one with its marks and tatweel."""
        return self._origin[start], self.with_marks(self._origin[end - 1] + 1)

    def verbatim(self, start: int, surface: str) -> Span | None:
        """The span of the surface as it is, its first letter being the one at `start`; None where the text differs."""
        first = self._origin[start] - next((i for i, letter in enumerate(surface) if _folded(letter)), 0)
        if first < 0 or not self.text.startswith(surface, first):
            return None
        return first, self.with_marks(first + len(surface))

    def with_marks(self, end: int) -> int:
        """The end of a span that parts no letter from its marks and tatweel."""
        while end < len(self.text) and (self.text[end] == _TATWEEL or unicodedata.category(self.text[end]) in _MARKS):
            end += 1
        return end

    def _follows(self, at: int, context: str) -> bool:
        if not context:
            return at == 0
        return any(self.letters.endswith(context, 0, end) for end in self._ends(at))

    def _ends(self, at: int) -> list[int]:
        """Where what stands before may end: at the place itself, and before the proclitics of its word."""
        ends = [at]
        for begin in range(at - 1, max(at - _MOST, 0) - 1, -1):
            if self._edges[begin + 1]:
                break
            if self._edges[begin] and _PROCLITICS.fullmatch(self.letters, begin, at):
                ends.append(begin)
        return ends


def unspelt(key: str) -> list[tuple[str, str]]:
    """What folded letters may be in a text that has other proclitics: letters, and what must stand right before them.

    A quote may have proclitics that the text lacks (ودمشق: دمشق), and ل fuses with the article in one of both (الجيش: للجيش). Of
    three ل in a row one is not written (اللواء: للواء).
    """
    variants = [("ا" + key, "")] if key.startswith("ل") else []
    if key.startswith("ال"):
        variants.append((key[2 if key.startswith("الل") else 1 :], "ل"))
    for length in range(1, _MOST + 1):
        proclitic, rest = key[:length], key[length:]
        if len(rest) > 1 and _PROCLITICS.fullmatch(proclitic):
            variants.append((rest, ""))
            if proclitic.endswith("ل") and rest.startswith("ل"):
                variants += [("ا" + rest, ""), ("ال" + rest, "")]
    return variants
