"""Tasks as a pull gets them: repaired, in the stable form, and parted into what an export takes and what it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotation import checks, label_studio, picked, repair
from annotation.checks.view import Problem
from annotation.label_studio import Task
from annotation.schema import Schema
from eval.document import BadInput


@dataclass
class Incoming:
    """One document's annotations: those that are taken, since a Document can be made of them, those set aside, and why.

    The task that is taken has a key `repairs` too: what was put right in it, in words, by annotator.
    """

    number: int
    taken: Task | None = None
    aside: Task | None = None
    reasons: dict[str, Problem] = field(default_factory=dict)

    @property
    def doc_id(self) -> str:
        """Of which document it is; empty where it does not say so, as of a task that was made by hand."""
        doc_id = (self.taken or self.aside or {}).get("data", {}).get("doc_id")
        return doc_id if isinstance(doc_id, str) else ""


def arranged(found: Iterable[Task], emails: Mapping[int, str], annotator: str | None, schema: Schema) -> Iterator[Incoming]:
    """The server's tasks without those that the annotator has not annotated; None: anybody.

    An annotator who has several annotations of one document has them taken together or not at all. Raises BadInput at the end
    if there are none, naming who has annotated.
    """
    others: set[str] = set()
    nothing = True
    for task in found:
        kept = _repaired(task, emails, schema)
        others |= kept["repairs"].keys()
        for own in [kept] if annotator is None else label_studio.of_annotator([kept], annotator):
            if own["annotations"]:
                nothing = False
                yield _parted(task["id"], own, schema)
    if annotator is not None and nothing:
        raise BadInput(f"--annotator {annotator}: has annotated nothing there; {', '.join(sorted(others)) or 'nobody'} has")


def _repaired(task: Task, emails: Mapping[int, str], schema: Schema) -> Task:
    """A task of the server in the stable form; with what was put right, for each annotator."""
    text = task["data"].get("text")
    annotations, repairs = list[dict[str, Any]](), defaultdict[str, list[str]](list)
    for one in label_studio.submitted(task):
        results, replaced = picked.folded(one["result"] or [])
        results, done = repair.repaired(results, text if isinstance(text, str) else "", schema)
        annotations.append({**one, "result": results})
        told = repairs[label_studio.email_of(one["completed_by"], emails)]
        told += [f"picked: region {id}: {chosen}, which was picked, in place of {typed!r}" for id, typed, chosen in replaced]
        told += [f"{name}: {what.sentence}" for name, what in done]
    return {**label_studio.stable({**task, "annotations": annotations}, emails), "repairs": repairs}


def _parted(number: int, task: Task, schema: Schema) -> Incoming:
    found, taken, aside = Incoming(number), [], []
    for who, own in label_studio.by_annotator(task).items():
        each = (checks.in_annotation({**task, "annotations": [one]}, schema) for one in own)
        if first := next((problem for problems in each for problem in problems), None):
            found.reasons[who] = first
            aside += own
        else:
            taken += own
    if taken:
        found.taken = {**task, "annotations": taken}
    if aside:
        found.aside = {"data": task["data"], "annotations": aside}
    return found
