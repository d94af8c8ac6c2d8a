"""What is picked from the entity table on Label Studio's page, put where what is typed stands: in entity_id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from annotation.label_studio import Result, Task, field_value
from annotation.page import ENTITY

_TYPED = "entity_id"


class Replaced(NamedTuple):
    """In a region another id was typed than was picked; what is picked stands."""

    region: str
    typed: str
    picked: str


def fold(task: Task) -> Task:
    """The task without results of the picker, each of which has become the entity_id of its region.

    A result that the picker does not make stays, for `annotate check` to name.
    """
    annotations = task.get("annotations")
    if not isinstance(annotations, list):
        return task
    return {**task, "annotations": [_annotation(one) for one in annotations]}


def folded(results: list[Any]) -> tuple[list[Any], list[Replaced]]:
    """The same of one annotation's results, and what was typed and is replaced."""
    picks = {str(result["id"]): id for result in results if (id := _picked(result)) is not None}
    replaced: list[Replaced] = []
    return (list(_results(results, picks, replaced)), replaced) if picks else (results, replaced)


def _annotation(annotation: Any) -> Any:
    results = annotation.get("result") if isinstance(annotation, dict) else None
    return {**annotation, "result": folded(results)[0]} if isinstance(results, list) else annotation


def _results(results: list[Result], picks: dict[str, str], replaced: list[Replaced]) -> Iterator[Result]:
    for result in results:
        region = str(result.get("id")) if isinstance(result, dict) else None
        if region not in picks:
            yield result
        elif (id := _picked(result)) is not None:
            value = {key: value for key, value in result["value"].items() if key != "taxonomy"}
            yield {**result, "from_name": _TYPED, "type": "textarea", "value": {**value, "text": [id]}}
        elif result.get("from_name") != _TYPED:
            yield result
        elif (typed := field_value(result)) not in (None, picks[region]):
            replaced.append(Replaced(region, str(typed), picks[region]))


def _picked(result: Any) -> str | None:
    """The id that a result of the picker holds: the last step of the one path in its tree."""
    match result:
        case {"id": str(), "from_name": name, "type": "taxonomy", "value": {"taxonomy": [[*_, str(id)]]}} if name == ENTITY:
            return id
    return None
