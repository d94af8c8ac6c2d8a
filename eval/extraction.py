"""An extractor at work on the gold's documents: fold by fold where it is fitted on the others, else some at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from eval.answers import Answers, its_own_errors
from eval.columns import Columns
from eval.concurrently import concurrently
from eval.document import BadInput, Document, ordered
from eval.extractors import Extractor, Fittable
from eval.extractors.table import find
from eval.folds import Fold, folds
from eval.model import Model


class Extraction:
    """How a model predicts documents.

    `protocol` is the one asked for, or the extractor's own default; `options` are those that may change what is found; `usage`
    sums what the extractors say that they have used, by name: requests, tokens.
    """

    def __init__(self, model: Model, *, keep: bool = False) -> None:
        """`keep` extractors that were fitted on the other folds, to be asked again.

        Raises BadInput where there is no such extractor, or it cannot be made.
        """
        name, settings, options = model.name, model.settings, dict(model.settings.options)
        make = find(name, options)
        self.name, self.usage = name, Counter[str]()
        self._train, self._fitted, self._keep = model.train, dict[str, Extractor](), keep
        self._folds: list[Fold] = []
        self._lock = threading.Lock()
        self._answers = Answers(name, fail_fast=settings.fail_fast)
        self.warnings = self._answers.warnings
        self._make: Callable[[], Extractor] = lambda: make(model.labels)
        with its_own_errors(name):
            self._extractor = self._make()
        if not callable(getattr(self._extractor, "extract", None)):
            raise BadInput(f"{name} has no extract(documents)")
        unsigned = getattr(self._extractor, "unsigned", ())
        self.options = {option: value for option, value in options.items() if option not in unsigned}
        self.protocol = self._protocol(settings.protocol)

    def documents(
        self, gold: Iterable[Columns], done: Container[str] = (), only: Container[str] | None = None
    ) -> Iterator[Document]:
        """Yield each document of a tidy gold with what was found in it, without its text, as soon as the extractor has it.

        Those `done` before are not asked for; with `only`, no others are. One that the extractor fails on has its error, unless
        the settings are to fail fast: then BadInput is raised, as for what fails in fitting.
        """
        at_once = getattr(self._extractor, "folds_at_once", 1) if self.protocol == "leave-one-out" else 1
        yield from concurrently((partial(self._of, fold) for fold in self._left(gold, done, only)), at_once)

    def _protocol(self, asked: str | None) -> str:
        can_be_fitted = isinstance(self._extractor, Fittable)
        for option, given in (("--protocol leave-one-out", asked == "leave-one-out"), ("--train", bool(self._train))):
            if given and not can_be_fitted:
                raise BadInput(f"{self.name} has no fit(documents), so {option} does not apply to it; leave it out")
        if self._train and asked == "leave-one-out":
            raise BadInput("--train says what to fit on, --protocol leave-one-out the gold's other folds; leave one of them out")
        return asked or ("leave-one-out" if can_be_fitted and not self._train else "as-is")

    def _left(self, gold: Iterable[Columns], done: Container[str], only: Container[str] | None) -> Iterator[Fold]:
        """The folds, without what is not asked for."""
        for fold in self._in_folds(gold):
            rest = [d for d in fold.held_out if d.doc_id not in done and (only is None or d.doc_id in only)]
            if rest:
                yield replace(fold, held_out=rest)
            if self.protocol == "leave-one-out" and not fold.others:
                self.warnings.append(f"{self.name} was not fitted: the gold has one fold, so there is nothing else to learn from")

    def _in_folds(self, gold: Iterable[Columns]) -> Iterator[Fold]:
        if self.protocol == "as-is":
            for batch in gold:
                yield Fold("", _in_order(batch.documents()), self._train)
            return
        found = self._folds or folds(_in_order(document for batch in gold for document in batch.documents()))
        if self._keep:
            self._folds = found
        yield from found

    def _of(self, fold: Fold) -> Iterator[Document]:
        extractor = self._ready(fold)
        before = Counter(getattr(extractor, "usage", {}))
        try:
            yield from self._answers.of(extractor, fold.held_out)
        finally:
            with self._lock:
                self.usage.update(getattr(extractor, "usage", {}))
                self.usage.subtract(before)

    def _ready(self, fold: Fold) -> Extractor:
        """The extractor to ask for the documents of a fold."""
        if self.protocol == "as-is" and not self._train:
            return self._extractor
        if fold.name in self._fitted:
            return self._fitted[fold.name]
        # A fresh one for each fold, so that none remembers what another was fitted on.
        with its_own_errors(self.name):
            extractor = self._make()
            if fold.others and isinstance(extractor, Fittable):
                extractor.fit(fold.others)
        if self._keep or self._train:
            self._fitted[fold.name] = extractor
        return extractor


def _in_order(documents: Iterable[Document]) -> Sequence[Document]:
    """What an extractor is given: nothing of it depends on the order of a file."""
    return sorted(map(ordered, documents), key=lambda document: document.doc_id)
