"""Long texts in pieces, and short ones together, for what takes some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

import regex

from eval.segment import sentences

Key = TypeVar("Key")

_WORD = regex.compile(r"\S+\s*|\s+")


def pieces(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Yield half-open spans that make up the text, in order, each of at most `most` code points where that can be.

    A piece ends before a sentence, or where that is longer, before a word; a word stays whole, be it longer than `most`.
    """
    begin = end = 0
    for start, stop in _parts(text, most):
        if end > begin and stop - begin > most:
            yield begin, end
            begin = start
        end = stop
    yield begin, end


def together(texts: Iterable[tuple[Key, str]], most: int) -> Iterator[list[tuple[Key, str]]]:
    """Yield the keyed texts in order, as many at a time as hold `most` code points together, at least one."""
    lot: list[tuple[Key, str]] = []
    letters = 0
    for key, text in texts:
        if lot and letters + len(text) > most:
            yield lot
            lot, letters = [], 0
        lot.append((key, text))
        letters += len(text)
    if lot:
        yield lot


def _parts(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Sentences, and in place of those that are too long their words, each with the white space that follows it."""
    if len(text) <= most:
        yield 0, len(text)
        return
    starts = [start for start, _ in sentences(text)]
    for start, stop in pairwise([0, *starts[1:], len(text)]):
        if stop - start <= most:
            yield start, stop
        else:
            yield from (word.span() for word in _WORD.finditer(text, start, stop))
