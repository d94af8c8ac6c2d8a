"""What became of each mention and relation, as they stand in the documents: the classes of eval.errors, in the scored view.

Mentions that are one in the view, since they touch the same tokens, share its verdict; what --nested leaves out has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.columns import Columns, of_documents
from eval.corpus import NONE, Corpus, Integers
from eval.document import Document
from eval.errors import mentions, relations
from eval.metrics.matching import keys, packed
from eval.pages.article import Marked, Verdict
from eval.settings import Settings
from eval.sides import lay
from eval.tally import view


def verdicts(gold: Sequence[Document], predicted: Sequence[Document], settings: Settings) -> Iterator[tuple[Marked, Marked]]:
    """Gold documents and their predictions (the same documents in the same order), marked; `match` and `nested` are heeded.

    Counterparts are places in the gold's mentions, and in its relations.
    """
    columns = of_documents(gold), of_documents(predicted)
    laid = lay(*columns)
    sides = [Side.of(one, corpus, settings) for one, corpus in zip(columns, laid, strict=True)]
    views = sides[0].view, sides[1].view
    of_mentions = _told([side.mentions for side in sides], mentions.classify(*views), mentions.CLASSES)
    of_relations = _told([side.relations for side in sides], relations.classify(*views), relations.CLASSES)
    for documents, found, related in zip(zip(gold, predicted, strict=True), of_mentions, of_relations, strict=True):
        one, other = (Marked(*of_side) for of_side in zip(documents, found, related, strict=True))
        yield one, other


@dataclass(frozen=True)
class Items:
    """One side's mentions or relations in the order of the documents: how many each document has, and where in the view each is.

    NONE stands for what is not in it.
    """

    sizes: Integers
    seen: Integers

    def by_document(self) -> Iterator[list[int]]:
        """Where those of each document are."""
        ends = np.cumsum(self.sizes)
        for first, end in zip(ends - self.sizes, ends, strict=True):
            yield self.seen[first:end].tolist()


@dataclass(frozen=True)
class Side:
    """One side's view, and what of it the documents' mentions and relations are."""

    view: Corpus
    mentions: Items
    relations: Items

    @classmethod
    def of(cls, columns: Columns, corpus: Corpus, settings: Settings) -> Side:
        """`corpus` is what the columns are on the axis."""
        kept, seen = view(corpus, replace(settings, match="char")), view(corpus, settings)
        wide = kept.wide() if settings.match == "token" else kept
        place = np.append(_among(wide, seen), NONE)[_among(_as_written(columns, corpus), kept)]
        sizes, related = (
            np.bincount(rows, minlength=len(columns)) for rows in (columns.document, columns.document[columns.head])
        )
        return cls(seen, Items(sizes, place), Items(related, _related(columns, place, seen)))


def _as_written(columns: Columns, corpus: Corpus) -> Corpus:
    """The mentions on the axis, in the order of the documents, equal ones as often as they stand there."""
    number = {name: i for i, name in enumerate(corpus.layout.types)}
    base = corpus.layout.documents[columns.document]
    type = columns.type.renumbered(number[name] for name in columns.type.names)
    return replace(corpus, start=base + columns.start, end=base + columns.end, type=type)


def _among(some: Corpus, corpus: Corpus) -> Integers:
    """Which mention of a corpus each of some is, by span and type; NONE for none."""
    return _places(keys(some, corpus), keys(corpus, some))


def _related(columns: Columns, place: Integers, seen: Corpus) -> Integers:
    """Which relation of the view each of the documents' is; NONE where the view has not both of its mentions."""
    number = {name: i for i, name in enumerate(seen.layout.relations)}
    relation = columns.relation.renumbered(number[name] for name in columns.relation.names)
    head, tail = place[columns.head], place[columns.tail]
    width = len(seen.start) + 1
    found = _places(packed((relation, head, tail), width), packed((seen.relation, seen.head, seen.tail), width))
    return np.where((head == NONE) | (tail == NONE), NONE, found)


def _places(some: Integers, rising: Integers) -> Integers:
    """Where each of some keys stands among those in order; NONE for none."""
    place = np.searchsorted(rising, some)
    return np.where(np.append(rising, NONE)[place] == some, place, NONE)


def _told(sides: Sequence[Items], rows: Integers, classes: Sequence[str]) -> Iterator[tuple[list[Verdict], list[Verdict]]]:
    """The verdicts of both sides, a document at a time, from (class, gold, predicted) of the views."""
    names: tuple[dict[int, str], dict[int, str]] = {}, {}
    counterparts = defaultdict[int, list[int]](list)
    for of_class, one, other in rows.T.tolist():
        for known, item in zip(names, (one, other), strict=True):
            known[item] = classes[of_class]
        counterparts[other].append(one)
    for known in names:
        known.pop(NONE, None)
    counterparts.pop(NONE, None)
    for own, found in zip(*(side.by_document() for side in sides), strict=True):
        places = defaultdict[int, list[int]](list)
        for i, item in enumerate(own):
            places[item].append(i)
        golds = ([i for one in counterparts.get(item, ()) for i in places.get(one, ())] for item in found)
        yield (
            [Verdict(names[0].get(item)) for item in own],
            [Verdict(names[1].get(item), sorted(gold)) for item, gold in zip(found, golds, strict=True)],
        )
