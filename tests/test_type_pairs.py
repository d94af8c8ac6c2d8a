"""Relations by type pairs: what is learnt, where it applies, and what it costs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from eval.document import Document, Mention, Relation, check
from eval.extractors.type_pairs import REACH, TypePairs
from tests import strategies
from tests.conftest import document


def fitted(*documents: Document) -> TypePairs:
    """What these documents teach."""
    pairs = TypePairs()
    pairs.fit(documents)
    return pairs


def said(pairs: TypePairs, text: str, *mentions: tuple[int, int, str]) -> list[tuple[str, str, str]]:
    """(type, head's surface, tail's surface) of each relation found in a text."""
    marked = document(text, *mentions)
    surface = {mention.id: text[mention.start : mention.end] for mention in marked.mentions}
    return [(relation.type, surface[relation.head], surface[relation.tail]) for relation in pairs.relations(marked)]


LED = document("aa bb", (0, 2, "PER"), (3, 5, "ORG"), relations=(Relation("leads", "m1", "m2"),))


def test_types_and_direction_decide() -> None:
    """What holds between two types holds again, from the same head, on the same side of it."""
    pairs = fitted(LED)
    assert said(pairs, "cc dd", (0, 2, "PER"), (3, 5, "ORG")) == [("leads", "cc", "dd")]
    assert said(pairs, "cc dd", (0, 2, "ORG"), (3, 5, "PER")) == []
    assert said(pairs, "cc dd", (0, 2, "PER"), (3, 5, "GPE")) == []


def test_a_nested_mention_is_told_from_one_that_follows() -> None:
    """The demonym inside is the ministry's; the one behind it is not."""
    pairs = fitted(document("aa bb", (0, 5, "ORG"), (3, 5, "NORP"), relations=(Relation("of", "m1", "m2"),)))
    assert said(pairs, "cc dd", (0, 5, "ORG"), (3, 5, "NORP")) == [("of", "cc dd", "dd")]
    assert said(pairs, "cc dd", (0, 2, "ORG"), (3, 5, "NORP")) == []


def test_distance_counts_in_tokens() -> None:
    """A neighbour teaches nothing of what is far; tokens in which a mention starts after a proclitic count once."""
    pairs = fitted(LED)
    assert said(pairs, "cc x dd", (0, 2, "PER"), (5, 7, "ORG")) == []
    assert said(pairs, "cc wdd", (0, 2, "PER"), (4, 6, "ORG")) == [("leads", "cc", "dd")]


def test_the_nearest_of_a_type_is_told_from_those_behind_it() -> None:
    """Of two bodies at the same distance, a person leads the first."""
    text = "aa a a bb cc"
    mentions = (0, 2, "PER"), (7, 9, "ORG"), (10, 12, "ORG")
    pairs = fitted(document(text, *mentions, relations=(Relation("leads", "m1", "m2"),)))
    assert said(pairs, text, *mentions) == [("leads", "aa", "bb")]


def test_a_half_is_enough_and_less_is_not() -> None:
    """One of two pairs, one of three."""
    bare = replace(LED, relations=())
    assert said(fitted(LED, bare), "cc dd", (0, 2, "PER"), (3, 5, "ORG")) == [("leads", "cc", "dd")]
    assert said(fitted(LED, bare, bare), "cc dd", (0, 2, "PER"), (3, 5, "ORG")) == []


def test_only_within_a_sentence() -> None:
    """A full stop parts what a comma does not, unless it is inside a mention."""
    far = document("aa, bb", (0, 2, "PER"), (4, 6, "ORG"), relations=(Relation("leads", "m1", "m2"),))
    assert said(fitted(far), "aa. bb", (0, 2, "PER"), (4, 6, "ORG")) == []
    assert said(fitted(far), "aa. bb", (0, 2, "PER"), (4, 6, "ORG"), (0, 6, "X")) == [("leads", "aa", "bb")]


def test_fitting_again_forgets() -> None:
    """Nothing leaks from one fold into the next."""
    pairs = fitted(LED)
    pairs.fit([replace(LED, relations=())])
    assert said(pairs, "aa bb", (0, 2, "PER"), (3, 5, "ORG")) == []


def test_relations_of_a_copy_are_those_of_the_mention() -> None:
    """A mention that stands twice in the gold is one."""
    mentions = Mention("a", 0, 2, "PER"), Mention("b", 0, 2, "PER"), Mention("c", 3, 5, "ORG")
    twice = Document("d", "aa bb", mentions=mentions, relations=(Relation("leads", "b", "c"),))
    assert said(fitted(twice), "aa bb", (0, 2, "PER"), (3, 5, "ORG")) == [("leads", "aa", "bb")]


def test_gold_without_relations_and_documents_without_mentions_teach_none() -> None:
    """Nothing is learnt from nothing, and nothing is found in it."""
    assert said(fitted(replace(LED, relations=()), Document("e", ""), Document("f", None)), "aa bb", (0, 2, "PER")) == []
    assert fitted(LED).relations(Document("e", " \n")) == ()


def test_a_mention_without_id_is_in_no_relation() -> None:
    """A relation names its ends by id."""
    unnamed = Document("d", "aa bb", mentions=(Mention(None, 0, 2, "PER"), Mention("b", 3, 5, "ORG")))
    assert fitted(LED).relations(unnamed) == ()


def test_pairs_grow_with_mentions_not_with_their_square() -> None:
    """Each mention of a sentence is paired with so many that follow it."""
    many = 20_000
    marked = document("a " * many, *((2 * i, 2 * i + 1, "PER") for i in range(many)))
    pairs = fitted(document("a a", (0, 1, "PER"), (2, 3, "PER"), relations=(Relation("knows", "m1", "m2"),)))
    assert many - 1 <= len(pairs.relations(marked)) <= REACH * many


@given(strategies.documents(strategies.TEXTS), strategies.documents())
def test_what_is_found_can_always_be_scored(taught: Document, marked: Document) -> None:
    """Whatever was learnt, crossing mentions too, heads and tails are mentions, and the order of mentions decides nothing."""
    pairs = fitted(taught, marked)
    found = replace(marked, relations=pairs.relations(marked))
    check(found, found.text or "")
    again = pairs.relations(strategies.shuffled(marked, 1))
    assert set(again) == set(found.relations)
