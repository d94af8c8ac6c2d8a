"""How far extractors disagree, by hand and whatever they find."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.uncertainty import disagreement
from eval import formats
from eval.document import Document
from tests.conftest import Command, document

TEXT = "زار الوزير دمشق أمس"
EVENT, PER, GPE, WIDE = (0, 3, "EVENT"), (4, 10, "PER"), (11, 15, "GPE"), (4, 15, "PER")

MENTIONS = st.lists(st.sampled_from([EVENT, PER, GPE, WIDE, (11, 15, "LOC"), (16, 19, "DATE")]), unique=True)


def found(*mentions: tuple[int, int, str]) -> Document:
    """What an extractor found."""
    return document(TEXT, *mentions)


@pytest.mark.parametrize(
    ("committee", "expected"),
    [
        ([[EVENT, GPE], [GPE, EVENT]], 0),
        ([[], []], 0),
        ([[EVENT], []], 1),
        ([[EVENT], [GPE]], 1),
        ([[GPE], [(11, 15, "LOC")]], 1),  # another type
        ([[GPE], [(12, 14, "GPE")]], 0),  # the same word
        ([[EVENT, GPE], [EVENT]], 1 - 2 / 3),
        ([[EVENT, PER, WIDE], [EVENT, PER, GPE]], 1 - 4 / 6),  # nested ones count as any
        ([[EVENT], [EVENT], [GPE]], 2 / 3),  # of three pairs one agrees
        ([[EVENT, GPE], [EVENT], []], (1 / 3 + 1 + 1) / 3),
    ],
)
def test_disagreement_is_the_mean_f_complement_of_all_pairs(committee: list[list[tuple[int, int, str]]], expected: float) -> None:
    """As it comes out by hand."""
    assert disagreement([found(*mentions) for mentions in committee]) == pytest.approx(expected)


@given(st.lists(MENTIONS, min_size=2, max_size=4))
def test_the_order_of_extractors_does_not_matter(committee: list[list[tuple[int, int, str]]]) -> None:
    """Not by the last bit, so that the order of articles does not depend on it; and it lies between 0 and 1."""
    seen = {disagreement([found(*mentions) for mentions in order]) for order in permutations(committee)}
    assert len(seen) == 1
    assert 0 <= seen.pop() <= 1


@given(MENTIONS, st.integers(2, 4))
def test_equal_extractors_agree(mentions: list[tuple[int, int, str]], times: int) -> None:
    """Whatever they find."""
    assert disagreement([found(*mentions)] * times) == 0


def test_an_articles_length_does_not_decide() -> None:
    """The same twice is as far from the same with every other mention left out."""
    long = TEXT + " " + TEXT
    moved = [(start + len(TEXT) + 1, end + len(TEXT) + 1, type) for start, end, type in (EVENT, GPE)]
    one = disagreement([found(EVENT, GPE), found(EVENT)])
    assert disagreement([document(long, EVENT, GPE, *moved), document(long, EVENT, moved[0])]) == pytest.approx(one)


def test_it_is_what_eval_run_says_of_the_two(command: Command, tmp_path: Path) -> None:
    """1 − F1 of ner.strict."""
    one, other = found(EVENT, PER, GPE), found(EVENT, (5, 10, "PER"), (11, 15, "LOC"))
    formats.write(tmp_path / "one.jsonl", [one])
    formats.write(tmp_path / "other.jsonl", [other])
    done = command("eval", "run", "predictions:other.jsonl", "--gold", "one.jsonl", "--metrics", "ner.strict", "--out", "run")
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8"))
    assert disagreement([one, other]) == pytest.approx(1 - scores["documents"]["d"]["ner.strict"]["f1"])
