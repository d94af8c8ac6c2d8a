"""What stands at a region: its notes, and the fields of its type."""

from __future__ import annotations

from collections.abc import Iterator

from annotation.checks.view import label_results
from annotation.label_studio import Result, field_value, notes
from annotation.repair.draft import Draft, Repaired
from eval.console import isolated


def deleted_note(draft: Draft) -> Iterator[Repaired]:
    """A note that a person has deleted: the page takes it from the region's fields, and leaves it at the label.

    So it can be told only where the page has written fields of that region; it puts `origin` to what it writes.
    """
    for id, results in draft.regions.items():
        labels, fields = label_results(results), _fields(results)
        written_by_page = fields and all("origin" in result for result in results)
        if written_by_page and len(labels) == 1 and note(labels[0]) and not any(map(note, fields)):
            was = note(labels[0])
            del labels[0]["meta"]
            yield Repaired(id, f"{draft.shown(id)}: the note that was deleted is gone from its label too: {isolated(was)}")


def copied_note(draft: Draft) -> Iterator[Repaired]:
    """A region's note at its fields too: the page copies what stands at the label."""
    for id, results in draft.regions.items():
        of_label = {note(result) for result in label_results(results)}
        copies = [result for result in _fields(results) if note(result) and note(result) in of_label]
        for result in results:
            result.pop("origin", None)  # it has said what it can; without its copies a note would seem to be deleted
        for result in copies:
            del result["meta"]
        if copies:
            yield Repaired(id, f"{draft.shown(id)}: its note stood {len(copies) + 1} times: {isolated(note(copies[0]))}")


def empty_field(draft: Draft) -> Iterator[Repaired]:
    """A field that holds nothing, or white space, which is how the page leaves one that was cleared."""
    for id, results in draft.regions.items():
        for result in _fields(results):
            values = _values(result)
            kept = [value for value in values if value.strip()]
            if kept and len(kept) < len(values):
                result["value"][_key(result)] = kept
            elif not kept:
                draft.drop([result])
            if len(kept) < len(values) or not kept:
                yield Repaired(id, f"{draft.shown(id)}: {result['from_name']} was empty")


def field_whitespace(draft: Draft) -> Iterator[Repaired]:
    """White space at the edges of what was typed."""
    for id, results in draft.regions.items():
        for result in _fields(results):
            values = _values(result)
            bare = [value.strip() for value in values]
            if bare != values:
                result["value"][_key(result)] = bare
                what = f"{result['from_name']} {isolated(bare[0])}"
                yield Repaired(id, f"{draft.shown(id)}: white space round {what} is left out; was {isolated(repr(values[0]))}")


def stacked_field(draft: Draft) -> Iterator[Repaired]:
    """The same result of one region twice: its label, or a field with the same value."""
    for id, results in draft.regions.items():
        seen: list[Result] = []
        for result in list(results):
            if any(_is_same(result, other) for other in seen):
                draft.drop([result])
                yield Repaired(id, f"{draft.shown(id)}: {result['from_name']} stood twice")
            else:
                seen.append(result)


def misplaced_field(draft: Draft) -> Iterator[Repaired]:
    """A field of another type, filled before the type was changed: the page no longer shows it, so that nobody could clear it."""
    for id, results in draft.regions.items():
        region = draft.sound(id)
        for result in _fields(results):
            attribute = draft.schema.attributes.get(result["from_name"])
            if region and attribute and region.type not in attribute.types:
                draft.drop([result])
                what = f"{result['from_name']} {isolated(field_value(result) or '')}"
                yield Repaired(id, f"{draft.shown(id)}: {what} is gone, which belongs to {', '.join(attribute.types)}")


def _fields(results: list[Result]) -> list[Result]:
    return [result for result in results if result["type"] != "labels"]


def _key(result: Result) -> str:
    return "text" if result["type"] == "textarea" else "choices"


def _values(result: Result) -> list[str]:
    values = result["value"].get(_key(result)) or []
    return [values] if isinstance(values, str) else list(values)


def note(result: Result) -> str:
    """All that is noted at a region; empty where nothing is."""
    return "\n".join(notes(result)).strip()


def _is_same(one: Result, other: Result) -> bool:
    return all(one.get(key) == other.get(key) for key in ("from_name", "to_name", "type", "value")) and note(one) == note(other)


REPAIRS = (deleted_note, copied_note, empty_field, field_whitespace, stacked_field, misplaced_field)
