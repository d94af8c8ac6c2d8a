"""The contradictions: two sides, each fact with its sentences in each article that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.explorer.atlas import Atlas, Told
from annotation.explorer.entities import Stated, stated
from annotation.explorer.quotes import Quote


@dataclass(frozen=True)
class Claimed:
    """A fact of a side, and the sentences that state it, by article."""

    fact: Stated
    evidence: Sequence[tuple[Told, Sequence[Quote]]]


@dataclass(frozen=True)
class Shown:
    """A contradiction."""

    number: int
    kind: str
    reason: str
    sides: Sequence[Sequence[Claimed]]

    @property
    def articles(self) -> Sequence[str]:
        """The articles that state one of its facts."""
        return sorted({told.doc_id for side in self.sides for one in side for told, _ in one.evidence})


def shown(atlas: Atlas) -> list[Shown]:
    """All of them, in the order of their file."""
    return [
        Shown(
            number,
            one.kind,
            one.reason,
            [[Claimed(stated(atlas, fact), atlas.evidence(fact)) for fact in side] for side in (one.one, one.other)],
        )
        for number, one in enumerate(atlas.gold.contradictions, 1)
    ]
