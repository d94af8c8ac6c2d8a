"""Export files: Label Studio's JSON in the stable form that is kept in annotation/exports/."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotation.label_studio import Task, submitted
from eval import atomic
from eval.document import BadInput


def read(path: Path) -> list[Task]:
    """The tasks of an export. Raises BadInput where the file is none: not there, not JSON, not a list of tasks."""
    try:
        tasks = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file; annotate pull writes it") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not JSON ({error})") from None
    try:
        _line(tasks).encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"{path}: holds half a character, which no text can ({error})") from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise BadInput(f"{path}: not a Label Studio export, which is a list of tasks (export type JSON)")
    return tasks


def merge(path: Path, tasks: Sequence[Task]) -> dict[str, str]:
    """Put tasks into the export at `path`, in place of those of the same documents; the others stay.

    A file that changes is first kept in `.backup/` beside it, with the time in its name. Returns what was done, by doc_id.
    Raises BadInput where two tasks are of one document, or one of none.
    """
    before = _by_document(read(path), f"{path}: ") if path.exists() else {}
    pulled = _by_document(tasks, "")
    done = {
        doc_id: "new" if doc_id not in before else "unchanged" if before[doc_id] == task else "changed"
        for doc_id, task in pulled.items()
    } | {doc_id: "kept: not annotated in Label Studio" for doc_id in before if doc_id not in pulled}
    after = {**before, **pulled}
    content = dumps([after[doc_id] for doc_id in sorted(after)])
    if path.exists() and path.read_bytes() != content.encode():
        backup = path.parent / ".backup" / f"{path.stem}-{datetime.datetime.now():%Y%m%dT%H%M%S.%f}.json"
        backup.parent.mkdir(exist_ok=True)
        backup.write_bytes(path.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, content.encode())
    return done


def annotators(tasks: Sequence[Task]) -> list[str]:
    """Whose annotations an export holds, by e-mail address, in order."""
    every = (one for task in tasks for one in submitted(task))
    return sorted({str(one["completed_by"]) for one in every if isinstance(one, dict) and "completed_by" in one})


def dumps(tasks: Sequence[Task]) -> str:
    """JSON with one result a line, so that a diff shows which region or relation changed."""
    blocks = []
    for task in tasks:
        annotations = []
        for annotation in submitted(task):
            results = ",\n".join(_line(result) for result in annotation.get("result", []))
            rest = "".join(f"{_line(key)}: {_line(value)}, " for key, value in sorted(annotation.items()) if key != "result")
            annotations.append(f'{{{rest}"result": [\n{results}\n]}}')
        blocks.append(f'{{"data": {_line(task["data"])},\n"annotations": [{", ".join(annotations)}]}}')
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def _by_document(tasks: Sequence[Task], where: str) -> dict[str, Task]:
    found: dict[str, Task] = {}
    for task in tasks:
        data = task.get("data")
        doc_id = data.get("doc_id") if isinstance(data, dict) else None
        if not isinstance(doc_id, str) or not doc_id:
            raise BadInput(
                f"{where}an annotated task has no doc_id; annotate push makes one task of each article: delete this one"
            )
        if doc_id in found:
            raise BadInput(f"{where}two annotated tasks are of document {doc_id!r}; delete one in Label Studio")
        found[doc_id] = task
    return found


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
