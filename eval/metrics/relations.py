"""Relations between mentions, and between the entities that mentions stand for. Direction counts.

`strict`: both spans with their types, and the relation's type; `boundary`: both spans, and the relation's type (the
settings of Taillé et al. 2020). `entity`: triples of relation type, head entity and tail entity, each once in a document
(as DocRED counts facts). A relation counts in the unit in which its head starts.
"""

from __future__ import annotations

import numpy as np

from eval.corpus import Corpus, Flags, Integers
from eval.metrics.counts import Counts, count
from eval.metrics.entities import Members, crossed, mapped, memberships
from eval.metrics.matching import keys, labels, packed, shared

# The link of a mention with a demonym nested in it: many, and read off the span.
EASY_RELATION, EASY_TAIL = "affiliated_with", "NORP"


def strict(gold: Corpus, predicted: Corpus) -> Counts:
    """Both spans, both types, relation type and direction."""
    return _counted(gold, predicted, typed=True)


def boundary(gold: Corpus, predicted: Corpus) -> Counts:
    """Both spans, relation type and direction."""
    return _counted(gold, predicted, typed=False)


def strict_unnested(gold: Corpus, predicted: Corpus) -> Counts:
    """`strict` without affiliations to a demonym nested in the head."""
    return strict(*(side.related(~_nested_demonym(side)) for side in (gold, predicted)))


def entity(gold: Corpus, predicted: Corpus) -> Counts:
    """Relation type, head entity and tail entity; each triple once in a document, in the unit where the gold first has it.

    Predicted entities stand for those of the gold that `entities.mapped` gives them. A mention without id is an entity of its
    own; a mention of two ids counts for each.
    """
    members, others = memberships(gold, predicted)
    said = _said(gold, members), _said(predicted, mapped(gold, predicted, members, others))
    rows = np.concatenate(said, axis=1)
    of_gold = np.arange(rows.shape[1]) < said[0].shape[1]
    triple = labels(*rows[:4])
    # What a triple's unit and type are: those of the gold's first row, else of the predictions'.
    order = np.lexsort((rows[4], ~of_gold, triple))
    first = order[np.unique(triple[order], return_index=True)[1]]
    in_gold, in_predicted = (np.bincount(triple[flags], minlength=len(first)) > 0 for flags in (of_gold, ~of_gold))
    columns = ((rows[4, first[flags]], rows[1, first[flags]]) for flags in (in_gold & in_predicted, in_predicted, in_gold))
    return count(len(gold.layout.units), gold.layout.relations, *columns)


def _said(side: Corpus, members: Members) -> Integers:
    """Document, relation type, head entity, tail entity and unit of each relation, shape (5, rows), once for each pair of ids."""
    row, head, tail = crossed(members[side.head], members[side.tail])
    start = side.head[row]
    return np.stack([side.document[start], side.relation[row], head, tail, side.unit[start]])


def arguments(gold: Corpus, predicted: Corpus, *, typed: bool) -> list[tuple[Integers, Integers]]:
    """Head and tail of each side's relations as integers, each of shape (relations,): the same for the same span (and type)."""
    spans = [keys(*sides, typed=typed) for sides in ((gold, predicted), (predicted, gold))]
    # By their rank among all, so that two of them and a type fit into one integer.
    ranks = np.unique(np.concatenate(spans), return_inverse=True)[1]
    ranked = ranks[: len(spans[0])], ranks[len(spans[0]) :]
    return [(rank[side.head], rank[side.tail]) for side, rank in zip((gold, predicted), ranked, strict=True)]


def _counted(gold: Corpus, predicted: Corpus, *, typed: bool) -> Counts:
    width = len(gold.start) + len(predicted.start) + 1
    found = arguments(gold, predicted, typed=typed)
    one, other = (packed((side.relation, *ends), width) for side, ends in zip((gold, predicted), found, strict=True))
    correct = shared(one, other)
    unit = gold.unit[gold.head]
    return count(
        len(gold.layout.units),
        gold.layout.relations,
        (unit[correct], gold.relation[correct]),
        (predicted.unit[predicted.head], predicted.relation),
        (unit, gold.relation),
    )


def _nested_demonym(side: Corpus) -> Flags:
    """Where a relation is an affiliation of its head with a demonym nested in it."""
    names = np.array(side.layout.relations, dtype=object), np.array(side.layout.types, dtype=object)
    easy = (names[0][side.relation] == EASY_RELATION) & (names[1][side.type[side.tail]] == EASY_TAIL)
    inside = (side.start[side.head] <= side.start[side.tail]) & (side.end[side.tail] <= side.end[side.head])
    return np.asarray(easy & inside, dtype=bool)
