"""Contradictions between the articles, written by reading: facts on both sides, of what kind, and the reason."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from annotation import lines
from annotation.facts import Fact
from annotation.lines import Words
from eval.document import BadInput


@lines.closed
@dataclass(frozen=True)
class Contradiction:
    """Facts that cannot all hold: each of `one` is at odds with each of `other`."""

    kind: Words
    one: tuple[Fact, ...]
    other: tuple[Fact, ...]
    reason: Words


def read(path: Path, facts: Container[Fact]) -> list[Contradiction]:
    """The contradictions of a file; none where there is no file.

    Raises BadInput, naming the line, where one is not as it should be, stands twice, or refers to a fact that the gold has not.
    """
    known = set[frozenset[frozenset[Fact]]]()

    def check(contradiction: Contradiction) -> None:
        sides = frozenset(frozenset(side) for side in (contradiction.one, contradiction.other))
        if not all(sides) or len(sides) < 2 or set(contradiction.one) & set(contradiction.other):
            raise BadInput("one and other must each have a fact, and not the same")
        for fact in (*contradiction.one, *contradiction.other):
            if fact not in facts:
                raise BadInput(f"{fact} is no fact of the gold; config facts of the dataset lists them")
        if sides in known:
            raise BadInput("stands twice, if with its sides the other way round; delete one")
        known.add(sides)

    return lines.read(path, Contradiction, check)
