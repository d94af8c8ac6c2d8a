"""Scores from batches: the same as from one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import unit_counts
from eval.columns import of_documents
from eval.document import BadInput, Document, check, check_nesting
from eval.metrics import bio
from eval.metrics.counts import nothing
from eval.settings import Settings
from eval.tally import Tally
from tests.conftest import document
from tests.strategies import documents


def fit_for_gold(one: Document) -> bool:
    """Whether its mentions nest."""
    try:
        check(one, one.text or "")
        check_nesting(one)
    except BadInput:
        return False
    return True


PAIRS = st.lists(st.tuples(documents().filter(fit_for_gold), documents()), min_size=1, max_size=5)


def scores(
    pairs: list[tuple[Document, Document]], size: int, settings: Settings
) -> tuple[dict[str, Any], list[unit_counts.Batch]]:
    """Of pairs of gold and predictions, so many in a batch."""
    tally = Tally(settings)
    batches = []
    for first in range(0, len(pairs), size):
        one, other = zip(*pairs[first : first + size], strict=True)
        batches.append(tally.add(of_documents(one), of_documents(other)))
    batches += tally.rest()
    return tally.scores(), batches


@given(PAIRS, st.integers(1, 3), st.sampled_from(["token", "char"]), st.sampled_from(["document", "sentence"]))
def test_batches_are_no_part_of_the_scores(pairs: list[tuple[Document, Document]], size: int, match: str, unit: str) -> None:
    """Figures, intervals, documents, errors, clusters over the whole set; attributes and types that come late."""
    pairs = [(replace(one, doc_id=f"d{i}"), replace(other, doc_id=f"d{i}")) for i, (one, other) in enumerate(pairs)]
    settings = Settings(match=match, unit=unit, samples=20)
    parts, whole = (scores(pairs, many, settings)[0] for many in (size, 10))
    assert parts["documents"].keys() == whole["documents"].keys()
    for kind in (each["kinds"] for found in (parts, whole) for each in found["errors"].values()):
        for one in kind:
            one.pop("examples", None)  # each batch is looked through for so many
    figures = [found["metrics"] for found in (parts, whole)]
    assert figures[0].keys() == figures[1].keys()
    for name, found in figures[0].items():
        expected = figures[1][name]
        assert found["types"] == expected["types"], name
        for key in ("precision", "recall", "f1", "correct", "macro_f1"):
            assert found[key] == pytest.approx(expected[key]), (name, key)
        assert (found["interval"] is None) == (expected["interval"] is None), name
        assert found["interval"] == pytest.approx(expected["interval"]), name
    assert parts["errors"] == whole["errors"]
    assert parts["warnings"] == whole["warnings"]


def test_too_many_documents_for_figures_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are left out with a warning, and the counts of all are still there."""
    monkeypatch.setattr("eval.tally.MOST_DOCUMENTS", 2)
    pairs = [(document("aa", (0, 2, "A"), doc_id=doc_id),) * 2 for doc_id in "abc"]
    found, batches = scores(pairs, 1, Settings(metrics=("ner.strict",)))
    assert found["documents"] == {}
    assert found["warnings"] == ["figures of documents left out: more than 2; counts.parquet has what they follow from"]
    assert [batch.doc_ids for batch in batches if batch.by_document] == [["a"], ["b"], ["c"]]


def test_a_late_attribute_has_zeros_before(tmp_path: Path) -> None:
    """On disk as well, so that two runs whose batches differ can be compared."""
    late = replace(document("aa", doc_id="b"), mentions=document("aa", (0, 2, "A")).mentions)
    late = replace(late, mentions=tuple(replace(one, attributes={"norm": "1"}) for one in late.mentions))
    pairs = [(document("aa", doc_id="a"),) * 2, (late, late)]
    for size in (1, 2):
        found, batches = scores(pairs, size, Settings())
        assert found["metrics"]["attributes.norm"]["correct"] == 1
        unit_counts.write(tmp_path / "counts.parquet", batches)
        units = unit_counts.read(tmp_path / "counts.parquet")["attributes.norm"]
        assert units.doc_ids == ("a", "b")
        assert units.counts.total[:, 0, 2].tolist() == [0, 1]


def test_bio_is_the_same_named_or_not() -> None:
    """Not named it waits until all batches are there, since it is left out where they have too many tokens."""
    ids = [f"{i:02}" for i in range(20)]
    pairs = [(document("aa", (0, 2, "A"), doc_id=i), document("aa", (0, 2, "AB"[int(i) % 2]), doc_id=i)) for i in ids]
    named, whole = (scores(pairs, 6, settings) for settings in (Settings(metrics=("ner.bio",)), Settings()))
    assert named[0]["metrics"]["ner.bio"] == whole[0]["metrics"]["ner.bio"]
    for found, batches in (named, whole):
        assert [of["ner.bio"]["f1"] for of in found["documents"].values()] == [1, 0] * 10
        assert sum(len(batch.by_document.get("ner.bio", nothing(0)).total) for batch in batches) == 20


@pytest.mark.parametrize("tokens", [None, bio.MOST_TOKENS + 1])
def test_nobody_is_told_of_ner_bio_who_did_not_ask_for_it(tokens: int | None) -> None:
    """Other metrics are named; whether the size of the gold is known before, which goes by the engine, is no part of the scores."""
    tally = Tally(Settings(metrics=("ner.strict",)), tokens=tokens)
    tally.add(of_documents([document("روسيا", doc_id="a")]), of_documents([document("روسيا", doc_id="a")]))
    assert not any("ner.bio" in warning for warning in tally.scores()["warnings"])
