"""An exported task as the checks look at it: whatever is well formed, picked out of what may not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from annotation.label_studio import Result, Task, field_value, regions, submitted
from annotation.schema import Schema

# What may stand between two mentions that are beside each other: on one line, since a heading's last word is not beside a
# paragraph's first.
SPACE = regex.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Problem:
    """Something wrong. `code` is kebab-case and stays; `region` is a region or a relation, None: the document.

    `span` is the place in the text, half-open code points, where there is one.
    """

    code: str
    doc_id: str
    region: str | None
    message: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Region:
    """A region with a label of the schema and offsets within the text. `fields` holds its attributes, entity_id among them."""

    id: str
    start: int
    end: int
    type: str
    surface: str
    fields: Mapping[str, str]

    @property
    def ids(self) -> list[str]:
        """Its entity ids: none, one, or two."""
        return self.fields.get("entity_id", "").split()

    def __str__(self) -> str:
        return f"{self.type} [{self.start}, {self.end}) {self.surface!r}"


@dataclass(frozen=True)
class View:
    """One task: its results, as far as they are well formed, those that are not, and its sound regions in order of place."""

    doc_id: str
    task: Task
    text: str
    results: tuple[Result, ...]
    malformed: tuple[Any, ...]
    regions: tuple[Region, ...]
    schema: Schema

    @classmethod
    def of(cls, task: Task, schema: Schema) -> View:
        """The view of any task, however broken."""
        data = task.get("data")
        data = data if isinstance(data, dict) else {}
        text = data["text"] if isinstance(data.get("text"), str) else ""
        annotations = submitted(task)
        found = annotations[0].get("result") if annotations and isinstance(annotations[0], dict) else []
        found = found if isinstance(found, list) else []
        results = tuple(result for result in found if is_well_formed(result))
        malformed = tuple(result for result in found if not is_well_formed(result))
        marked = (region_of(id, of_region, text, schema) for id, of_region in regions(results).items())
        placed = sorted((region for region in marked if region), key=lambda region: (region.start, -region.end, region.type))
        return cls(str(data.get("doc_id", "?")), task, text, results, malformed, tuple(placed), schema)

    def problem(self, code: str, region: Region | str | None, message: str, span: tuple[int, int] | None = None) -> Problem:
        """A problem of this task; a Region's place is put before the message."""
        if isinstance(region, Region):
            return Problem(code, self.doc_id, region.id, f"{region}: {message}", (region.start, region.end))
        return Problem(code, self.doc_id, region, message, span)


def label_results(results: list[Result]) -> list[Result]:
    """Those results of a region that give its span and label."""
    return [result for result in results if result.get("type") == "labels"]


def offsets(result: Result) -> tuple[Any, Any]:
    """What stands for start and end, whatever it is."""
    return result["value"].get("start"), result["value"].get("end")


def are_offsets(start: Any, end: Any) -> bool:
    """Whether these are integers with 0 <= start < end."""
    return all(isinstance(n, int) and not isinstance(n, bool) for n in (start, end)) and 0 <= start < end


def is_well_formed(result: Any) -> bool:
    """Whether a result has the parts that every result of its type has, each of its kind, whatever stands in them."""
    if not isinstance(result, dict):
        return False
    kind, value, labels = result.get("type"), result.get("value"), result.get("labels")
    if kind == "relation":
        ends = (result.get("from_id"), result.get("to_id"))
        return all(isinstance(end, str) and end for end in ends) and (labels is None or _are_strings(labels))
    names = (result.get("id"), result.get("from_name"))
    if not all(isinstance(name, str) and name for name in names) or not isinstance(value, dict):
        return False
    if kind == "textarea":
        return isinstance(value.get("text"), str) or _are_strings(value.get("text"))
    return kind in ("labels", "choices") and _are_strings(value.get(kind, []))


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def region_of(id: str, results: list[Result], text: str, schema: Schema) -> Region | None:
    """The region of these well-formed results; None where it has not one label of the schema, or no place in the text."""
    labelled = label_results(results)
    if len(labelled) != 1:
        return None
    start, end = offsets(labelled[0])
    if not are_offsets(start, end) or end > len(text):
        return None
    labels = labelled[0]["value"].get("labels", [])
    if len(labels) != 1 or labels[0] not in schema.types:
        return None
    fields = {result["from_name"]: field_value(result) for result in results if result["type"] != "labels"}
    return Region(
        id, start, end, labels[0], text[start:end], {name: value for name, value in fields.items() if value is not None}
    )
