"""What holds of every metric, and of the errors that are taken apart, whatever the documents."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eval.corpus import Corpus
from eval.document import Document, Mention, merge_duplicates
from eval.metrics import metrics_for
from eval.sides import pair
from eval.tally import ERRORS
from tests.conftest import document, taken_apart
from tests.strategies import TEXT, documents, shuffled

METRICS = metrics_for(["mod", "norm"])


def views(side: Corpus) -> list[Corpus]:
    """As marked, and what --match and --nested make of it."""
    return [side, side.widened(), side.outermost().widened(), side.innermost()]


def with_attributes(one: Document) -> Document:
    """With a mention that carries both attributes, so that both have a column."""
    last = Mention("all", len(TEXT) - 1, len(TEXT), "Z", attributes={"mod": "1", "norm": "1"})
    return replace(one, mentions=(*one.mentions, last))


several = st.lists(documents().map(with_attributes), min_size=3, max_size=3)


@given(gold=several, predicted=several, seed=st.integers(0, 99))
def test_order_never_matters(gold: list[Document], predicted: list[Document], seed: int) -> None:
    """Of documents, mentions and relations; nor for errors and their examples, up to the order of documents."""
    order = random.Random(seed).sample(range(len(gold)), len(gold))
    straight = pair(gold, predicted)
    other = pair(*([shuffled(side[i], seed) for i in order] for side in (gold, predicted)))
    inside = pair(*([shuffled(one, seed) for one in side] for side in (gold, predicted)))
    everything = (list(zip(*map(views, sides), strict=True)) for sides in (straight, other, inside))
    for sides, others, same in zip(*everything, strict=True):
        for name, metric in METRICS.items():
            there, here = metric.count(*sides), metric.count(*others)
            assert there.total.sum(axis=0) == pytest.approx(here.total.sum(axis=0)), name
            assert there.scores() == here.scores(), name
        for name, of in ERRORS.items():
            found, turned = (taken_apart(of, *both) for both in (sides, others))
            assert found["classes"] == turned["classes"], name
            assert taken_apart(of, *same) == found, name


@given(gold=documents(), predicted=documents())
def test_no_unit_has_more_correct_than_either_side(gold: Document, predicted: Document) -> None:
    """Also where the two have it in different sentences: a resampled F1 stays below 1."""
    for sides in zip(*map(views, pair([with_attributes(gold)], [with_attributes(predicted)], "sentence")), strict=True):
        for name, metric in METRICS.items():
            correct, *both = np.moveaxis(metric.count(*sides).total, -1, 0)[:3]
            assert (correct <= both[0] + 1e-9).all(), name
            assert (correct <= both[1] + 1e-9).all(), name


@given(gold=documents())
def test_gold_against_itself_is_one(gold: Document) -> None:
    """Exactly 1, or nothing to score. Of singletons alone MUC is null, which counts 0 in the CoNLL mean: 2/3 there."""
    gold = with_attributes(gold)
    sides = pair([gold], [gold])
    for name, metric in METRICS.items():
        f1 = metric.count(*sides).micro().f1
        if name.endswith("conll") and METRICS[name.replace("conll", "muc")].count(*sides).micro().f1 is None:
            assert f1 in (None, pytest.approx(2 / 3)), name
        else:
            assert f1 in (1, None, pytest.approx(1)), name
    for of in ERRORS.values():
        assert {kind["class"] for kind in taken_apart(of, *sides)["kinds"]} <= {"correct"}


# Where the ids of the two sides are mapped to each other, ties go by the order of the gold's side.
SYMMETRIC = [name for name in METRICS if name != "relations.entity"]


@given(gold=documents(), predicted=documents())
@pytest.mark.parametrize("name", SYMMETRIC)
def test_swapping_sides_swaps_precision_and_recall(name: str, gold: Document, predicted: Document) -> None:
    """Of all metrics but relations.entity."""
    gold, predicted = with_attributes(gold), with_attributes(predicted)
    there, back = (METRICS[name].count(*pair([a], [b])).micro() for a, b in ((gold, predicted), (predicted, gold)))
    turned = (back.recall, back.precision, back.f1)
    assert [there.precision, there.recall, there.f1] == [x if x is None else pytest.approx(x) for x in turned]


# Not ner.bio: tags hold a token once, so that a mention can push another out (below). Nor relations.entity, clusters and attributes,
# whose recall is also about ids and values that a mention brings along.
SPANS = [name for name in METRICS if name.startswith("ner.") and name != "ner.bio"]
LINKS = ["relations.strict", "relations.strict.unnested", "relations.boundary"]


@given(gold=documents(), predicted=documents(), data=st.data())
@pytest.mark.parametrize("name", SPANS + LINKS)
def test_adding_what_is_correct_never_lowers_recall(name: str, gold: Document, predicted: Document, data: st.DataObject) -> None:
    """A mention of the gold, or one of its relations with both its ends."""
    by_id = {mention.id: mention for mention in gold.mentions}
    if name in SPANS:
        assume(gold.mentions)
        new, relations = [data.draw(st.sampled_from(gold.mentions))], []
    else:
        assume(gold.relations)
        relation = data.draw(st.sampled_from(gold.relations))
        new, relations = [by_id[relation.head], by_id[relation.tail]], [replace(relation, head="new0", tail="new1")]
    ends = tuple(replace(mention, id=f"new{i}") for i, mention in enumerate(new))
    more = replace(predicted, mentions=(*predicted.mentions, *ends), relations=(*predicted.relations, *relations))
    more, _ = merge_duplicates(more)
    before, after = (METRICS[name].count(*pair([gold], [one])).micro().recall for one in (predicted, more))
    assert before is None or after >= before  # type: ignore[operator]


def test_where_a_correct_mention_lowers_recall() -> None:
    """ner.bio: on four tokens, the gold's middle mention takes a token from the last one, which had been right alone."""
    text = "aaa bbb ccc ddd"
    gold = document(text, (0, 5, "A"), (6, 9, "A"), (10, 15, "A"))
    predicted = document(text, (10, 15, "A")), document(text, (6, 9, "A"), (10, 15, "A"))
    assert [METRICS["ner.bio"].count(*pair([gold], [one])).micro().correct for one in predicted] == [1, 0]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.booleans(), st.booleans(), st.booleans()), max_size=5), st.data())
def test_widening_never_lowers_strict_f1_of_spans_that_differ_by_clitics(
    words: list[tuple[str, bool, bool, bool]], data: st.DataObject
) -> None:
    """Each mention on a word of its own (و and ه are clitics of it), marked with its clitics or without, or missed."""
    text, sides = "", ([], [])  # type: tuple[str, tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]]
    for type, *there in words:
        stem = (len(text) + 1, len(text) + 5)
        text += "وكتابه "
        for side in (0, 1):
            if there[side]:
                sides[side].append((stem[0] - data.draw(st.integers(0, 1)), stem[1] + data.draw(st.integers(0, 1)), type))
    gold, predicted = pair(*([document(text, *side)] for side in sides))
    strict = METRICS["ner.strict"].count
    as_marked, on_tokens = strict(gold, predicted).micro().f1, strict(gold.widened(), predicted.widened()).micro().f1
    assert as_marked == on_tokens is None or (on_tokens or 0) >= (as_marked or 0)
