"""Gold documents and their predictions, side by side, whatever order they come in and however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from eval.columns import Columns, joined
from eval.document import BadInput
from eval.strings import Integers, Strings


def join(
    gold: Iterable[Columns], predicted: Iterable[Columns], missing: list[str], hint: str = ""
) -> Iterator[tuple[Columns, Columns]]:
    """Yield batches (gold, predicted) of the same documents in the same order; one without predictions has no mentions.

    What waits for its counterpart is kept, so memory stays flat where both sides have the documents in much the same order.
    The ids of gold documents that the predictions have not are appended to `missing`. Raises BadInput for a document that stands
    twice, and for a prediction of one that the gold has not; `hint` ends the message.
    """
    gold, predicted = iter(gold), iter(predicted)
    known = Known()
    left: list[Columns] = []
    right: list[Columns] = []
    while True:
        # More is read of the side of which less waits, or of both.
        ahead = sum(map(len, left)) - sum(map(len, right))
        new = _next(gold, left) if ahead <= 0 else []
        more = _next(predicted, right) if ahead >= 0 or not new else []
        new = new or (_next(gold, left) if not more else [])
        if not new and not more:
            break
        for batch in new:
            known.add(batch.doc_id, batch.place)
        left, right = _whole([*left, *new]), _whole([*right, *more])
        if left and right:
            one, other, many = left[0], right[0], min(len(left[0]), len(right[0]))
            if one.doc_id.between(0, many) == other.doc_id.between(0, many):  # in the same order, as most often
                yield one.between(0, many), other.between(0, many)
                left, right = ([side.between(many, len(side))] if len(side) > many else [] for side in (one, other))
                continue
            found = _matched(one, other)
            rows = np.flatnonzero(found >= 0)
            if len(rows):
                rows = rows[np.argsort(found[rows], kind="stable")]
                yield one.take(found[rows]), other.take(rows)
                left, right = _without(one, found[rows]), _without(other, rows)
    if right:
        _refuse(right[0], known.ids, hint)
    if left:
        missing += filter(None, left[0].doc_id.list)
        yield left[0], left[0].bare()


class Known:
    """The ids of documents that have come. While they come in order, no set of them is needed to see that none comes twice."""

    def __init__(self) -> None:
        self._in_order: list[Strings] = []
        self._ids: set[str | None] | None = None

    def add(self, ids: Strings, place: Callable[[int], str]) -> None:
        """More ids, each of which stands at the place of its row. Raises BadInput for one that has come before."""
        before = self._in_order
        if self._ids is None and ids.rising and len(ids) and (not before or (before[-1][-1] or "") < (ids[0] or "")):
            before.append(ids)
            return
        known = self._ids = self.ids
        if len(set(ids.list)) < len(ids) or not known.isdisjoint(ids.list):
            for row, doc_id in enumerate(ids.list):
                if doc_id in known:
                    raise BadInput(f"{place(row)}: document {doc_id!r} stands here a second time")
                known.add(doc_id)
        known.update(ids.list)

    @property
    def ids(self) -> set[str | None]:
        """All of them."""
        return {doc_id for ids in self._in_order for doc_id in ids.list} if self._ids is None else self._ids


def _next(batches: Iterator[Columns], waiting: list[Columns]) -> list[Columns]:
    """More documents, at least as many as wait already, so that those are not looked through over and over."""
    found: list[Columns] = []
    while sum(map(len, found)) <= sum(map(len, waiting)) and (batch := next(batches, None)) is not None:
        found.append(batch)
    return found


def _whole(parts: list[Columns]) -> list[Columns]:
    return [joined(parts)] if parts else []


def _matched(gold: Columns, predicted: Columns) -> Integers:
    """The gold's row for each predicted document, -1 for none."""
    row = {doc_id: i for i, doc_id in enumerate(gold.doc_id.list)}
    found = np.array([row.get(doc_id, -1) for doc_id in predicted.doc_id.list], np.int64)
    matched = np.flatnonzero(found >= 0)
    if len(np.unique(found[matched])) < len(matched):
        again = matched[np.setdiff1d(np.arange(len(matched)), np.unique(found[matched], return_index=True)[1])[0]]
        raise BadInput(f"{predicted.place(again)}: document {predicted.doc_id.list[again]!r} stands here a second time")
    return found


def _without(columns: Columns, rows: Integers) -> list[Columns]:
    """What is left without some rows, if anything is."""
    left = np.setdiff1d(np.arange(len(columns)), rows)
    return [columns.take(left)] if len(left) else []


def _refuse(predicted: Columns, known: set[str | None], hint: str) -> None:
    """Raise BadInput for documents that the gold has not, or has only once."""
    doc_id, place = predicted.doc_id.list[0], predicted.place(0)
    if doc_id in known:
        raise BadInput(f"{place}: document {doc_id!r} stands here a second time")
    some = sorted(filter(None, known))[:5]
    raise BadInput(f"{place}: the gold has no document {doc_id!r}; it has {', '.join(some)}{', …' * (len(known) > 5)}{hint}")
