"""Metrics on mentions against definitions written out, and the tags that ner.bio hands to seqeval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from eval import iob2
from eval.metrics import bio, ner
from eval.metrics.counts import Score
from eval.metrics.matching import overlaps, spans
from eval.sides import pair
from tests.conftest import document
from tests.strategies import TEXT, Marked, marked


@given(st.lists(st.tuples(marked(), marked()), min_size=1, max_size=3))
def test_strict_is_an_intersection_of_sets(documents: list[tuple[Marked, Marked]]) -> None:
    """Nested, crossing and inside tokens, over several documents: (document, start, end, type) on both sides."""
    gold = [document(TEXT, *mentions, doc_id=str(i)) for i, (mentions, _) in enumerate(documents)]
    predicted = [document(TEXT, *mentions, doc_id=str(i)) for i, (_, mentions) in enumerate(documents)]
    in_gold = {(i, *mention) for i, (mentions, _) in enumerate(documents) for mention in mentions}
    in_predicted = {(i, *mention) for i, (_, mentions) in enumerate(documents) for mention in mentions}
    assert ner.strict(*pair(gold, predicted)).micro() == Score(len(in_gold & in_predicted), len(in_predicted), len(in_gold))


@given(gold=marked(), predicted=marked())
def test_matching_is_optimal(gold: Marked, predicted: Marked) -> None:
    """No assignment of predicted to gold mentions counts more; scipy's solver of the general problem is the judge."""

    def best(worth: Callable[[tuple[int, int, str], tuple[int, int, str]], float]) -> float:
        table = np.array([[worth(g, p) for p in predicted] for g in gold]).reshape(len(gold), len(predicted))
        return float(table[linear_sum_assignment(table, maximize=True)].sum())

    def overlap(g: tuple[int, int, str], p: tuple[int, int, str]) -> bool:
        return g[0] < p[1] and p[0] < g[1]

    sides = pair([document(TEXT, *gold)], [document(TEXT, *predicted)])
    assert ner.exact(*sides).micro().correct == best(lambda g, p: g[:2] == p[:2])
    assert ner.type(*sides).micro().correct == best(lambda g, p: g[2] == p[2] and overlap(g, p))
    assert ner.partial(*sides).micro().correct == best(lambda g, p: 1 if g[:2] == p[:2] else 0.5 * overlap(g, p))


def test_bio_decides_between_mentions_that_share_a_token() -> None:
    """The longest stays, then the earliest, then the first type by name."""
    text = "aa bb cc dd ee"
    crossing = pair([document(text, (0, 5, "B"), (3, 8, "A"), (6, 11, "A"), (9, 11, "Z"), (9, 11, "C"))], [document(text)])[0]
    assert iob2.tags(crossing) == [["B-B", "I-B", "B-A", "I-A", "O"]]
    same = pair([document(text, (9, 11, "Z"), (9, 11, "C"))], [document(text)])[0]
    assert iob2.tags(same) == [["O", "O", "O", "B-C", "O"]]


def test_a_type_may_hold_a_hyphen() -> None:
    """seqeval takes the hyphen of a tag apart; -A is not A."""
    sides = pair([document(TEXT, (0, 2, "-A"), (3, 5, "B-"))], [document(TEXT, (0, 2, "A"), (3, 5, "B-"))])
    assert bio.strict(*sides).scores() == {"-A": Score(0, 0, 1), "A": Score(0, 1, 0), "B-": Score(1, 1, 1)}


@given(gold=marked(types="AB"), predicted=marked(types="AB"))
def test_overlaps_are_each_pair_once(gold: Marked, predicted: Marked) -> None:
    """Against the definition, pair by pair, with types apart and together."""
    sides = pair([document(TEXT, *gold)], [document(TEXT, *predicted)])
    for typed in (True, False):
        found = overlaps(*(spans(side, np.arange(len(side.start)), typed=typed) for side in sides))
        expected = [
            (i, j)
            for i, g in enumerate(sorted(gold))
            for j, p in enumerate(sorted(predicted))
            if g[0] < p[1] and p[0] < g[1] and (g[2] == p[2] or not typed)
        ]
        assert sorted(zip(*(index.tolist() for index in found), strict=True)) == expected
