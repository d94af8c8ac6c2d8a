"""Export files: Label Studio's JSON in the stable form that is kept in annotation/exports/."""

from __future__ import annotations

import datetime
import filecmp
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from annotation import json_list
from annotation.label_studio import Task, submitted
from annotation.spool import Spool
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


def each(path: Path) -> Iterator[Task]:
    """The same tasks one by one, with no more than one in memory. Raises BadInput as `read` does, after the tasks before."""
    whole = 0
    try:
        for task in json_list.values(path):
            if not isinstance(task, dict):
                raise ValueError("not a task")
            _line(task).encode()
            yield task
            whole += 1
    except (OSError, ValueError, RecursionError):
        yield from read(path)[whole:]  # to say what is wrong


def merge(path: Path, tasks: Iterable[Task]) -> dict[str, str]:
    """Put tasks into the export at `path`, in place of those of the same documents; the others stay.

    Neither is held in memory, and the export is as it was until the new one is whole. A file that changes is first kept in
    `.backup/` beside it, with the time in its name. Returns what was done, by doc_id.
    Raises BadInput where two tasks are of one document, or one of none.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with Spool(path.parent) as pulled, Spool(path.parent, f"{path}: ") as before:
        for task in tasks:
            pulled.add(task)
        for task in each(path) if path.exists() else ():
            before.add(task)
        done = dict.fromkeys(sorted(pulled), "") | {
            doc_id: "kept: not annotated in Label Studio" for doc_id in before if doc_id not in pulled
        }
        _sweep(Path(os.path.realpath(path)))
        with atomic.beside(path) as new:
            with new.open("wb") as file:
                file.writelines(part.encode() for part in _parts(_merged(before, pulled, done)))
            if path.exists():
                new.chmod(path.stat().st_mode & 0o777)
                if not filecmp.cmp(path, new, shallow=False):
                    _keep(path)
    return done


def _merged(before: Spool, pulled: Spool, done: dict[str, str]) -> Iterator[Task]:
    """The tasks of both in order of doc_id, the pulled one where both have it; `done` gets what that does."""
    for doc_id in sorted(done):
        task = pulled[doc_id] if doc_id in pulled else before[doc_id]
        if doc_id in pulled:
            done[doc_id] = "new" if doc_id not in before else "unchanged" if before[doc_id] == task else "changed"
        yield task


def _keep(path: Path) -> None:
    """Copy a file into `.backup/` beside it."""
    backup = path.parent / ".backup" / f"{path.stem}-{datetime.datetime.now():%Y%m%dT%H%M%S.%f}.json"
    backup.parent.mkdir(exist_ok=True)
    with atomic.beside(backup) as copy:
        shutil.copyfile(path, copy)


def _sweep(path: Path) -> None:
    """Remove what a merge that was killed left of a new export or of a copy."""
    for folder, name in ((path.parent, path.name), (path.parent / ".backup", f"{path.stem}-*.json")):
        for left in folder.glob(f".{name.replace('[', '[[]')}-????????"):
            shutil.rmtree(left, ignore_errors=True)


def annotators(tasks: Sequence[Task]) -> list[str]:
    """Whose annotations an export holds, by e-mail address, in order."""
    every = (one for task in tasks for one in submitted(task))
    return sorted({str(one["completed_by"]) for one in every if isinstance(one, dict) and "completed_by" in one})


def dumps(tasks: Iterable[Task]) -> str:
    """JSON with one result a line, so that a diff shows which region or relation changed."""
    return "".join(_parts(tasks))


def _parts(tasks: Iterable[Task]) -> Iterator[str]:
    """The same, a task at a time."""
    yield "[\n"
    for number, task in enumerate(tasks):
        annotations = []
        for annotation in submitted(task):
            results = ",\n".join(_line(result) for result in annotation.get("result", []))
            rest = "".join(f"{_line(key)}: {_line(value)}, " for key, value in sorted(annotation.items()) if key != "result")
            annotations.append(f'{{{rest}"result": [\n{results}\n]}}')
        block = f'{{"data": {_line(task["data"])},\n"annotations": [{", ".join(annotations)}]}}'
        yield f",\n{block}" if number else block
    yield "\n]\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
