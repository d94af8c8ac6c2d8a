"""Many documents as columns of integers: what metrics see.

The documents lie one after the other on a single axis of code points, so that two mentions of different documents can
never be equal or overlap, and one pair of numbers says where a mention is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from eval.segment import tokens
from eval.strings import NONE, Integers, Strings

__all__ = ["NONE", "Corpus", "Flags", "Integers", "Layout"]

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
        return self.wide().sorted()

    def wide(self) -> Corpus:
        """The same, each where it stood: not in order, and some may have become equal."""
        starts, ends = self.layout.tokens.T
        first = np.searchsorted(ends, self.start, side="right")
        last = np.searchsorted(starts, self.end, side="left") - 1
        touches = first <= last
        start, end = self.start.copy(), self.end.copy()
        start[touches] = starts[first[touches]]
        end[touches] = ends[last[touches]]
        return replace(self, start=start, end=end)

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
