"""From a text to what a model takes, and back: windows that overlap, words of several tokens, batches that fit in memory.

Nothing here needs the model's library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Token = tuple[int, int, int | None]  # start, end, number of the word that its tokenizer has it in
Item = TypeVar("Item")


def taken(windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of each half-open window of tokens the part to take, so that each token comes from the window where it has most context.

    Windows are in order, each overlaps the next by no more than half of its length, and together they cover all tokens: what two
    of them share is cut in its middle.
    """
    cuts = [(start + end) // 2 for (_, end), (start, _) in pairwise(windows)]
    edges = [windows[0][0], *cuts, windows[-1][1]] if windows else []
    return list(pairwise(edges))


def words_of(words: Ints, tokens: Sequence[Token], text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Words that tokens tell of, with the index of each one's first token.

    `words` are half-open spans, shape (words, 2). A token of white space alone is the first of the word that it goes before, as
    SentencePiece's lone ▁ is. Words that share their first token (one that stands for what the vocabulary has not may hold
    several) are one word; a word of which no token is left is passed over.
    """
    spans: list[tuple[int, int]] = []
    firsts: list[int] = []
    inside = [i for i, (start, end, _) in enumerate(tokens) if text[start:end].strip()]
    ends = np.maximum.accumulate(np.array([tokens[i][1] for i in inside], dtype=np.int64))
    for (start, end), at in zip(words.tolist(), np.searchsorted(ends, words[:, 0], side="right").tolist(), strict=True):
        if at == len(inside) or tokens[inside[at]][0] >= end:
            continue
        first = inside[at]
        while first and tokens[first - 1][2] == tokens[first][2] and not text[slice(*tokens[first - 1][:2])].strip():
            first -= 1
        if firsts and firsts[-1] == first:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
            firsts.append(first)
    return spans, firsts


def in_batches(items: Sequence[Item], size: int, run: Callable[[Sequence[Item]], Sequence[Any]]) -> Iterator[Any]:
    """Yield what `run` makes of each item, `size` at a time; where memory does not suffice, by half as many from then on.

    Raises RuntimeError where it does not suffice for one.
    """
    done = 0
    while done < len(items):
        try:
            made = run(items[done : done + size])
        except RuntimeError as error:  # torch has no other class for it on all devices
            if size == 1 or not is_short_of_memory(error):
                raise
            size = max(1, size // 2)
            continue
        yield from made
        done += len(made)


def is_short_of_memory(error: RuntimeError) -> bool:
    """Whether it is what CUDA, MPS or the CPU's allocator say where memory does not suffice."""
    return any(words in str(error).lower() for words in ("out of memory", "can't allocate memory", "not enough memory"))
