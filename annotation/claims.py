"""What was claimed to be wrong with the adjudicated annotation, and what was decided of each claim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from annotation import lines
from annotation.lines import Words
from eval.document import BadInput

READER = "reader"  # who looked for faults in it
ANNOTATOR = "annotator"  # who annotated the articles afresh, and differs from it
SECOND_READER = "second reader"  # who looked for what was left when all of that was mended
# The kind of a claim against a rule's wording, which changes no annotation.
GUIDELINE = "guideline"


@lines.closed
@dataclass(frozen=True)
class Claim:
    """A claim about an article, who made it, the words it is about, what it asks for, whether that was accepted, and why."""

    doc_id: Words
    by: Literal["reader", "annotator", "second reader"]
    kind: Words
    quote: Words
    claim: Words
    accepted: bool
    reason: Words

    @property
    def is_fault(self) -> bool:
        """Whether the annotation was changed for it."""
        return self.accepted and self.kind != GUIDELINE


def read(path: Path) -> list[Claim]:
    """The claims of a file. Raises BadInput where it is not there and, naming the line, where one is not as it should be."""
    if not path.exists():
        raise BadInput(f"{path} is not there; without it the claims would be counted as none")
    return lines.read(path, Claim)
