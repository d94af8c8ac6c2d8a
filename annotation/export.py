"""Export files: Label Studio's JSON in the stable form that is kept in annotation/exports/."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotation.label_studio import Task
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
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise BadInput(f"{path}: not a Label Studio export, which is a list of tasks (export type JSON)")
    return tasks


def merge(path: Path, tasks: Sequence[Task]) -> dict[str, str]:
    """Put tasks into the export at `path`, in place of those of the same documents; the others stay.

    A file that changes is first kept in `.backup/` beside it, with the time in its name. Returns what was done, by doc_id.
    Raises BadInput where two tasks are of one document, or one of none.
    """
    for doc_id, times in Counter(map(_doc_id, tasks)).items():
        if not doc_id or times > 1:
            found = f"{times} annotated tasks are of document {doc_id!r}" if doc_id else "an annotated task has no doc_id"
            raise BadInput(f"{found}; annotate push makes one of each article: delete the other in Label Studio")
    before = {_doc_id(task): task for task in read(path)} if path.exists() else {}
    pulled = {_doc_id(task): task for task in tasks}
    done = {
        doc_id: "new" if doc_id not in before else "unchanged" if before[doc_id] == task else "changed"
        for doc_id, task in pulled.items()
    } | {doc_id: "kept: not annotated in Label Studio" for doc_id in before if doc_id not in pulled}
    after = {**before, **pulled}
    content = dumps([after[doc_id] for doc_id in sorted(after)])
    if path.exists() and path.read_text(encoding="utf-8") != content:
        backup = path.parent / ".backup" / f"{path.stem}-{datetime.datetime.now():%Y%m%dT%H%M%S.%f}.json"
        backup.parent.mkdir(exist_ok=True)
        backup.write_bytes(path.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, content.encode())
    return done


def dumps(tasks: Sequence[Task]) -> str:
    """JSON with one result a line, so that a diff shows which region or relation changed."""
    blocks = []
    for task in tasks:
        annotations = []
        for annotation in task.get("annotations", []):
            results = ",\n".join(_line(result) for result in annotation["result"])
            rest = "".join(f"{_line(key)}: {_line(value)}, " for key, value in sorted(annotation.items()) if key != "result")
            annotations.append(f'{{{rest}"result": [\n{results}\n]}}')
        blocks.append(f'{{"data": {_line(task["data"])},\n"annotations": [{", ".join(annotations)}]}}')
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def _doc_id(task: Task) -> str:
    return str(task["data"].get("doc_id") or "")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
