"""What is scored of some documents, which adds up: two scorings of different documents are one of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import orjson

from eval.columns import Columns
from eval.digest import Digest
from eval.formats.jsonl import lines
from eval.progress import Progress, silent
from eval.settings import Settings
from eval.survey import Survey, given_besides
from eval.tally import Tally
from eval.tidy import tidy
from eval.unit_counts import Batch

NAMED = 5  # documents in a warning


@dataclass(frozen=True)
class Scored:
    """What a run makes of a batch: its predictions as JSON lines, one after the other, and the counts of its units.

    Counts may be those of several batches, in the file that they were written to where they were made.
    """

    predictions: Iterable[bytes]
    counts: Batch | Path


def written(scored: Iterable[Scored], file: BinaryIO) -> Iterator[Batch | Path]:
    """Write the predictions into a file; yields the counts."""
    for batch in scored:
        file.writelines(batch.predictions)
        yield batch.counts


class Scoring:
    """The scoring of what an extractor, called `name`, has predicted of so many `documents`."""

    def __init__(self, name: str, settings: Settings, whole: Survey | None = None) -> None:
        """`whole` is the survey of the whole gold, where one was made: of all that will be scored here and elsewhere."""
        self._name, self._surveyed = name, whole is not None
        self._tally = Tally(settings) if whole is None else Tally(settings, whole.documents, whole.tokens)
        self.gold, self.gold_besides, self.predicted = Digest(), Digest(), Digest()
        self._known, self._unknown = Names(), Names()
        self._warnings: list[str] = []
        self._missing, self._first_missing = 0, list[str]()
        self.documents, self._mentions = 0, 0

    def add(
        self,
        sides: Iterable[tuple[Columns, Columns]],
        missing: list[str],
        remarks: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        progress: Progress = silent,
    ) -> Iterator[Scored]:
        """Score batches of gold and predictions, of the same documents.

        `missing` has those that were not predicted, when they come; `remarks` on documents become a part of their lines. Raises
        BadInput for gold and predictions that cannot be scored.
        """
        for gold, found in sides:
            gold = self._tidy(gold, "the gold", gold=True)
            found = self._tidy(found, self._name, gold=False)
            self._known.add(gold)
            self._unknown.add(found)
            written = list(lines(found, text=False))
            self.gold.add(lines(gold, text=True))
            if self._surveyed:
                self.gold_besides.add(given_besides(gold))
            self.predicted.add(written)
            left_out = set(missing)
            self._miss([doc_id for doc_id in gold.doc_id.list if doc_id and doc_id in left_out])
            kept = [
                _with(line, remarks.get(doc_id or ""))
                for doc_id, line in zip(gold.doc_id.list, written, strict=True)
                if doc_id not in left_out
            ]
            yield Scored(kept, self._tally.add(gold, found))
            self.documents, self._mentions = self.documents + len(gold), self._mentions + len(found.start)
            progress("scoring", self.documents)

    def merge(self, other: Scoring) -> None:
        """Add what another has scored of other documents, which come after those that were scored here."""
        self._tally.merge(other._tally)
        for own, more in ((self.gold, other.gold), (self.gold_besides, other.gold_besides), (self.predicted, other.predicted)):
            own.merge(more)
        self._known.merge(other._known)
        self._unknown.merge(other._unknown)
        self._warnings += other._warnings
        self._miss(other._first_missing, other._missing)
        self.documents, self._mentions = self.documents + other.documents, self._mentions + other._mentions

    def rest(self) -> Iterator[Scored]:
        """Score what takes all documents."""
        for counts in self._tally.rest():
            yield Scored((), counts)

    def scores(self) -> dict[str, Any]:
        """What scores.json has of them: figures of metrics, of documents, and errors; and warnings."""
        scores = self._tally.scores()
        return {**scores, "warnings": [*self._warnings, *self._of_all(), *self._unknown.beyond(self._known), *scores["warnings"]]}

    @property
    def versions(self) -> dict[str, int]:
        """The version of each metric."""
        return {name: metric.version for name, metric in self._tally.metrics.items()}

    def _of_all(self) -> Iterator[str]:
        """Warnings that take all documents."""
        if self._missing:
            more = ", …" if self._missing > NAMED else ""
            yield f"{self._missing} document(s) without predictions count as empty: {', '.join(self._first_missing)}{more}"
        if self.documents > self._missing and not self._mentions:
            yield f"{self._name} has no mention in any document"

    def _miss(self, doc_ids: Sequence[str], many: int | None = None) -> None:
        self._missing += len(doc_ids) if many is None else many
        self._first_missing = [*self._first_missing, *doc_ids[:NAMED]][:NAMED]

    def _tidy(self, columns: Columns, whose: str, *, gold: bool) -> Columns:
        found, warnings = tidy(columns, whose, gold=gold)
        self._warnings += warnings
        return found


def _with(line: bytes, remarks: Mapping[str, Any] | None) -> bytes:
    return orjson.dumps({**orjson.loads(line), **remarks}, option=orjson.OPT_APPEND_NEWLINE) if remarks else line


class Names:
    """The types, relations and attributes that one side has."""

    def __init__(self) -> None:
        self._names: tuple[set[str], set[str], set[str]] = (set(), set(), set())

    def add(self, side: Columns) -> None:
        """Those of a batch."""
        used = {name for name, values in side.attributes.items() if values.used}
        for names, more in zip(self._names, (side.type.used, side.relation.used, used), strict=True):
            names |= more

    def merge(self, other: Names) -> None:
        """Those of others."""
        for names, more in zip(self._names, other._names, strict=True):
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
