"""Many documents as columns of integers: what metrics see.

The documents lie one after the other on a single axis of code points, so that two mentions of different documents can
never be equal or overlap, and one pair of numbers says where a mention is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.columns import Columns, of_documents
from eval.document import Document
from eval.segment import sentences, tokens
from eval.strings import NONE, Coded, Integers, Strings

__all__ = ["NONE", "Corpus", "Flags", "Integers", "Layout", "lay", "pair"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """The axis that gold and predictions share: where documents, units and tokens lie on it, and what the codes stand for."""

    text: Strings
    documents: Integers  # where each document starts, shape (documents,)
    units: Integers  # where each unit of resampling starts, shape (units,); the first of a document starts with it
    types: tuple[str, ...]
    relations: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The documents' texts."""
        return [text or "" for text in self.text.list]

    @cached_property
    def tokens(self) -> Integers:
        """Token spans on the axis, shape (tokens, 2)."""
        return tokens(" ".join(self.texts))

    def document_of(self, places: Integers) -> Integers:
        """The index of the document in which each place on the axis lies."""
        return np.searchsorted(self.documents, places, side="right") - 1

    @property
    def document_of_unit(self) -> Integers:
        """The index of each unit's document, shape (units,)."""
        return self.document_of(self.units)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Mentions and relations as columns.

    `start` and `end` (on the layout's axis, half-open) and `type` have shape (mentions,). Mentions are sorted by them, and
    each stands once. `entity`, shape (mentions, 2), has the codes of a mention's ids, and `values`, shape
    (mentions, attributes), those of its attributes' values; the codes are those of the other side too, NONE for nothing.
    `relation`, `head` and `tail` have shape (relations,): a type, and two mentions by their index.
    """

    layout: Layout
    start: Integers
    end: Integers
    type: Integers
    entity: Integers
    values: Integers
    relation: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    head: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    tail: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def sorted(self) -> Corpus:
        """The mentions in order; those that are equal in span and type stand once, and the first of them speaks for all."""
        length = self.end - self.start
        key = (self.start * (1 + length.max(initial=0)) + length) * (1 + self.type.max(initial=0)) + self.type
        if (key[1:] > key[:-1]).all():
            relation, head, tail = _once(self.relation, self.head, self.tail)
            return replace(self, relation=relation, head=head, tail=tail)
        order = np.argsort(key, kind="stable")
        first = np.ones(len(order), dtype=bool)
        first[1:] = key[order][1:] != key[order][:-1]
        place = np.empty_like(order)
        place[order] = np.cumsum(first) - 1
        kept = order[first]
        return Corpus(
            self.layout,
            self.start[kept],
            self.end[kept],
            self.type[kept],
            self.entity[kept],
            self.values[kept],
            *_once(self.relation, place[self.head], place[self.tail]),
        )

    @cached_property
    def unit(self) -> Integers:
        """The index of the unit in which each mention starts."""
        # Mentions are in order, and most often there are fewer units than mentions.
        first = np.searchsorted(self.start, self.layout.units)
        return np.repeat(np.arange(len(first)), np.diff(first, append=len(self.start)))

    @cached_property
    def document(self) -> Integers:
        """The index of each mention's document."""
        return self.layout.document_of(self.start)

    def widened(self) -> Corpus:
        """Mentions widened to the tokens they touch; one that touches none stays as it is."""
        starts, ends = self.layout.tokens.T
        first = np.searchsorted(ends, self.start, side="right")
        last = np.searchsorted(starts, self.end, side="left") - 1
        touches = first <= last
        start, end = self.start.copy(), self.end.copy()
        start[touches] = starts[first[touches]]
        end[touches] = ends[last[touches]]
        return replace(self, start=start, end=end).sorted()

    def outermost(self) -> Corpus:
        """The mentions that lie inside no other. Equal spans do not lie inside each other; crossing ones neither."""
        order = np.lexsort((-self.end, self.start))
        return self.only(_at(order, _reaches_further(self.start[order], self.end[order])))

    def innermost(self) -> Corpus:
        """The mentions in which no other lies."""
        order = np.lexsort((self.end, -self.start))
        return self.only(_at(order, _reaches_further(-self.start[order], -self.end[order])))

    def only(self, mentions: Flags) -> Corpus:
        """The mentions that are flagged, shape (mentions,), and the relations between two of them."""
        place = np.cumsum(mentions) - 1
        linked = self.related(mentions[self.head] & mentions[self.tail])
        return replace(
            linked,
            start=self.start[mentions],
            end=self.end[mentions],
            type=self.type[mentions],
            entity=self.entity[mentions],
            values=self.values[mentions],
            head=place[linked.head],
            tail=place[linked.tail],
        )

    def related(self, relations: Flags) -> Corpus:
        """The relations that are flagged, shape (relations,), and all mentions."""
        return replace(self, relation=self.relation[relations], head=self.head[relations], tail=self.tail[relations])


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


def _once(relation: Integers, head: Integers, tail: Integers) -> tuple[Integers, Integers, Integers]:
    """Relations in order, each once."""
    if not len(relation):
        return relation, head, tail
    mentions = 1 + max(int(head.max()), int(tail.max()))
    key = np.unique((relation * mentions + head) * mentions + tail)
    return key // mentions**2, key // mentions % mentions, key % mentions


def _at(order: Integers, flags: Flags) -> Flags:
    """The flags of sorted rows, back in the rows' own order."""
    back = np.empty_like(flags)
    back[order] = flags
    return back


def _reaches_further(start: Integers, end: Integers) -> Flags:
    """Where `end` is beyond all earlier ends, spans being sorted by start and then by falling end; equal spans alike."""
    if not len(end):
        return np.zeros(0, dtype=bool)
    fresh = np.ones(len(end), dtype=bool)
    fresh[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    before = np.full(len(end), np.iinfo(np.int64).min)
    before[1:] = np.maximum.accumulate(end)[:-1]
    # A copy of a span (another type) shares the verdict on the first of its kind.
    first_of_its_kind = np.maximum.accumulate(np.where(fresh, np.arange(len(end)), 0))
    further: Flags = (end > before)[first_of_its_kind]
    return further
