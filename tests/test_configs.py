"""The configs beside documents and ner: candidate pairs, entities, facts; each typed, and each joined to the documents."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cache
from typing import Any

import pytest
from datasets import Dataset

from annotation import contradictions, entities, facts, gold, schema
from annotation.facts import Fact, Source
from eval import formats
from eval.document import Document, Mention, Relation
from eval.segment import sentences
from tests.conftest import ROOT

SCHEMA = schema.load()


@cache
def gold_documents() -> dict[str, Document]:
    """By doc_id."""
    return {document.doc_id: document for document in formats.read_gold(ROOT / "data")}


@cache
def rows(config: str) -> list[dict[str, Any]]:
    """A config's rows, labels as their names."""
    dataset = Dataset.from_parquet(str(ROOT / "data" / config / "test.parquet"))
    names = {key: dataset.features[key].names for key in ("relation", "type") if key in dataset.features}
    return [{**row, **{key: name[row[key]] for key, name in names.items()}} for row in dataset.to_list()]


def test_relations_have_every_gold_relation_once() -> None:
    """The rows that are not no_relation are the documents' relations."""
    found = Counter(
        (row["doc_id"], row["relation"], row["head"]["id"], row["tail"]["id"])
        for row in rows("relations")
        if row["relation"] != "no_relation"
    )
    assert found == Counter(
        (document.doc_id, one.type, one.head, one.tail) for document in gold_documents().values() for one in document.relations
    )


def test_relations_have_every_pair_that_the_schema_allows_in_a_sentence() -> None:
    """Counted here in another way: sentence by sentence, relation by relation."""
    expected = set()
    for document in gold_documents().values():
        for start, end in sentences(document.text or "", [(m.start, m.end) for m in document.mentions]):
            inside = [mention for mention in document.mentions if start <= mention.start < end]
            expected |= {
                (document.doc_id, head.id, tail.id)
                for head, tail in itertools.product(inside, inside)
                if head is not tail and any(head.type in one.head and tail.type in one.tail for one in SCHEMA.relations.values())
            }
    pairs = {(row["doc_id"], row["head"]["id"], row["tail"]["id"]) for row in rows("relations")}
    assert expected <= pairs
    across = pairs - expected
    related = {(d.doc_id, one.head, one.tail) for d in gold_documents().values() for one in d.relations}
    assert across <= related


def test_relations_have_their_words_at_their_offsets() -> None:
    """Of the text; both ends lie in the context."""
    for row in rows("relations"):
        for end in (row["head"], row["tail"]):
            assert row["text"][end["start"] : end["end"]] == end["text"]
            assert row["context"]["start"] <= end["start"] < end["end"] <= row["context"]["end"]


def test_entities_and_mentions_refer_to_each_other() -> None:
    """Every mention's ids have a row, and every row's mentions have its id."""
    by_id = {row["entity_id"]: row for row in rows("entities")}
    listed = {(id, one["doc_id"], one["id"]) for id, row in by_id.items() for one in row["mentions"]}
    assert listed == {
        (id, document.doc_id, mention.id)
        for document in gold_documents().values()
        for mention in document.mentions
        for id in (mention.entity_id or "").split()
    }
    assert all(row["name_ar"] and row["name_en"] and row["mentions"] for row in by_id.values())
    assert {row["type"] for row in by_id.values() if row["event_type"]} == {"EVENT"}


@pytest.mark.parametrize(
    ("id", "names"),
    [
        ("per:yunus_bek_yevkurov", {"يونس بك يفكيروف", "يونس بك يفكوروف"}),
        ("per:ali_al_naasan", {"علي النعسان", "علي النصّان"}),
        ("gpe:syria", {"سوريا", "سورية"}),
    ],
)
def test_one_thing_has_one_id_under_all_its_names(id: str, names: set[str]) -> None:
    """The spellings that the articles are known for; nobody else bears them."""
    with_names = {
        row["entity_id"] for row in rows("entities") for one in row["aliases"] if one["text"] in names and row["type"] != "EVENT"
    }
    assert with_names == {id}
    (row,) = (row for row in rows("entities") if row["entity_id"] == id)
    assert names <= {one["text"] for one in row["aliases"]}


def test_facts_are_joined_to_the_relations_that_say_them() -> None:
    """Each of their mentions is a relation of the documents, and no relation is without its fact."""
    said = {(row["relation"], one["doc_id"], one["head"], one["tail"]) for row in rows("facts") for one in row["mentions"]}
    assert said == {
        (one.type, document.doc_id, one.head, one.tail) for document in gold_documents().values() for one in document.relations
    }
    for row in rows("facts"):
        assert (row["tail"] is None) != (row["value"] is None)
        assert row["documents"] == sorted({one["doc_id"] for one in row["mentions"]})
        assert row["contradicted"] == bool(row["contradicts"])


