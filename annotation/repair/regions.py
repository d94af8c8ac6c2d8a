"""Where regions begin and end, and which of them is there already. Nothing else ever moves an offset."""

from __future__ import annotations

from collections.abc import Iterator

from annotation import label_studio
from annotation.checks.view import Region, label_results
from annotation.repair.draft import Draft, Repaired
from annotation.repair.fields import note
from eval.console import isolated


def escaped_line_break(draft: Draft) -> Iterator[Repaired]:
    """A line break in a region's words, which the page writes as a backslash and an n."""
    for region in _sound(draft):
        (label,) = label_results(draft.regions[region.id])
        claimed = label["value"].get("text")
        if claimed != region.surface and claimed == region.surface.replace("\r", "").replace("\n", "\\n"):
            label["value"]["text"] = region.surface
            yield Repaired(region.id, f"{draft.shown(region.id)}: its line break was written as {isolated(claimed)}")


def edge_whitespace(draft: Draft) -> Iterator[Repaired]:
    """White space at the edges, from a careless drag; where its words are those of the text, and none marks the rest already."""
    regions = _sound(draft)
    taken = {(region.start, region.end, region.type) for region in regions}
    for region in regions:
        of_region = draft.regions[region.id]
        (label,) = label_results(of_region)
        start = region.end - len(region.surface.lstrip())
        end = region.start + len(region.surface.rstrip())
        moved = (start, end) != (region.start, region.end)
        if not moved or start >= end or label["value"].get("text") != region.surface or (start, end, region.type) in taken:
            continue
        taken.add((start, end, region.type))
        for result in of_region:
            if (result["value"].get("start"), result["value"].get("end")) == (region.start, region.end):
                result["value"] |= {"start": start, "end": end}
        label["value"]["text"] = draft.text[start:end]
        yield Repaired(
            region.id, f"{draft.shown(region.id)}: white space at its edges is left out; was [{region.start}, {region.end})"
        )


def same_region(draft: Draft) -> Iterator[Repaired]:
    """A region twice, with the same fields: the later goes, and its relations are those of the first."""
    first: dict[tuple[int, int, str], Region] = {}
    for region in _sound(draft):
        other = first.setdefault((region.start, region.end, region.type), region)
        if other is region or other.fields != region.fields or _held(draft, other) != _held(draft, region):
            continue
        said = draft.shown(region.id)
        draft.drop(draft.regions[region.id])
        for relation in draft.relations:
            relation |= {end: other.id for end in ("from_id", "to_id") if relation[end] == region.id}
        yield Repaired(region.id, f"{said}: was marked twice, as {other.id} and {region.id}; the first has the relations of both")


def _held(draft: Draft, region: Region) -> list[tuple[str, str, str]]:
    """All that stands at a region beside its place, notes too."""
    results = draft.regions[region.id]
    return sorted((result["from_name"], str(label_studio.field_value(result)), note(result)) for result in results)


def _sound(draft: Draft) -> list[Region]:
    return [region for id in draft.regions if (region := draft.sound(id))]


REPAIRS = (escaped_line_break, edge_whitespace, same_region)
