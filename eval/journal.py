"""The predictions of a run as they come, a line a document, so that a run that was stopped goes on after them."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from eval.document import BadInput, Document
from eval.formats.record import to_record


class Journal:
    """A file that documents are appended to. `done` are the ids of those in it, `notes` what extractors noted, by id."""

    def __init__(self, path: Path) -> None:
        """Begin the file, or go on after its last whole line: a kill in the midst of a line leaves a part of one.

        Raises BadInput where a line is not from a run.
        """
        self._path = path
        self.done: set[str] = set()
        self.notes: dict[str, list[str]] = {}
        with path.open("a+b") as file:
            file.seek(0)
            whole = 0
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    self._know(line, number)
                    whole += len(line)
            file.truncate(whole)

    def __enter__(self) -> Self:
        self._file = self._path.open("ab")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, document: Document) -> None:
        """Append a document; once this returns, no kill of the program loses it."""
        self._file.write(orjson.dumps(to_record(document), option=orjson.OPT_APPEND_NEWLINE))
        self._file.flush()
        self._remember(document.doc_id, list(document.notes))

    def _know(self, line: bytes, number: int) -> None:
        try:
            record = orjson.loads(line)
            self._remember(record["doc_id"], record.get("notes", []))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BadInput(f"{self._path}, line {number}: not from a run; move the folder away to begin anew") from None

    def _remember(self, doc_id: str, notes: list[str]) -> None:
        self.done.add(doc_id)
        if notes:
            self.notes[doc_id] = notes
