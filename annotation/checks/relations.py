"""Whether relations have a label, two ends, and types that the schema allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from annotation.checks.view import Problem, View
from annotation.label_studio import Result, regions
from annotation.schema import Schema


def labels(view: View) -> Iterator[Problem]:
    """relation-without-label, several-relation-labels, unknown-relation."""
    for result in _relations(view):
        names = result.get("labels") or []
        if not names:
            yield view.problem(
                "relation-without-label",
                name(result),
                "the relation has no label; pick one in the Relations panel, or delete it",
            )
        elif len(names) > 1:
            yield view.problem(
                "several-relation-labels",
                name(result),
                f"the relation has the labels {', '.join(names)}; leave one, or pull it: annotate pull makes one of each",
            )
        elif names[0] not in view.schema.relations:
            yield view.problem(
                "unknown-relation",
                name(result),
                f"no relation {names[0]!r} in the schema; it has {', '.join(view.schema.relations)}",
            )


def ends(view: View) -> Iterator[Problem]:
    """relation-to-nowhere, relation-to-itself, relation-direction."""
    known = regions(view.results)
    for result in _relations(view):
        nowhere = [str(result.get(end)) for end in ("from_id", "to_id") if str(result.get(end)) not in known]
        if nowhere:
            yield view.problem(
                "relation-to-nowhere",
                name(result),
                f"no region {nowhere[0]!r} in this document; delete the relation, or draw it again",
            )
        elif result.get("from_id") == result.get("to_id"):
            yield view.problem("relation-to-itself", name(result), "both ends are one region; draw it between two")
        if result.get("direction", "right") not in ("right", "left"):
            yield view.problem(
                "relation-direction", name(result), f"the direction is {result.get('direction')!r}; it must be right or left"
            )


def types(view: View) -> Iterator[Problem]:
    """relation-types: a head or a tail of a type that the relation does not allow."""
    by_id = {region.id: region for region in view.regions}
    for result, label, head, tail in labelled(view):
        allowed = view.schema.relations[label]
        if head in by_id and tail in by_id and (by_id[head].type not in allowed.head or by_id[tail].type not in allowed.tail):
            rule = f"{label} goes from {', '.join(allowed.head)} to {', '.join(allowed.tail)}"
            yield view.problem("relation-types", name(result), f"{label} from {by_id[head]} to {by_id[tail]}; {rule}")


def duplicates(view: View) -> Iterator[Problem]:
    """duplicate-relation."""
    seen = set()
    for result, label, head, tail in labelled(view):
        if (label, head, tail) in seen:
            yield view.problem("duplicate-relation", name(result), f"{label} from {head} to {tail} stands twice; delete one")
        seen.add((label, head, tail))


def _relations(view: View) -> list[dict[str, Any]]:
    return [result for result in view.results if result.get("type") == "relation"]


def labelled(view: View) -> Iterator[tuple[dict[str, Any], str, str, str]]:
    """(result, label, head, tail) of each relation with one label of the schema."""
    return labelled_results(_relations(view), view.schema)


def labelled_results(relations: Iterable[Result], schema: Schema) -> Iterator[tuple[Result, str, str, str]]:
    """The same of well-formed relations."""
    for result in relations:
        names = result.get("labels") or []
        if len(names) == 1 and names[0] in schema.relations:
            head, tail = str(result.get("from_id")), str(result.get("to_id"))
            yield (result, names[0], tail, head) if result.get("direction") == "left" else (result, names[0], head, tail)


def name(result: dict[str, Any]) -> str:
    return f"{result.get('from_id')}→{result.get('to_id')}"


CHECKS = (labels, ends, types, duplicates)
