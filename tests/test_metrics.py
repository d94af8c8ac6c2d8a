"""Metrics on mentions against cases worked out by hand, and ner.bio against seqeval itself."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import seqeval.metrics
from hypothesis import given
from hypothesis import strategies as st
from seqeval.scheme import IOB2

from eval.corpus import pair
from eval.document import Document, Mention
from eval.metrics import METRICS, attributes, bio, ner
from eval.metrics.counts import Counts, Score
from tests.conftest import document

TEXT = "aa bb cc dd ee"

Marked = list[tuple[int, int, str]]


def counted(gold: Marked, predicted: Marked, text: str = TEXT) -> Counts:
    """ner.strict of one document."""
    return ner.strict(*pair([document(text, *gold)], [document(text, *predicted)]))


def test_strict_by_hand() -> None:
    """Gold: A[0,2) A[3,5) B[6,8), nested A[3,8). Predicted: A[0,2) right, B[3,5) wrong type, B[6,9) wrong end, A[3,8) right.

    micro: 2 correct of 4 and 4. A: 2 correct, 2 predicted, 3 gold. B: 0 correct, 2 predicted, 1 gold.
    """
    counts = counted([(0, 2, "A"), (3, 5, "A"), (6, 8, "B"), (3, 8, "A")], [(0, 2, "A"), (3, 5, "B"), (6, 9, "B"), (3, 8, "A")])
    assert counts.micro() == Score(2, 4, 4)
    assert counts.scores() == {"A": Score(2, 2, 3), "B": Score(0, 2, 1)}
    # A: F1 = 2*2/(2+3) = 0.8; B: 0; macro is their mean
    assert counts.macro_f1() == pytest.approx(0.4)


def test_a_figure_without_denominator_is_none() -> None:
    """Precision if nothing is predicted, recall if the gold has nothing, F1 only if both are so; never 0 or 1."""
    nothing_predicted, nothing_in_gold, nothing = (
        counted([(0, 2, "A")], []).micro(),
        counted([], [(0, 2, "A")]).micro(),
        counted([], []).micro(),
    )
    assert (nothing_predicted.precision, nothing_predicted.recall, nothing_predicted.f1) == (None, 0, 0)
    assert (nothing_in_gold.precision, nothing_in_gold.recall, nothing_in_gold.f1) == (0, None, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    assert counted([], []).macro_f1() is None


def test_a_type_that_only_the_predictions_have_counts_in_macro() -> None:
    """A is right (1), B only predicted (0): the mean is a half."""
    assert counted([(0, 2, "A")], [(0, 2, "A"), (3, 5, "B")]).macro_f1() == 0.5


def test_an_empty_document_costs_nothing() -> None:
    """A corpus figure comes from summed counts."""
    full, empty = document(TEXT, (0, 2, "A"), doc_id="a"), document(TEXT, doc_id="b")
    counts = ner.strict(*pair([full, empty], [full, empty]))
    assert counts.micro().f1 == 1


def test_adjacent_spans_do_not_touch() -> None:
    """Ends are exclusive: [0,2) and [2,3) are two."""
    assert counted([(0, 2, "A")], [(2, 3, "A")]).micro() == Score(0, 1, 1)


def test_bio_leaves_nested_mentions_out() -> None:
    """Outermost only: the GPE inside the ORG is on neither side."""
    gold = [document(TEXT, (0, 5, "ORG"), (3, 5, "GPE"), (6, 8, "PER"))]
    predicted = [document(TEXT, (3, 5, "GPE"), (6, 8, "PER"))]
    sides = pair(gold, predicted)
    assert bio.tags(sides[0]) == [["B-ORG", "I-ORG", "B-PER", "O", "O"]]
    assert bio.tags(sides[1]) == [["O", "B-GPE", "B-PER", "O", "O"]]
    assert bio.strict(*sides).micro() == Score(1, 2, 2)


def test_bio_decides_between_mentions_that_share_a_token() -> None:
    """The longest stays, then the earliest, then the first type by name."""
    crossing = pair([document(TEXT, (0, 5, "B"), (3, 8, "A"), (6, 11, "A"), (9, 11, "Z"), (9, 11, "C"))], [document(TEXT)])[0]
    assert bio.tags(crossing) == [["B-B", "I-B", "B-A", "I-A", "O"]]
    same = pair([document(TEXT, (9, 11, "Z"), (9, 11, "C"))], [document(TEXT)])[0]
    assert bio.tags(same) == [["O", "O", "O", "B-C", "O"]]


def mentions(text: str = TEXT) -> st.SearchStrategy[Marked]:
    """Mentions anywhere in the text, nested, crossing and inside tokens."""
    offsets = st.integers(0, len(text))
    pairs = st.tuples(offsets, offsets, st.sampled_from("ABC")).map(lambda m: (min(m[:2]), max(m[:2]), m[2]))
    return st.lists(pairs.filter(lambda m: m[0] < m[1]), max_size=8, unique=True)


@given(gold=st.lists(mentions(), min_size=1, max_size=4), predicted=st.lists(mentions(), min_size=4, max_size=4))
def test_bio_is_seqeval(gold: list[Marked], predicted: list[Marked]) -> None:
    """Counts, micro and macro F1 equal what seqeval itself says of the tags, in mode strict with IOB2."""
    sides = pair([document(TEXT, *m) for m in gold], [document(TEXT, *m) for m in predicted[: len(gold)]])
    counts, tags = bio.strict(*sides), [bio.tags(side) for side in sides]
    if not any(tag != "O" for side in tags for sequence in side for tag in sequence):
        assert counts.micro() == Score(0, 0, 0)
        return
    options = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    assert (counts.micro().f1 or 0) == pytest.approx(seqeval.metrics.f1_score(*tags, average="micro", **options))
    assert (counts.micro().precision or 0) == pytest.approx(seqeval.metrics.precision_score(*tags, average="micro", **options))
    assert (counts.micro().recall or 0) == pytest.approx(seqeval.metrics.recall_score(*tags, average="micro", **options))
    assert counts.macro_f1() == pytest.approx(seqeval.metrics.f1_score(*tags, average="macro", **options))


@given(
    flat=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from("ABC"), st.sampled_from("ABC"), st.booleans()), unique_by=lambda m: m[0]
    )
)
def test_strict_is_seqeval_where_mentions_are_flat(flat: list[tuple[int, str, str, bool]]) -> None:
    """On whole tokens without nesting, ner.strict is seqeval's strict F1 too."""
    gold = document(TEXT, *((3 * i, 3 * i + 2, a) for i, a, _, _ in flat))
    predicted = document(TEXT, *((3 * i, 3 * i + 2, b) for i, _, b, there in flat if there))
    sides = pair([gold], [predicted])
    assert ner.strict(*sides).micro() == bio.strict(*sides).micro()


