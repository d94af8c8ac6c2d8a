"""What was claimed to be wrong with the adjudicated annotation, and what was decided of each claim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotation import lines

READER = "reader"  # who looked for faults in it
ANNOTATOR = "annotator"  # who annotated the articles afresh, and differs from it
SECOND_READER = "second reader"  # who looked for what was left when all of that was mended
# The kind of a claim against a rule's wording, which changes no annotation.
GUIDELINE = "guideline"


@dataclass(frozen=True)
class Claim:
    """A claim about an article, who made it, the words it is about, what it asks for, whether that was accepted, and why."""

    doc_id: str
    by: str
    kind: str
    quote: str
    claim: str
    accepted: bool
    reason: str

    @property
    def is_fault(self) -> bool:
        """Whether the annotation was changed for it."""
        return self.accepted and self.kind != GUIDELINE


def read(path: Path) -> list[Claim]:
    """The claims of a file. Raises BadInput, naming the line, where one is not as it should be."""
    return lines.read(path, lambda stated: Claim(**stated), f"a claim, which has {', '.join(Claim.__annotations__)}")
