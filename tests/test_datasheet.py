"""DATASHEET.md and what it counts."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from datasets import Dataset

from annotation import CLAIMS, EXPORT, claims, datasheet, export, figures, gold, making
from annotation.entities import Entity
from eval.document import BadInput, Document, Mention
from tests.conftest import ROOT, signature, write_lines

FIRST_FIVE = {"000", "001", "002", "003", "004"}


def test_the_datasheet_is_what_its_script_writes() -> None:
    """Every number in it comes from data/ and annotation/."""
    assert (ROOT / "DATASHEET.md").read_text(encoding="utf-8") == datasheet.render(gold.read(ROOT))


def test_its_numbers_are_those_of_data() -> None:
    """What the figures count in the export, counted again in the Parquet that a user loads."""
    rows = {
        name: Dataset.from_parquet(str(ROOT / "data" / name / "test.parquet")).to_list()
        for name in ("documents", "ner", "entities", "facts")
    }
    mentions = [mention for row in rows["documents"] for mention in row["mentions"]]
    spans = [[(one["start"], one["end"]) for one in row["mentions"]] for row in rows["documents"]]
    contradicted = [row for row in rows["facts"] if row["contradicted"]]
    counted = {
        "n_articles": len(rows["documents"]),
        "n_characters": sum(len(row["text"]) for row in rows["documents"]),
        "n_words": sum(len(row["text"].split()) for row in rows["documents"]),
        "n_sentences": len(rows["ner"]),
        "n_mentions": len(mentions),
        "n_nested": sum(
            any(i != j and a <= start and end <= b and ((a, b) != (start, end) or j < i) for j, (a, b) in enumerate(of_document))
            for of_document in spans
            for i, (start, end) in enumerate(of_document)
        ),
        "n_relations": sum(len(row["relations"]) for row in rows["documents"]),
        "n_entities": len(rows["entities"]),
        "n_shared": sum(len({one["doc_id"] for one in row["mentions"]}) > 1 for row in rows["entities"]),
        "n_facts": len(rows["facts"]),
        "n_facts_shared": sum(len(row["documents"]) > 1 for row in rows["facts"]),
        "n_contradictions": len({other["reason"] for row in contradicted for other in row["contradicts"]}),
        "n_contradicted": len(contradicted),
        "n_two_ids": sum(" " in (one["entity_id"] or "") for one in mentions),
        "n_source_errors": sum(one["attributes"]["source_error"] is not None for one in mentions),
        "first_date": min(row["date"] for row in rows["documents"]),
        "last_date": max(row["date"] for row in rows["documents"]),
        "n_printed": sum(row["date_source"].startswith("printed") for row in rows["documents"]),
        "n_inferred": sum(row["date_source"].startswith("inferred") for row in rows["documents"]),
        "n_outlets": len({row["publisher"] for row in rows["documents"]} - {None}),
        "n_with_outlet": sum(row["publisher"] is not None for row in rows["documents"]),
    }
    found = gold.read(ROOT)
    said = {**figures.of_gold(found), **making.of_making(found)}
    assert counted == {name: said[name] for name in counted}


def test_the_seven_sections_are_there() -> None:
    """Those of Gebru et al. 2021, in their order."""
    text = (ROOT / "DATASHEET.md").read_text(encoding="utf-8")
    titles = [line.split(". ", 1)[1] for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "Motivation",
        "Composition",
        "Collection process",
        "Preprocessing, cleaning, labelling",
        "Uses",
        "Distribution",
        "Maintenance",
    ]


def test_a_signature_is_counted(tmp_path: Path) -> None:
    """Nobody has signed, and the pages say so; one who signs an article in its export makes it one."""
    found = gold.read(ROOT)
    count = len(found.documents)
    unsigned = f"No person has reviewed the annotations: 0 of {count} articles are verified by a person"
    assert figures.of_gold(found)["verified"] == unsigned
    for page in ("DATASHEET.md", "data/README.md"):
        assert unsigned in (ROOT / page).read_text(encoding="utf-8")
    assert "No person has reviewed anything." in (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("annotation", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    tasks = export.read(tmp_path / EXPORT)
    tasks[1]["annotations"][0]["result"].append(signature("Salma Haddad"))
    (tmp_path / EXPORT).write_text(export.dumps(tasks), encoding="utf-8")
    signed = gold.read(tmp_path)
    assert signed.verified_by == {"001": "Salma Haddad"}
    assert figures.of_gold(signed)["verified"] == f"1 of {count} articles are verified by a person"


def test_counts_worked_out_by_hand() -> None:
    """Two articles, one entity in both, one mention in another, one of two ids; an article that is not annotated counts not."""
    found = gold.read(ROOT)
    one = Document(
        "000",
        "a b c",
        None,
        (
            Mention("m1", 0, 3, "ORG", "org:x org:y"),
            Mention("m2", 0, 1, "PER", "per:a"),
            Mention("m3", 4, 5, "DATE", None, {"value": "2025", "source_error": "no"}),
        ),
    )
    other = Document("001", "a\nd", None, (Mention("m1", 0, 1, "PER", "per:a"),))
    small = replace(
        found,
        documents=[one, other],
        entities={id: Entity(id, "PER", "", "") for id in ("org:x", "org:y", "per:a")},
        articles={**found.articles, "999": found.articles["004"]},
        facts={},
        contradictions=[],
    )
    counted = figures.of_gold(small)
    expected = {
        "n_articles": 2,
        "n_words": 5,
        "n_characters": 8,
        "n_sentences": 3,
        "n_mentions": 4,
        "n_nested": 1,
        "n_two_ids": 1,
        "n_source_errors": 1,
        "n_entities": 3,
        "n_shared": 1,
        "last_date": "2025-11-20",
        "n_outlets": 1,
        "most_outlets": 2,
    }
    assert {name: counted[name] for name in expected} == expected


def test_each_claim_of_the_hostile_reading_is_decided() -> None:
    """About words of its article; of the first five, one that no reader claimed anything of would be no reading."""
    made = claims.read(ROOT / CLAIMS)
    texts = {document.doc_id: document.text or "" for document in gold.read(ROOT).documents}
    assert {claim.by for claim in made} == {claims.READER, claims.ANNOTATOR, claims.SECOND_READER}
    for by in (claims.READER, claims.ANNOTATOR):
        assert {claim.doc_id for claim in made if claim.by == by} >= FIRST_FIVE
    for claim in made:
        assert claim.quote in texts[claim.doc_id], claim
        assert claim.claim
        assert claim.reason


def test_what_is_no_claim_is_named_with_its_line(tmp_path: Path) -> None:
    """It is not left out of the count in silence."""
    path = write_lines(tmp_path / "claims.jsonl", [{"doc_id": "000"}])
    with pytest.raises(BadInput, match=r"claims\.jsonl, line 1: by: Field required"):
        claims.read(path)
