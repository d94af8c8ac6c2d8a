"""An exported Label Studio task <-> a Document, pure; and the stable form of an export.

A Document loses nothing on its way to a task and back but the order of mentions and relations, nor does a task that
`to_task` made. A region is several results that share one id: its span and label, and one for each of its fields.
Offsets are code points.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from annotation.schema import VERIFIED_BY, Schema
from eval.document import BadInput, Document, Mention, Relation

Task = dict[str, Any]
Result = dict[str, Any]

# What the export keeps of a result; the rest (origin, globalOffsets, scores, …) is the page's own.
_RESULT_KEYS = ("id", "from_name", "to_name", "type", "value", "from_id", "to_id", "direction", "labels", "meta")
_VALUE_KEYS = ("start", "end", "text", "labels", "choices")
_DATA_KEYS = ("doc_id", "text", "date")

# How a note on a region (meta.text) begins that says what two annotators do not agree on.
UNDECIDED = "undecided:"


def to_document(task: Task) -> Document:
    """The Document of a task that `annotate check` finds no problem in.

    Raises BadInput where the task has not exactly one annotation, or results of which no Document can be made.
    """
    data = task["data"]
    annotations = submitted(task)
    if len(annotations) != 1:
        found = f"document {data.get('doc_id')!r} has {len(annotations)} annotations"
        raise BadInput(f"{found}, one is needed; annotate pull --annotator takes one annotator's")
    try:
        results = annotations[0]["result"]
        mentions = [_mention(id, of_region) for id, of_region in regions(results).items()]
        relations = [_relation(result) for result in results if result["type"] == "relation"]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise BadInput(
            f"document {data.get('doc_id')!r} cannot be converted ({error!r}); does annotate check find nothing in it?"
        ) from None
    return Document(data["doc_id"], data["text"], data.get("date"), tuple(mentions), tuple(relations))


def to_task(document: Document, schema: Schema, annotator: str | None = None) -> Task:
    """The task of a Document, with one annotation. A mention without an id gets one.

    Raises BadInput for an attribute that the schema does not have.
    """
    results: list[Result] = []
    taken = {mention.id for mention in document.mentions}
    fresh = (id for id in (f"m{number}" for number in itertools.count(1)) if id not in taken)
    for mention in document.mentions:
        results += _region(mention if mention.id else replace(mention, id=next(fresh)), document.text or "", schema)
    for relation in document.relations:
        ends = {"from_id": relation.head, "to_id": relation.tail}
        results.append({"type": "relation", **ends, "direction": "right", "labels": [relation.type]})
    annotation: dict[str, Any] = {"result": sorted(results, key=_order)}
    if annotator is not None:
        annotation["completed_by"] = annotator
    return {"data": {"doc_id": document.doc_id, "text": document.text, "date": document.date}, "annotations": [annotation]}


def for_page(results: Iterable[Result]) -> list[Result]:
    """The same results with all relations from one region to another in one, with several labels.

    The page holds no second relation between two regions in the same direction: it would lose it when the task is opened.
    """
    kept: list[Result] = []
    drawn: dict[tuple[Any, ...], Result] = {}
    for result in results:
        if result.get("type") != "relation":
            kept.append(result)
            continue
        key = (result.get("from_id"), result.get("to_id"), result.get("direction"))
        if key in drawn:
            drawn[key]["labels"] += result.get("labels") or []
        else:
            drawn[key] = {**result, "labels": list(result.get("labels") or [])}
            kept.append(drawn[key])
    return kept


def submitted(task: Mapping[str, Any]) -> list[Any]:
    """The task's annotations without those that were skipped."""
    annotations = task.get("annotations")
    annotations = annotations if isinstance(annotations, list) else []
    return [one for one in annotations if not (isinstance(one, dict) and one.get("was_cancelled"))]


def of_annotator(tasks: Iterable[Task], annotator: str) -> list[Task]:
    """The tasks that one annotator has annotated, with that annotation alone; an annotator is who `completed_by` names.

    Capital letters in an e-mail address make no difference.
    """
    name = annotator.lower()
    own = (
        (task, [one for one in submitted(task) if isinstance(one, dict) and str(one.get("completed_by")).lower() == name])
        for task in tasks
    )
    return [{**task, "annotations": annotations} for task, annotations in own if annotations]


def by_annotator(task: Mapping[str, Any]) -> dict[str, list[Any]]:
    """A task's annotations by who completed them, as `completed_by` names them; whose it is not said of, under an empty name."""
    found: dict[str, list[Any]] = {}
    for one in submitted(task):
        who = one.get("completed_by") if isinstance(one, dict) else None
        found.setdefault("" if who is None else str(who), []).append(one)
    return found


def verified_by(task: Mapping[str, Any]) -> str | None:
    """The person who has signed a sound task's annotation, as they wrote it; None if nobody has."""
    for annotation in submitted(task):
        for result in annotation["result"]:
            if result.get("from_name") == VERIFIED_BY and (name := (field_value(result) or "").strip()):
                return name
    return None


