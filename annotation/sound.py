"""The documents of an export that nothing unsound is in."""

from __future__ import annotations

from pathlib import Path

from annotation import checks, export, label_studio, schema
from eval.document import BadInput, Document


def documents(path: Path, annotator: str | None = None) -> dict[str, Document]:
    """The documents by doc_id; with `annotator`, what that one annotated alone.

    Raises BadInput, naming the file, where `annotate check` finds what no document can be made of, or a document has not exactly
    one annotation.
    """
    tasks = export.read(path)
    if annotator is not None:
        tasks, every = label_studio.of_annotator(tasks, annotator), tasks
        if not tasks:
            raise BadInput(f"{path}: nothing by {annotator!r}; it has {', '.join(export.annotators(every)) or 'nobody'}")
    for problem in checks.unsound(tasks, schema.load()):
        raise BadInput(f"{path}: document {problem.doc_id}: {problem.code}: {problem.message}; annotate check lists all problems")
    try:
        return {document.doc_id: document for document in map(label_studio.to_document, tasks)}
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
