"""The articles that are pushed: those of seeds/, or documents of which id, text and date are taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotation import SEEDS, seeds
from annotation.label_studio import Task
from eval import formats
from eval.document import BadInput


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of an article while its text is not in memory."""

    digest: bytes
    date: str | None


Articles = Mapping[str, Known]  # by doc_id


def tasks(path: Path | None) -> Iterator[Task]:
    """A task without annotations of each article: of the documents at `path`, some at a time; None: of seeds/.

    Raises BadInput, saying where, for what cannot be read and for a document without a text.
    """
    if path is None:
        for article, of_seed in seeds.read(SEEDS).values():
            yield _task(article.doc_id, of_seed, article.date)
        return
    for batch in formats.read(path):
        for row, (doc_id, text, date) in enumerate(zip(batch.doc_id.list, batch.text.list, batch.date.list, strict=True)):
            if text is None:
                raise BadInput(f"{batch.place(row)}: document {doc_id!r} has no text; an article needs one")
            yield _task(str(doc_id), text, date)


def known(path: Path | None) -> Articles:
    """All articles, without their texts.

    Raises BadInput as `tasks` does, for two documents of one doc_id, and where there is no article.
    """
    found: dict[str, Known] = {}
    for task in tasks(path):
        data = task["data"]
        if data["doc_id"] in found:
            raise BadInput(f"{path}: two documents are {data['doc_id']!r}; an article has a doc_id of its own")
        found[data["doc_id"]] = Known(digest(data["text"]), data["date"])
    if not found:
        raise BadInput(f"{path or SEEDS}: no article in it")
    return found


def digest(text: object) -> bytes:
    """What stands for a text where two are compared."""
    return hashlib.blake2b(str(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _task(doc_id: str, text: str, date: str | None) -> Task:
    return {"data": {"doc_id": doc_id, "text": text, "date": date}}
