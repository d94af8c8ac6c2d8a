"""What holds of every metric, on documents with nested mentions, entity ids and relations."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.corpus import Corpus, pair
from eval.document import Document, Mention, Relation
from eval.metrics import METRICS

TEXT = "aa bb cc dd ee. ff gg hh ii"


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Mentions anywhere, with no id, one or two; relations between any of them, to themselves as well."""
    offsets = st.integers(0, len(TEXT))
    ids = st.sampled_from([None, "x", "y", "z", "x y", "y z"])
    spans = draw(st.lists(st.tuples(offsets, offsets, st.sampled_from("AB")), max_size=8))
    unique = {(min(a, b), max(a, b), type) for a, b, type in spans if a != b}
    mentions = tuple(Mention(f"m{i}", *span, draw(ids)) for i, span in enumerate(sorted(unique)))
    ends = st.sampled_from([mention.id for mention in mentions]) if mentions else st.nothing()
    relations = (
        draw(st.lists(st.builds(Relation, st.sampled_from("pq"), ends, ends), max_size=6, unique=True)) if mentions else []
    )
    return Document("d", TEXT, mentions=mentions, relations=tuple(relations))


def shuffled(document: Document, seed: int) -> Document:
    """The same in another order."""
    generator = random.Random(seed)
    mentions, relations = list(document.mentions), list(document.relations)
    generator.shuffle(mentions)
    generator.shuffle(relations)
    return replace(document, mentions=tuple(mentions), relations=tuple(relations))


def views(side: Corpus) -> list[Corpus]:
    """As marked, and what --match and --nested make of it."""
    return [side, side.widened(), side.outermost().widened(), side.innermost()]


@given(
    gold=st.lists(documents(), min_size=1, max_size=3),
    predicted=st.lists(documents(), min_size=3, max_size=3),
    seed=st.integers(0, 99),
)
def test_order_never_matters(gold: list[Document], predicted: list[Document], seed: int) -> None:
    """Of documents, mentions and relations."""
    predicted = predicted[: len(gold)]
    order = random.Random(seed).sample(range(len(gold)), len(gold))
    straight = pair(gold, predicted)
    other = pair(*([shuffled(side[i], seed) for i in order] for side in (gold, predicted)))
    for sides, others in zip(zip(*map(views, straight), strict=True), zip(*map(views, other), strict=True), strict=True):
        for name, metric in METRICS.items():
            there, here = metric.count(*sides), metric.count(*others)
            assert there.total.sum(axis=0) == pytest.approx(here.total.sum(axis=0)), name
            assert there.scores() == here.scores(), name


@given(gold=documents(), predicted=documents())
def test_no_unit_has_more_correct_than_either_side(gold: Document, predicted: Document) -> None:
    """Also where the two have it in different sentences: a resampled F1 stays below 1."""
    for sides in zip(*map(views, pair([gold], [predicted], "sentence")), strict=True):
        for name, metric in METRICS.items():
            correct, *both = metric.count(*sides).total[:, :3].T
            assert (correct <= both[0] + 1e-9).all(), name
            assert (correct <= both[1] + 1e-9).all(), name


@given(gold=documents())
def test_gold_against_itself_is_one(gold: Document) -> None:
    """Exactly 1, or nothing to score."""
    for name, metric in METRICS.items():
        assert metric.count(*pair([gold], [gold])).micro().f1 in (1, None, pytest.approx(1)), name
