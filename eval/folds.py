"""Gold documents with their predictions, batch by batch: fold by fold where an extractor is fitted, else as it is."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from eval.columns import Columns, of_documents
from eval.document import BadInput, Document, check, ordered
from eval.extractors import Extractor, Fittable, Labels, find
from eval.extractors.predictions import Predictions
from eval.join import Known
from eval.tidy import tidy

MOST_FOLDS = 100

Answer = TypeVar("Answer")
Sides = Iterator[tuple[Columns, Columns]]  # gold and predictions of the same documents
Fold = tuple[str, list[Document], list[Document]]  # its name, the documents held out, the others


@dataclass
class Extraction:
    """How an extractor predicts gold documents. `warnings` are complete when all batches have been taken."""

    name: str
    gold: Callable[[], Iterable[Columns]]
    asked: str | None
    progress: Callable[[str], object]
    options: Mapping[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        make = find(self.name, self.options)
        labels = Labels() if self.name.startswith("predictions:") else _labels(self.gold())
        self._make = lambda: make(labels)
        self._first = _answer(self.name, self._make)
        self.protocol = _protocol(self._first, self.name, self.asked)

    def batches(self) -> Sides:
        """Yield (gold, predictions): the same documents, all that can be scored; those without predictions have no mentions.

        Raises BadInput for gold that cannot be scored, and for what the extractor yields if that cannot be.
        """
        missing: list[str] = []
        found, mentions = 0, 0
        for gold, predicted in self._sides(missing):
            predicted, doubled = tidy(predicted, self.name, gold=False)
            self.warnings += doubled
            found, mentions = found + len(gold), mentions + len(predicted.start)
            yield gold, predicted
        if missing:
            more = ", …" if len(missing) > 5 else ""
            self.warnings.append(f"{len(missing)} document(s) without predictions count as empty: {', '.join(missing[:5])}{more}")
        if found > len(missing) and not mentions:
            self.warnings.append(f"{self.name} has no mention in any document")

    def _sides(self, missing: list[str]) -> Sides:
        if isinstance(self._first, Predictions):
            for gold, predicted in self._first.beside(self.gold(), missing):
                yield self._tidy(gold), predicted
        elif self.protocol == "as-is":
            for batch in self._once():
                documents = list(batch.documents())
                yield batch, self._predicted([("all documents", _in_order(documents), [])], documents, missing)
        else:
            batches = [*self._once()]
            documents = [document for batch in batches for document in batch.documents()]
            yield of_documents(documents), self._predicted(_folds(_in_order(documents)), documents, missing)

    def _once(self) -> Iterator[Columns]:
        """The gold, tidy. Raises BadInput for a document that stands twice."""
        known = Known()
        for batch in self.gold():
            known.add(batch)
            yield self._tidy(batch)

    def _tidy(self, gold: Columns) -> Columns:
        found, warnings = tidy(gold, "the gold", gold=True)
        self.warnings += warnings
        return found

    def _predicted(self, folds: Sequence[Fold], gold: Sequence[Document], missing: list[str]) -> Columns:
        # A fresh extractor for each fold, so that none remembers what another was fitted on.
        extractors = itertools.chain([self._first], iter(self._make, None))
        found: dict[str, Document] = {}
        for fold, held_out, others in folds:
            self.progress(f"{self.name}: {fold}")
            given = {document.doc_id: document for document in held_out}
            for document in _answer(self.name, lambda: _ask(next(extractors), held_out, others)):  # noqa: B023
                _check(document, given, found, self.name)
                found[document.doc_id] = document
            if self.protocol == "leave-one-out" and not others:
                self.warnings.append(f"{self.name} was not fitted: the gold has one fold, so there is nothing else to learn from")
        missing += [document.doc_id for document in gold if document.doc_id not in found]
        full = [_with(document, found.get(document.doc_id)) for document in gold]
        return of_documents(full, [self.name] * len(full))


def _labels(gold: Iterable[Columns]) -> Labels:
    types, relations, attributes = set(), set(), set()
    for batch in gold:
        types |= batch.type.used
        relations |= batch.relation.used
        attributes |= {name for name, values in batch.attributes.items() if values.used}
    return Labels(tuple(sorted(types)), tuple(sorted(relations)), tuple(sorted(attributes)))


def _protocol(extractor: Extractor, name: str, asked: str | None) -> str:
    can_be_fitted = isinstance(extractor, Fittable)
    if asked == "leave-one-out" and not can_be_fitted:
        raise BadInput(f"{name} has no fit(documents), so leave-one-out does not apply to it; use --protocol as-is")
    return asked or ("leave-one-out" if can_be_fitted else "as-is")


def _in_order(documents: Iterable[Document]) -> list[Document]:
    """What an extractor is given: nothing of it depends on the order of a file."""
    return sorted(map(ordered, documents), key=lambda document: document.doc_id)


def _folds(gold: Sequence[Document]) -> list[Fold]:
    fold_of = {document.doc_id: document.fold or document.doc_id for document in gold}
    folds = sorted(set(fold_of.values()))
    if len(folds) > MOST_FOLDS:
        raise BadInput(
            f"leave-one-out over {len(folds)} folds, at most {MOST_FOLDS} are fitted; "
            "use --protocol as-is, or give the gold's documents a `fold`"
        )
    return [
        (f"fold {fold}", [d for d in gold if fold_of[d.doc_id] == fold], [d for d in gold if fold_of[d.doc_id] != fold])
        for fold in folds
    ]


def _ask(extractor: Extractor, held_out: list[Document], others: list[Document]) -> list[Document]:
    if others and isinstance(extractor, Fittable):
        extractor.fit(others)
    return list(extractor.extract([document.bare() for document in held_out]))


def _answer(name: str, call: Callable[[], Answer]) -> Answer:
    """What the extractor's own code answers; its errors, and its attempts to leave, become ours with their place."""
    try:
        return call()
    except BadInput:
        raise
    except (Exception, SystemExit) as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        raise BadInput(f"{name} failed: {type(error).__name__}: {error} ({frame.filename}, line {frame.lineno})") from error


def _check(document: Document, gold: dict[str, Document], found: dict[str, Document], name: str) -> None:
    if not isinstance(document, Document) or not isinstance(document.doc_id, str) or document.doc_id not in gold:
        what = getattr(document, "doc_id", document)
        raise BadInput(f"{name} yielded {what!r}: that is none of the documents it was given")
    if document.doc_id in found:
        raise BadInput(f"{name} yielded document {document.doc_id!r} twice")
    text = gold[document.doc_id].text or ""
    if document.text is not None and not (isinstance(document.text, str) and document.text == text):
        raise BadInput(f"{name}: document {document.doc_id!r} came back with another text; its offsets would mean nothing")
    try:
        check(document, text)
    except BadInput as error:
        raise BadInput(f"{name}: document {document.doc_id!r}: {error}") from None


def _with(gold: Document, found: Document | None) -> Document:
    if found is None:
        return gold.bare()
    # int: an offset may have come as numpy's
    mentions = tuple(replace(mention, start=int(mention.start), end=int(mention.end)) for mention in found.mentions)
    return replace(gold, mentions=mentions, relations=found.relations)
