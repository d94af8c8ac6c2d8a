"""Which documents are held out together when an extractor is fitted on the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.document import BadInput, Document

MOST_FOLDS = 100


@dataclass(frozen=True)
class Fold:
    """Documents that an extractor is asked for, and those that it is fitted on before."""

    name: str
    held_out: Sequence[Document]
    others: Sequence[Document] = ()


def folds(gold: Sequence[Document]) -> list[Fold]:
    """The gold by `fold` where documents have one, else each by itself, in order of their names.

    Raises BadInput where there are more than MOST_FOLDS.
    """
    fold_of = {document.doc_id: document.fold or document.doc_id for document in gold}
    names = sorted(set(fold_of.values()))
    if len(names) > MOST_FOLDS:
        raise BadInput(
            f"leave-one-out over {len(names)} folds, at most {MOST_FOLDS} are fitted; "
            "use --protocol as-is, fit on other documents with --train, or give the gold's documents a `fold`"
        )
    return [
        Fold(name, [d for d in gold if fold_of[d.doc_id] == name], [d for d in gold if fold_of[d.doc_id] != name])
        for name in names
    ]
