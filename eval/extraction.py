"""An extractor at work on the gold's documents: fold by fold where it is fitted, else some at a time."""

from __future__ import annotations

import reprlib
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from eval.columns import Columns
from eval.concurrently import concurrently
from eval.document import BadInput, Document, check, ordered
from eval.extractors import Extractor, Fittable, Labels
from eval.extractors.table import find
from eval.folds import Fold, folds
from eval.survey import tidied


class Extraction:
    """How the extractor called `name` predicts documents.

    `protocol` is the one asked for, or the extractor's own default; `options` are those that may change what is found; `usage`
    sums what the extractors say that they have used, by name: requests, tokens.
    """

    def __init__(self, name: str, asked: str | None, options: Mapping[str, str], labels: Labels) -> None:
        """Raises BadInput where there is no such extractor, or it cannot be made or fitted."""
        make = find(name, options)
        self.name, self.usage, self.warnings = name, Counter[str](), list[str]()
        self._lock = threading.Lock()
        self._make: Callable[[], Extractor] = lambda: make(labels)
        with _its_own_errors(name):
            self._extractor = self._make()
        if not callable(getattr(self._extractor, "extract", None)):
            raise BadInput(f"{name} has no extract(documents)")
        unsigned = getattr(self._extractor, "unsigned", ())
        self.options = {option: value for option, value in options.items() if option not in unsigned}
        can_be_fitted = isinstance(self._extractor, Fittable)
        if asked == "leave-one-out" and not can_be_fitted:
            raise BadInput(f"{name} has no fit(documents), so leave-one-out does not apply to it; use --protocol as-is")
        self.protocol = asked or ("leave-one-out" if can_be_fitted else "as-is")

    def documents(self, gold: Iterable[Columns], done: Collection[str] = ()) -> Iterator[Document]:
        """Yield each document with what was found in it, without its text, as soon as the extractor has it, in any order.

        Those `done` before are not asked for. Raises BadInput for what fails in the extractor, or what it yields that cannot be
        scored.
        """
        at_once = getattr(self._extractor, "folds_at_once", 1) if self.protocol == "leave-one-out" else 1
        yield from concurrently((partial(self._of, fold) for fold in self._left(gold, done)), at_once)

    def _left(self, gold: Iterable[Columns], done: Collection[str]) -> Iterator[Fold]:
        """The folds without what is done."""
        for fold in self._folds(gold):
            rest = [document for document in fold.held_out if document.doc_id not in done]
            if rest:
                yield replace(fold, held_out=rest)
            if self.protocol == "leave-one-out" and not fold.others:
                self.warnings.append(f"{self.name} was not fitted: the gold has one fold, so there is nothing else to learn from")

    def _folds(self, gold: Iterable[Columns]) -> Iterator[Fold]:
        if self.protocol == "as-is":
            for batch in tidied(gold):
                yield Fold("all documents", _in_order(batch.documents()))
        else:
            yield from folds(_in_order(document for batch in tidied(gold) for document in batch.documents()))

    def _of(self, fold: Fold) -> Iterator[Document]:
        # A fresh extractor for each fold, so that none remembers what another was fitted on.
        given = {document.doc_id: document for document in fold.held_out}
        found: set[str] = set()
        with _its_own_errors(self.name):
            extractor = self._extractor if self.protocol == "as-is" else self._make()
            if self.protocol == "leave-one-out" and fold.others and isinstance(extractor, Fittable):
                extractor.fit(fold.others)
            before = Counter(getattr(extractor, "usage", {}))
            yielded = extractor.extract([document.bare() for document in fold.held_out])
            if not isinstance(yielded, Iterable):
                raise BadInput(
                    f"{self.name} returned {reprlib.repr(yielded)}: it is to yield documents, or return a list of them"
                )
            answers = iter(yielded)
        try:
            while True:
                with _its_own_errors(self.name):
                    document = next(answers, _END)
                if document is _END:
                    return
                yield _checked(document, given, found, self.name)
        finally:
            with self._lock:
                self.usage.update(getattr(extractor, "usage", {}))
                self.usage.subtract(before)


_END = object()


@contextmanager
def _its_own_errors(name: str) -> Iterator[None]:
    """The errors of an extractor's own code, and its attempts to leave, become ours with their place."""
    try:
        yield
    except (BadInput, KeyboardInterrupt):
        raise
    except BaseException as error:  # SystemExit and asyncio's CancelledError are no Exception
        frame = traceback.extract_tb(error.__traceback__)[-1]
        raise BadInput(f"{name} failed: {type(error).__name__}: {error} ({frame.filename}, line {frame.lineno})") from error


def _in_order(documents: Iterable[Document]) -> Sequence[Document]:
    """What an extractor is given: nothing of it depends on the order of a file."""
    return sorted(map(ordered, documents), key=lambda document: document.doc_id)


def _checked(document: object, given: Mapping[str, Document], found: set[str], name: str) -> Document:
    if not isinstance(document, Document) or not isinstance(document.doc_id, str) or document.doc_id not in given:
        what = reprlib.repr(getattr(document, "doc_id", document))
        raise BadInput(f"{name} yielded {what}: that is none of the documents it was given")
    if document.doc_id in found:
        raise BadInput(f"{name} yielded document {document.doc_id!r} twice")
    text = given[document.doc_id].text or ""
    if document.text is not None and not (isinstance(document.text, str) and document.text == text):
        raise BadInput(f"{name}: document {document.doc_id!r} came back with another text; its offsets would mean nothing")
    try:
        check(document, text)
        if not isinstance(document.notes, list | tuple) or not all(isinstance(note, str) for note in document.notes):
            raise BadInput(f"notes are a list of strings, found {document.notes!r}")
    except BadInput as error:
        raise BadInput(f"{name}: document {document.doc_id!r}: {error}") from None
    found.add(document.doc_id)
    notes = tuple(note.encode("utf-8", "replace").decode() for note in document.notes)  # a lone surrogate cannot be written
    # int: an offset may have come as numpy's
    mentions = tuple(replace(mention, start=int(mention.start), end=int(mention.end)) for mention in document.mentions)
    return Document(document.doc_id, None, mentions=mentions, relations=document.relations, notes=notes)
