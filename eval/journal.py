"""The predictions of a run as they come, a line a document, so that a run that was stopped goes on after them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from eval import remarks
from eval.document import BadInput, Document
from eval.formats.record import to_record


class Journal:
    """A file that documents are appended to. `done` has where the line of each begins, `remarks` what was noted, by id."""

    def __init__(self, path: Path, doc_ids: Sequence[str]) -> None:
        """Begin the file, or go on after its last whole line: a kill in the midst of a line leaves a part of one.

        `doc_ids` are those of the gold. Raises BadInput where a line is not from a run.
        """
        self._path, self._doc_ids = path, doc_ids
        self.done: dict[str, int] = {}
        self.remarks: dict[str, dict[str, Any]] = {}
        known = set(doc_ids)
        with path.open("a+b") as file:
            file.seek(0)
            whole = 0
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    self._know(line, number, whole, known)
                    whole += len(line)
            file.truncate(whole)

    def __enter__(self) -> Self:
        self._file = self._path.open("ab")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, document: Document) -> None:
        """Append a document; once this returns, no kill of the program loses it."""
        start = self._file.tell()
        record = to_record(document)
        self._file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        self._file.flush()
        self._remember(document.doc_id, start, record)

    @property
    def failed(self) -> int:
        """How many of the documents the extractor failed on."""
        return sum("error" in remarks for remarks in self.remarks.values())

    def order(self) -> None:
        """Put the lines into the gold's order, in which they need not have come."""
        starts = [self.done[doc_id] for doc_id in self._doc_ids if doc_id in self.done]
        if starts == sorted(starts):
            return
        ordered = self._path.with_name(f".{self._path.name}.ordered")
        with self._path.open("rb") as file, ordered.open("wb") as new:
            for start in starts:
                file.seek(start)
                new.write(file.readline())
        os.replace(ordered, self._path)

    def _know(self, line: bytes, number: int, start: int, known: set[str]) -> None:
        try:
            record = orjson.loads(line)
            doc_id, notes, error = record["doc_id"], record.get("notes", []), record.get("error", "")
            ours = doc_id in known and doc_id not in self.done and all(isinstance(words, str) for words in [error, *notes])
        except (ValueError, TypeError, KeyError, AttributeError):
            ours = False
        if not ours:
            raise BadInput(f"{self._path}, line {number}: not from this run; move the folder away to begin anew")
        self._remember(doc_id, start, record)

    def _remember(self, doc_id: str, start: int, record: dict[str, Any]) -> None:
        self.done[doc_id] = start
        if found := remarks.of(record):
            self.remarks[doc_id] = found
