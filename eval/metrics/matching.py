"""Which gold mention a predicted one stands for: one to one, and as many as can be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce

import numpy as np

from eval.corpus import NONE, Corpus, Integers

Spans = tuple[Integers, Integers, Integers]  # start, end, and the group that each belongs to


def keys(corpus: Corpus, other: Corpus, *, typed: bool = True) -> Integers:
    """One integer for the span (and the type) of each mention, the same for both corpora, shape (mentions,)."""
    longest = 1 + max(int((side.end - side.start).max(initial=0)) for side in (corpus, other))
    spans = corpus.start * longest + (corpus.end - corpus.start)
    return spans * max(len(corpus.layout.types), 1) + corpus.type if typed else spans


def labels(*columns: Integers) -> Integers:
    """A number for each row of columns, the same for equal rows, in the order of the rows."""
    order = np.lexsort(columns[::-1])
    fresh = np.zeros(len(order), dtype=bool)
    for column in columns:
        fresh[1:] |= column[order][1:] != column[order][:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(fresh)
    return numbers


def packed(columns: Sequence[Integers], width: int) -> Integers:
    """One integer for each row of columns whose values, from the second column on, are below `width`."""
    return reduce(lambda whole, column: whole * width + column, columns)


def shared(gold: Integers, predicted: Integers) -> Integers:
    """Indices into `gold` of the keys that `predicted` has too; of keys that stand more than once, as many as both have."""
    ranks = _rank(gold), _rank(predicted)
    copies = 1 + max(int(rank.max(initial=0)) for rank in ranks)
    return np.flatnonzero(np.isin(gold * copies + ranks[0], predicted * copies + ranks[1], assume_unique=True))


def paired(gold: Integers, predicted: Integers) -> tuple[Integers, Integers]:
    """Pairs of equal keys, as indices into both: one to one, and of keys that stand more than once in their order."""
    ones, others = shared(gold, predicted), shared(predicted, gold)
    return ones[np.argsort(gold[ones], kind="stable")], others[np.argsort(predicted[others], kind="stable")]


@lru_cache(maxsize=2)  # most metrics ask for it
def equal(gold: Corpus, predicted: Corpus, *, typed: bool = True) -> tuple[Integers, Integers]:
    """The mentions of each side that the other has too (span, and type), by their indices, in order."""
    one, other = keys(gold, predicted, typed=typed), keys(predicted, gold, typed=typed)
    if _rising(one) and _rising(other):
        place = np.searchsorted(one, other)
        found = np.flatnonzero(np.append(one, NONE)[place] == other)
        return place[found], found
    return shared(one, other), shared(other, one)


def overlapping(
    gold: Corpus, predicted: Corpus, *, typed: bool, without: tuple[Integers, Integers] | None = None
) -> tuple[Integers, Integers]:
    """Match as many mentions as can be with one that shares a code point (and the type), one to one.

    Returns the pairs, as indices into gold and predicted; the mentions of `without` (one array a side) stay out.
    A maximum matching (Hopcroft & Karp 1973), by scipy.
    """
    out = without or (np.empty(0, np.int64), np.empty(0, np.int64))
    rest, free = (_but(len(side.start), some) for side, some in zip((gold, predicted), out, strict=True))
    heads, tails = overlaps(*(spans(side, some, typed=typed) for side, some in ((gold, rest), (predicted, free))))
    # Most often the two that overlap overlap no other.
    alone = (np.bincount(heads, minlength=len(rest))[heads] == 1) & (np.bincount(tails, minlength=len(free))[tails] == 1)
    ones, others = heads[alone], tails[alone]
    if not alone.all():
        from scipy.sparse import csr_array  # here, because it is slow to import
        from scipy.sparse.csgraph import maximum_bipartite_matching

        edges = heads[~alone], tails[~alone]
        graph = csr_array((np.ones(len(edges[0]), dtype=np.int8), edges), shape=(len(rest), len(free)))
        partner = maximum_bipartite_matching(graph, perm_type="column")
        ones, others = np.append(ones, np.flatnonzero(partner >= 0)), np.append(others, partner[partner >= 0])
    return rest[ones], free[others]


def _but(size: int, some: Integers) -> Integers:
    """All indices but some."""
    left = np.ones(size, dtype=bool)
    left[some] = False
    return np.flatnonzero(left)


def spans(side: Corpus, mentions: Integers, *, typed: bool) -> Spans:
    """The spans of some mentions, those of a type in a group of their own or all in one."""
    return side.start[mentions], side.end[mentions], side.type[mentions] * typed


def overlaps(ones: Spans, others: Spans) -> tuple[Integers, Integers]:
    """Every pair of the same group that shares a code point, by their indices: of two, one starts within the other."""
    width = 1 + max(int(end.max(initial=0)) for _, end, _ in (ones, others))
    # Groups lie on stretches of the axis of their own, so that two never meet.
    (start, end), (other_start, other_end) = ((s + group * width, e + group * width) for s, e, group in (ones, others))
    heads, tails = _starting_within(start, end, other_start)
    more_tails, more_heads = _starting_within(other_start + 1, other_end, start)
    return np.concatenate([heads, more_heads]), np.concatenate([tails, more_tails])


def _starting_within(start: Integers, end: Integers, starts: Integers) -> tuple[Integers, Integers]:
    """Pairs of a span [start, end) and one of `starts` that lies in it, by their indices."""
    order = np.argsort(starts, kind="stable")
    first, last = (np.searchsorted(starts[order], bound, side="left") for bound in (start, end))
    lengths = np.maximum(last - first, 0)
    spans = np.repeat(np.arange(len(start)), lengths)
    places = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths - first, lengths)
    return spans, order[places]


def _rising(keys: Integers) -> bool:
    """Whether keys are in order, each once."""
    return bool((keys[1:] > keys[:-1]).all())


def _rank(keys: Integers) -> Integers:
    """How many of the same key came before each."""
    order = np.argsort(keys, kind="stable")
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[order][1:] != keys[order][:-1]
    position = np.arange(len(keys))
    rank = np.empty_like(position)
    rank[order] = position - np.maximum.accumulate(np.where(fresh, position, 0))
    return rank
