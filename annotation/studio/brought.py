"""Annotations that are brought along with the articles, checked first: what is pushed can be pulled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from annotation import checks, export, label_studio, schema
from annotation.label_studio import Task
from annotation.spool import Spool
from annotation.studio.articles import Articles, digest
from eval import formats
from eval.document import BadInput
from eval.join import join
from eval.tidy import tidy


def fill(spool: Spool, path: Path, articles: Articles, where: str) -> None:
    """Put the tasks of the annotated documents at `path` into the spool.

    Raises BadInput for one that is not of the articles (which are those of `where`), has another text, or has a problem of which
    no Document could be made.
    """
    known = schema.load()
    for task in _tasks(path, known):
        data = task["data"] if isinstance(task.get("data"), dict) else {}
        doc_id = str(data.get("doc_id"))
        if doc_id not in articles or articles[doc_id].digest != digest(data.get("text")):
            raise BadInput(f"{path}: document {doc_id!r} is not an article of {where}, or has another text")
        if doc_id in spool:
            raise BadInput(f"{path}: document {doc_id}: duplicate-document: two tasks have this doc_id; delete all but one")
        its = {"doc_id": doc_id, "text": data["text"], "date": articles[doc_id].date}
        filled = {"data": its, "annotations": label_studio.submitted(task)}
        for problem in checks.unsound([filled], known):
            raise BadInput(f"{path}: document {doc_id}: {problem.code}: {problem.message}; annotate check lists all problems")
        spool.add(filled)


def _tasks(path: Path, known: schema.Schema) -> Iterator[Task]:
    if path.suffix == ".json":
        yield from export.each(path)
        return
    for batch, _ in join(formats.gold(path), (), []):
        tidy(batch, str(path), gold=True)
        for document in batch.documents():
            yield label_studio.to_task(document, known)
