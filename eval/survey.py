"""What is to be known of a gold before an extractor is asked: that it can be scored, its labels, how many documents it has."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from eval.columns import Columns
from eval.digest import Digest
from eval.extractors import Labels
from eval.formats.jsonl import lines
from eval.join import Known
from eval.metrics import bio
from eval.segment import tokens
from eval.tidy import tidy


@dataclass(frozen=True)
class Survey:
    """The gold's labels, the ids of its documents in its order, its digest, of dates and folds too, and how many tokens it has.

    Tokens are counted until it is known that they are too many for `ner.bio`. `again` is how many documents have a text that was
    looked for.
    """

    labels: Labels = field(default_factory=Labels)
    doc_ids: tuple[str, ...] = ()
    digest: str = ""
    tokens: int = 0
    again: int = 0

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.doc_ids)


def survey(gold: Iterable[Columns], texts: Container[str | None] = ()) -> Survey:
    """Look through the gold once, and for these texts in it.

    Raises BadInput for what no scorer could count, and for a document that stands twice.
    """
    types: set[str] = set()
    relations: set[str] = set()
    attributes: set[str] = set()
    doc_ids, digest, many, again = list[str](), Digest(), 0, 0
    for batch in tidied(gold):
        types |= batch.type.used
        relations |= batch.relation.used
        attributes |= {name for name, values in batch.attributes.items() if values.used}
        doc_ids += filter(None, batch.doc_id.list)
        digest.add(lines(batch, text=True))
        digest.add(given_besides(batch))
        again += sum(text in texts for text in batch.text.list) if texts else 0
        if many <= bio.MOST_TOKENS:
            many += len(tokens("\n".join(text or "" for text in batch.text.list)))
    labels = Labels(*(tuple(sorted(names)) for names in (types, relations, attributes)))
    return Survey(labels, tuple(doc_ids), str(digest), many, again)


def given_besides(batch: Columns) -> Iterator[bytes]:
    """What no score depends on, and yet what an extractor is given, and fitted on."""
    for besides in zip(batch.doc_id.list, batch.date.list, batch.fold.list, strict=True):
        if any(besides[1:]):
            yield orjson.dumps(besides)


def tidied(gold: Iterable[Columns]) -> Iterator[Columns]:
    """The gold as it can be scored. Raises BadInput for what cannot be, and for a document that stands twice."""
    known = Known()
    for batch in gold:
        known.add(batch)
        yield tidy(batch, "the gold", gold=True)[0]
