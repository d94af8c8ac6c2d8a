"""The checks that fail in what one annotator has submitted: what annotate check would say of a pull of it, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from annotation import checks
from annotation.checks import consistency, waivers
from annotation.checks.view import Problem, View
from annotation.checks.waivers import Waiver
from annotation.label_studio import Task
from annotation.schema import Schema


@dataclass
class Failing:
    """How often each check fails, with its first problem as an example; `unsound` is the first problem of each document that
    none can be made of.
    """

    times: Counter[str] = field(default_factory=Counter)
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsound: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, tasks: Iterable[Task], schema: Schema, written: Sequence[Waiver]) -> Failing:
        """Of one annotator's tasks, one of each document, without what the waivers waive."""
        found, views = cls(), list[View]()
        for task in tasks:
            view = View.of(task, schema)
            faults = list(checks.unsound([task], schema))
            found.unsound += faults[:1]
            found._add(faults)
            found._add(waivers.apply((problem for check in checks.CONSISTENCY for problem in check(view)), written)[0])
            views.append(replace(view, task={}, results=(), malformed=()))  # what the checks across articles look at
        for across in consistency.CHECKS:
            found._add(waivers.apply(across(views), written)[0])
        return found

    def record(self) -> list[dict[str, Any]]:
        """The checks that fail, most often first."""
        ranked = sorted(self.times.items(), key=lambda item: (-item[1], item[0]))
        return [{"code": code, "times": times, "example": self.examples[code]} for code, times in ranked]

    def _add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.times[problem.code] += 1
            example = asdict(problem)
            self.examples.setdefault(example.pop("code"), example)
