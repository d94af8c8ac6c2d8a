"""What makes an extractor what it is in a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval import formats
from eval.document import Document, ordered
from eval.extractors import Labels
from eval.settings import Settings
from eval.survey import Survey, survey, tidied


@dataclass(frozen=True)
class Model:
    """An extractor's name and settings, the labels that it is told, and the documents that it is fitted on beforehand."""

    name: str
    settings: Settings
    labels: Labels = field(default_factory=Labels)
    train: Sequence[Document] = ()


def training(path: Path | None) -> tuple[Sequence[Document], Survey]:
    """The documents of --train as an extractor is given them, and their survey; nothing without it.

    Raises BadInput for what is no gold.
    """
    if path is None:
        return (), Survey()
    batches = list(tidied(formats.gold(path)))
    documents = (ordered(document) for batch in batches for document in batch.documents())
    return sorted(documents, key=lambda document: document.doc_id), survey(batches)
