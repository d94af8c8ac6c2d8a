"""Contradictions between the articles, written by reading: facts on both sides, of what kind, and the reason."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation import lines
from annotation.facts import Fact
from eval.document import BadInput


@dataclass(frozen=True)
class Contradiction:
    """Facts that cannot all hold: each of `one` is at odds with each of `other`."""

    kind: str
    one: tuple[Fact, ...]
    other: tuple[Fact, ...]
    reason: str


def read(path: Path, facts: Container[Fact]) -> list[Contradiction]:
    """The contradictions of a file; none where there is no file.

    Raises BadInput, naming the line, where one is not as it should be, or refers to a fact that the gold has not.
    """

    def made(stated: dict[str, Any]) -> Contradiction:
        sides = {side: tuple(Fact(**{"tail": None, "value": None, **fact}) for fact in stated[side]) for side in ("one", "other")}
        contradiction = Contradiction(**{**stated, **sides})
        if not (contradiction.kind and contradiction.reason and all(sides.values())):
            raise BadInput("kind, reason and both sides must say something")
        for fact in (*contradiction.one, *contradiction.other):
            if fact not in facts:
                raise BadInput(f"{fact} is no fact of the gold; config facts of the dataset lists them")
        return contradiction

    what = (
        "a contradiction, which has kind, one, other and reason; one and other are lists of facts: relation, head, tail or value"
    )
    return lines.read(path, made, what)
