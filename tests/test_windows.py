"""Windows, words and batches, without any model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.extractors.windows import in_batches, taken, words_of
from eval.segment import tokens
from tests.strategies import TEXTS


@given(st.integers(0, 200), st.integers(4, 30))
def test_each_token_comes_from_the_window_with_most_context(count: int, size: int) -> None:
    """Context ends where the window ends, unless the text ends there too."""
    overlap = size // 4
    starts = range(0, max(count - overlap, 1), size - overlap)
    windows = [(start, min(start + size, count)) for start in starts]
    parts = taken(windows)
    assert [token for start, end in parts for token in range(start, end)] == list(range(count))

    def context(token: int, window: tuple[int, int]) -> float:
        start, end = window
        before = token - start if start else float("inf")
        after = end - 1 - token if end < count else float("inf")
        return min(before, after)

    for (start, end), window in zip(parts, windows, strict=True):
        for token in range(start, end):
            best = max(context(token, other) for other in windows if other[0] <= token < other[1])
            assert context(token, window) == best


def test_no_windows() -> None:
    """Nothing is taken from nothing."""
    assert taken([]) == []


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("سُورِيا 🔹وصل", [(0, 2, 0), (2, 7, 0), (8, 9, 1), (9, 12, 1)], [("سُورِيا", 0), ("🔹", 2), ("وصل", 3)]),
        ("🔹وصل ثم", [(0, 4, 0), (5, 7, 1)], [("🔹وصل", 0), ("ثم", 1)]),  # one token for what the vocabulary has not
        ("وصل، ثم", [(0, 4, 0), (4, 7, 1)], [("وصل،", 0), ("ثم", 1)]),
        ("a bc", [(0, 1, 0), (1, 2, 1), (2, 3, 1), (3, 4, 1)], [("a", 0), ("bc", 1)]),  # ▁ alone
        ("bc", [(0, 0, 0), (0, 2, 0)], [("bc", 0)]),  # ▁ that no letter stands for
        ("a b c", [(0, 1, 0), (4, 5, 2)], [("a", 0), ("c", 1)]),  # a word that the tokenizer leaves out
        ("👩‍👩", [(0, 1, 0), (0, 1, 0), (1, 2, 0), (2, 3, 0), (2, 3, 0)], [("👩", 0), ("\u200d", 2), ("👩", 3)]),  # bytes
        ("", [], []),
        ("a", [], []),
    ],
)
def test_words_and_their_first_tokens(text: str, of: list[tuple[int, int, int]], expected: list[tuple[str, int]]) -> None:
    """What tokenizers of several kinds make of a text."""
    spans, firsts = words_of(tokens(text), of, text)
    assert list(zip([text[start:end] for start, end in spans], firsts, strict=True)) == expected


@given(TEXTS, st.data())
def test_words_of_any_tokens(text: str, data: st.DataObject) -> None:
    """However a text is cut into tokens, words are in order, apart, and start with a word of the text."""
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)))) | {0, len(text)})
    of = [(start, end, None) for start, end in pairwise(edges)]
    words = tokens(text)
    spans, firsts = words_of(words, of, text)
    assert sorted(set(firsts)) == firsts
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert {start for start, _ in spans} <= set(words[:, 0].tolist())
    assert {end for _, end in spans} <= set(words[:, 1].tolist())
    assert not len(words) or spans[0][0] == words[0, 0]
    assert not len(words) or spans[-1][1] == words[-1, 1]


@given(st.lists(st.integers(), max_size=40), st.integers(1, 9), st.integers(1, 9))
def test_batches_are_halved_where_memory_is_short(items: list[int], size: int, fits: int) -> None:
    """All is done, once, in order, in batches that fit; none is tried twice as large again."""
    tried: list[int] = []

    def run(batch: Sequence[int]) -> Sequence[int]:
        tried.append(len(batch))
        if len(batch) > fits:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return np.array(batch, dtype=object)

    assert list(in_batches(items, size, run)) == items
    assert all(b <= a for a, b in pairwise(tried))


@pytest.mark.parametrize("says", ["DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes", "size mismatch"])
def test_what_batches_cannot_help(says: str) -> None:
    """Memory that is short for one item, and any other error, are raised."""

    def run(batch: Sequence[int]) -> Sequence[int]:
        raise RuntimeError(says)

    with pytest.raises(RuntimeError, match=says):
        list(in_batches([1, 2, 3], 2, run))
