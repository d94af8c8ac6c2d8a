"""Waivers: problems that are none, each with its reason, in a file beside the exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation import lines
from annotation.checks.view import Problem
from eval.document import BadInput


@dataclass(frozen=True)
class Waiver:
    """A problem of this code at this place, half-open code points, is none, for this reason."""

    code: str
    doc_id: str
    start: int
    end: int
    reason: str


def read(path: Path) -> list[Waiver]:
    """The waivers of a file; none where there is no file. Raises BadInput, naming the line, where one is not as it should be."""
    return lines.read(path, _waiver, f"a waiver, which has {', '.join(Waiver.__annotations__)}")


def apply(problems: Iterable[Problem], waivers: Sequence[Waiver]) -> tuple[list[Problem], list[Problem]]:
    """The problems that stand, and those that are waived."""
    places = {(waiver.code, waiver.doc_id, (waiver.start, waiver.end)) for waiver in waivers}
    stand, waived = list[Problem](), list[Problem]()
    for problem in problems:
        (waived if (problem.code, problem.doc_id, problem.span) in places else stand).append(problem)
    return stand, waived


def _waiver(stated: dict[str, Any]) -> Waiver:
    waiver = Waiver(**stated)
    if not waiver.reason.strip():
        raise BadInput("a waiver needs its reason")
    return waiver
