"""Relations whose label, direction or number follows from the schema and from what else is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from annotation.checks.relations import labelled_results, name
from annotation.label_studio import Result
from annotation.repair.draft import Draft, Repaired


def several_labels(draft: Draft) -> Iterator[Repaired]:
    """A relation of several labels is one of each: between two regions the page draws no second in the same direction."""
    for result in list(draft.relations):
        labels = list(dict.fromkeys(result.get("labels") or ()))
        if len(result.get("labels") or ()) > 1:
            said = f"{_shown(draft, result)}: became a relation for each label"
            result["labels"] = labels[:1]
            for label in labels[1:]:
                draft.add({**result, "labels": [label]})
            yield Repaired(name(result), said)


def missing_label(draft: Draft) -> Iterator[Repaired]:
    """No label, where the schema has but one for these types in this direction."""
    for result in list(draft.relations):
        if result.get("labels"):
            continue
        possible = _allowed(draft, result, result.get("direction", "right"))
        if len(possible) == 1:
            result["labels"] = possible
            yield Repaired(name(result), f"{_shown(draft, result)}: had no label, and can be nothing but {possible[0]}")


def impossible_direction(draft: Draft) -> Iterator[Repaired]:
    """Both directions, or one in which nothing at all relates these types, where its label can stand in the other."""
    for result in list(draft.relations):
        labels, drawn = result.get("labels") or [], result.get("direction", "right")
        if len(labels) != 1 or drawn not in ("right", "left", "bi") or _allowed(draft, result, drawn):
            continue
        possible = [way for way in ("right", "left") if labels[0] in _allowed(draft, result, way)]
        if len(possible) == 1:
            result["direction"] = possible[0]
            was = "was drawn in both directions" if drawn == "bi" else "was drawn the other way round"
            yield Repaired(name(result), f"{_shown(draft, result)}: {was}, and can stand in this one alone")


def same_relation(draft: Draft) -> Iterator[Repaired]:
    """A relation twice, drawn from either end."""
    seen = set()
    plain = [result for result in draft.relations if result.get("direction", "right") in ("right", "left")]
    for result, label, head, tail in labelled_results(plain, draft.schema):
        if (label, head, tail) in seen:
            draft.drop([result])
            yield Repaired(name(result), f"{_shown(draft, result)}: stood twice")
        seen.add((label, head, tail))


def _allowed(draft: Draft, result: Result, direction: object) -> list[str]:
    """The relations of the schema that may stand between the ends in this direction."""
    ends = [draft.types.get(result["from_id"]), draft.types.get(result["to_id"])]
    head, tail = ends if direction == "right" else ends[::-1]
    if direction not in ("right", "left"):
        return []
    return [label for label, allowed in draft.schema.relations.items() if head in allowed.head and tail in allowed.tail]


def _shown(draft: Draft, result: Result) -> str:
    ends = [draft.shown(str(result["from_id"])), draft.shown(str(result["to_id"]))]
    head, tail = ends[::-1] if result.get("direction") == "left" else ends
    return f"{'/'.join(result.get('labels') or ('a relation',))} from {head} to {tail}"


REPAIRS = (several_labels, missing_label, impossible_direction, same_relation)