def regions(results: Iterable[Result]) -> dict[str, list[Result]]:
    """The results of each region, by its id, in their order."""
    found: dict[str, list[Result]] = {}
    for result in results:
        if result.get("type") != "relation" and result.get("from_name") != VERIFIED_BY:
            found.setdefault(str(result.get("id")), []).append(result)
    return found


def field_value(result: Result) -> str | None:
    """What a per-region field holds: the text of a text area, the choice of choices. None if it is empty."""
    values = result.get("value", {}).get("text" if result.get("type") == "textarea" else "choices")
    values = [values] if isinstance(values, str) else values or []
    return str(values[0]) if values else None


def notes(result: Result) -> list[str]:
    """What people have noted at a region; the page keeps other things in `meta` too."""
    meta = result.get("meta")
    found = meta.get("text") if isinstance(meta, dict) else None
    found = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return [note for note in found if isinstance(note, str)]


def stable(task: Mapping[str, Any], emails: Mapping[int, str]) -> Task:
    """A task of the server's in the form that is kept: annotators by e-mail address and in order, results in order of place.

    Without skipped annotations and what the server adds of its own. `emails` are the addresses of all accounts, by number.
    """
    annotations: list[dict[str, Any]] = [
        {"completed_by": email_of(one["completed_by"], emails), "result": _stable_results(one["result"])}
        for one in submitted(task)
    ]
    data = {key: task["data"][key] for key in _DATA_KEYS if key in task["data"]}
    return {"data": data, "annotations": sorted(annotations, key=lambda one: str(one["completed_by"]))}


def email_of(user: Any, emails: Mapping[int, str]) -> str:
    """The address of who completed an annotation; where there is no such account, what the server says."""
    return emails.get(user_number(user) or 0, str(user))


def user_number(user: Any) -> int | None:
    """The number of who completed an annotation: a number in an export, an object in the API. None where nobody is named."""
    number = user.get("id") if isinstance(user, Mapping) else user
    return None if number is None else int(number)


def _stable_results(results: Iterable[Any]) -> list[Any]:
    """What is no result stays as it is, for `annotate check` to tell of."""
    return sorted((_stable_result(one) if isinstance(one, dict) else one for one in results), key=_order)


def _stable_result(result: Result) -> Result:
    kept = {key: result[key] for key in _RESULT_KEYS if key in result}
    value, meta = kept.get("value"), kept.get("meta")
    if isinstance(value, Mapping):
        # the page puts the surface to choices as well
        keys = [key for key in _VALUE_KEYS if key != "text" or kept.get("type") != "choices"]
        kept["value"] = {key: value[key] for key in keys if key in value}
    if isinstance(meta, Mapping):
        # a person's note; and not how long it took to write, which the page keeps there too
        del kept["meta"]
        if meta.get("text") not in (None, "", [], [""]):
            kept["meta"] = {"text": meta["text"]}
    return kept


def _order(result: Any) -> tuple[Any, ...]:
    """Regions by place, the wider first, each with its label before its fields; relations last, and then what is no result."""
    if not isinstance(result, dict):
        return 2, 0, 0, str(result), 0, ""
    if result.get("type") == "relation":
        return 1, 0, 0, str(result.get("from_id")), 0, f"{result.get('to_id')} {result.get('labels')} {result.get('direction')}"
    value = result.get("value")
    value = value if isinstance(value, Mapping) else {}
    start, end = (offset if isinstance(offset, int) else 0 for offset in (value.get("start"), value.get("end")))
    return 0, start, -end, str(result.get("id")), result.get("type") != "labels", str(result.get("from_name"))


def _mention(id: str, results: list[Result]) -> Mention:
    (span,) = (result["value"] for result in results if result["type"] == "labels")
    (type,) = span["labels"]
    fields = {result["from_name"]: field_value(result) for result in results if result["type"] != "labels"}
    attributes = {name: value for name, value in fields.items() if value is not None}
    return Mention(id, span["start"], span["end"], type, attributes.pop("entity_id", None), attributes)


def _relation(result: Result) -> Relation:
    (type,) = result["labels"]
    head, tail = result["from_id"], result["to_id"]
    if result.get("direction") == "left":
        head, tail = tail, head
    return Relation(type, head, tail)


def _region(mention: Mention, text: str, schema: Schema) -> Iterable[Result]:
    where = {"start": mention.start, "end": mention.end}
    common = {"id": mention.id, "to_name": "text"}
    surface = text[mention.start : mention.end]
    yield {**common, "from_name": "label", "type": "labels", "value": {**where, "text": surface, "labels": [mention.type]}}
    fields = {**mention.attributes, **({"entity_id": mention.entity_id} if mention.entity_id is not None else {})}
    for name, value in fields.items():
        if name not in schema.attributes:
            raise BadInput(f"mention {mention.id}: no attribute {name!r} in the schema; it has {', '.join(schema.attributes)}")
        if schema.attributes[name].values is None:
            yield {**common, "from_name": name, "type": "textarea", "value": {**where, "text": [value]}}
        else:
            yield {**common, "from_name": name, "type": "choices", "value": {**where, "choices": [value]}}
