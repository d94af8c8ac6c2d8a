"""Tokens and sentences of a text, as character spans. Both are derived views: the text and its offsets are the truth."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import regex

_KIND = regex.compile(r"(\s)|([\p{L}\p{M}\p{N}])|.", regex.DOTALL)
_SPACE, _IN_WORD = 1, 2  # its groups
# A sentence ends at a line break, or at a mark with its closing quotes and brackets where white space follows.
_SENTENCE_END = regex.compile(r"""[.!?؟…]+["'”’»)\]]*(?=\s)|[\r\n]+""")


def tokens(text: str) -> npt.NDArray[np.int64]:
    """Token spans, shape (tokens, 2), half-open code points, in order.

    A token is a maximal run of Unicode letters, marks and numbers; every other character that is not white space is
    one token by itself. Arabic clitics are not split off.
    """
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds(letters)
    in_word = kinds == _IN_WORD
    alone = ~in_word & (kinds != _SPACE)
    before, after = (np.zeros(len(kinds), dtype=bool) for _ in range(2))
    before[1:], after[:-1] = in_word[:-1], in_word[1:]
    starts, ends = alone | (in_word & ~before), alone | (in_word & ~after)
    return np.stack([np.flatnonzero(starts), np.flatnonzero(ends) + 1], axis=1)


def _kinds(letters: npt.NDArray[np.uint32]) -> npt.NDArray[np.int8]:
    """What each code point is. Only those that occur are looked up, each once."""
    table = np.zeros(1 + int(letters.max(initial=0)), np.int8)
    table[letters] = 1
    for letter in np.flatnonzero(table).tolist():
        found = _KIND.match(chr(letter))
        table[letter] = (found and found.lastindex) or 0
    return table[letters]


def sentences(text: str, whole: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Sentence spans without white space at their edges, half-open code points, in order.

    No sentence ends inside one of the spans in `whole` (mentions), so that each of them lies in one sentence.
    """
    cuts = np.array([match.end() for match in _SENTENCE_END.finditer(text)], dtype=np.int64)
    if len(whole):
        starts, ends = np.array(sorted(whole), dtype=np.int64).T
        before = np.searchsorted(starts, cuts) - 1  # the last span that starts before the cut
        reached = np.maximum.accumulate(ends)[np.maximum(before, 0)]
        cuts = cuts[(before < 0) | (reached <= cuts)]
    bounds = [0, *cuts.tolist(), len(text)]
    spans = []
    for start, end in itertools.pairwise(bounds):
        piece = text[start:end]
        if stripped := piece.strip():
            start += len(piece) - len(piece.lstrip())
            spans.append((start, start + len(stripped)))
    return spans
