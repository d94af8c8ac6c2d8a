"""Tasks by document, on disk: where there are many, only their ids and places are in memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from annotation.label_studio import Task
from eval.document import BadInput


class Spool:
    """A nameless file of tasks, which goes when the block is left, or with the program.

    Iterated over, it yields doc_ids as they came. `folder` is where it lies (None: where temporary files do), `where` what
    begins a message.
    """

    def __init__(self, folder: Path | None = None, where: str = "") -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (__exit__ closes it)
        self._places: dict[str, int] = {}
        self._where = where

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, doc_id: str) -> bool:
        return doc_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __getitem__(self, doc_id: str) -> Task:
        self._file.seek(self._places[doc_id])
        task: Task = pickle.load(self._file)  # what `add` wrote, and nobody else can
        return task

    def get(self, doc_id: str) -> Task | None:
        """The task of a document, None where it has none."""
        return self[doc_id] if doc_id in self else None  # noqa: SIM401 (this is what it is made of)

    def add(self, task: Task) -> None:
        """Keep one. Raises BadInput where it is of no document, or of one that has a task already."""
        data = task.get("data")
        doc_id = data.get("doc_id") if isinstance(data, dict) else None
        if not isinstance(doc_id, str) or not doc_id:
            raise BadInput(
                f"{self._where}an annotated task has no doc_id; annotate push makes one task of each article: delete this one"
            )
        if doc_id in self._places:
            raise BadInput(f"{self._where}two annotated tasks are of document {doc_id!r}; delete one in Label Studio")
        self._places[doc_id] = self._file.seek(0, 2)
        pickle.dump(task, self._file, pickle.HIGHEST_PROTOCOL)
