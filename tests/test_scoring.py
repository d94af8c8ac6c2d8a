"""Scorings of parts of a corpus add up to that of the whole, to the last digit."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eval import formats
from eval.columns import of_documents
from eval.document import Document, Mention
from eval.scoring import Scoring
from eval.settings import Settings
from eval.survey import survey
from tests.conftest import document
from tests.test_tally import PAIRS

Pairs = list[tuple[Document, Document]]


def scoring(pairs: Pairs, whole: Pairs, settings: Settings) -> Scoring:
    """Of some pairs of gold and predictions, out of the whole; the last document of the whole has no predictions."""
    gold = [one for one, _ in pairs]
    found = [other for one, other in pairs if one.doc_id != whole[-1][0].doc_id]
    scored = Scoring("mine", settings, survey([of_documents([one for one, _ in whole])]))
    missing: list[str] = []
    for _ in scored.add(formats.beside([of_documents(gold)], [of_documents(found)] if found else [], missing), missing):
        pass
    return scored


def added(pairs: Pairs, size: int, settings: Settings) -> Scoring:
    """Of parts of so many pairs, one after the other."""
    total = Scoring("mine", settings, survey([of_documents([one for one, _ in pairs])]))
    for first in range(0, len(pairs), size):
        total.merge(scoring(pairs[first : first + size], pairs, settings))
    return total


def scores(scored: Scoring) -> dict[str, Any]:
    """When all has been added."""
    for _ in scored.rest():
        pass
    return scored.scores()


@given(
    PAIRS,
    st.sets(st.integers(0, 5)),
    st.sampled_from(["token", "char"]),
    st.sampled_from(["document", "sentence"]),
    st.sampled_from([None, ("ner.strict", "attributes.mod", "clusters.cross.b3")]),
)
def test_parts_add_up_to_the_whole(pairs: Pairs, cuts: set[int], match: str, unit: str, metrics: tuple[str, ...] | None) -> None:
    """Everything that scores.json has, and both digests; each part as another process sends it."""
    pairs = [(replace(one, doc_id=f"d{i}"), replace(other, doc_id=f"d{i}")) for i, (one, other) in enumerate(pairs)]
    settings = Settings(match=match, unit=unit, samples=20, metrics=metrics)
    bounds = [0, *sorted(cut for cut in cuts if 0 < cut < len(pairs)), len(pairs)]
    total = Scoring("mine", settings, survey([of_documents([one for one, _ in pairs])]))
    for first, after in pairwise(bounds):
        total.merge(pickle.loads(pickle.dumps(scoring(pairs[first:after], pairs, settings))))
    expected = scoring(pairs, pairs, settings)
    assert scores(total) == scores(expected)
    for name in ("gold", "gold_besides", "predicted"):
        assert str(getattr(total, name)) == str(getattr(expected, name))


def test_of_more_errors_of_a_kind_the_first_examples_stay() -> None:
    """As many as one scoring has, in its order, each of other words."""
    texts = [f"w{i % 7} x" for i in range(20)]
    pairs = [(document(text, (0, 2, "A"), doc_id=f"d{i:02}"), document(text, doc_id=f"d{i:02}")) for i, text in enumerate(texts)]
    settings = Settings(samples=0)
    expected = scores(scoring(pairs, pairs, settings))["errors"]
    for size in (1, 3, 10):
        assert scores(added(pairs, size, settings))["errors"] == expected


def test_no_sum_goes_by_how_the_parts_were_cut() -> None:
    """Fractions of hundreds of clusters that cross documents, whose sum would go by their order."""
    dice = random.Random(3)
    pairs = []
    for i in range(40):
        spans = [(at, at + 1) for at in range(0, 60, 2)]
        sides = [
            Document(
                f"d{i:02}",
                "a " * 30,
                mentions=[Mention(f"m{at}", *span, "A", f"e{dice.randrange(300)}") for at, span in enumerate(spans)],
            )
            for _ in range(2)
        ]
        pairs.append((sides[0], sides[1]))
    settings = Settings(samples=0)
    expected = scores(scoring(pairs, pairs, settings))["metrics"]
    for size in (1, 7, 20):
        assert scores(added(pairs, size, settings))["metrics"] == expected


def test_adding_up_takes_no_time_that_grows_with_what_is_there() -> None:
    """An array of a number for each document so far would not fit into memory."""
    pairs = [(document("aa", (0, 2, "A"), doc_id="d"), document("aa", doc_id="d"))]
    total = scoring(pairs, pairs, Settings())
    total._tally._units = dict.fromkeys(total._tally._units, 10**12)
    total.merge(scoring([(replace(one, doc_id="e"), replace(other, doc_id="e")) for one, other in pairs], pairs, Settings()))
    assert scores(total)["metrics"]["ner.strict"]["gold"] == 2
