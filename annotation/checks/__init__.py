"""What can be wrong in an export. Every problem has a stable code and a place, and says what to do.

The server takes anything, so this is the only gate, and checking goes on after the first problem. Each check is a
function that yields Problems of one task's View, or of all Views together (consistency); a new one is a function, its
name in its module's CHECKS, and a fixture tests/exports/invalid/<code>.json. An inconsistency that is none can be waived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from annotation.checks import completeness, consistency, dates, fields, relations, spans, structure, titles
from annotation.checks.view import Problem, View
from annotation.label_studio import Task
from annotation.schema import Schema

Check = Callable[[View], Iterator[Problem]]

# What stands in the way of a Document.
SOUNDNESS: tuple[Check, ...] = (*structure.CHECKS, *spans.CHECKS, *fields.CHECKS, *relations.CHECKS)
# What a Document may have, and gold may not.
CONSISTENCY: tuple[Check, ...] = (*completeness.CHECKS, *titles.CHECKS, *dates.CHECKS)


def check(tasks: Sequence[Task], schema: Schema) -> Iterator[Problem]:
    """Yield every problem of an export's tasks."""
    yield from unsound(tasks, schema)
    yield from inconsistent(tasks, schema)


def unsound(tasks: Sequence[Task], schema: Schema) -> Iterator[Problem]:
    """Yield the problems that a task must be rid of before it can be compared, pushed or built at all."""
    yield from structure.duplicate_documents(tasks)
    for task in tasks:
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
