"""Two runs beside their gold: batches of the same documents, and those in which the runs differ most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.columns import Columns, joined
from eval.join import join
from eval.metrics.counts import f1
from eval.pages import scored
from eval.saved import Run
from eval.side_by_side import BY_TYPE

Pair = tuple[float | None, float | None]


def beside(a: Run, b: Run, gold: Path) -> Iterator[tuple[Columns, Columns, Columns]]:
    """Batches of the gold's documents and what A and B have predicted of them; see scored.beside.

    What waits for its counterpart is kept, so memory stays flat where both have the documents in much the same order.
    """
    waiting: list[Columns] = []

    def of_a() -> Iterator[Columns]:
        for own, found in scored.beside(a, gold):
            waiting.append(found)
            yield own

    for own, of_b in join(of_a(), (found for _, found in scored.beside(b, gold)), []):
        held = joined(waiting)
        place = {doc_id: row for row, doc_id in enumerate(held.doc_id.list)}
        rows = np.array([place[doc_id] for doc_id in own.doc_id.list], np.int64)
        yield own, held.take(rows), of_b
        left = np.setdiff1d(np.arange(len(held)), rows)
        waiting[:] = [held.take(left)] if len(left) else []


class Figures:
    """What both have counted of each document: of the strict metrics, or, where they have neither, of the first they share."""

    def __init__(self, runs: Sequence[Run], metrics: Sequence[str]) -> None:
        """`metrics` are those that both have, and that have figures of documents."""
        self.metrics = [name for name in BY_TYPE if name in metrics] or [*metrics[:1]]
        saved = [run.units(self.metrics) if self.metrics else {} for run in runs]
        self._units = {name: [units[name].by_document() for units in saved] for name in self.metrics}
        self._row = {doc_id: row for units in self._units.values() for row, doc_id in enumerate(units[0].doc_ids)}
        self._f1 = {name: [f1(side.counts.total) for side in units] for name, units in self._units.items()}

    def __len__(self) -> int:
        """How many documents there are; 0 where nobody knows."""
        return len(self._row)

    def f1(self, doc_id: str) -> dict[str, Pair]:
        """F1 of A and of B by metric."""
        return {name: (_known(a[self._row[doc_id]]), _known(b[self._row[doc_id]])) for name, (a, b) in self._f1.items()}

    def differences(self) -> Mapping[str, int]:
        """By how many errors the runs differ, of each document: what is missed and what is wrong."""
        differences = [np.abs(scored.incorrect(a) - scored.incorrect(b)) for a, b in self._units.values()]
        return dict(zip(self._row, sum(differences, np.zeros(len(self._row))).astype(int).tolist(), strict=True))


def _known(figure: float) -> float | None:
    return None if np.isnan(figure) else float(figure)
