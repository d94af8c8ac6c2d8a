"""An exported task as the checks look at it: whatever is well formed, picked out of what may not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation.label_studio import Result, Task, field_value, regions
from annotation.schema import Schema


@dataclass(frozen=True)
class Problem:
    """Something wrong. `code` is kebab-case and stays; `region` is a region or a relation, None: the document."""

    code: str
    doc_id: str
    region: str | None
    message: str


@dataclass(frozen=True)
class Region:
    """A region with a label of the schema and offsets within the text. `fields` holds its attributes, entity_id among them."""

    id: str
    start: int
    end: int
    type: str
    surface: str
    fields: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.type} [{self.start}, {self.end}) {self.surface!r}"


@dataclass(frozen=True)
class View:
    """One task: its raw results, and its well-formed regions in order of place."""

    doc_id: str
    task: Task
    text: str
    results: tuple[Result, ...]
    regions: tuple[Region, ...]
    schema: Schema

    @classmethod
    def of(cls, task: Task, schema: Schema) -> View:
        """The view of any task, however broken."""
        data = task.get("data") if isinstance(task.get("data"), dict) else {}
        text = data.get("text") if isinstance(data.get("text"), str) else ""  # type: ignore[union-attr]
        annotations = [one for one in _list(task.get("annotations")) if isinstance(one, dict)]
        results = tuple(r for r in (_list(annotations[0].get("result")) if annotations else []) if isinstance(r, dict))
        found = (_region(id, of_region, text or "", schema) for id, of_region in regions(results).items())
        placed = sorted((region for region in found if region), key=lambda region: (region.start, -region.end, region.type))
        return cls(str(data.get("doc_id", "?")), task, text or "", results, tuple(placed), schema)  # type: ignore[union-attr]

    def problem(self, code: str, region: Region | str | None, message: str) -> Problem:
        """A problem of this task; a Region's place is put before the message."""
        if isinstance(region, Region):
            return Problem(code, self.doc_id, region.id, f"{region}: {message}")
        return Problem(code, self.doc_id, region, message)


def label_results(results: list[Result]) -> list[Result]:
    """Those results of a region that give its span and label."""
    return [result for result in results if result.get("type") == "labels"]


def offsets(result: Result) -> tuple[Any, Any]:
    """What stands for start and end, whatever it is."""
    value = result.get("value")
    return (value.get("start"), value.get("end")) if isinstance(value, dict) else (None, None)


def are_offsets(start: Any, end: Any) -> bool:
    """Whether these are integers with 0 <= start < end."""
    return all(isinstance(n, int) and not isinstance(n, bool) for n in (start, end)) and 0 <= start < end


def _region(id: str, results: list[Result], text: str, schema: Schema) -> Region | None:
    labelled = label_results(results)
    if len(labelled) != 1:
        return None
    start, end = offsets(labelled[0])
    if not are_offsets(start, end) or end > len(text):
        return None
    labels = labelled[0]["value"].get("labels")
    if not isinstance(labels, list) or len(labels) != 1 or labels[0] not in schema.types:
        return None
    fields = {
        str(result.get("from_name")): value
        for result in results
        if result.get("type") in ("textarea", "choices")
        and isinstance(result.get("value"), dict)
        and (value := field_value(result)) is not None
    }
    return Region(id, start, end, labels[0], text[start:end], fields)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
