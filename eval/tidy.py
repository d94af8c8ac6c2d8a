"""What can be scored: bad documents are refused, and a mention that stands twice counts once.

Where all is well, as in most files, the columns say so at once; else the documents are looked through one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eval.columns import Columns, of_documents
from eval.document import BadInput, Document, check, check_nesting, merge_duplicates
from eval.strings import Integers


def tidy(columns: Columns, whose: str, *, gold: bool) -> tuple[Columns, list[str]]:
    """The documents, each with its text, as they can be scored, and warnings.

    Raises BadInput, saying where, for what no scorer could count; mentions of the gold may not cross, either.
    """
    if _is_tidy(columns, gold):
        return columns, []
    warnings: list[str] = []
    documents = list(_one_by_one(columns, whose, gold, warnings))
    return of_documents(documents, [columns.place(row) for row in range(len(columns))]), warnings


def _one_by_one(columns: Columns, whose: str, gold: bool, warnings: list[str]) -> Iterator[Document]:
    for row, document in enumerate(columns.documents()):
        try:
            check(document, document.text or "")
            if gold:
                check_nesting(document)
        except BadInput as error:
            raise BadInput(f"{columns.place(row)}: document {document.doc_id!r}: {error}") from None
        document, copies = merge_duplicates(document)
        if copies:
            warnings.append(f"{whose}: document {document.doc_id!r} has {copies} mention(s) twice; each counts once")
        yield document


def _is_tidy(columns: Columns, gold: bool) -> bool:
    lengths = columns.text.lengths
    start, end = columns.start, columns.end
    if ((start < 0) | (start >= end) | (end > lengths[columns.document])).any():
        return False
    first = np.cumsum(lengths + 1) - (lengths + 1)
    start, end = start + first[columns.document], end + first[columns.document]
    return (
        _differ(start, end - start, columns.type.codes)
        and not (gold and _cross(start, end))
        and all(len(set(ids.split())) <= 2 for ids in columns.entity_id.names)
        and (
            not len(columns.id.names)
            or _differ(*(column[columns.id.codes >= 0] for column in (columns.document, columns.id.codes)))
        )
        and _differ(columns.head, columns.tail, columns.relation.codes)
    )


def _differ(*columns: Integers) -> bool:
    """Whether no two rows are equal; values are not negative."""
    key = columns[0]
    for column in columns[1:]:
        key = key * (1 + column.max(initial=0)) + column
    if not (rising := key[1:] > key[:-1]).all():
        key = np.sort(key, kind="stable")
        rising = key[1:] > key[:-1]
    return bool(rising.all())


def _cross(start: Integers, end: Integers) -> bool:
    """Whether of any two spans one starts inside the other and ends beyond it."""
    if (start[1:] >= end[:-1]).all():
        return False
    order = np.lexsort((-end, start))
    start, end = start[order], end[order]
    # Those that start after one's start and before its end, for each that has any.
    after, until = np.searchsorted(start, start, side="right"), np.searchsorted(start, end, side="left")
    sizes = until - after
    outer = np.repeat(np.arange(len(start)), sizes)
    inner = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes - after, sizes)
    return bool((end[inner] > end[outer]).any())
