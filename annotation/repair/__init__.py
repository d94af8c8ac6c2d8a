"""What Label Studio's page writes amiss, put right where it is certain what is meant; `annotate check` reports the rest.

A repair is a function of a Draft that changes it and yields a sentence for each thing that it does; its name, with hyphens, is
the repair's, and stays. A new one is such a function, in a module's REPAIRS. All are pure but for the Draft, which is a copy.
Nothing that a person meant goes: a region or a relation only where the same stands there once more, and never without a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from annotation import checks
from annotation.label_studio import Task, submitted
from annotation.repair import fields, regions, relations
from annotation.repair.draft import Draft, Repaired
from annotation.schema import Schema

# In the order in which they are made: a relation's types are those of regions that are put right.
REPAIRS: tuple[Callable[[Draft], Iterator[Repaired]], ...] = (*fields.REPAIRS, *regions.REPAIRS, *relations.REPAIRS)


def repaired(results: Sequence[Any], text: str, schema: Schema) -> tuple[list[Any], list[tuple[str, Repaired]]]:
    """The results of an annotation of `text`, put right, and what was done, with the repair's name. The results given stay.

    Results that nothing well-formed can be made of are passed on. A second time nothing is done.
    """
    draft = Draft(results, text, schema)
    done = [(name(one), what) for one in REPAIRS for what in one(draft)]
    return draft.results(), done


def mended(tasks: Sequence[Task], schema: Schema) -> Counter[str]:
    """How many problems of each code `annotate pull` would have mended in these tasks, had it brought them."""
    after = [{**task, "annotations": [_mended(one, task, schema) for one in submitted(task)]} for task in tasks]
    codes = (Counter(problem.code for problem in checks.check(every, schema)) for every in (tasks, after))
    before, left = codes
    return before - left


def name(repair: Callable[[Draft], Iterator[Repaired]]) -> str:
    """What a repair is called."""
    return repair.__name__.replace("_", "-")


def _mended(annotation: Any, task: Task, schema: Schema) -> Any:
    text = task["data"].get("text") if isinstance(task.get("data"), dict) else None
    results = annotation.get("result") if isinstance(annotation, dict) else None
    if not isinstance(text, str) or not isinstance(results, list):
        return annotation
    return {**annotation, "result": repaired(results, text, schema)[0]}
