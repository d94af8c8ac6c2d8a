"""Relations against cases worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.corpus import pair
from eval.document import Document, Mention, Relation
from eval.metrics import relations
from eval.metrics.counts import Score

TEXT = "aa bb cc dd ee ff"


def related(mentions: dict[str, tuple[int, int, str, str | None]], *triples: str, doc_id: str = "d") -> Document:
    """A document of mentions by id (start, end, type, entity id) and relations written as `type head tail`."""
    marked = (Mention(id, start, end, type, entity) for id, (start, end, type, entity) in mentions.items())
    return Document(doc_id, TEXT, mentions=tuple(marked), relations=tuple(Relation(*triple.split()) for triple in triples))


def score(name: str, gold: Document, predicted: Document) -> Score:
    """The micro score of one document."""
    return getattr(relations, name)(*pair([gold], [predicted])).micro()  # type: ignore[no-any-return]


A, B, C = (0, 2, "PER", None), (3, 5, "ORG", None), (6, 8, "ORG", None)
GOLD = related({"a": A, "b": B, "c": C}, "leads a b", "member_of a c")


def test_strict_asks_for_both_types_and_boundary_does_not() -> None:
    """`leads` ends on a mention of another type: strict 1 of 2, boundary 2 of 2."""
    predicted = related({"x": A, "y": (3, 5, "GROUP", None), "z": C}, "leads x y", "member_of x z")
    assert score("strict", GOLD, predicted) == Score(1, 2, 2)
    assert score("boundary", GOLD, predicted) == Score(2, 2, 2)


def test_direction_type_and_ends_count() -> None:
    """Turned round, of another type, one character off: none is right in any setting."""
    predicted = related({"x": A, "y": B, "z": (6, 9, "ORG", None)}, "leads y x", "member_of x y", "member_of x z")
    assert score("strict", GOLD, predicted) == score("boundary", GOLD, predicted) == Score(0, 3, 2)


def test_relations_on_two_mentions_of_one_span_match_one_to_one() -> None:
    """The gold's span [3,5) is FAC and GPE, each a tail; the prediction has one tail there: boundary finds one of two."""
    gold = related({"a": A, "f": (3, 5, "FAC", None), "g": (3, 5, "GPE", None)}, "at a f", "at a g")
    predicted = related({"a": A, "f": (3, 5, "FAC", None)}, "at a f")
    assert score("boundary", gold, predicted) == Score(1, 1, 2)
    assert score("strict", gold, predicted) == Score(1, 1, 2)


def test_unnested_leaves_out_only_affiliations_to_a_nested_demonym() -> None:
    """Of four affiliations one goes: the demonym inside its head. Outside, another tail, another relation stay."""
    mentions = {"o": (0, 5, "ORG", None), "n": (3, 5, "NORP", None), "g": (0, 2, "GPE", None), "m": (6, 8, "NORP", None)}
    triples = ("affiliated_with o n", "affiliated_with o g", "affiliated_with o m", "has_participant o n")
    gold = related(mentions, *triples)
    assert score("strict_unnested", gold, gold) == Score(3, 3, 3)


def test_a_relation_counts_where_its_head_starts() -> None:
    """Two sentences, one relation headed in each: a unit has one."""
    text = "aa bb.\ncc dd."
    mentions = (Mention("a", 0, 2, "PER"), Mention("b", 3, 5, "ORG"), Mention("c", 7, 9, "PER"), Mention("d", 10, 12, "ORG"))
    gold = Document("d", text, mentions=mentions, relations=(Relation("leads", "a", "b"), Relation("leads", "c", "b")))
    counts = relations.strict(*pair([gold], [replace(gold, relations=gold.relations[:1])], "sentence"))
    assert [counts.micro(unit) for unit in (0, 1)] == [Score(1, 1, 1), Score(0, 0, 1)]


