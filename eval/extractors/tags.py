"""Tags of words, as models name them, to mentions: IOB1, IOB2, IOBES and its kin (BILOU, BMES), or plain labels.

Which it is, the names of all labels tell: prefixed where one begins with `B-` or `I-`. A tag that cannot follow the one before it
starts a mention (as conlleval has it), so that IOB1 needs no name of its own. Plain labels that are equal and next to each other
are one mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

_PREFIXED = regex.compile(r"([BIMELSUW])[-_](.+)", regex.DOTALL)
_STARTS, _ENDS = frozenset("BSUW"), frozenset("ELSUW")
OUTSIDE = "O"


class Scheme:
    """How a model's labels are read."""

    def __init__(self, labels: Iterable[str]) -> None:
        labels = list(labels)
        self.prefixed = any(label[:2] in ("B-", "I-", "B_", "I_") for label in labels)
        self.types = frozenset(type for _, type in map(self.parse, labels) if type)

    def parse(self, label: str) -> tuple[str, str | None]:
        """Prefix and type of a label: "" where it has none, None outside."""
        if label.upper() == OUTSIDE:
            return "", None
        found = _PREFIXED.fullmatch(label) if self.prefixed else None
        return (found[1], found[2]) if found else ("", label)

    def mentions(self, words: Sequence[tuple[int, int]], labels: Sequence[str]) -> list[tuple[int, int, str]]:
        """(start, end, type) of each mention, `words` being half-open spans and `labels` one of each."""
        found: list[tuple[int, int, str]] = []
        open_: str | None = None  # the type of the last mention, if it may go on
        for (start, end), label in zip(words, labels, strict=True):
            prefix, type = self.parse(label)
            if type is not None and type == open_ and prefix not in _STARTS:
                found[-1] = found[-1][0], end, type
            elif type is not None:
                found.append((start, end, type))
            open_ = None if prefix in _ENDS else type
        return found
