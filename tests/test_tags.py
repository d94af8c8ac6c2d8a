"""Tags to mentions, in the schemes that models use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from eval.extractors.tags import Scheme

IOB = ["O", "B-PER", "I-PER", "B-GPE", "I-GPE"]
IOBES = [*IOB, "E-PER", "S-PER", "E-GPE", "S-GPE"]


def found(tags: str, labels: list[str]) -> str:
    """Mentions over words 0, 1, 2, … as "start-end type"."""
    words = [(i, i + 1) for i in range(len(tags.split()))]
    return ", ".join(f"{start}-{end} {type}" for start, end, type in Scheme(labels).mentions(words, tags.split()))


@pytest.mark.parametrize(
    ("labels", "tags", "expected"),
    [
        (IOB, "B-PER I-PER O B-GPE", "0-2 PER, 3-4 GPE"),
        (IOB, "B-PER B-PER I-PER", "0-1 PER, 1-3 PER"),
        (IOB, "I-PER I-PER B-PER O I-GPE", "0-2 PER, 2-3 PER, 4-5 GPE"),  # IOB1
        (IOB, "B-PER I-GPE I-GPE", "0-1 PER, 1-3 GPE"),
        (["O", "I-PER", "I-GPE"], "I-PER I-PER I-GPE", "0-2 PER, 2-3 GPE"),
        (IOBES, "B-PER I-PER E-PER S-PER S-PER", "0-3 PER, 3-4 PER, 4-5 PER"),
        (IOBES, "B-PER E-PER I-PER E-PER E-GPE", "0-2 PER, 2-4 PER, 4-5 GPE"),
        (["O", "B-X", "I-X", "L-X", "U-X"], "B-X L-X U-X O L-X", "0-2 X, 2-3 X, 4-5 X"),
        (["O", "B-X", "M-X", "E-X", "S-X"], "B-X M-X E-X S-X", "0-3 X, 3-4 X"),
        (["O", "B_X", "I_X"], "B_X I_X o B_X", "0-2 X, 3-4 X"),
        (["O", "B-E-mail", "I-E-mail"], "B-E-mail I-E-mail", "0-2 E-mail"),
        (["O", "PER", "E-mail"], "PER PER E-mail E-mail O PER", "0-2 PER, 2-4 E-mail, 5-6 PER"),
        (["LABEL_0", "LABEL_1"], "LABEL_0 LABEL_1", "0-1 LABEL_0, 1-2 LABEL_1"),
    ],
)
def test_schemes(labels: list[str], tags: str, expected: str) -> None:
    """Worked out by hand."""
    assert found(tags, labels) == expected


def test_types() -> None:
    """Names without their prefixes, and without what is outside."""
    assert Scheme(IOBES).types == {"PER", "GPE"}
    assert Scheme(["O", "PER", "E-mail"]).types == {"PER", "E-mail"}


@given(st.lists(st.sampled_from(IOBES), max_size=12))
def test_as_seqeval_reads_them(tags: list[str]) -> None:
    """Its reading, conlleval's, of any sequence of IOBES tags."""
    expected = [(start, end + 1, type) for type, start, end in get_entities(tags)]
    assert Scheme(IOBES).mentions([(i, i + 1) for i in range(len(tags))], tags) == expected