@given(gold=mentions(), predicted=mentions(), seed=st.integers(0, 99))
@pytest.mark.parametrize("name", METRICS)
def test_order_never_matters(name: str, gold: Marked, predicted: Marked, seed: int) -> None:
    """Shuffled mentions and documents change no figure."""
    shuffled_gold, shuffled_predicted = gold[:], predicted[:]
    random.Random(seed).shuffle(shuffled_gold)
    random.Random(seed + 1).shuffle(shuffled_predicted)
    count = METRICS[name].count

    def scores(g: list[Document], p: list[Document]) -> tuple[object, ...]:
        counts = count(*pair(g, p))
        return counts.micro(), counts.scores()

    other = document(TEXT, (0, 2, "A"), doc_id="other")
    straight = scores([document(TEXT, *gold), other], [document(TEXT, *predicted), other])
    assert straight == scores([other, document(TEXT, *shuffled_gold)], [other, document(TEXT, *shuffled_predicted)])


@given(gold=mentions(), predicted=mentions())
@pytest.mark.parametrize("name", METRICS)
def test_swapping_sides_swaps_precision_and_recall(name: str, gold: Marked, predicted: Marked) -> None:
    """Both metrics are symmetric."""
    count = METRICS[name].count
    there, back = (
        count(*pair([document(TEXT, *a)], [document(TEXT, *b)])).micro() for a, b in ((gold, predicted), (predicted, gold))
    )
    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)


@given(gold=mentions())
@pytest.mark.parametrize("name", METRICS)
def test_gold_against_itself_is_one(name: str, gold: Marked) -> None:
    """Exactly 1.0, or nothing to score."""
    assert METRICS[name].count(*pair([document(TEXT, *gold)], [document(TEXT, *gold)])).micro().f1 in (1, None)


def test_a_type_may_hold_a_hyphen() -> None:
    """seqeval takes the hyphen of a tag apart; -A is not A."""
    sides = pair([document(TEXT, (0, 2, "-A"), (3, 5, "B-"))], [document(TEXT, (0, 2, "A"), (3, 5, "B-"))])
    assert bio.strict(*sides).scores() == {"-A": Score(0, 0, 1), "A": Score(0, 1, 0), "B-": Score(1, 1, 1)}


