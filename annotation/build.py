"""Exports -> data/: each config as Parquet, and the card. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from annotation import card, label_studio, seeds
from annotation.checks import check
from annotation.configs import CONFIGS
from annotation.label_studio import Task
from annotation.schema import Schema
from annotation.seeds import Articles
from eval.document import BadInput, Document, check_nesting
from eval.document import check as check_document


def build(tasks: Sequence[Task], articles: Articles, schema: Schema, out: Path) -> dict[str, int]:
    """Write the dataset into `out` and return how many rows each config has.

    Raises BadInput, before anything is written, where a check finds a problem, or a text or date is not the seeds'.
    """
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    if out.exists() and any(out.iterdir()) and not card.is_ours(out / "README.md"):
        raise BadInput(f"--out {out}: not empty, and no dataset of ours (its README.md would be the card); name another folder")
    documents = gold_documents(tasks, articles, schema)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        new = Path(name)
        files: dict[str, card.File] = {}
        for config, columns in CONFIGS.items():
            dataset = Dataset.from_list(columns.rows(documents, articles), features=columns.features(schema))
            path = new / config / f"{card.SPLIT}.parquet"
            path.parent.mkdir()
            dataset.to_parquet(path)
            content = path.read_bytes()
            files[config] = card.File(
                path=f"{config}/{path.name}",
                features=dataset.features,
                rows=len(dataset),
                bytes_in_memory=dataset.data.nbytes,
                bytes_on_disk=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        (new / "README.md").write_text(card.render(files, documents), encoding="utf-8")
        written = [*(file.path for file in files.values()), "README.md"]
        for relative in written:
            (out / relative).parent.mkdir(parents=True, exist_ok=True)
        for relative in written:
            os.replace(new / relative, out / relative)
    return {config: file.rows for config, file in files.items()}


def gold_documents(tasks: Sequence[Task], articles: Articles, schema: Schema) -> list[Document]:
    """The documents of an export that has no problem, in order of their ids. Raises BadInput for the first that has one."""
    if not tasks:
        raise BadInput("the export has no document; annotate one and pull it")
    problems = list(check(tasks, schema))
    if problems:
        first = problems[0]
        raise BadInput(
            f"the export has {len(problems)} problem(s), the first in document {first.doc_id}: "
            f"{first.code}: {first.message}; annotate check lists them all"
        )
    documents = sorted((label_studio.to_document(task) for task in tasks), key=lambda document: document.doc_id)
    for document in documents:
        if document.doc_id not in articles:
            known = ", ".join(articles)
            raise BadInput(f"document {document.doc_id!r}: seeds/{seeds.MANIFEST} has no such article; it has {known}")
        article, text = articles[document.doc_id]
        if document.text != text:
            raise BadInput(f"document {document.doc_id!r}: its text is not that of seeds/{article.file}")
        if document.date != article.date:
            raise BadInput(f"document {document.doc_id!r}: its date is {document.date}, the manifest says {article.date}")
        check_document(document, text)
        check_nesting(document)
    return documents
