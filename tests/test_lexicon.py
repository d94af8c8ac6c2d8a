"""The baseline: what it learns, what its rules find, and what it never emits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.document import Document, Mention, Relation, check, check_nesting
from eval.extractors import Labels, Request
from eval.extractors.lexicon import Lexicon
from eval.formats import read_gold
from tests.conftest import ROOT, document

ALL = Request(labels=Labels(("DATE", "EVENT", "GPE", "NORP", "ORG", "PER", "QUANTITY", "TITLE")))


def found(text: str, lexicon: Lexicon | None = None) -> list[tuple[str, str]]:
    """(surface, type) of what is found in a text."""
    (marked,) = (lexicon or Lexicon(ALL)).extract([Document("d", text)])
    return [(text[m.start : m.end], m.type) for m in marked.mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("زار وروسيا وبسوريا", [("روسيا", "GPE"), ("سوريا", "GPE")]),
        ("الوفد الروسي والسورية", [("الروسي", "NORP"), ("السورية", "NORP")]),
        ("للسوري وروسي", [("لسوري", "NORP"), ("روسي", "NORP")]),
        ("يوم 28 أكتوبر/تشرين الأول الماضي", [("28 أكتوبر/تشرين الأول الماضي", "DATE")]),
        ("في يناير/ كانون الثاني الماضي", [("يناير/ كانون الثاني الماضي", "DATE")]),
        ("بدءا من العام 2015 ومنذ 61 عاما", [("العام 2015", "DATE"), ("61 عاما", "DATE")]),
        ("وصل أمس الأربعاء", [("أمس الأربعاء", "DATE")]),
        ("نحو 190 شخصية و90% وعشرات", [("190 شخصية", "QUANTITY"), ("90%", "QUANTITY"), ("عشرات", "QUANTITY")]),
        ("وبـسوريا ولـ20 دبابة بـ28 أكتوبر", [("سوريا", "GPE"), ("20 دبابة", "QUANTITY"), ("28 أكتوبر", "DATE")]),
        ("وفد بحث التعاون", []),
    ],
)
def test_rules_alone(text: str, expected: list[tuple[str, str]]) -> None:
    """Clitics, countries, demonyms, dates and numbers need nothing to learn from."""
    assert found(text) == expected


def test_learnt_surfaces_are_found_after_clitics_and_nested() -> None:
    """What one document teaches is found in another, also where ل has fused with the article."""
    lexicon = Lexicon(ALL)
    lexicon.fit([document("الجيش السوري في حميميم", (0, 12, "ORG"), (6, 12, "NORP"), (16, 22, "FAC"))])
    assert found("وقال للجيش السوري بحميميم", lexicon) == [("لجيش السوري", "ORG"), ("السوري", "NORP"), ("حميميم", "FAC")]


def test_a_surface_that_is_seldom_a_mention_is_not_believed() -> None:
    """One of three occurrences is under a half."""
    lexicon = Lexicon(ALL)
    lexicon.fit([document("لقاء ثم لقاء ثم لقاء", (0, 4, "EVENT"))])
    assert found("لقاء", lexicon) == []


def test_fitting_again_forgets() -> None:
    """Nothing leaks from one fold into the next."""
    lexicon = Lexicon(ALL)
    lexicon.fit([document("حميميم", (0, 6, "FAC"))])
    lexicon.fit([document("دير", (0, 3, "FAC"))])
    assert found("حميميم", lexicon) == []


def test_only_types_of_the_gold_are_emitted() -> None:
    """With a gold that has no DATE, a date is none."""
    assert found("وصل الروسي أمس", Lexicon(Request(labels=Labels(("NORP",))))) == [("الروسي", "NORP")]


LED = Document(
    "a",
    "زار أحمد الشرع موسكو",
    mentions=(Mention("v", 0, 3, "EVENT", "event:1"), Mention("p", 4, 14, "PER", "per:1"), Mention("c", 15, 20, "GPE", "gpe:1")),
    relations=(Relation("has_participant", "v", "p"),),
)


def test_relations_and_ids_are_those_of_what_was_learnt() -> None:
    """The same pair of types lying alike is related; names have the gold's ids, and a visit of another article is another."""
    lexicon = Lexicon(ALL)
    lexicon.fit([LED, replace(LED, doc_id="b", mentions=(replace(LED.mentions[0], entity_id="event:2"), *LED.mentions[1:]))])
    (marked,) = lexicon.extract([Document("new", "ثم زار أحمد الشرع موسكو")])
    assert [(m.id, m.type, m.entity_id) for m in marked.mentions] == [
        ("m1", "EVENT", "event:new:زار"),
        ("m2", "PER", "per:1"),
        ("m3", "GPE", "gpe:1"),
    ]
    assert marked.relations == (Relation("has_participant", "m1", "m2"),)


def test_gold_without_relations_and_ids_gives_none() -> None:
    """Nor does a lexicon that was never fitted."""
    lexicon = Lexicon(ALL)
    for _ in range(2):
        (marked,) = lexicon.extract([Document("new", "زار أحمد الشرع موسكو")])
        assert marked.mentions
        assert not marked.relations
        assert not [mention for mention in marked.mentions if mention.entity_id]
        lexicon.fit([replace(LED, mentions=tuple(replace(m, entity_id=None) for m in LED.mentions), relations=())])


def test_a_sentence_after_learning_from_four_articles() -> None:
    """A man and his office are one, since holds_title joins them in the gold; a reception is this document's."""
    gold = read_gold(ROOT / "data")
    types = sorted({mention.type for one in gold for mention in one.mentions})
    lexicon = Lexicon(Request(labels=Labels(tuple(types))))
    lexicon.fit([one for one in gold if one.doc_id != "004"])
    text = "استقبل الرئيس الروسي فلاديمير بوتين في موسكو وفدا."
    (marked,) = lexicon.extract([Document("new", text)])
    surface = {mention.id: text[mention.start : mention.end] for mention in marked.mentions}
    assert [(surface[m.id], m.type, m.entity_id) for m in marked.mentions] == [
        ("استقبل", "EVENT", "event:new:استقبل"),
        ("الرئيس الروسي", "TITLE", "per:vladimir_putin"),
        ("الروسي", "NORP", "gpe:russia"),
        ("فلاديمير بوتين", "PER", "per:vladimir_putin"),
        ("موسكو", "GPE", "gpe:moscow"),
    ]
    assert [(r.type, surface[r.head], surface[r.tail]) for r in marked.relations] == [
        ("has_participant", "استقبل", "فلاديمير بوتين"),
        ("affiliated_with", "الرئيس الروسي", "الروسي"),
        ("holds_title", "فلاديمير بوتين", "الرئيس الروسي"),
    ]


@given(st.text(alphabet="ال وروسيا28/أكتوبرماضي%🔹\n", max_size=60))
def test_what_is_found_can_always_be_scored(text: str) -> None:
    """Offsets within the text, and nothing that crosses."""
    (marked,) = Lexicon(ALL).extract([Document("d", text)])
    check(marked, text)
    check_nesting(marked)
