"""Contradictions between the articles, written by reading: facts on both sides, of what kind, and the reason."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

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
    found = []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        try:
            stated = json.loads(line)
            one, other = (tuple(_fact(fact) for fact in stated.pop(side)) for side in ("one", "other"))
            contradiction = Contradiction(one=one, other=other, **stated)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{path}, line {number}: not a contradiction, which has kind, one, other, reason; one and other are lists of"
                f" facts, which have relation, head, and tail or value ({error})"
            ) from None
        if not (contradiction.kind and contradiction.reason and one and other):
            raise BadInput(f"{path}, line {number}: kind, reason and both sides must say something")
        for fact in (*one, *other):
            if fact not in facts:
                raise BadInput(f"{path}, line {number}: {fact} is no fact of the gold; config facts of the dataset lists them")
        found.append(contradiction)
    return found


def _fact(stated: dict[str, str]) -> Fact:
    return Fact(**{"tail": None, "value": None, **stated})  # type: ignore[arg-type]
