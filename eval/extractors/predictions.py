"""Predictions that stand in a file already. A run reads them in bulk instead; see eval.run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval import formats
from eval.document import Document
from eval.extractors import Request


class Predictions:
    """Reads what was predicted from a file of documents, of any format that `eval.formats` knows."""

    takes = "FILE"

    def __init__(self, request: Request) -> None:
        self.path = Path(request.argument)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Raises BadInput, naming file and line, for what is wrong in the file."""
        return formats.read_predictions(self.path, documents)
