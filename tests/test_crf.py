"""The conditional random fields: what they learn, where their mentions start and end, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.document import BadInput, Document, Mention, Relation, check, check_nesting
from eval.extractors import Labels, Request
from eval.extractors.crf import Crf
from eval.extractors.crf_features import LONGEST, Tokens
from eval.segment import tokens
from tests import strategies
from tests.conftest import Command, document, write_lines

ALL = Request(labels=Labels(("A", "B", "EVENT", "GPE", "NORP", "ORG", "PER")))


def sentence(visitor: str, city: str, number: int) -> Document:
    """He visited a city with its name after a preposition; with all that is annotated of it."""
    text = f"زار الوزير {visitor} أمس ب{city} الجيش السوري"
    places = [(text.index(word), text.index(word) + len(word)) for word in ("زار", visitor, city, "الجيش السوري", "السوري")]
    kinds = (
        ("EVENT", f"event:{number}"),
        ("PER", f"per:{visitor}"),
        ("GPE", f"gpe:{city}"),
        ("ORG", "org:army"),
        ("NORP", "gpe:syria"),
    )
    mentions = tuple(Mention(f"g{i}", *place, *kind) for i, (place, kind) in enumerate(zip(places, kinds, strict=True)))
    return Document(
        f"{number}", text, mentions=mentions, relations=(Relation("has_participant", "g0", "g1"), Relation("of", "g3", "g4"))
    )


TAUGHT = [
    sentence(visitor, city, number)
    for number, (visitor, city) in enumerate(
        (("أحمد", "دمشق"), ("مرهف", "حلب"), ("يونس", "درعا"), ("علي", "حمص"), ("سعيد", "حماة"), ("خالد", "طرطوس"))
    )
]


@pytest.fixture(scope="module")
def taught() -> Crf:
    """A CRF that has seen six sentences of one kind."""
    crf = Crf(ALL)
    crf.fit(TAUGHT)
    return crf


def found(crf: Crf, text: str) -> list[tuple[str, str]]:
    """(surface, type) of what is found in a text."""
    (marked,) = crf.extract([Document("new", text)])
    return [(text[m.start : m.end], m.type) for m in marked.mentions]


def test_names_that_it_has_not_seen_are_found_by_what_is_round_them(taught: Crf) -> None:
    """A person, a city after its preposition, and the nested demonym."""
    assert found(taught, "زار الوزير زياد أمس ببغداد الجيش السوري") == [
        ("زار", "EVENT"),
        ("زياد", "PER"),
        ("بغداد", "GPE"),
        ("الجيش السوري", "ORG"),
        ("السوري", "NORP"),
    ]


def test_the_vowel_of_a_proclitic_is_no_part_of_a_mention(taught: Crf) -> None:
    """The mention starts with a letter, though the proclitic is vocalised."""
    assert ("بغداد", "GPE") in found(taught, "زار الوزير زياد أمس بِبغداد الجيش السوري")


def test_relations_and_ids_are_as_lexicons(taught: Crf) -> None:
    """Of the mentions found; a visit of another article is another."""
    (marked,) = taught.extract([Document("new", "زار الوزير زياد أمس بحلب الجيش السوري")])
    assert marked.relations == (Relation("has_participant", "m1", "m2"), Relation("of", "m4", "m5"))
    assert [mention.entity_id for mention in marked.mentions] == ["event:new:زار", "per:زياد", "gpe:حلب", "org:army", "gpe:syria"]


def test_gold_without_relations_and_ids_gives_none() -> None:
    """They are learnt or they are not there."""
    crf = Crf(ALL)
    bare = [replace(one, mentions=tuple(replace(m, entity_id=None) for m in one.mentions), relations=()) for one in TAUGHT]
    crf.fit(bare)
    (marked,) = crf.extract([TAUGHT[0].bare()])
    assert marked.mentions
    assert not marked.relations
    assert not [mention for mention in marked.mentions if mention.entity_id]


def test_fitting_again_forgets(taught: Crf) -> None:
    """Nothing leaks from one fold into the next; the second fit is all there is."""
    crf = Crf(ALL)
    crf.fit(TAUGHT)
    crf.fit([Document("e", "لا شيء هنا"), document("حلب", (0, 3, "GPE"))])
    fresh = Crf(ALL)
    fresh.fit([Document("e", "لا شيء هنا"), document("حلب", (0, 3, "GPE"))])
    given = [one.bare() for one in TAUGHT]
    assert list(crf.extract(given)) == list(fresh.extract(given)) != list(taught.extract(given))


def test_a_second_fit_on_the_same_is_the_same(taught: Crf) -> None:
    """No chance in it."""
    again = Crf(ALL)
    again.fit(TAUGHT)
    given = [one.bare() for one in TAUGHT]
    assert list(again.extract(given)) == list(taught.extract(given))


def test_unfitted_it_refuses() -> None:
    """It has learnt nothing, and says what to do."""
    with pytest.raises(BadInput, match="leave-one-out"):
        list(Crf(ALL).extract([Document("d", "زار")]))


@pytest.mark.parametrize("how", [["--protocol", "as-is"], []])
def test_with_nothing_to_learn_from_a_run_refuses(how: list[str], command: Command, tmp_path: Path) -> None:
    """As it is, and where the gold has one document: in one line, with exit status 2."""
    gold = write_lines(
        tmp_path / "gold.jsonl", [{"doc_id": "a", "text": "دمشق", "mentions": [{"start": 0, "end": 4, "type": "GPE"}]}]
    )
    done = command("eval", "run", "crf", "--gold", gold, *how)
    assert done.returncode == 2
    assert done.stderr.startswith("eval: crf has learnt nothing")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "nothing", [[], [Document("a", "")], [Document("a", None)], [Document("a", "زار الوزير"), Document("b", " \n")]]
)
def test_documents_without_mentions_teach_to_find_none(nothing: list[Document]) -> None:
    """That is something learnt."""
    crf = Crf(ALL)
    crf.fit(nothing)
    assert [one.mentions for one in crf.extract([Document("d", "زار الوزير دمشق"), Document("e", "")])] == [(), ()]


def test_a_mention_of_white_space_teaches_nothing() -> None:
    """It has no token."""
    crf = Crf(ALL)
    crf.fit([document("a  b", (1, 2, "A"))])
    assert found(crf, "a  b") == []


def test_a_very_long_line_is_tagged_in_pieces(taught: Crf) -> None:
    """More than a piece holds, and every visit in it is found but where the line is cut."""
    times = 3 * LONGEST
    surfaces = found(taught, "زار الوزير زياد أمس بحلب الجيش السوري " * times)
    assert surfaces.count(("حلب", "GPE")) > 0.99 * times
    assert max(after - first for first, after in Tokens("a " * times).sequences()) == LONGEST


@given(strategies.documents(strategies.TEXTS))
def test_tokens_of_a_mention_are_those_that_it_touches(marked: Document) -> None:
    """None that only stands beside it."""
    text = marked.text or ""
    own, spans = Tokens(text), tokens(text).tolist()
    for mention in marked.mentions:
        first, after = own.covered(mention)
        touched = [i for i, (start, end) in enumerate(spans) if start < mention.end and mention.start < end]
        assert list(range(first, after)) == touched


@given(st.lists(strategies.documents(), min_size=1, max_size=3), strategies.TEXTS)
@settings(max_examples=30)
def test_what_is_found_can_always_be_scored(taught: list[Document], text: str) -> None:
    """Whatever was learnt, crossing mentions and parts of tokens too, offsets are within the text and nothing crosses."""
    crf = Crf(ALL)
    crf.fit([replace(one, doc_id=str(i)) for i, one in enumerate(taught)])
    for given_text in (text, strategies.TEXT):
        (marked,) = crf.extract([Document("new", given_text)])
        check(marked, given_text)
        check_nesting(marked)


@given(st.text(alphabet="ال وبسوريازمشق🔹\u064eـ\u200f\n.", max_size=60))
def test_mentions_start_after_proclitics_at_most(taught: Crf, text: str) -> None:
    """A mention ends with a token, and starts with one or within its first letters; all can be scored."""
    (marked,) = taught.extract([Document("new", text)])
    check(marked, text)
    check_nesting(marked)
    spans = tokens(text).tolist()
    for mention in marked.mentions:
        assert mention.end in {end for _, end in spans}
        cut = next(text[start : mention.start] for start, end in spans if start <= mention.start < end)
        assert len(cut.replace("ـ", "")) <= 2
