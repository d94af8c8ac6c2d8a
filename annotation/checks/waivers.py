"""Waivers: inconsistencies that are none, each with its reason, in a file beside the exports."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotation import lines
from annotation.checks.view import Problem
from annotation.lines import Words


@lines.closed
@dataclass(frozen=True)
class Waiver:
    """A problem of this code at this place, half-open code points, is none, for this reason."""

    code: Words
    doc_id: Words
    start: int
    end: int
    reason: Words


def read(path: Path) -> list[Waiver]:
    """The waivers of a file; none where there is no file. Raises BadInput, naming the line, where one is not as it should be."""
    return lines.read(path, Waiver)


def apply(problems: Iterable[Problem], waivers: Sequence[Waiver]) -> tuple[list[Problem], list[Problem]]:
    """The problems that stand, and those that are waived."""
    places = {_place(waiver) for waiver in waivers}
    stand, waived = list[Problem](), list[Problem]()
    for problem in problems:
        (waived if (problem.code, problem.doc_id, problem.span) in places else stand).append(problem)
    return stand, waived


def idle(waivers: Sequence[Waiver], waived: Iterable[Problem], documents: Container[str]) -> list[Waiver]:
    """The waivers of these documents that waive nothing, for they are mistyped or no longer needed."""
    used = {(problem.code, problem.doc_id, problem.span) for problem in waived}
    return [waiver for waiver in waivers if waiver.doc_id in documents and _place(waiver) not in used]


def _place(waiver: Waiver) -> tuple[str, str, tuple[int, int]]:
    return waiver.code, waiver.doc_id, (waiver.start, waiver.end)
