"""Extract, score, sign: from gold and an extractor to scores, some documents at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import formats
from eval.columns import Columns, of_documents
from eval.digest import Digest
from eval.document import BadInput, Document
from eval.extraction import Extraction
from eval.extractors.table import find
from eval.formats.jsonl import lines
from eval.progress import Progress, silent
from eval.settings import Settings
from eval.signature import sign
from eval.survey import Survey, given_besides, survey
from eval.tally import Tally
from eval.tidy import tidy
from eval.unit_counts import Batch


@dataclass(frozen=True)
class Scored:
    """What a run makes of a batch: its predictions as JSON lines, by the ids of documents, and the counts of its units."""

    predictions: Mapping[str, bytes]
    counts: Batch


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
        # Where predictions stand in a file, the gold is read once.
        self.survey = survey(self._gold()) if self.file is None else Survey()
        self._extraction = Extraction(name, settings.protocol, dict(settings.options), self.survey.labels)
        self._tally, self._gold_digest, self._besides, self._digest = Tally(settings), Digest(), Digest(), Digest()
        self._known, self._unknown = Names(), Names()
        self._warnings: list[str] = []

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

    def score(self, predicted: Path | Iterable[Document]) -> Iterator[Scored]:
        """Score the documents, some at a time; `predicted` is where the predictions stand, or documents.

        Raises BadInput for gold and predictions that cannot be scored.
        """
        missing: list[str] = []
        done, mentions = 0, 0
        for gold, found in self._sides(predicted, missing):
            gold = self._tidy(gold, "the gold", gold=True)
            found = self._tidy(found, self.name, gold=False)
            self._known.add(gold)
            self._unknown.add(found)
            written = list(lines(found, text=False))
            self._gold_digest.add(lines(gold, text=True))
            if self.file is None:
                self._besides.add(given_besides(gold))
            self._digest.add(written)
            left_out = set(missing)
            kept = {doc_id or "": line for doc_id, line in zip(gold.doc_id.list, written, strict=True) if doc_id not in left_out}
            yield Scored(kept, self._tally.add(gold, found))
            done, mentions = done + len(gold), mentions + len(found.start)
            self._progress("scoring", done, self.survey.documents or None)
        for counts in self._tally.rest():
            yield Scored({}, counts)
        if missing:
            more = ", …" if len(missing) > 5 else ""
            self._warnings.append(
                f"{len(missing)} document(s) without predictions count as empty: {', '.join(missing[:5])}{more}"
            )
        if done > len(missing) and not mentions:
            self._warnings.append(f"{self.name} has no mention in any document")

    def scores(self) -> dict[str, Any]:
        """What scores.json holds, when all batches have been taken. Raises BadInput for gold that was changed on the way."""
        if self.file is None and str(Digest(self._gold_digest, self._besides)) != self.survey.digest:
            raise BadInput("the gold was changed while the run was at work; bring back what it was, or begin anew elsewhere")
        self._progress("resampling")
        scores = self._tally.scores()
        versions = {name: metric.version for name, metric in self._tally.metrics.items()}
        made = self.name, self.options, self.protocol, self.settings, versions
        signature = sign(self._gold_digest, self._digest, *made)
        warnings = [*self._extraction.warnings, *self._warnings, *self._unknown.beyond(self._known), *scores["warnings"]]
        return {"signature": signature, **scores, "warnings": warnings}

    def _sides(self, predicted: Path | Iterable[Document], missing: list[str]) -> Iterator[tuple[Columns, Columns]]:
        if isinstance(predicted, Path):
            return formats.predictions(predicted, self._gold(), missing)
        documents = list(predicted)
        found = [of_documents(documents, [self.name] * len(documents))] if documents else []
        return formats.beside(self._gold(), found, missing)

    def _tidy(self, columns: Columns, whose: str, *, gold: bool) -> Columns:
        found, warnings = tidy(columns, whose, gold=gold)
        self._warnings += warnings
        return found


class Names:
    """The types, relations and attributes that one side has."""

    def __init__(self) -> None:
        self._names: tuple[set[str], set[str], set[str]] = (set(), set(), set())

    def add(self, side: Columns) -> None:
        """Those of a batch."""
        used = {name for name, values in side.attributes.items() if values.used}
        for names, more in zip(self._names, (side.type.used, side.relation.used, used), strict=True):
            names |= more

    def beyond(self, gold: Names) -> Iterator[str]:
        """Warnings of what the gold has not: more often a name of another scheme than a finding."""
        says = (
            "the gold has no mention of type",
            "the gold has no relation of type",
            "not scored, since the gold has no attribute",
        )
        for what, own, known in zip(says, self._names, gold._names, strict=True):
            if own - known:
                yield f"{what} {', '.join(sorted(own - known))}"


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