def test_entity_counts_a_triple_once_however_often_it_is_said() -> None:
    """Two mentions of x lead o: one triple. The prediction says it from the other mention, under ids of its own: right."""
    gold = related({"a": (0, 2, "PER", "x"), "b": (3, 5, "PER", "x"), "o": (6, 8, "ORG", "o")}, "leads a o", "leads b o")
    predicted = related({"1": (0, 2, "PER", "p"), "2": (3, 5, "PER", "p"), "3": (6, 8, "ORG", "q")}, "leads 2 3")
    assert score("entity", gold, predicted) == Score(1, 1, 1)
    assert score("strict", gold, predicted) == Score(1, 1, 2)


def test_entities_are_mapped_one_to_one_so_that_most_mentions_are_shared() -> None:
    """p lies on two mentions of x and one of y: it stands for x, so y is nobody's and its triple is missed."""
    gold = related(
        {"a": (0, 2, "PER", "x"), "b": (3, 5, "PER", "x"), "c": (6, 8, "PER", "y"), "o": (9, 11, "ORG", "o")},
        "leads a o",
        "member_of c o",
    )
    predicted = related(
        {"a": (0, 2, "PER", "p"), "b": (3, 5, "PER", "p"), "c": (6, 8, "PER", "p"), "o": (9, 11, "ORG", "o")},
        "leads c o",
        "member_of c o",
    )
    assert score("entity", gold, predicted) == Score(1, 2, 2)


@pytest.mark.parametrize(("ids", "right"), [(("x", "p"), 1), (("p", "x"), 0), (("p", "q"), 1)])
def test_ties_go_to_equal_ids_then_to_the_earliest_mention(ids: tuple[str, str], right: int) -> None:
    """x has two mentions, and two predicted entities lie on one each. The triple is predicted on the first mention's."""
    gold = related({"a": (0, 2, "PER", "x"), "b": (3, 5, "PER", "x"), "o": (6, 8, "ORG", "o")}, "leads a o")
    predicted = related({"a": (0, 2, "PER", ids[0]), "b": (3, 5, "PER", ids[1]), "o": (6, 8, "ORG", "o")}, "leads a o")
    assert score("entity", gold, predicted) == Score(right, 1, 1)


def test_a_mention_without_id_is_an_entity_of_its_own_and_one_of_two_ids_counts_for_each() -> None:
    """No ids at all: as many triples as relations. Two ids on the head: two triples, of which a prediction with one finds one."""
    assert score("entity", GOLD, GOLD) == Score(2, 2, 2)
    gold = related({"a": (0, 2, "ORG", "x y"), "o": (3, 5, "ORG", "o")}, "member_of a o")
    predicted = related({"a": (0, 2, "ORG", "x"), "o": (3, 5, "ORG", "o")}, "member_of a o")
    assert score("entity", gold, gold) == Score(2, 2, 2)
    assert score("entity", gold, predicted) == Score(1, 1, 2)


def test_an_id_means_something_within_its_document_only() -> None:
    """The same predicted id lies on x in one document and on y in the other: right in both."""
    gold = [related({"a": (0, 2, "PER", id), "o": (3, 5, "ORG", "o")}, "leads a o", doc_id=id) for id in "xy"]
    predicted = [related({"a": (0, 2, "PER", "p"), "o": (3, 5, "ORG", "o")}, "leads a o", doc_id=id) for id in "xy"]
    assert relations.entity(*pair(gold, predicted)).micro() == Score(2, 2, 2)


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
    gold = related(
        {"a": (0, 2, "ORG", "x y"), "b": (6, 8, "ORG", "x"), "c": (9, 11, "ORG", "y"), "o": (3, 5, "ORG", "o")}, "member_of b o"
    )
    predicted = related({"a": (0, 2, "ORG", "p"), "o": (3, 5, "ORG", "o")}, "member_of a o")
    assert score("entity", replace(gold, mentions=gold.mentions[:: -1 if turned else 1]), predicted) == Score(1, 1, 1)
