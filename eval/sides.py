"""Gold and predictions as two corpora on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.columns import Columns, of_documents
from eval.corpus import Corpus, Layout
from eval.document import Document
from eval.segment import sentences
from eval.strings import NONE, Coded, Integers


def pair(
    gold: Sequence[Document], predicted: Sequence[Document], unit: str = "document", *, cut_none: bool = False
) -> tuple[Corpus, Corpus]:
    """Documents and their predictions (the same documents in the same order) on one axis; see lay."""
    return lay(of_documents(gold), of_documents(predicted), unit, cut_none=cut_none)


def lay(gold: Columns, predicted: Columns, unit: str = "document", *, cut_none: bool = False) -> tuple[Corpus, Corpus]:
    """Lay gold documents and their predictions (the same documents in the same order) on one axis.

    `unit` is what resampling draws: `document` or `sentence`. No sentence ends inside a gold mention; with `cut_none`, nor inside
    a predicted one.
    """
    lengths = gold.text.lengths
    # One code point of air between documents, so that an empty one has a place of its own too.
    documents = np.cumsum(lengths + 1) - (lengths + 1)
    sides = gold, predicted
    units = documents if unit == "document" else _sentences(gold, sides if cut_none else (gold,), documents)
    types, type_codes = _shared([side.type for side in sides])
    relations, relation_codes = _shared([side.relation for side in sides])
    attributes = tuple(sorted({name for side in sides for name, values in side.attributes.items() if len(values.used)}))
    ids, entities = _entities([side.entity_id for side in sides])
    layout = Layout(gold.text, documents, units, types, relations, attributes, ids)
    values = [_values([side.attributes.get(name) for side in sides], sides) for name in attributes]
    one, other = (
        Corpus(
            layout,
            documents[side.document] + side.start,
            documents[side.document] + side.end,
            type_codes[i],
            entities[i],
            np.concatenate([np.empty((0, len(side.start)), np.int64), *(column[i][None] for column in values)]).T,
            relation_codes[i],
            side.head,
            side.tail,
        ).sorted()
        for i, side in enumerate(sides)
    )
    return one, other


def _sentences(gold: Columns, whole: Sequence[Columns], documents: Integers) -> Integers:
    """Where the sentences of each document start; the first, where the document does."""
    bounds = [np.searchsorted(side.document, np.arange(len(gold) + 1)) for side in whole]
    starts = []
    for i, (text, base) in enumerate(zip(gold.text.list, documents.tolist(), strict=True)):
        own = [slice(*bound[i : i + 2]) for bound in bounds]
        spans = [
            span for side, rows in zip(whole, own, strict=True) for span in zip(side.start[rows], side.end[rows], strict=True)
        ]
        starts += [base, *(base + start for start, _ in sentences(text or "", spans)[1:])]
    return np.array(starts, np.int64)


def _shared(sides: Sequence[Coded]) -> tuple[tuple[str, ...], list[Integers]]:
    """The names of both sides, sorted, so that nothing depends on the order of a file; and the sides' codes for them."""
    names = tuple(sorted({name for side in sides for name in side.names}))
    number = {name: i for i, name in enumerate(names)}
    return names, [side.renumbered(number[name] for name in side.names) for side in sides]


def _entities(sides: Sequence[Coded]) -> tuple[tuple[str, ...], list[Integers]]:
    """The ids of both sides, sorted; and codes of the one or two of each mention, in that order, shape (mentions, 2)."""
    ids = tuple(sorted({id for side in sides for name in side.names for id in name.split()}))
    number = {id: i for i, id in enumerate(ids)}
    columns = []
    for side in sides:
        coded = [(*sorted(number[id] for id in set(name.split())), NONE, NONE)[:2] for name in side.names]
        nobody = np.full((len(side.codes), 2), NONE)
        columns.append(np.array([*coded, (NONE, NONE)], np.int64)[side.codes] if coded else nobody)
    return ids, columns


def _values(sides: Sequence[Coded | None], columns: Sequence[Columns]) -> list[Integers]:
    """Codes of an attribute's values, the same for equal ones."""
    number: dict[Any, int] = {}
    found = [side or Coded.nothing(len(own.start)) for side, own in zip(sides, columns, strict=True)]
    return [side.renumbered(number.setdefault(value, len(number)) for value in side.names) for side in found]
