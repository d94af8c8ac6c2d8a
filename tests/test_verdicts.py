"""What became of each mention and relation, worked out by hand, and the same counts as the run's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.document import Document, Mention, Relation
from eval.pages.article import Marked, Verdict
from eval.pages.verdicts import verdicts
from eval.settings import Settings
from eval.sides import pair
from eval.tally import ERRORS, view
from tests.conftest import document, taken_apart
from tests.strategies import documents

CHAR = Settings(match="char")
Spans = Sequence[tuple[int, int, str]]


def marked(text: str, gold: Spans, predicted: Spans, settings: Settings = CHAR) -> list[list[tuple[Any, ...]]]:
    """The verdicts on the mentions of both sides: the class, and the places of counterparts."""
    ((one, other),) = verdicts([document(text, *gold)], [document(text, *predicted)], settings)
    return [[(verdict.name, *verdict.gold) for verdict in side.mentions] for side in (one, other)]


@pytest.mark.parametrize(
    ("gold", "predicted", "of_gold", "of_predicted"),
    [
        ([(0, 2, "A")], [(0, 2, "A")], ["correct"], [("correct", 0)]),
        ([(0, 2, "A")], [(0, 2, "B")], ["type"], [("type", 0)]),
        ([(4, 5, "A"), (0, 8, "B")], [(0, 2, "B"), (3, 8, "B")], ["missed", "split"], [("split", 1), ("split", 1)]),
        ([(0, 2, "A"), (3, 8, "A")], [(0, 8, "A")], ["merged", "merged"], [("merged", 0, 1)]),
        ([(0, 5, "A")], [(0, 2, "A")], ["boundary"], [("boundary", 0)]),
        ([(0, 5, "A")], [(3, 8, "B")], ["boundary and type"], [("boundary and type", 0)]),
        ([(0, 2, "A")], [(6, 8, "A")], ["missed"], [("spurious",)]),
        # In any order of mentions, crossing predictions too: the nearer of its type is the gold's.
        (
            [(6, 8, "B"), (0, 4, "A")],
            [(2, 7, "A"), (0, 3, "A")],
            ["boundary and type", "boundary"],
            [("boundary and type", 0), ("boundary", 1)],
        ),
        ([], [(0, 2, "A")], [], [("spurious",)]),
        ([(0, 2, "A")], [], ["missed"], []),
    ],
)
def test_each_class(gold: Spans, predicted: Spans, of_gold: list[str], of_predicted: list[tuple[Any, ...]]) -> None:
    """With its counterparts in the gold, as they stand in the document."""
    assert marked("aa bb cc", gold, predicted) == [[(name,) for name in of_gold], of_predicted]


def test_widened_clitics() -> None:
    """In whole words the proclitic costs nothing; by code points it does."""
    gold, predicted = [(1, 5, "GPE")], [(0, 5, "GPE")]
    assert marked("بدمشق", gold, predicted, Settings()) == [[("correct",)], [("correct", 0)]]
    assert marked("بدمشق", gold, predicted) == [[("boundary",)], [("boundary", 0)]]


def test_mentions_that_become_one_share_its_verdict() -> None:
    """Two of the gold and two predicted, in one word; a third of another type is none of them."""
    gold = [(0, 5, "A"), (1, 5, "A"), (1, 5, "B")]
    assert marked("بدمشق هنا", gold, [(2, 3, "A"), (0, 1, "A"), (6, 9, "A")], Settings()) == [
        [("correct",), ("correct",), ("missed",)],
        [("correct", 0, 1), ("correct", 0, 1), ("spurious",)],
    ]


@pytest.mark.parametrize(("nested", "inner", "outer"), [("outermost", None, "correct"), ("innermost", "missed", None)])
def test_what_nested_leaves_out_was_not_compared(nested: str, inner: str | None, outer: str | None) -> None:
    """Also where it is as wide as what counts, when both are widened to whole words."""
    gold = [(1, 5, "A"), (0, 5, "A")]
    predicted = [(0, 5, "A")] if outer else [(6, 9, "A")]
    found = marked("بدمشق هنا", gold, predicted, Settings(nested=nested))
    assert found[0] == [(inner,), (outer,)]
    assert found[1] == [("correct", 1)] if outer else [("spurious",)]


MENTIONS = tuple(Mention(id, *span) for id, span in {"x": (0, 2, "A"), "y": (3, 5, "B"), "z": (6, 8, "A")}.items())


@pytest.mark.parametrize(
    ("moved", "relation", "name", "gold"),
    [
        ({}, ("r", "x", "y"), "correct", [1]),
        ({}, ("q", "x", "y"), "wrong type", [1]),
        ({}, ("r", "y", "x"), "wrong direction", [1]),
        ({"x": (0, 2, "B")}, ("r", "x", "y"), "argument type", [1]),
        ({"x": (1, 2, "A")}, ("r", "x", "y"), "argument boundary", [1]),
        ({}, ("r", "z", "z"), "spurious", []),
    ],
)
def test_each_class_of_relations(
    moved: dict[str, tuple[int, int, str]], relation: tuple[str, str, str], name: str, gold: list[int]
) -> None:
    """Counterparts are places in the gold's relations; another of the gold's is missed."""
    one = Document("d", "aa bb cc", None, MENTIONS, (Relation("s", "z", "x"), Relation("r", "x", "y")))
    mentions = [Mention(m.id, *moved.get(m.id or "", m.span)) for m in MENTIONS]
    ((own, other),) = verdicts([one], [replace(one, mentions=mentions, relations=(Relation(*relation),))], CHAR)
    assert [verdict.name for verdict in own.relations] == ["missed", name if gold else "missed"]
    assert [(verdict.name, verdict.gold) for verdict in other.relations] == [(name, gold)]


def test_relations_of_what_was_left_out_and_of_what_became_one() -> None:
    """The first were not compared, the others share a verdict."""
    spans = {"inner": (1, 5, "A"), "outer": (0, 5, "A"), "word": (6, 9, "A")}
    mentions = tuple(Mention(id, *span) for id, span in spans.items())
    one = Document("d", "بدمشق هنا", None, mentions, (Relation("r", "inner", "word"), Relation("r", "outer", "word")))
    for nested, names in (("outermost", [None, "correct"]), ("all", ["correct", "correct"])):
        ((own, other),) = verdicts([one], [one], Settings(nested=nested))
        assert [verdict.name for verdict in own.relations] == names
        gold = [i for i, name in enumerate(names) if name]
        assert other.relations == [Verdict(name, gold if name else []) for name in names]


def items(sides: Sequence[Marked], what: str, name: str) -> int:
    """How many different mentions or relations of a side have a class."""
    return sum(verdict.name == name for side in sides for verdict in getattr(side, what))


@given(
    gold=st.lists(documents(), min_size=1, max_size=3),
    predicted=st.lists(documents(), min_size=3, max_size=3),
    nested=st.sampled_from(["all", "outermost", "innermost"]),
)
def test_the_counts_are_those_of_the_run(gold: list[Document], predicted: list[Document], nested: str) -> None:
    """Of many documents at once, in every class."""
    settings = Settings(match="char", nested=nested)
    found = list(verdicts(gold, predicted[: len(gold)], settings))
    one, other = (view(side, settings) for side in pair(gold, predicted[: len(gold)]))
    for what, of in (("mentions", "ner.strict"), ("relations", "relations.strict")):
        for name, counts in taken_apart(ERRORS[of], one, other)["classes"].items():
            for side, many in zip(zip(*found, strict=True), counts.values(), strict=True):
                assert items(side, what, name) == many
