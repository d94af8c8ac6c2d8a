"""What can be wrong in an export. Every problem has a stable code and a place, and says what to do.

The server takes anything, so this is the only gate, and checking goes on after the first problem. Each check is a
function that yields Problems of one task's View, or of all Views together (consistency); a new one is a function, its
name in its module's CHECKS, and a fixture tests/exports/invalid/<code>.json. An inconsistency that is none can be waived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from annotation.checks import completeness, consistency, dates, fields, relations, spans, structure, titles
from annotation.checks.view import Problem, View
from annotation.label_studio import Task, submitted
from annotation.schema import Schema

Check = Callable[[View], Iterator[Problem]]

# What stands in the way of a Document, in one annotation.
SOUNDNESS: tuple[Check, ...] = (*structure.CHECKS, *spans.CHECKS, *fields.CHECKS, *relations.CHECKS)
# What a Document may have, and gold may not.
CONSISTENCY: tuple[Check, ...] = (*completeness.CHECKS, *titles.CHECKS, *dates.CHECKS)


def check(tasks: Sequence[Task], schema: Schema) -> Iterator[Problem]:
    """Yield every problem of an export's tasks."""
    yield from unsound(tasks, schema)
    yield from inconsistent(tasks, schema)


def unsound(tasks: Sequence[Task], schema: Schema) -> Iterator[Problem]:
    """Yield the problems that a task must be rid of before it can be compared, pushed or built at all.

    Of several annotations each is looked at, and its annotator named.
    """
    yield from structure.duplicate_documents(tasks)
    for task in tasks:
        view = View.of(task, schema)
        for of_task in structure.TASK_CHECKS:
            yield from of_task(view)
        annotations = submitted(task)
        if len(annotations) < 2:
            yield from in_annotation(task, schema)
            continue
        for one in annotations:
            by = f"in that by {one.get('completed_by') if isinstance(one, dict) else 'nobody'}"
            for problem in in_annotation({**task, "annotations": [one]}, schema):
                yield replace(problem, message=f"{by}: {problem.message}")


def in_annotation(task: Task, schema: Schema) -> Iterator[Problem]:
    """The same of a task's one annotation alone, which its annotator can mend; not of the task, which was pushed as it is."""
    view = View.of(task, schema)
    for one in SOUNDNESS:
        yield from one(view)


def inconsistent(tasks: Sequence[Task], schema: Schema) -> Iterator[Problem]:
    """Yield the problems that a Document may have, and gold may not, unless they are waived."""
    views = [View.of(task, schema) for task in tasks]
    for view in views:
        for one in CONSISTENCY:
            yield from one(view)
    for across in consistency.CHECKS:
        yield from across(views)