def test_contradictions_are_in_the_facts_on_both_sides() -> None:
    """Those that the articles are known for are among them."""
    table = gold.read(ROOT)
    assert table.contradictions
    by_fact = {tuple(row[key] for key in Fact._fields): row for row in rows("facts")}
    for one in table.contradictions:
        for side, others in ((one.one, one.other), (one.other, one.one)):
            for fact, other in itertools.product(side, others):
                against = [(found["head"], found["tail"], found["value"]) for found in by_fact[fact]["contradicts"]]
                assert (other.head, other.tail, other.value) in against
    ranks = {row["value"]: row["documents"] for row in rows("facts") if row["contradicted"] and row["relation"] == "holds_title"}
    assert ranks == {"اللواء": ["004"], "الفريق أول": ["003"]}
    assert {"event:russia_arab_summit_2025_10_15", "event:shara_moscow_visit_2025_10_15"} <= {
        row["head"] for row in rows("facts") if row["contradicted"]
    }


TEXT = "القيادتين في دمشق وموسكو، وروسيا وقاعدتان. زيارة في 2015، والوزير علي"
HAND = Document(
    "d",
    TEXT,
    None,
    (
        Mention("both", 0, 9, "ORG", "org:syrian org:russian"),
        Mention("damascus", 13, 17, "GPE", "gpe:damascus"),
        Mention("moscow", 19, 24, "GPE", "gpe:moscow"),
        Mention("russia", 27, 32, "GPE", "gpe:russia"),
        Mention("bases", 34, 41, "FAC", "fac:one fac:two"),
        Mention("visit", 43, 48, "EVENT", "event:visit", {"factuality": "planned"}),
        Mention("year", 52, 56, "DATE", None, {"value": "2015", "mod": "MID"}),
        Mention("title", 59, 65, "TITLE", "per:ali"),
        Mention("ali", 66, 69, "PER", "per:ali"),
    ),
    (
        Relation("located_in", "both", "moscow"),
        Relation("located_in", "both", "damascus"),
        Relation("controls", "russia", "bases"),
        Relation("happens_on", "visit", "year"),
        Relation("holds_title", "ali", "title"),
        Relation("leads", "title", "both"),
    ),
)


def test_facts_worked_out_by_hand() -> None:
    """Two ids with two tails have one each, in order; with one tail both have it; dates and titles are values."""
    assert facts.facts([HAND]) == {
        Fact("controls", "gpe:russia", "fac:one", None): [Source("d", "russia", "bases", None)],
        Fact("controls", "gpe:russia", "fac:two", None): [Source("d", "russia", "bases", None)],
        Fact("happens_on", "event:visit", None, "2015 MID"): [Source("d", "visit", "year", "planned")],
        Fact("holds_title", "per:ali", None, "الوزير"): [Source("d", "ali", "title", None)],
        Fact("leads", "per:ali", "org:syrian", None): [Source("d", "title", "both", None)],
        Fact("leads", "per:ali", "org:russian", None): [Source("d", "title", "both", None)],
        Fact("located_in", "org:syrian", "gpe:damascus", None): [Source("d", "both", "damascus", None)],
        Fact("located_in", "org:russian", "gpe:moscow", None): [Source("d", "both", "moscow", None)],
    }


def test_aliases_worked_out_by_hand() -> None:
    """A mention of two is nobody's alias, but both have a row; a refreshed table keeps names, and rows that nothing has now."""
    named = entities.Entity("per:ali", "PER", "علي", "Ali")
    gone = entities.Entity("per:gone", "PER", "غائب", "Gone", (entities.Alias("x", "PER", ("d",)),))
    table = entities.refreshed({"per:ali": named, "per:gone": gone}, [HAND])
    assert table["per:ali"].name_en == "Ali"
    assert table["per:ali"].aliases == (entities.Alias("الوزير", "TITLE", ("d",)), entities.Alias("علي", "PER", ("d",)))
    assert table["fac:one"] == entities.Entity("fac:one", "FAC", "", "")
    assert table["per:gone"].aliases == ()


def test_a_contradiction_is_read_as_it_is_written(tmp_path: Any) -> None:
    """tail or value, whichever the fact has."""
    fact = Fact("happens_on", "event:visit", None, "2015 MID")
    (tmp_path / "c.jsonl").write_text(
        '{"kind": "date", "reason": "r", "one": [{"relation": "happens_on", "head": "event:visit", "value": "2015 MID"}],'
        ' "other": [{"relation": "controls", "head": "gpe:russia", "tail": "fac:one"}]}\n',
        encoding="utf-8",
    )
    (found,) = contradictions.read(tmp_path / "c.jsonl", facts.facts([HAND]))
    assert (found.one, found.other) == ((fact,), (Fact("controls", "gpe:russia", "fac:one", None),))
