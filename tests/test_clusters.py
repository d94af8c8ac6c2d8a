"""Clusters against worked examples of the literature, and against the definitions written out pair by pair."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.corpus import pair
from eval.document import Document, Mention
from eval.metrics import clusters
from eval.metrics.counts import Counts, Score

METRICS: dict[str, Callable[..., Counts]] = {name: getattr(clusters, name) for name in ("muc", "b3", "ceafe", "lea")}

Sets = list[set[int]]


def clustered(*sets: set[int], doc_id: str = "d") -> Document:
    """A document of 20 letters; cluster i has a mention on each of its numbers."""
    mentions = (Mention(None, at, at + 1, "T", f"e{i}") for i, one in enumerate(sets) for at in sorted(one))
    return Document(doc_id, "x" * 20, mentions=tuple(mentions))


def score(name: str, gold: Sets, predicted: Sets) -> Score:
    """The score of one document."""
    return METRICS[name](*pair([clustered(*gold)], [clustered(*predicted)])).micro()


# The example of the CoNLL scorer's paper (Pradhan et al. 2014, figure 1 and section 4): key {a b c} {d e f g}; response {a b}
# {c d} {f g h i}; b is 1 here and so on. Its figures: MUC 2/5, 2/5; B³ recall 4.17/7, precision 4/8; CEAFe 1.3/2, 1.3/3.
KEY: Sets = [{1, 2, 3}, {4, 5, 6, 7}]
RESPONSE: Sets = [{1, 2}, {3, 4}, {6, 7, 8, 9}]


def test_the_example_of_pradhan_et_al() -> None:
    """Recall and precision to the paper's digits, worked out as fractions.

    MUC: links shared, (2-1) of {a b}, (2-1) of {f g} = 2, of 5 and 5. B³ recall: a, b 2/3 each, c 1/3, d 1/4, e 0, f, g 2/4 each:
    35/12 over 7; precision: a, b 1, c, d 1/2, f, g 2/4 each: 4 over 8. CEAFe: {a b c}-{a b} 4/5, {d e f g}-{f g h i} 1/2: 1.3.
    """
    assert score("muc", KEY, RESPONSE) == Score(2, 5, 5)
    b3 = score("b3", KEY, RESPONSE)
    assert (b3.recall, b3.precision) == (pytest.approx(35 / 12 / 7), pytest.approx(4 / 8))
    assert score("ceafe", KEY, RESPONSE).correct == pytest.approx(1.3)
    assert (score("ceafe", KEY, RESPONSE).gold, score("ceafe", KEY, RESPONSE).predicted) == (2, 3)


def test_the_example_of_lea() -> None:
    """Moosavi & Strube 2016, section 4: the same key and response; recall (3·1/3 + 4·1/6) / 7, precision (2·1 + 2·0 + 4·1/6) / 8."""
    lea = score("lea", KEY, RESPONSE)
    assert (lea.recall, lea.precision) == (pytest.approx(5 / 21), pytest.approx(1 / 3))
    assert lea.f1 == pytest.approx(2 * (5 / 21) * (1 / 3) / (5 / 21 + 1 / 3))


def test_a_singleton_links_to_itself_and_only_another_singleton_has_that_link() -> None:
    """LEA: {1} found as {1} counts, {1} found inside {1 2} does not. MUC sees no singleton."""
    assert score("lea", [{1}], [{1}]) == Score(1, 1, 1)
    assert score("lea", [{1}, {2}], [{1, 2}]).f1 == 0
    assert score("muc", [{1}], [{1}]).f1 is None


def test_mentions_without_id_and_of_two_ids_are_left_out() -> None:
    """One of two ids takes its counterpart along; one without id leaves the other side's mention unmatched."""
    gold = Document(
        "d", "x" * 9, mentions=(Mention(None, 0, 1, "T", "a"), Mention(None, 1, 2, "T", "a b"), Mention(None, 2, 3, "T", "a"))
    )
    predicted = Document(
        "d", "x" * 9, mentions=(Mention(None, 0, 1, "T", "p"), Mention(None, 1, 2, "T", "p"), Mention(None, 2, 3, "T"))
    )
    assert clusters.b3(*pair([gold], [predicted])).micro() == Score(0.5, 1, 2, 1)


def test_cross_sees_the_set_as_one_document() -> None:
    """One cluster over two documents: within, two singletons; across, one link, which the prediction has split."""
    gold = [clustered({1}, doc_id=doc_id) for doc_id in "ab"]
    split = [clustered({1}, doc_id="a"), clustered(set(), {1}, doc_id="b")]
    assert clusters.muc(*pair(gold, gold)).micro() == Score(0, 0, 0)
    assert clusters.muc(*pair(gold, gold), cross=True).micro() == Score(1, 1, 1)
    assert clusters.muc(*pair(gold, split), cross=True).micro() == Score(0, 0, 1)
    assert clusters.ceafe(*pair(gold, split)).micro() == Score(2, 2, 2)


def expected(name: str, gold: Sets, predicted: Sets) -> tuple[Fraction, Fraction]:
    """Numerators of recall and precision, by the definitions."""

    def one_way(these: Sets, those: Sets) -> Fraction:
        found = Fraction(0)
        for one in these:
            meetings = [len(one & other) for other in those if one & other]
            if name == "muc":
                found += len(one) - (len(meetings) + len(one) - sum(meetings))
            elif name == "b3":
                found += sum(Fraction(n * n, len(one)) for n in meetings)
            elif len(one) == 1:
                found += any(one == other for other in those)
            else:
                pairs = [set(link) for link in itertools.combinations(one, 2)]
                found += Fraction(len(one) * sum(any(link <= other for other in those) for link in pairs), len(pairs))
        return found

    if name != "ceafe":
        return one_way(gold, predicted), one_way(predicted, gold)
    few, many = sorted((gold, predicted), key=len)
    best = max(
        sum((Fraction(2 * len(a & b), len(a) + len(b)) for a, b in zip(few, chosen, strict=True)), Fraction(0))
        for chosen in itertools.permutations(many, len(few))
    )
    return best, best


def partitions() -> st.SearchStrategy[Sets]:
    """Clusters of some of the numbers 0 to 7."""
    owners = st.lists(st.integers(0, 4), min_size=8, max_size=8)  # 4: in no cluster
    return owners.map(lambda own: [one for c in range(4) if (one := {i for i, o in enumerate(own) if o == c})])


@pytest.mark.parametrize("name", METRICS)
@given(gold=partitions(), predicted=partitions())
def test_against_the_definitions(name: str, gold: Sets, predicted: Sets) -> None:
    """Both numerators equal those of sets, pairs and permutations."""
    found = score(name, gold, predicted)
    recall, precision = expected(name, gold, predicted)
    assert found.correct == pytest.approx(float(recall))
    assert (found.correct if found.precise is None else found.precise) == pytest.approx(float(precision))
