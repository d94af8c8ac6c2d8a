"""The gate: what --min asks for, and what reaches it."""

from __future__ import annotations

import pytest

from eval.document import BadInput
from eval.gate import Minimum, parse
from eval.metrics import METRICS

SCORES = {
    "ner.strict": {
        "precision": None,
        "recall": 0.0,
        "f1": 0.5,
        "macro_f1": 0.25,
        "types": {"PER": {"precision": 1.0, "recall": 0.5, "f1": 0.7}},
    }
}


@pytest.mark.parametrize(
    ("text", "expected", "reached"),
    [
        ("ner.strict=0.5", Minimum("ner.strict", None, "f1", 0.5), True),
        ("ner.strict=0.51", Minimum("ner.strict", None, "f1", 0.51), False),
        ("ner.strict.macro_f1=0.2", Minimum("ner.strict", None, "macro_f1", 0.2), True),
        ("ner.strict.precision=0", Minimum("ner.strict", None, "precision", 0), False),
        ("ner.strict.PER.recall=0.5", Minimum("ner.strict", "PER", "recall", 0.5), True),
        ("ner.strict.ORG.f1=0", Minimum("ner.strict", "ORG", "f1", 0), False),
    ],
)
def test_minimum(text: str, expected: Minimum, reached: bool) -> None:
    """Micro F1 by default; a figure that is null, or of a type that nobody has, misses."""
    minimum = parse(text, METRICS, METRICS)
    assert minimum == expected
    assert minimum.reached(SCORES) is reached


@pytest.mark.parametrize(
    "text",
    [
        "ner.strict",
        "ner.strict=",
        "ner.strict=high",
        "ner.strict=1.5",
        "ner.stric=0.5",
        "ner.strict.PER=0.5",
        "ner.strict.x.macro_f1=0.5",
        "ner.strict=nan",
    ],
)
def test_what_is_no_minimum_is_refused(text: str) -> None:
    """Each with a message that repeats it."""
    with pytest.raises(BadInput, match=r"--min ner\.stric"):
        parse(text, METRICS, METRICS)


def test_a_metric_that_was_not_chosen_is_refused() -> None:
    """A gate on a figure that is not computed would pass or miss for no reason."""
    with pytest.raises(BadInput, match="not among those chosen"):
        parse("ner.bio=0.5", ["ner.strict"], METRICS)
