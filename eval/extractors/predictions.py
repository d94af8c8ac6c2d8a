"""Predictions that stand in a file already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval import formats
from eval.document import BadInput, Document


class Predictions:
    """Reads what was predicted from a file of documents, of any format that `eval.formats` knows."""

    def __init__(self, argument: str, types: frozenset[str]) -> None:
        if not argument:
            raise BadInput("predictions needs a file: predictions:FILE")
        self.path = Path(argument)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Raises BadInput, naming file and line, for what is wrong in the file."""
        return formats.read_predictions(self.path, documents)
