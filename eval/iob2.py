"""A corpus as IOB2 tags: one layer over the tokens, which is all that columns and flat taggers have.

Of mentions that share a token, the longest stays, then the earliest, then the first type by name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.corpus import Corpus


def tags(corpus: Corpus, names: Sequence[str] | None = None) -> list[list[str]]:
    """IOB2 tags of the outermost mentions: a list of one tag a token for each document; `names` stand for the types."""
    layout = corpus.layout
    names = names or layout.types
    starts, ends = layout.tokens.T
    flat = ["O"] * len(starts)
    outer = corpus.outermost().widened()
    mentions = zip((outer.start - outer.end).tolist(), outer.start.tolist(), outer.end.tolist(), outer.type.tolist(), strict=True)
    for _, start, end, type in sorted(mentions):
        first, last = int(np.searchsorted(starts, start)), int(np.searchsorted(ends, end, side="right"))
        if first < last and all(tag == "O" for tag in flat[first:last]):
            flat[first:last] = [f"B-{names[type]}"] + [f"I-{names[type]}"] * (last - first - 1)
    bounds = first_tokens(corpus)
    return [flat[a:b] for a, b in zip(bounds, [*bounds[1:], len(flat)], strict=True)]


def first_tokens(corpus: Corpus) -> list[int]:
    """The index of each document's first token."""
    return [int(i) for i in np.searchsorted(corpus.layout.tokens[:, 0], corpus.layout.documents)]
