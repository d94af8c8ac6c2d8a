"""Extract, score, sign: from gold and an extractor to scores, some documents at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
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
from eval.survey import CHANGED, Survey, fingerprint, survey, tidied, unchanged

# Where predictions are kept in a run's folder: document by document, or shard by shard.
JOURNAL, SHARDS = "predictions.jsonl", "shards"


class BaseRun(ABC):
    """One extractor against gold, on whatever engine: what it is, how it is kept, and the scores that come of it.

    `gold` is where that stands, None for documents in memory; `protocol` is the one asked for, or the extractor's own default;
    `options` are the extractor's own, as far as they may change what it finds; `usage` is what it says that it has used so far,
    by name; `train` is the survey of what it is fitted on.
    """

    engine: str
    gold: Path | None
    protocol: str
    options: Mapping[str, str]
    usage: Counter[str]
    survey: Survey
    train: Survey
    _scoring: Scoring
    _warnings: Iterable[str]

    def __init__(self, name: str, settings: Settings, progress: Progress) -> None:
        """Raises BadInput where there is no such extractor: before a large gold is read."""
        self.name, self.settings, self._progress = name, settings, progress
        find(name, dict(settings.options))
        head, _, argument = name.partition(":")
        self.file = Path(argument) if head == "predictions" else None  # where predictions are already

    @abstractmethod
    def kept(self, place: Path) -> BaseKept:
        """The run as it is kept in a folder until all is predicted. Raises BadInput where what is kept is not from this run."""

    @property
    def documents(self) -> int:
        """How many have been scored."""
        return self._scoring.documents

    def scores(self) -> dict[str, Any]:
        """What scores.json holds, when all has been scored. Raises BadInput for gold that was changed on the way."""
        scoring = self._scoring
        if self.survey.documents and str(Digest(scoring.gold, scoring.gold_besides)) != self.survey.digest:
            raise BadInput(CHANGED)
        self._progress("resampling")
        scores = scoring.scores()
        train = self.train.digest if self.settings.train else ""
        made = self.name, self.options, self.protocol, self.settings, scoring.versions, train
        warnings = [*self._warnings, *self._seen(), *scores["warnings"]]
        return {"signature": sign(scoring.gold, scoring.predicted, *made), **scores, "warnings": warnings}

    def _seen(self) -> Iterator[str]:
        if self.survey.again:
            yield f"{self.survey.again} document(s) of the gold are in --train too: it was fitted on what it is asked for"


class BaseKept(ABC):
    """What is kept of a run while it goes on; its length is how many documents are predicted, those apart that it failed on.

    `remarks` are there in the end.
    """

    def __init__(self) -> None:
        self.remarks = Remarks()

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def scored(self) -> Iterator[Scored]:
        """Predict what is not predicted yet, and score all.

        Raises BadInput for what fails in the extractor, where it fails on every document, and for what cannot be scored.
        """


class Run(BaseRun):
    """In this process, some documents at a time: predict all, unless a file has them, and score all; then there are scores."""

    engine = "local"

    def __init__(self, gold: Path | Sequence[Document], name: str, settings: Settings, progress: Progress = silent) -> None:
        """`gold` is where it stands, or documents.

        Raises BadInput where there is no such extractor, and for gold that cannot be scored; where predictions are in a file,
        score does that.
        """
        super().__init__(name, settings, progress)
        self.gold = gold if isinstance(gold, Path) else None
        self._gold: Callable[[], Iterable[Columns]] = lambda: _batches(gold)
        documents, self.train = training(settings.train)
        # Where predictions stand in a file, the gold is read once.
        texts = {fingerprint(document.text) for document in documents}
        self.survey = Survey() if self.file else survey(self._gold(), texts)
        labels = (self.train if settings.train else self.survey).labels
        self._extraction = Extraction(Model(name, settings, labels, documents))
        self.protocol, self.options, self.usage = self._extraction.protocol, self._extraction.options, self._extraction.usage
        self._warnings = self._extraction.warnings
        self._scoring = Scoring(name, settings, None if self.file else self.survey)

    def predict(self, done: Collection[str] = ()) -> Iterator[Document]:
        """Yield what the extractor finds in each document, as soon as it has it; those `done` before are not asked for.

        Raises BadInput for what fails in the extractor, or what it yields that cannot be scored.
        """
        doing, total, count = f"{self.name}: documents", self.survey.documents, len(done)
        self._progress(doing, count, total)
        gold = unchanged(tidied(self._gold()), self.survey.parts)
        for document in self._extraction.documents(gold, done):
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

    def kept(self, place: Path) -> Kept:
        """The run as it is kept in a file of a folder."""
        return Kept(self, place / JOURNAL)

    def _scored(self, doing: str, done: int = 0, total: int | None = None) -> None:
        self._progress(doing, done, self.survey.documents or total)

    def _sides(self, predicted: Path | Iterable[Document], missing: list[str]) -> Iterator[tuple[Columns, Columns]]:
        if isinstance(predicted, Path):
            return formats.predictions(predicted, self._gold(), missing)
        documents = list(predicted)
        found = [of_documents(documents, [self.name] * len(documents))] if documents else []
        return formats.beside(self._gold(), found, missing)


class Kept(BaseKept):
    """A run whose predictions are kept, as soon as they come, in a file."""

    def __init__(self, run: Run, path: Path) -> None:
        super().__init__()
        self._run, self._path = run, path
        self._journal = None if run.file else Journal(path, run.survey.doc_ids)

    def __len__(self) -> int:
        return len(self._journal.done) - self._journal.failed if self._journal else 0

    def scored(self) -> Iterator[Scored]:
        """Predict into the file; then score it."""
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
