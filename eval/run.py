"""Extract, score, sign: from gold and an extractor to scores, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import formats
from eval.columns import Columns, of_documents
from eval.document import Document
from eval.folds import Extraction
from eval.formats.jsonl import lines
from eval.settings import Settings
from eval.signature import Digest, sign
from eval.tally import Tally
from eval.unit_counts import Batch


@dataclass(frozen=True)
class Scored:
    """What a run makes of a batch: its predictions as JSON lines, and the counts of its units."""

    predictions: Sequence[bytes]
    counts: Batch


class Run:
    """One extractor against gold: take all the batches, then there are scores."""

    def __init__(
        self,
        gold: Path | Sequence[Document],
        name: str,
        settings: Settings,
        progress: Callable[[str], object] = lambda message: None,
    ) -> None:
        """`gold` is where it stands, or documents. `progress` is told what is being done. Raises BadInput for no extractor."""
        self.name, self._settings, self._progress = name, settings, progress
        self._extraction = Extraction(name, lambda: _batches(gold), settings.protocol, progress, dict(settings.options))
        self._tally, self._gold, self._predictions = Tally(settings), Digest(), Digest()
        self._known, self._unknown = Names(), Names()

    def batches(self) -> Iterator[Scored]:
        """Score the documents, some at a time.

        Raises BadInput for gold that cannot be scored, and for what the extractor yields if that cannot be.
        """
        done = 0
        for gold, predicted in self._extraction.batches():
            self._progress(f"scoring, {done:,} documents so far")
            self._known.add(gold)
            self._unknown.add(predicted)
            found = list(lines(predicted, text=False))
            self._gold.add(lines(gold, text=True))
            self._predictions.add(found)
            yield Scored(found, self._tally.add(gold, predicted))
            done += len(gold)
        for counts in self._tally.rest():
            yield Scored((), counts)

    def scores(self) -> dict[str, Any]:
        """What scores.json holds, when all batches have been taken."""
        self._progress("resampling")
        scores = self._tally.scores()
        versions = {name: metric.version for name, metric in self._tally.metrics.items()}
        signature = sign(self._gold, self._predictions, self.name, self._extraction.protocol, self._settings, versions)
        warnings = [*self._extraction.warnings, *self._unknown.beyond(self._known), *scores["warnings"]]
        return {"signature": signature, **scores, "warnings": warnings}


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
    for _ in whole.batches():
        pass
    return whole.scores()


def _batches(gold: Path | Sequence[Document]) -> Iterable[Columns]:
    if isinstance(gold, Path):
        return formats.gold(gold)
    return [of_documents(gold, ["the gold"] * len(gold))]
