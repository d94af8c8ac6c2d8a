"""An annotator's export as predictions, for `eval run label-studio:EXPORT`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from annotation import sound
from eval.document import Document
from eval.extractors import Request


class LabelStudioExport:
    """Takes what one annotator did in Label Studio, from an export (its JSON)."""

    takes = "EXPORT"
    options: ClassVar[Mapping[str, str]] = {"annotator": "whose annotations, by e-mail address, where the export has several"}

    def __init__(self, request: Request) -> None:
        """Raises BadInput for an export that `annotate check` finds something unsound in."""
        self.documents = sound.documents(Path(request.argument), request.options.get("annotator"))

    def extract(self, documents: Sequence[Document]) -> Iterator[Document]:
        """Yield those of the documents that are annotated."""
        for document in documents:
            if document.doc_id in self.documents:
                yield self.documents[document.doc_id]
