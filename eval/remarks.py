"""What extractors had to say of documents beside what they found: notes, and errors where they failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]

FIELDS = ("notes", "error")


def of(record: Record) -> dict[str, Any]:
    """The remarks in a document's record."""
    return {field: record[field] for field in FIELDS if record.get(field)}


class Remarks:
    """How many there are, and the first of each; those of different documents add up."""

    def __init__(self) -> None:
        self.noted, self.failed, self._notes = 0, 0, 0
        self._first: dict[str, tuple[str, str]] = {}  # by field: doc_id, words

    def add(self, doc_id: str, remarks: Record) -> None:
        """Those of a document."""
        if notes := remarks.get("notes"):
            self.noted += 1
            self._notes += len(notes)
            self._begin("notes", (doc_id, notes[0]))
        if error := remarks.get("error"):
            self.failed += 1
            self._begin("error", (doc_id, error))

    def merge(self, other: Remarks) -> None:
        """Those of other documents."""
        self.noted, self.failed, self._notes = self.noted + other.noted, self.failed + other.failed, self._notes + other._notes
        for field, first in other._first.items():
            self._begin(field, first)

    def warnings(self, name: str, where: str) -> Iterator[str]:
        """What scores.json says of them; `where` they are kept."""
        if self.failed:
            yield f"{name} failed on {self.failed} document(s), which count as empty, {where}; {self.first_error}"
        if self.noted:
            first = "the first, on {}: {}".format(*self._first["notes"])
            yield f"{self._notes} note(s) of the extractor on {self.noted} document(s), {where}; {first}"

    @property
    def first_error(self) -> str:
        """The error of the first document that has one, by its id."""
        return "the first, on {}: {}".format(*self._first["error"])

    def _begin(self, field: str, first: tuple[str, str]) -> None:
        self._first[field] = min(first, self._first.get(field, first))
