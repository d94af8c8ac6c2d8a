"""An annotation's results while they are put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from annotation import label_studio
from annotation.checks.view import Region, is_well_formed, region_of
from annotation.label_studio import Result
from annotation.schema import Schema
from eval.console import isolated


@dataclass(frozen=True)
class Repaired:
    """What one repair has done, in words; `region` is the id of the region it was done to, or the relation as `from→to`."""

    region: str
    sentence: str


class Draft:
    """The results of one annotation, copies of which are changed in place.

    `regions` are the well-formed results of each region by its id, `relations` the well-formed relations, as they are by now.
    """

    def __init__(self, results: Sequence[Any], text: str, schema: Schema) -> None:
        self._all = [_copied(result) for result in results]
        self._gone: set[int] = set()
        self.text, self.schema = text, schema
        formed = [result for result in self._all if is_well_formed(result)]
        self.regions: dict[str, list[Result]] = label_studio.regions(formed)
        self.relations: list[Result] = [result for result in formed if result["type"] == "relation"]

    def results(self) -> list[Any]:
        """All that is left, what is not well-formed too, in the order it came in."""
        return [result for result in self._all if id(result) not in self._gone]

    def drop(self, results: Sequence[Result]) -> None:
        """Leave these results of regions, or these relations, away."""
        gone = {id(result) for result in results}
        self._gone |= gone
        for kept in (self.relations, *(self.regions.get(str(result.get("id")), []) for result in results)):
            kept[:] = [result for result in kept if id(result) not in gone]

    def add(self, relation: Result) -> None:
        """One relation more."""
        self._all.append(relation)
        self.relations.append(relation)

    def sound(self, id: str) -> Region | None:
        """A region as the checks see it; None where it has not one label of the schema, or no place in the text."""
        return region_of(id, self.regions.get(id, []), self.text, self.schema)

    @cached_property
    def types(self) -> dict[str, str]:
        """The type of each sound region, for the repairs of relations: by then no region changes any more."""
        return {id: region.type for id in self.regions if (region := self.sound(id))}

    def shown(self, id: str) -> str:
        """A region in words, as far as it is known what it is."""
        if region := self.sound(id):
            return f"{region.type} [{region.start}, {region.end}) {isolated(region.surface)}"
        return f"region {isolated(id)}"


def _copied(result: Any) -> Any:
    """A copy as deep as any repair reaches."""
    if not isinstance(result, dict):
        return result
    return {key: dict(value) if isinstance(value, dict) else value for key, value in result.items()}
