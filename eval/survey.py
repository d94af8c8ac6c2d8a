"""What is to be known of a gold before an extractor is asked: that it can be scored, its labels, how many documents it has."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

import orjson

from eval.columns import Columns
from eval.digest import Digest
from eval.document import BadInput
from eval.extractors import Labels
from eval.formats.jsonl import lines
from eval.join import Known
from eval.segment import tokens
from eval.tidy import tidy

CHANGED = "the gold was changed while the run was at work; bring back what it was, or begin anew elsewhere"


@dataclass(frozen=True)
class Survey:
    """The gold's labels, how many documents and tokens it has, and its digest, of dates and folds too.

    `again` is how many documents have a text that was looked for; `doc_ids` are in the gold's order; `parts` are the digests of
    its batches.
    """

    labels: Labels = field(default_factory=Labels)
    documents: int = 0
    tokens: int = 0
    digest: str = "0"
    again: int = 0
    doc_ids: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def survey(gold: Iterable[Columns], texts: Container[bytes] = ()) -> Survey:
    """Look through the gold once, and for texts with these fingerprints.

    Raises BadInput for what no scorer could count, and for a document that stands twice.
    """
    return merged(_of_batch(batch, texts) for batch in tidied(gold))


def merged(surveys: Iterable[Survey]) -> Survey:
    """Of different documents, one of all."""
    found = list(surveys)
    digest = Digest()
    for one in found:
        digest.merge(Digest.of(one.digest))
    labels = zip(*((one.labels.types, one.labels.relations, one.labels.attributes) for one in found), strict=True)
    return Survey(
        Labels(*(tuple(sorted({name for names in of_all for name in names})) for of_all in labels)),
        sum(one.documents for one in found),
        sum(one.tokens for one in found),
        str(digest),
        sum(one.again for one in found),
        tuple(doc_id for one in found for doc_id in one.doc_ids),
        tuple(part for one in found for part in one.parts),
    )


def unchanged(gold: Iterable[Columns], parts: Iterable[str]) -> Iterator[Columns]:
    """The gold again. Raises BadInput where it is not what a survey has seen, whose `parts` these are."""
    for batch, part in zip_longest(gold, parts):
        if batch is None or str(_digest(batch)) != part:
            raise BadInput(CHANGED)
        yield batch


def fingerprint(text: str | None) -> bytes:
    """What stands for a text where many are looked for."""
    return hashlib.blake2b((text or "").encode(), digest_size=8).digest()


def given_besides(batch: Columns) -> Iterator[bytes]:
    """What no score depends on, and yet what an extractor is given, and fitted on."""
    for besides in zip(batch.doc_id.list, batch.date.list, batch.fold.list, strict=True):
        if any(besides[1:]):
            yield orjson.dumps(besides)


def tidied(gold: Iterable[Columns]) -> Iterator[Columns]:
    """The gold as it can be scored. Raises BadInput for what cannot be, and for a document that stands twice."""
    known = Known()
    for batch in gold:
        known.add(batch.doc_id, batch.place)
        yield tidy(batch, "the gold", gold=True)[0]


def _digest(batch: Columns) -> Digest:
    digest = Digest()
    digest.add(lines(batch, text=True))
    digest.add(given_besides(batch))
    return digest


def _of_batch(batch: Columns, texts: Container[bytes]) -> Survey:
    digest = str(_digest(batch))
    attributes = (name for name, values in batch.attributes.items() if values.used)
    own = [text or "" for text in batch.text.list]
    return Survey(
        Labels(tuple(batch.type.used), tuple(batch.relation.used), tuple(attributes)),
        len(batch),
        len(tokens(" ".join(own))),
        digest,
        sum(fingerprint(text) in texts for text in own) if texts else 0,
        tuple(filter(None, batch.doc_id.list)),
        (digest,),
    )
