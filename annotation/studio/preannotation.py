"""What extractors find in the articles that are pushed: on disk until it is brought, as predictions, to where they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from annotation import EXPORT, predicting, schema
from annotation.label_studio import Task
from annotation.predicting import Gold, Predicting
from annotation.spool import Spool
from annotation.studio import articles, predicted
from annotation.studio.predicted import Prediction, extractor_of
from eval.document import BadInput, Document
from eval.progress import Progress

_SHOWN = 5


class Preannotation:
    """Extractors, by the names that `eval run` gives them, with what they found; what is held goes when the block is left.

    The first of them is the one whose predictions annotators start from; `uncertain_first` they start where all disagree most.
    """

    def __init__(self, names: Sequence[str], options: Mapping[str, str], *, uncertain_first: bool) -> None:
        """Raises BadInput where there is no such extractor, it cannot be made, or none has one of the options."""
        predicting.check_options(names, options)
        self._schema = schema.load()
        self._gold = Gold.read(EXPORT, self._schema)
        self._extractors = [Predicting(name, options, self._gold, self._schema) for name in dict.fromkeys(names)]
        for called, times in Counter(extractor_of(one.version) for one in self._extractors).items():
            if times > 1:
                raise BadInput(f"two extractors of --with are both called {called!r} in Label Studio; rename the file of one")
        self.uncertain_first = uncertain_first
        self._left = {extractor.version: Counter[str]() for extractor in self._extractors}
        self._problems = {extractor.version: Counter[str]() for extractor in self._extractors}
        self._open = ExitStack()
        self._found = {extractor.version: self._open.enter_context(Spool()) for extractor in self._extractors}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    @property
    def version(self) -> str:
        """That of the predictions which annotators start from."""
        return self._extractors[0].version

    def fill(self, path: Path | None, number: int, progress: Progress) -> None:
        """Ask the extractors for the articles at `path` (None: of seeds/), which are so many.

        Raises BadInput for what fails in an extractor.
        """
        for extractor in self._extractors:
            found, doing = self._found[extractor.version], f"{extractor.name}: articles"
            progress(doing, 0, number)
            for document in extractor.documents(map(_article, articles.tasks(path))):
                found.add({"data": {"doc_id": document.doc_id}, "found": document})
                progress(doing, len(found), number)

    def of(self, task: Task) -> list[Prediction]:
        """The predictions of an article, one by each extractor."""
        article = _article(task)
        found = []
        for version, spool in self._found.items():
            document = spool[article.doc_id]["found"] if article.doc_id in spool else article
            whole = replace(document, text=article.text, date=article.date)
            self._left[version]["note(s) of the extractor's own"] += len(document.notes)
            found.append((version, predicted.shown(whole, self._schema, self._left[version])))
        return list(predicted.predictions(found, self._schema, self._problems))

    def remarks(self) -> Iterator[str]:
        """What is to be said of it in the end, a line each."""
        if self._gold.unsound and any(extractor.is_fitted for extractor in self._extractors):
            yield f"{self._gold.unsound} document(s) of {EXPORT} are not learnt from: annotate check finds problems in them"
        for extractor in self._extractors:
            yield from extractor.warnings
            version = extractor.version
            if left := +self._left[version]:
                yield f"{version}: {_most(left)}"
            if problems := self._problems[version]:
                yield f"{version}: to be filled in or corrected: {_most(problems)}"
            if extractor.usage:
                yield f"{version} used {', '.join(f'{amount:,.10g} {what}' for what, amount in extractor.usage.items())}"


def preannotation(names: Sequence[str], options: Mapping[str, str], *, uncertain_first: bool) -> Preannotation | None:
    """None without extractors. Raises BadInput for what only goes with them, and as `Preannotation` does."""
    if not names and options:
        raise BadInput("--option is an extractor's; name one with --with EXTRACTOR")
    if uncertain_first and len(set(names)) < 2:
        raise BadInput("--order uncertain goes by what extractors disagree on; name two or more with --with EXTRACTOR")
    return Preannotation(names, options, uncertain_first=uncertain_first) if names else None


def _article(task: Task) -> Document:
    return Document(task["data"]["doc_id"], task["data"]["text"], task["data"]["date"])


def _most(counted: Counter[str]) -> str:
    first = ", ".join(f"{times:,} {what}" for what, times in counted.most_common(_SHOWN))
    return first + (" and others" if len(counted) > _SHOWN else "")
