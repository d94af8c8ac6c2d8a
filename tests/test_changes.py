"""What differs between two versions of a document, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.changes import KINDS, changes, counted
from eval.document import Document, Mention, Relation
from tests.strategies import documents, shuffled

TEXT = "زار الوزير علي دمشق أمس"
EVENT = Mention("m1", 0, 3, "EVENT", "event:v", {"factuality": "asserted"})
PER = Mention("m2", 11, 14, "PER", "per:ali")
GPE = Mention("m3", 15, 19, "GPE", "gpe:damascus", {"role": "place"})
BEFORE = Document(
    "d", TEXT, "2025-11-16", (EVENT, PER, GPE), (Relation("has_participant", "m1", "m2"), Relation("happens_at", "m1", "m3"))
)


def of(*mentions: Mention, relations: tuple[Relation, ...] = BEFORE.relations) -> Document:
    """The document with these."""
    return replace(BEFORE, mentions=mentions, relations=relations)


@pytest.mark.parametrize(
    ("after", "found", "said"),
    [
        (BEFORE, [], ""),
        (of(EVENT, PER, GPE, Mention("m9", 20, 23, "DATE")), [("mention added", "DATE [20, 23) \u2068أمس\u2069")], "1 mention added"),
        (
            of(EVENT, GPE, relations=BEFORE.relations[1:]),
            [("mention removed", "PER [11, 14) \u2068علي\u2069"), ("relation removed", "has_participant from EVENT [0, 3) \u2068زار\u2069 to PER [11, 14) \u2068علي\u2069")],
            "1 mention removed, 1 relation removed",
        ),
        (of(EVENT, PER, replace(GPE, type="LOC")), [("type", "LOC [15, 19) \u2068دمشق\u2069: was GPE")], "1 type changed"),
        (of(EVENT, PER, replace(GPE, id="x", type="LOC"), relations=(BEFORE.relations[0], Relation("happens_at", "m1", "x"))), [("type", "LOC [15, 19) \u2068دمشق\u2069: was GPE")], "1 type changed"),
        (of(EVENT, replace(PER, start=4), GPE), [("span", "PER [4, 14) \u2068الوزير علي\u2069: was [11, 14) \u2068علي\u2069")], "1 span changed"),
        (of(EVENT, replace(PER, id="new", start=4), GPE, relations=BEFORE.relations[1:]), [("span", "PER [4, 14) \u2068الوزير علي\u2069: was [11, 14) \u2068علي\u2069"), ("relation removed", "has_participant from EVENT [0, 3) \u2068زار\u2069 to PER [11, 14) \u2068علي\u2069")], "1 span changed, 1 relation removed"),
        (
            of(EVENT, PER, replace(GPE, entity_id=None, attributes={"role": "government", "norm": "x"})),
            [
                ("field", "GPE [15, 19) \u2068دمشق\u2069: entity_id is none, was \u2068gpe:damascus\u2069"),
                ("field", "GPE [15, 19) \u2068دمشق\u2069: norm is \u2068x\u2069, was none"),
                ("field", "GPE [15, 19) \u2068دمشق\u2069: role is \u2068government\u2069, was \u2068place\u2069"),
            ],
            "3 fields changed",
        ),
        (
            replace(BEFORE, relations=(BEFORE.relations[0], Relation("happens_at", "m3", "m1"))),
            [("relation added", "happens_at from GPE [15, 19) \u2068دمشق\u2069 to EVENT [0, 3) \u2068زار\u2069"), ("relation removed", "happens_at from EVENT [0, 3) \u2068زار\u2069 to GPE [15, 19) \u2068دمشق\u2069")],
            "1 relation added, 1 relation removed",
        ),
        (replace(BEFORE, date="2025-11-17"), [("date", "the date is 2025-11-17, was 2025-11-16")], "1 date changed"),
        (replace(BEFORE, text=TEXT + "."), [("text", "the text is another; 3 mentions and 2 relations before, 3 and 2 now")], "1 text changed"),
    ],
    ids=["nothing", "added", "removed", "type", "type and id", "span", "span and id", "fields", "direction", "date", "text"],
)  # fmt: skip
def test_changes_are_told_in_words(after: Document, found: list[tuple[str, str]], said: str) -> None:
    """One sentence each, with words of the text isolated; and how many of each kind."""
    changed = changes(BEFORE, after)
    assert [(one.kind, one.sentence) for one in changed] == found
    assert counted(changed) == said


def test_several_of_a_kind_are_counted_together() -> None:
    """In the plural."""
    assert counted(changes(Document("d", TEXT, BEFORE.date), BEFORE)) == "3 mentions added, 2 relations added"


def test_the_same_id_on_other_words_is_another_mention() -> None:
    """Ids are numbered anew in another export."""
    after = of(replace(EVENT, id="m2"), replace(GPE, id="m1"), relations=(Relation("happens_at", "m2", "m1"),))
    assert [one.kind for one in changes(BEFORE, after)] == ["mention removed", "relation removed"]


@given(documents(), documents(), st.integers(0, 99))
def test_changes_are_those_of_the_documents(before: Document, after: Document, seed: int) -> None:
    """None between equal ones in any order; added and removed change places the other way round; every one has a kind and a place."""
    assert changes(before, shuffled(before, seed)) == []
    there, back = changes(before, after), changes(after, before)
    assert {one.kind for one in there} <= set(KINDS)
    assert all(one.span is not None and one.sentence for one in there)
    kinds = [one.kind for one in there].count, [one.kind for one in back].count
    for added, removed in (("mention added", "mention removed"), ("relation added", "relation removed")):
        assert (kinds[0](added), kinds[0](removed)) == (kinds[1](removed), kinds[1](added))
    difference = len(after.mentions) - len(before.mentions)
    assert kinds[0]("mention added") - kinds[0]("mention removed") == difference
    assert bool(there) == bool(back)