@given(st.lists(st.tuples(mentions(), mentions()), min_size=1, max_size=3))
def test_strict_is_an_intersection_of_sets(documents: list[tuple[Marked, Marked]]) -> None:
    """Nested, crossing and inside tokens, over several documents: (document, start, end, type) on both sides."""
    gold = [document(TEXT, *marked, doc_id=str(i)) for i, (marked, _) in enumerate(documents)]
    predicted = [document(TEXT, *marked, doc_id=str(i)) for i, (_, marked) in enumerate(documents)]
    in_gold = {(i, *mention) for i, (marked, _) in enumerate(documents) for mention in marked}
    in_predicted = {(i, *mention) for i, (_, marked) in enumerate(documents) for mention in marked}
    assert ner.strict(*pair(gold, predicted)).micro() == Score(len(in_gold & in_predicted), len(in_predicted), len(in_gold))


def test_partial_by_hand() -> None:
    """Gold A[0,5), B[6,8). Predicted A[0,2), A[3,5), B[6,8): one of the two pieces may have A[0,5), for a half.

    partial: 1.5 of 3 and 2. exact: 1. type: both gold mentions found. strict: 1.
    """
    sides = pair([document(TEXT, (0, 5, "A"), (6, 8, "B"))], [document(TEXT, (0, 2, "A"), (3, 5, "A"), (6, 8, "B"))])
    assert ner.partial(*sides).micro() == Score(1.5, 3, 2)
    assert ner.exact(*sides).micro() == Score(1, 3, 2)
    assert ner.type(*sides).micro() == Score(2, 3, 2)
    assert ner.strict(*sides).micro() == Score(1, 3, 2)


def test_per_type_both_sides_are_first_reduced_to_that_type() -> None:
    """Gold A[0,5); predicted B[0,5) and A[3,5). Over all, the equal span counts 1; among A, the overlap a half; among B nothing."""
    sides = pair([document(TEXT, (0, 5, "A"))], [document(TEXT, (0, 5, "B"), (3, 5, "A"))])
    assert ner.partial(*sides).micro() == Score(1, 2, 1)
    assert ner.partial(*sides).scores() == {"A": Score(0.5, 1, 1), "B": Score(0, 1, 0)}
    assert ner.exact(*sides).micro() == Score(1, 2, 1)
    assert ner.exact(*sides).scores() == {"A": Score(0, 1, 1), "B": Score(0, 1, 0)}


def test_type_takes_the_most_pairs_not_the_equal_ones_first() -> None:
    """Gold [0,5), [3,8); predicted [0,5), [0,2): with [3,8)-[0,5) and [0,5)-[0,2) both are found; the equal pair leaves one."""
    sides = pair([document(TEXT, (0, 5, "A"), (3, 8, "A"))], [document(TEXT, (0, 5, "A"), (0, 2, "A"))])
    assert ner.type(*sides).micro() == Score(2, 2, 2)
    assert ner.partial(*sides).micro() == Score(1, 2, 2)


@given(gold=mentions(), predicted=mentions())
def test_matching_is_optimal(gold: Marked, predicted: Marked) -> None:
    """No assignment of predicted to gold mentions counts more; scipy's solver of the general problem is the judge."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    def best(worth: Callable[[tuple[int, int, str], tuple[int, int, str]], float]) -> float:
        table = np.array([[worth(g, p) for p in predicted] for g in gold]).reshape(len(gold), len(predicted))
        return float(table[linear_sum_assignment(table, maximize=True)].sum())

    def overlap(g: tuple[int, int, str], p: tuple[int, int, str]) -> bool:
        return g[0] < p[1] and p[0] < g[1]

    sides = pair([document(TEXT, *gold)], [document(TEXT, *predicted)])
    assert ner.exact(*sides).micro().correct == best(lambda g, p: g[:2] == p[:2])
    assert ner.type(*sides).micro().correct == best(lambda g, p: g[2] == p[2] and overlap(g, p))
    assert ner.partial(*sides).micro().correct == best(lambda g, p: 1 if g[:2] == p[:2] else 0.5 * overlap(g, p))


def test_attributes_count_where_both_carry_them() -> None:
    """Of four mentions three are shared; two carry `mod` on both sides, of which one agrees; one only in the gold."""

    def marked(*values: tuple[int, str | None]) -> Document:
        return Document(
            "d", TEXT, mentions=tuple(Mention(None, at, at + 2, "A", None, {"mod": v} if v else {}) for at, v in values)
        )

    sides = pair([marked((0, "x"), (3, "x"), (6, "x"), (9, "x"))], [marked((0, "x"), (3, "y"), (6, None))])
    assert attributes.agreement(*sides, "mod").micro() == Score(1, 2, 3)
