"""Extract, score, sign: from gold and an extractor to scores, some documents at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eval import formats
from eval.columns import Columns, of_documents
from eval.digest import Digest
from eval.document import BadInput, Document
from eval.extraction import Extraction
from eval.extractors.table import find
from eval.journal import Journal
from eval.model import Model, training
from eval.progress import Progress, silent
from eval.remarks import Remarks
from eval.scoring import Scored, Scoring
from eval.settings import Settings
from eval.signature import sign
from eval.survey import Survey, survey


class Run:
    """One extractor against gold: predict all documents, unless a file has them; score all batches; then there are scores."""

    def __init__(self, gold: Path | Sequence[Document], name: str, settings: Settings, progress: Progress = silent) -> None:
        """`gold` is where it stands, or documents.

        Raises BadInput where there is no such extractor, and for gold that cannot be scored; where predictions are in a file,
        score does that.
        """
        self.name, self.settings, self._progress = name, settings, progress
        self._gold: Callable[[], Iterable[Columns]] = lambda: _batches(gold)
        head, _, argument = name.partition(":")
        self.file = Path(argument) if head == "predictions" else None
        find(name, dict(settings.options))  # a wrong name is told before a large gold is read
        documents, self.train = training(settings.train)
        # Where predictions stand in a file, the gold is read once.
        self.survey = survey(self._gold(), {document.text for document in documents}) if self.file is None else Survey()
        labels = (self.train if settings.train else self.survey).labels
        self._extraction = Extraction(Model(name, settings, labels, documents))
        self._scoring = Scoring(name, settings, None if self.file else self.survey)

    @property
    def protocol(self) -> str:
        """The one asked for, or the extractor's own default."""
        return self._extraction.protocol

    @property
    def options(self) -> dict[str, str]:
        """The extractor's own options, as far as they may change what it finds."""
        return self._extraction.options

    @property
    def usage(self) -> dict[str, float]:
        """What the extractor says that it has used so far, by name."""
        return dict(self._extraction.usage)

    def predict(self, done: Collection[str] = ()) -> Iterator[Document]:
        """Yield what the extractor finds in each document, as soon as it has it; those `done` before are not asked for.

        Raises BadInput for what fails in the extractor, or what it yields that cannot be scored.
        """
        doing, total, count = f"{self.name}: documents", self.survey.documents, len(done)
        self._progress(doing, count, total)
        for document in self._extraction.documents(self._gold(), done):
            yield document
            count += 1
            self._progress(doing, count, total)

    def score(
        self, predicted: Path | Iterable[Document], remarks: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    ) -> Iterator[Scored]:
        """Score the documents, some at a time; `predicted` is where the predictions stand, or documents.

        Raises BadInput for gold and predictions that cannot be scored.
        """
        missing: list[str] = []
        yield from self._scoring.add(self._sides(predicted, missing), missing, remarks, self._scored)
        yield from self._scoring.rest()

    def kept(self, journal: Path) -> Kept:
        """The run as it is kept in a file until all is predicted. Raises BadInput where that holds what is not from this run."""
        return Kept(self, journal)

    def scores(self) -> dict[str, Any]:
        """What scores.json holds, when all batches have been taken. Raises BadInput for gold that was changed on the way."""
        scoring = self._scoring
        if self.file is None and str(Digest(scoring.gold, scoring.gold_besides)) != self.survey.digest:
            raise BadInput("the gold was changed while the run was at work; bring back what it was, or begin anew elsewhere")
        self._progress("resampling")
        scores = scoring.scores()
        made = self.name, self.options, self.protocol, self.settings, scoring.versions
        signature = sign(scoring.gold, scoring.predicted, *made, self.train.digest)
        warnings = [*self._extraction.warnings, *self._seen(), *scores["warnings"]]
        return {"signature": signature, **scores, "warnings": warnings}

    def _seen(self) -> Iterator[str]:
        if self.survey.again:
            yield f"{self.survey.again} document(s) of the gold are in --train too: it was fitted on what it is asked for"

    def _scored(self, doing: str, done: int = 0, total: int | None = None) -> None:
        self._progress(doing, done, self.survey.documents or None)

    def _sides(self, predicted: Path | Iterable[Document], missing: list[str]) -> Iterator[tuple[Columns, Columns]]:
        if isinstance(predicted, Path):
            return formats.predictions(predicted, self._gold(), missing)
        documents = list(predicted)
        found = [of_documents(documents, [self.name] * len(documents))] if documents else []
        return formats.beside(self._gold(), found, missing)


class Kept:
    """A run whose predictions are kept, as soon as they come, in a file: `done` are those that are there."""

    def __init__(self, run: Run, path: Path) -> None:
        self._run, self._path = run, path
        self._journal = None if run.file else Journal(path, run.survey.doc_ids)
        self.done = self._journal.done if self._journal else {}
        self.remarks = Remarks()

    def scored(self) -> Iterator[Scored]:
        """Predict what is not predicted yet, then score all. Raises BadInput as Run does, and where no document could be done."""
        run, journal = self._run, self._journal
        if journal is None:
            assert run.file
            yield from run.score(run.file)
            return
        with journal:
            for document in run.predict(journal.done):
                journal.add(document)
        journal.order()
        for doc_id, remarks in journal.remarks.items():
            self.remarks.add(doc_id, remarks)
        if self.remarks.failed == run.survey.documents:
            self.done.clear()
            raise BadInput(f"{run.name} failed on every document; {self.remarks.first_error}")
        yield from run.score(self._path, journal.remarks)


def run(gold: Path | Sequence[Document], name: str, settings: Settings) -> dict[str, Any]:
    """The scores of a run whose predictions nobody keeps."""
    whole = Run(gold, name, settings)
    for _ in whole.score(whole.file or whole.predict()):
        pass
    return whole.scores()


def _batches(gold: Path | Sequence[Document]) -> Iterable[Columns]:
    if isinstance(gold, Path):
        return formats.gold(gold)
    return [of_documents(gold, ["the gold"] * len(gold))]
