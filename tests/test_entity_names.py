"""Entity ids by name: what is learnt of names, and of how far they go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from eval.document import Document, Mention, Relation, check
from eval.extractors.entity_names import EntityNames
from tests import strategies


def named(doc_id: str, *names: tuple[str, str, str | None], relations: tuple[Relation, ...] = ()) -> Document:
    """A document of mentions m1, m2, … given as (surface, type, entity id), one after another."""
    text = " ".join(surface for surface, _, _ in names)
    mentions, start = [], 0
    for i, (surface, type, id) in enumerate(names, 1):
        mentions.append(Mention(f"m{i}", start, start + len(surface), type, id))
        start += len(surface) + 1
    return Document(doc_id, text, mentions=tuple(mentions), relations=relations)


def ids(learnt: tuple[Document, ...], *names: tuple[str, str], relations: tuple[Relation, ...] = ()) -> list[str | None]:
    """The ids that a document of these names (surface, type) gets."""
    entities = EntityNames()
    entities.fit(learnt)
    marked = named("new", *((*name, None) for name in names), relations=relations)
    return [mention.entity_id for mention in entities.identified(marked).mentions]


SHARAA = named("a", ("أحمد الشرع", "PER", "per:1"), ("الشرع", "PER", "per:1"))
VISITS = named("a", ("زيارة", "EVENT", "event:1")), named("b", ("الزيارة", "EVENT", "event:2"))
MOSCOW = named("a", ("موسكو", "GPE", "gpe:1")), named("b", ("مُوسكو", "GPE", "gpe:1"))


@pytest.mark.parametrize("written", ["أحمد الشرع", "احمد الشرع", "أحمد الشـرع", "أحمدُ الشرع"])
def test_a_learnt_name_has_the_id_that_the_gold_gave_it(written: str) -> None:
    """However it is spelt."""
    assert ids((SHARAA,), (written, "PER")) == ["per:1"]


def test_a_name_after_a_fused_preposition_is_that_with_its_article() -> None:
    """للقاهرة is ل and القاهرة, and the mention starts at its second letter."""
    entities = EntityNames()
    entities.fit([named("a", ("القاهرة", "GPE", "gpe:cairo"))])
    (mention,) = entities.identified(Document("new", "للقاهرة", mentions=(Mention("m1", 1, 7, "GPE"),))).mentions
    assert mention.entity_id == "gpe:cairo"


@pytest.mark.parametrize(("text", "start"), [("للبنان", 1), ("وللبنان", 2), ("للبنان الجنوبي", 1)])
def test_a_name_that_begins_with_lam_has_no_article_after_a_preposition(text: str, start: int) -> None:
    """للبنان is ل and لبنان: the country that the gold has, and no other."""
    entities, surface = EntityNames(), text[start:]
    entities.fit([named("a", (surface, "GPE", "gpe:lebanon"))])
    (mention,) = entities.identified(Document("new", text, mentions=(Mention("m1", start, len(text), "GPE"),))).mentions
    assert mention.entity_id == "gpe:lebanon"


def test_the_id_given_most_wins_and_of_several_the_first_by_name() -> None:
    """Two against one, and one against one."""
    twice = named("a", ("دمشق", "GPE", "gpe:2"), ("دمشق", "GPE", "gpe:2"), ("دمشق", "GPE", "gpe:1"))
    assert ids((twice,), ("دمشق", "GPE")) == ["gpe:2"]
    assert ids((named("a", ("دمشق", "GPE", "gpe:2"), ("دمشق", "GPE", "gpe:1")),), ("دمشق", "GPE")) == ["gpe:1"]


def test_an_unseen_name_has_an_id_of_its_own_in_all_documents() -> None:
    """Made of its type and its folded words, without white space."""
    assert ids((SHARAA,), ("الأسد\tالابن", "PER")) == ["per:اسد_ابن"]


def test_a_short_form_joins_the_longer_name_of_its_document_where_the_gold_has_it_so() -> None:
    """A surname stands for the man; a rank alone does not stand for the longer rank."""
    assert ids((SHARAA,), ("بوتين", "PER"), ("فلاديمير بوتين", "PER")) == ["per:فلاديمير_بوتين"] * 2
    ranks = named("a", ("وزير الدفاع", "TITLE", "per:1"), ("وزير", "TITLE", "per:2"))
    assert ids((ranks,), ("رئيس الحكومة", "TITLE"), ("رئيس", "TITLE")) == ["title:رييس_حكومة", "title:رييس"]


def test_what_differs_from_document_to_document_is_not_merged_by_its_common_word() -> None:
    """Two visits were two; Moscow was one."""
    assert ids(VISITS, ("زيارة", "EVENT"), ("الزيارة", "EVENT"), ("لقاء", "EVENT")) == [
        "event:new:زيارة",
        "event:new:زيارة",
        "event:new:لقاء",
    ]
    assert ids(MOSCOW, ("موسكو", "GPE")) == ["gpe:1"]


def test_the_ends_of_a_relation_that_joins_are_one() -> None:
    """A man's title has his id, since the gold's have; the order of relations decides only between two holders."""
    holds = Relation("holds", "m1", "m2")
    gold = named("a", ("بوتين", "PER", "per:1"), ("الرئيس", "TITLE", "per:1"), relations=(holds,))
    assert ids((gold,), ("الأسد", "PER"), ("الرئيس", "TITLE"), relations=(holds,)) == ["per:اسد", "per:اسد"]
    apart = named("a", ("بوتين", "PER", "per:1"), ("الرئيس", "TITLE", "title:1"), relations=(holds,))
    assert ids((apart,), ("الأسد", "PER"), ("الرئيس", "TITLE"), relations=(holds,)) == ["per:اسد", "title:1"]


def test_types_without_ids_get_none() -> None:
    """A date has none in the gold; nor has anything where the gold has no ids, or nothing was learnt."""
    assert ids((named("a", ("أمس", "DATE", None), ("دمشق", "GPE", "gpe:1")),), ("أمس", "DATE"), ("دمشق", "GPE")) == [
        None,
        "gpe:1",
    ]
    assert ids((named("a", ("دمشق", "GPE", None)),), ("دمشق", "GPE")) == [None]
    assert ids((Document("a", ""), Document("b", None)), ("دمشق", "GPE")) == [None]


def test_a_mention_without_letters_gets_none() -> None:
    """There is no name to go by."""
    assert ids((SHARAA,), ("🔹", "PER")) == [None]


def test_fitting_again_forgets() -> None:
    """Nothing leaks from one fold into the next."""
    entities = EntityNames()
    entities.fit([SHARAA])
    entities.fit([Document("b", "")])
    assert entities.identified(SHARAA).mentions[0].entity_id is None


def test_names_of_one_word_in_a_long_document_are_looked_through_in_part() -> None:
    """Twenty thousand names that share a word end, each with an id."""
    many = named("new", *((f"الأسد {i}", "PER", None) for i in range(20_000)))
    entities = EntityNames()
    entities.fit([SHARAA])
    assert len({mention.entity_id for mention in entities.identified(many).mentions}) == 20_000


@given(strategies.documents(strategies.TEXTS), strategies.documents())
def test_what_is_found_can_always_be_scored(taught: Document, marked: Document) -> None:
    """No id has white space that would make it three; the order of the learnt documents decides nothing."""
    entities, turned = EntityNames(), EntityNames()
    entities.fit([taught, replace(marked, doc_id="e e")])
    turned.fit([strategies.shuffled(replace(marked, doc_id="e e"), 1), strategies.shuffled(taught, 2)])
    found = entities.identified(replace(marked, doc_id="f f"))
    check(found, found.text or "")
    assert found == turned.identified(replace(marked, doc_id="f f"))
