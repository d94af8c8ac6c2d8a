"""Predictions that stand in a file already. A run reads them in bulk instead; see eval.run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval import formats
from eval.document import Document
from eval.extractors import Request


class Predictions:
    """What was predicted already, in a file (.jsonl, .parquet, .conll, .spacy) or a folder of brat's."""

    takes = "FILE"

    def __init__(self, request: Request) -> None:
        self.path = Path(request.argument)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Raises BadInput, naming file and line, for what is wrong in the file."""
        return formats.read_predictions(self.path, documents)
