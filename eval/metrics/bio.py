"""seqeval's strict IOB2 over the outermost mentions on the token view: the figure that flat taggers are compared by."""

from __future__ import annotations

import numpy as np

from eval import iob2
from eval.corpus import Corpus, Integers
from eval.metrics.counts import Counts, count

# Of more it is counted only where it is asked for: it takes its time.
MOST_TOKENS = 1_000_000


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Counts of the entities that seqeval reads from the tags, in mode strict with scheme IOB2."""
    layout = gold.layout
    first_tokens, token_starts = iob2.first_tokens(gold), layout.tokens[:, 0]
    numbers = [str(i) for i in range(len(layout.types))]  # seqeval takes a type's own hyphen for its tag's

    def columns(entities: set[tuple[int, int, int, str]]) -> tuple[Integers, Integers]:
        tokens = np.array([first_tokens[document] + start for document, start, _, _ in entities], dtype=np.int64)
        unit = np.searchsorted(layout.units, token_starts[tokens], side="right") - 1
        return unit, np.array([int(type) for *_, type in entities], dtype=np.int64)

    in_gold, in_predicted = _entities(iob2.tags(gold, numbers)), _entities(iob2.tags(predicted, numbers))
    sides = (in_gold & in_predicted, in_predicted, in_gold)
    return count(len(layout.units), layout.types, *map(columns, sides))


def _entities(sequences: list[list[str]]) -> set[tuple[int, int, int, str]]:
    from seqeval.scheme import IOB2, Entities  # here, because scikit-learn comes with it

    return {(e.sent_id, e.start, e.end, e.tag) for sequence in Entities(sequences, IOB2).entities for e in sequence}
