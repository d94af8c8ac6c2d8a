"""What can be wrong in an export. Every problem has a stable code and a place, and says what to do.

The server takes anything, so this is the only gate, and checking goes on after the first problem. Each check is a
function of one task's View that yields Problems; a new one is a function, its name in its module's CHECKS, and a
fixture tests/exports/invalid/<code>.json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from annotation.checks import fields, relations, spans, structure
from annotation.checks.view import Problem, View
from annotation.label_studio import Task
from annotation.schema import Schema

Check = Callable[[View], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (*structure.CHECKS, *spans.CHECKS, *fields.CHECKS, *relations.CHECKS)


def check(tasks: Sequence[Task], schema: Schema) -> Iterator[Problem]:
    """Yield every problem of an export's tasks."""
    yield from structure.duplicate_documents(tasks)
    for task in tasks:
        view = View.of(task, schema)
        for one in CHECKS:
            yield from one(view)
