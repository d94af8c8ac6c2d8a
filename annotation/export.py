"""Export files: Label Studio's JSON in the stable form that is kept in annotation/exports/."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from annotation import json_list, picked
from annotation.label_studio import Task, by_annotator, submitted
from eval.document import BadInput


def read(path: Path) -> list[Task]:
    """The tasks of an export, ids that are picked in its page among the typed ones.

    Raises BadInput where the file is none: not there, not JSON, not a list of tasks.
    """
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
    return [picked.fold(task) for task in tasks]


def each(path: Path) -> Iterator[Task]:
    """The same tasks one by one, with no more than one in memory. Raises BadInput as `read` does, after the tasks before."""
    whole = 0
    try:
        for task in json_list.values(path):
            if not isinstance(task, dict):
                raise ValueError("not a task")
            _line(task).encode()
            yield picked.fold(task)
            whole += 1
    except (OSError, ValueError, RecursionError):
        yield from read(path)[whole:]  # to say what is wrong


def annotators(tasks: Sequence[Task]) -> list[str]:
    """Whose annotations an export holds, by e-mail address, in order."""
    return sorted({who for task in tasks for who in by_annotator(task) if who})


def dumps(tasks: Iterable[Task]) -> str:
    """JSON with one result a line, so that a diff shows which region or relation changed."""
    return "".join(parts(tasks))


def parts(tasks: Iterable[Task]) -> Iterator[str]:
    """The same, piece by piece, with one task in memory."""
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
