"""seqeval's strict IOB2 over the outermost mentions on the token view: the figure that flat taggers are compared by.

Tags hold one layer. Of mentions that share a token, the longest stays, then the earliest, then the first type by name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.corpus import Corpus, Integers
from eval.metrics.counts import Counts, count


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
    bounds = _first_tokens(corpus)
    return [flat[a:b] for a, b in zip(bounds, [*bounds[1:], len(flat)], strict=True)]


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Counts of the entities that seqeval reads from the tags, in mode strict with scheme IOB2."""
    layout = gold.layout
    first_tokens, token_starts = _first_tokens(gold), layout.tokens[:, 0]
    numbers = [str(i) for i in range(len(layout.types))]  # seqeval takes a type's own hyphen for its tag's

    def columns(entities: set[tuple[int, int, int, str]]) -> tuple[Integers, Integers]:
        tokens = np.array([first_tokens[document] + start for document, start, _, _ in entities], dtype=np.int64)
        unit = np.searchsorted(layout.units, token_starts[tokens], side="right") - 1
        return unit, np.array([int(type) for *_, type in entities], dtype=np.int64)

    in_gold, in_predicted = _entities(tags(gold, numbers)), _entities(tags(predicted, numbers))
    sides = (in_gold & in_predicted, in_predicted, in_gold)
    return count(len(layout.units), layout.types, *map(columns, sides))


def _first_tokens(corpus: Corpus) -> list[int]:
    """The index of each document's first token."""
    return [int(i) for i in np.searchsorted(corpus.layout.tokens[:, 0], corpus.layout.documents)]


def _entities(sequences: list[list[str]]) -> set[tuple[int, int, int, str]]:
    from seqeval.scheme import IOB2, Entities  # here, because scikit-learn comes with it

    return {(e.sent_id, e.start, e.end, e.tag) for sequence in Entities(sequences, IOB2).entities for e in sequence}
