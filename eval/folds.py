"""Predictions of gold's documents, fold by fold: each checked, tidy, and in the gold's order."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from eval.document import BadInput, Document, check, merge_duplicates, ordered
from eval.extractors import Extractor, Fittable, find

MOST_FOLDS = 100

Answer = TypeVar("Answer")
Fold = tuple[str, list[Document], list[Document]]  # its name, the documents held out, the others


@dataclass(frozen=True)
class Predicted:
    """The gold's documents with what was found in them, how, and what a reader of the figures should know."""

    documents: list[Document]
    protocol: str
    warnings: list[str]


def predict(gold: Sequence[Document], name: str, protocol: str | None, progress: Callable[[str], object]) -> Predicted:
    """Let the extractor called `name` predict the gold's documents.

    `protocol` is leave-one-out, as-is, or None: leave-one-out where the extractor can be fitted. `progress` is told of
    each fold. Raises BadInput for an extractor that is none, and for what it yields if that cannot be scored.
    """
    make = find(name, frozenset(mention.type for document in gold for mention in document.mentions))
    first = _answer(name, make)
    protocol = _protocol(first, name, protocol)
    # A fresh extractor for each fold, so that none remembers what another was fitted on.
    extractors = itertools.chain([first], iter(make, None))
    found: dict[str, Document] = {}
    warnings = []
    for fold, held_out, others in _folds(gold, protocol):
        progress(f"{name}: {fold}")
        given = {document.doc_id: document for document in held_out}
        for document in _answer(name, lambda: _ask(next(extractors), held_out, others)):  # noqa: B023
            _check(document, given, found, name)
            found[document.doc_id] = document
        if protocol == "leave-one-out" and not others:
            warnings.append(f"{name} was not fitted: the gold has one fold, so there is nothing else to learn from")
    missing = [document.doc_id for document in gold if document.doc_id not in found]
    if missing:
        more = ", …" if len(missing) > 5 else ""
        warnings.append(f"{len(missing)} document(s) without predictions count as empty: {', '.join(missing[:5])}{more}")
    if found and not any(document.mentions for document in found.values()):
        warnings.append(f"{name} has no mention in any document")
    full = [_with(document, found.get(document.doc_id)) for document in gold]
    documents, doubled = tidy(full, name)
    return Predicted(documents, protocol, warnings + doubled)


def tidy(documents: Iterable[Document], whose: str) -> tuple[list[Document], list[str]]:
    """The documents with each mention once and in order of place, and a warning for each that had one twice."""
    kept, warnings = [], []
    for document in documents:
        merged, copies = merge_duplicates(document)
        if copies:
            warnings.append(f"{whose}: document {document.doc_id!r} has {copies} mention(s) twice; each counts once")
        kept.append(ordered(merged))
    return kept, warnings


def _protocol(extractor: Extractor, name: str, asked: str | None) -> str:
    can_be_fitted = isinstance(extractor, Fittable)
    if asked == "leave-one-out" and not can_be_fitted:
        raise BadInput(f"{name} has no fit(documents), so leave-one-out does not apply to it; use --protocol as-is")
    return asked or ("leave-one-out" if can_be_fitted else "as-is")


def _folds(gold: Sequence[Document], protocol: str) -> list[Fold]:
    if protocol == "as-is":
        return [("all documents", list(gold), [])]
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
