"""Whether a task is what an export holds: its data, one annotation, and results that form regions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from annotation import EXPORT, timex
from annotation.checks.view import Problem, View, are_offsets, label_results, offsets
from annotation.label_studio import Task, regions, submitted
from annotation.schema import VERIFIED_BY


def duplicate_documents(tasks: Sequence[Task]) -> Iterator[Problem]:
    """duplicate-document: two tasks of an export for one article."""
    times = Counter(str(task["data"].get("doc_id")) for task in tasks if isinstance(task.get("data"), dict))
    for doc_id, count in times.items():
        if count > 1:
            yield Problem(
                "duplicate-document", doc_id, None, f"{count} tasks have this doc_id; delete all but one in Label Studio"
            )


def task_data(view: View) -> Iterator[Problem]:
    """missing-doc-id, missing-text, bad-date."""
    data = view.task.get("data")
    data = data if isinstance(data, dict) else {}
    for key, code in (("doc_id", "missing-doc-id"), ("text", "missing-text")):
        if not isinstance(data.get(key), str) or not data[key]:
            yield view.problem(
                code, None, f"the task's data has {data.get(key)!r} for {key}; push the article with annotate push"
            )
    if not timex.is_day(data.get("date")):
        yield view.problem("bad-date", None, f"the task's date is {data.get('date')!r}; it must be a day as YYYY-MM-DD")


def annotation(view: View) -> Iterator[Problem]:
    """no-annotation, several-annotations, malformed-annotation."""
    annotations = submitted(view.task)
    if not annotations:
        yield view.problem("no-annotation", None, "the task has no annotation; submit one in Label Studio")
    elif len(annotations) > 1:
        names = [str(one.get("completed_by")) for one in annotations if isinstance(one, dict)]
        todo = f"annotate pull --annotator EMAIL into {EXPORT} or a new file, or eval run --option annotator=EMAIL"
        todo = f"take one annotator's: {todo}"
        if len(set(names)) < len(names):
            todo = "of two by one annotator delete one in Label Studio, and pull again"
        yield view.problem(
            "several-annotations",
            None,
            f"the task has {len(annotations)} annotations, by {', '.join(names)}; {todo}",
        )
    elif not isinstance(annotations[0], dict) or not isinstance(annotations[0].get("result"), list):
        yield view.problem("malformed-annotation", None, "an annotation needs a list `result`; export it again from Label Studio")


def results(view: View) -> Iterator[Problem]:
    """malformed-result, unknown-field, wrong-control."""
    for result in view.malformed:
        id = str(result.get("id")) if isinstance(result, dict) else None
        shown = json.dumps(result, ensure_ascii=False, default=str)[:80]
        yield view.problem("malformed-result", id, f"nothing that Label Studio makes; delete it: {shown}")
    for result in view.results:
        if result["type"] == "relation":
            continue
        name, kind = result["from_name"], result["type"]
        attribute = view.schema.attributes.get(name)
        if (kind, name) == ("textarea", VERIFIED_BY):
            continue
        if kind != "labels" and attribute is None:
            known = ", ".join(view.schema.attributes)
            yield view.problem("unknown-field", result["id"], f"the field {name!r} is not in the schema; it has {known}")
            continue
        expected = "labels" if attribute is None else "choices" if attribute.values else "textarea"
        control = name if attribute else "label"
        if (kind, name, result.get("to_name")) != (expected, control, "text"):
            found = f"{kind} of {name!r} on {result.get('to_name')!r}"
            yield view.problem(
                "wrong-control", result["id"], f"{found}; Label Studio's page makes {expected} of {control!r} on 'text'"
            )


def labels(view: View) -> Iterator[Problem]:
    """region-without-label, several-labels, unknown-label."""
    for id, of_region in regions(view.results).items():
        names = [label for result in label_results(of_region) for label in result["value"].get("labels", [])]
        if len(label_results(of_region)) > 1:
            yield view.problem("several-labels", id, "the region is labelled twice; delete it and mark the span once for each")
        elif not names:
            yield view.problem("region-without-label", id, "the region has no label; give it one, or delete it")
        elif len(names) > 1:
            yield view.problem("several-labels", id, f"the region has the labels {', '.join(names)}; mark the span once for each")
        elif names[0] not in view.schema.types:
            yield view.problem("unknown-label", id, f"no type {names[0]!r} in the schema; it has {', '.join(view.schema.types)}")


def places(view: View) -> Iterator[Problem]:
    """bad-offsets, offset-past-end, text-mismatch."""
    for id, of_region in regions(view.results).items():
        for result in label_results(of_region):
            start, end = offsets(result)
            if not are_offsets(start, end):
                yield view.problem(
                    "bad-offsets",
                    id,
                    f"offsets must be integers with 0 <= start < end, found {start!r} and {end!r}; mark it again",
                )
            elif end > len(view.text):
                yield view.problem(
                    "offset-past-end",
                    id,
                    f"[{start}, {end}) ends past the text, which has {len(view.text)} code points; mark it again",
                )
            elif (claimed := result["value"].get("text")) is not None and not _same(claimed, surface := view.text[start:end]):
                yield view.problem(
                    "text-mismatch",
                    id,
                    f"[{start}, {end}) is {surface!r} in the text, the region says {claimed!r}; look which is meant",
                )


def _same(claimed: object, surface: str) -> bool:
    """Label Studio's page writes a line break as a backslash and an n."""
    return claimed in (surface, surface.replace("\r", "").replace("\n", "\\n"))


TASK_CHECKS = (task_data, annotation)
CHECKS = (results, labels, places)
