"""Many documents as columns of integers: what metrics see.

The documents lie one after the other on a single axis of code points, so that two mentions of different documents can
never be equal or overlap, and one pair of numbers says where a mention is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.document import Document
from eval.segment import sentences, tokens

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NONE = -1  # no entity, no value


@dataclass(frozen=True)
class Layout:
    """The axis that gold and predictions share: where documents, units and tokens lie on it, and what the codes stand for."""

    texts: tuple[str, ...]
    documents: Integers  # where each document starts, shape (documents,)
    units: Integers  # where each unit of resampling starts, shape (units,); the first of a document starts with it
    types: tuple[str, ...]
    relations: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()

    @cached_property
    def tokens(self) -> Integers:
        """Token spans on the axis, shape (tokens, 2)."""
        spans = [tokens(text) + start for text, start in zip(self.texts, self.documents, strict=True)]
        return np.concatenate([np.empty((0, 2), dtype=np.int64), *spans])

    def document_of(self, places: Integers) -> Integers:
        """The index of the document in which each place on the axis lies."""
        return np.searchsorted(self.documents, places, side="right") - 1

    @property
    def document_of_unit(self) -> Integers:
        """The index of each unit's document, shape (units,)."""
        return self.document_of(self.units)


@dataclass(frozen=True)
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
        order = np.lexsort((self.type, self.end, self.start))
        columns = np.stack([self.start, self.end, self.type])[:, order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
        place = np.empty_like(order)
        place[order] = np.cumsum(first) - 1
        relations = np.stack([self.relation, place[self.head], place[self.tail]])
        start, end, type = columns[:, first]
        relation, head, tail = np.unique(relations, axis=1)
        return Corpus(self.layout, start, end, type, self.entity[order[first]], self.values[order[first]], relation, head, tail)

    @property
    def unit(self) -> Integers:
        """The index of the unit in which each mention starts."""
        return np.searchsorted(self.layout.units, self.start, side="right") - 1

    @property
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
    """Lay gold documents and their predictions (the same documents in the same order) on one axis.

    `unit` is what resampling draws: `document` or `sentence`. No sentence ends inside a gold mention; with `cut_none`, nor inside
    a predicted one.
    """
    texts = tuple(document.text or "" for document in gold)
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    # One code point of air between documents, so that an empty one has a place of its own too.
    documents = np.cumsum(lengths + 1) - (lengths + 1)
    units = documents
    if unit == "sentence":
        whole = [
            (*one.mentions, *other.mentions) if cut_none else one.mentions for one, other in zip(gold, predicted, strict=True)
        ]
        spans = [sentences(text, [(m.start, m.end) for m in mentions]) for text, mentions in zip(texts, whole, strict=True)]
        starts = [start + np.array([0, *(s for s, _ in own[1:])]) for own, start in zip(spans, documents, strict=True)]
        units = np.concatenate([np.empty(0, dtype=np.int64), *starts])
    every = [mention for document in (*gold, *predicted) for mention in document.mentions]
    layout = Layout(
        texts,
        documents,
        units,
        types=_names(mention.type for mention in every),
        relations=_names(relation.type for document in (*gold, *predicted) for relation in document.relations),
        attributes=_names(name for mention in every for name in mention.attributes),
    )
    # One for both sides; ids in the order of their names, so that nothing depends on the order of a file.
    codes: dict[Any, int] = {**_numbered(_names(id for mention in every for id in (mention.entity_id or "").split()))}
    return _columns(layout, gold, codes), _columns(layout, predicted, codes)


def _columns(layout: Layout, documents: Sequence[Document], codes: dict[Any, int]) -> Corpus:
    types, kinds = _numbered(layout.types), _numbered(layout.relations)
    rows: list[tuple[int, ...]] = []
    relations = []
    for document, base in zip(documents, layout.documents.tolist(), strict=True):
        index = {mention.id: len(rows) + i for i, mention in enumerate(document.mentions)}
        relations += [(kinds[relation.type], index[relation.head], index[relation.tail]) for relation in document.relations]
        for mention in document.mentions:
            ids = sorted(codes[id] for id in set((mention.entity_id or "").split()))
            values = (mention.attributes.get(name) for name in layout.attributes)
            coded = (NONE if value is None else codes.setdefault((value,), len(codes)) for value in values)
            rows.append((base + mention.start, base + mention.end, types[mention.type], *(*ids, NONE, NONE)[:2], *coded))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5 + len(layout.attributes))
    start, end, type = table[:, :3].T
    relation, head, tail = np.array(relations, dtype=np.int64).reshape(-1, 3).T
    return Corpus(layout, start, end, type, table[:, 3:5], table[:, 5:], relation, head, tail).sorted()


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _numbered(names: Sequence[str]) -> Mapping[str, int]:
    return {name: i for i, name in enumerate(names)}


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
