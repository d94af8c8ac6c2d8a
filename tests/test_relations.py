"""Where relations count, and ties that no file's order may decide; the other cases stand in golden/relations.yaml."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.document import Document, Mention, Relation
from eval.metrics import relations
from eval.metrics.counts import Score
from eval.sides import pair


def test_a_relation_counts_where_its_head_starts() -> None:
    """Two sentences, one relation headed in each: a unit has one."""
    text = "aa bb.\ncc dd."
    mentions = (Mention("a", 0, 2, "PER"), Mention("b", 3, 5, "ORG"), Mention("c", 7, 9, "PER"), Mention("d", 10, 12, "ORG"))
    gold = Document("d", text, mentions=mentions, relations=(Relation("leads", "a", "b"), Relation("leads", "c", "b")))
    counts = relations.strict(*pair([gold], [replace(gold, relations=gold.relations[:1])], "sentence"))
    assert [counts.micro(unit) for unit in (0, 1)] == [Score(1, 1, 1), Score(0, 0, 1)]


def test_a_triple_counts_in_one_unit_whoever_says_it_where() -> None:
    """Gold says it in the first sentence, the prediction in the second: correct, predicted and gold stand in the first."""
    text = "aa bb.\ncc dd."
    mentions = (Mention("a", 0, 2, "PER", "x"), Mention("b", 3, 5, "ORG", "o"), Mention("c", 7, 9, "PER", "x"))
    gold = Document("d", text, mentions=mentions, relations=(Relation("leads", "a", "b"),))
    predicted = replace(gold, relations=(Relation("leads", "c", "b"),))
    counts = relations.entity(*pair([gold], [predicted], "sentence"))
    assert [counts.micro(unit) for unit in (0, 1)] == [Score(1, 1, 1), Score(0, 0, 0)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_last_tie_goes_to_the_first_name_whatever_the_order_of_the_file(turned: bool) -> None:
    """p lies on a mention of x and y, and on nothing else of theirs: it stands for x, of which the gold says the triple."""
    mentions = (
        Mention("a", 0, 2, "ORG", "x y"), Mention("b", 6, 8, "ORG", "x"), Mention("c", 9, 11, "ORG", "y"), Mention("o", 3, 5, "ORG", "o")
    )  # fmt: skip
    text = "aa bb cc dd ee ff"
    gold = Document("d", text, mentions=mentions[:: -1 if turned else 1], relations=(Relation("member_of", "b", "o"),))
    predicted = Document(
        "d",
        text,
        mentions=(Mention("a", 0, 2, "ORG", "p"), Mention("o", 3, 5, "ORG", "o")),
        relations=(Relation("member_of", "a", "o"),),
    )
    assert relations.entity(*pair([gold], [predicted])).micro() == Score(1, 1, 1)
