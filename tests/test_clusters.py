"""Clusters against the definitions written out pair by pair; worked examples stand in golden/clusters.yaml."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.document import Document, Mention
from eval.metrics import clusters
from eval.metrics.counts import Score
from eval.sides import pair

MEASURES = {name: clusters.MEASURES[name] for name in ("muc", "b3", "ceafe", "lea")}

Sets = list[set[int]]


def clustered(*sets: set[int]) -> Document:
    """A document of 20 letters; cluster i has a mention on each of its numbers."""
    mentions = (Mention(None, at, at + 1, "T", f"e{i}") for i, one in enumerate(sets) for at in sorted(one))
    return Document("d", "x" * 20, mentions=tuple(mentions))


def score(name: str, gold: Sets, predicted: Sets) -> Score:
    """The score of one document."""
    return clusters.within(*pair([clustered(*gold)], [clustered(*predicted)]), MEASURES[name]).micro()


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


@pytest.mark.parametrize("name", MEASURES)
@given(gold=partitions(), predicted=partitions())
def test_against_the_definitions(name: str, gold: Sets, predicted: Sets) -> None:
    """Both numerators equal those of sets, pairs and permutations."""
    found = score(name, gold, predicted)
    recall, precision = expected(name, gold, predicted)
    assert found.correct == pytest.approx(float(recall))
    assert (found.correct if found.precise is None else found.precise) == pytest.approx(float(precision))
