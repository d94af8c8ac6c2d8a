"""Documents of one side as columns, as a file has them: what lies between reading and scoring where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.document import Document, Mention, Relation
from eval.strings import Coded, Integers, Strings


@dataclass(frozen=True)
class Columns:
    """Documents, mentions and relations, each a row of some columns.

    `document`, shape (mentions,), is the row of each mention's document and never falls; `start` and `end` are code points in
    that document, half-open. `head` and `tail`, shape (relations,), are rows of mentions. `file` and `number` (0: none) say where
    a document stands.
    """

    doc_id: Strings
    text: Strings
    date: Strings
    fold: Strings
    file: Coded
    number: Integers
    document: Integers
    id: Coded
    start: Integers
    end: Integers
    type: Coded
    entity_id: Coded
    attributes: Mapping[str, Coded]
    relation: Coded
    head: Integers
    tail: Integers

    def __len__(self) -> int:
        return len(self.doc_id)

    def place(self, row: int) -> str:
        """Where a document stands, for a message."""
        file = str(self.file.names[self.file.codes[row]])
        return f"{file} {self.number[row]}" if self.number[row] else file

    def take(self, rows: Integers) -> Columns:
        """Some documents, in this order; each at most once."""
        place = np.full(len(self), -1)
        place[rows] = np.arange(len(rows))
        document = place[self.document]
        mentions = np.flatnonzero(document >= 0)
        mentions = mentions[np.argsort(document[mentions], kind="stable")]
        moved = np.full(len(document), -1)
        moved[mentions] = np.arange(len(mentions))
        strings = [one.take(rows) for one in (self.doc_id, self.text, self.date, self.fold)]
        return self._picked(strings, rows, document[mentions], mentions, moved[self.head], moved[self.tail])

    def between(self, first: int, last: int) -> Columns:
        """The documents from row `first` to before `last`, as views."""
        start, end = np.searchsorted(self.document, [first, last]).tolist()
        inside = (self.head >= start) & (self.head < end)
        strings = [one.between(first, last) for one in (self.doc_id, self.text, self.date, self.fold)]
        rows, mentions = slice(first, last), slice(start, end)
        head, tail = (np.where(inside, ends - start, -1) for ends in (self.head, self.tail))
        return self._picked(strings, rows, self.document[mentions] - first, mentions, head, tail)

    def _picked(
        self,
        strings: Sequence[Strings],
        rows: Integers | slice,
        document: Integers,
        mentions: Integers | slice,
        head: Integers,
        tail: Integers,
    ) -> Columns:
        """Some rows of documents and mentions; relations have their new heads and tails, or -1."""
        doc_id, text, date, fold = strings
        relations = np.flatnonzero(head >= 0)
        return Columns(
            doc_id=doc_id,
            text=text,
            date=date,
            fold=fold,
            file=self.file.take(rows),
            number=self.number[rows],
            document=document,
            id=self.id.take(mentions),
            start=self.start[mentions],
            end=self.end[mentions],
            type=self.type.take(mentions),
            entity_id=self.entity_id.take(mentions),
            attributes={name: values.take(mentions) for name, values in self.attributes.items()},
            relation=self.relation.take(relations),
            head=head[relations],
            tail=tail[relations],
        )

    def bare(self) -> Columns:
        """The documents without mentions and relations."""
        none, nothing = np.empty(0, np.int64), Coded.nothing(0)
        return replace(
            self, document=none, id=nothing, start=none, end=none, type=nothing, entity_id=nothing, attributes={},
            relation=nothing, head=none, tail=none,
        )  # fmt: skip

    def documents(self) -> Iterator[Document]:
        """The documents, with mentions and relations in the order of their rows."""
        mentions: list[list[Mention]] = [[] for _ in range(len(self))]
        relations: list[list[Relation]] = [[] for _ in range(len(self))]
        attributes = self.attribute_records()
        rows = zip(
            self.document.tolist(), self.id.list, self.start.tolist(), self.end.tolist(), self.type.list, self.entity_id.list,
            attributes, strict=True,
        )  # fmt: skip
        for document, *fields in rows:
            mentions[document].append(Mention(*fields))
        ids = self.id.list
        for document, type, head, tail in zip(
            self.document[self.head].tolist(), self.relation.list, self.head.tolist(), self.tail.tolist(), strict=True
        ):
            relations[document].append(Relation(type, ids[head], ids[tail]))
        parts = zip(self.doc_id.list, self.text.list, self.date.list, mentions, relations, self.fold.list, strict=True)
        for doc_id, text, date, own, related, fold in parts:
            assert doc_id is not None
            yield Document(doc_id, text, date, tuple(own), tuple(related), fold)

    def attribute_records(self) -> list[dict[str, str]]:
        """The attributes of each mention, without those that it has not."""
        records: list[dict[str, str]] = [{} for _ in range(len(self.document))]
        for name, values in sorted(self.attributes.items()):
            there = np.flatnonzero(values.codes >= 0)
            for row, value in zip(there.tolist(), values.take(there).list, strict=True):
                records[row][name] = value
        return records


def of_documents(documents: Sequence[Document], places: Sequence[str] | None = None) -> Columns:
    """Documents as columns. `places` says where each stands; relations name mentions that there are."""
    mentions = [mention for document in documents for mention in document.mentions]
    sizes = [len(document.mentions) for document in documents]
    heads: list[int] = []
    tails: list[int] = []
    first = 0
    for document, size in zip(documents, sizes, strict=True):
        if document.relations:
            row = {mention.id: first + i for i, mention in enumerate(document.mentions)}
            heads += [row[relation.head] for relation in document.relations]
            tails += [row[relation.tail] for relation in document.relations]
        first += size
    names = dict.fromkeys(name for mention in mentions for name in mention.attributes)
    return Columns(
        doc_id=Strings([document.doc_id for document in documents]),
        text=Strings([document.text for document in documents]),
        date=Strings([document.date for document in documents]),
        fold=Strings([document.fold for document in documents]),
        file=Coded.of(places or [""] * len(documents)),
        number=np.zeros(len(documents), np.int64),
        document=np.repeat(np.arange(len(documents)), sizes),
        id=Coded.of([mention.id for mention in mentions]),
        start=np.array([mention.start for mention in mentions], np.int64),
        end=np.array([mention.end for mention in mentions], np.int64),
        type=Coded.of([mention.type for mention in mentions]),
        entity_id=Coded.of([mention.entity_id for mention in mentions]),
        attributes={name: Coded.of([mention.attributes.get(name) for mention in mentions]) for name in names},
        relation=Coded.of([relation.type for document in documents for relation in document.relations]),
        head=np.array(heads, np.int64),
        tail=np.array(tails, np.int64),
    )


def joined(parts: Sequence[Columns]) -> Columns:
    """One after the other."""
    if len(parts) == 1:
        return parts[0]
    documents, mentions = (np.cumsum([0, *sizes]) for sizes in ([len(p) for p in parts], [len(p.document) for p in parts]))
    names = dict.fromkeys(name for part in parts for name in part.attributes)

    def moved(columns: Iterable[Integers], by: Integers) -> Integers:
        return np.concatenate([column + first for column, first in zip(columns, by, strict=False)])

    return Columns(
        doc_id=Strings.joined([part.doc_id for part in parts]),
        text=Strings.joined([part.text for part in parts]),
        date=Strings.joined([part.date for part in parts]),
        fold=Strings.joined([part.fold for part in parts]),
        file=Coded.joined([part.file for part in parts]),
        number=np.concatenate([part.number for part in parts]),
        document=moved((part.document for part in parts), documents),
        id=Coded.joined([part.id for part in parts]),
        start=np.concatenate([part.start for part in parts]),
        end=np.concatenate([part.end for part in parts]),
        type=Coded.joined([part.type for part in parts]),
        entity_id=Coded.joined([part.entity_id for part in parts]),
        attributes={n: Coded.joined([p.attributes.get(n) or Coded.nothing(len(p.document)) for p in parts]) for n in names},
        relation=Coded.joined([part.relation for part in parts]),
        head=moved((part.head for part in parts), mentions),
        tail=moved((part.tail for part in parts), mentions),
    )
