"""The dataset's card: each number is counted again, and a section whose figures cannot be had is left out."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from string import Template

import pytest
from datasets import Dataset
from huggingface_hub import DatasetCard

from annotation import CLAIMS, EXPORT, about, card, examples, making
from annotation import gold as golds
from annotation.configs import CONFIGS
from annotation.gold import Gold
from eval.document import BadInput
from scripts import tables
from tests.conftest import ROOT, Command

TEMPLATE = (ROOT / "annotation" / "card.md").read_text(encoding="utf-8")
SECTIONS = re.findall("^## .*$", TEMPLATE, re.MULTILINE)

# What stands in card.md in digits and is no count: standards and licences by their names, a value, what is a rate of.
NO_COUNTS = (
    *("`2025-07 END`", "from 0", "faults for 100"),
    *("TIMEX3", "IOB2", "F1", "UTF-8", "`sha256`", "CC BY 4.0"),
)
# The same in words: what is in an order, and annotation.figures.RARE.
IN_WORDS = (
    "first and a second pass",
    "first of the baselines",
    "first rows",
    "the first what",
    "fewer than ten",
    "in both forms",
)
NUMERAL = re.compile(r"\d+(?:[.,-]\d+)*")
WORDS = re.compile(
    r"\b(first|second|third|two|both|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?)\b", re.IGNORECASE
)
BLOCK = re.compile(r"```\w+\n.*?```", re.DOTALL)  # tests/test_card_code.py runs them
PLACEHOLDER = re.compile(r"\$(\w+)")


@cache
def page() -> DatasetCard:
    """The card as it stands in data/."""
    return DatasetCard.load(ROOT / "data" / "README.md")


@cache
def gold() -> Gold:
    """The project's own."""
    return golds.read(ROOT)


@cache
def made() -> dict[str, object]:
    """How it was made."""
    return making.of_trust(ROOT)


def counted() -> dict[str, object]:
    """What is said of the gold in numbers, counted again in the Parquet that a user loads."""
    loaded = {config: Dataset.from_parquet(str(ROOT / "data" / config / "test.parquet")) for config in CONFIGS}
    documents, facts, entities = (loaded[config].to_list() for config in ("documents", "facts", "entities"))
    names, relation_names = (loaded["documents"].features[name].feature["type"].names for name in ("mentions", "relations"))
    mentions = [mention for row in documents for mention in row["mentions"]]
    by_type = Counter(names[mention["type"]] for mention in mentions)
    by_relation = Counter(relation_names[relation["type"]] for row in documents for relation in row["relations"])
    rare = [sorted(name for name, count in counts.items() if count < 10) for counts in (by_type, by_relation)]
    # of two of one span, one is in the other
    spans = [sorted(((one["start"], -one["end"]) for one in row["mentions"]), reverse=True) for row in documents]
    nested = sum(
        any(a <= start and b <= end for a, b in of_one[i + 1 :]) for of_one in spans for i, (start, end) in enumerate(of_one)
    )
    contradicted = [row for row in facts if row["contradicted"]]
    publishers = [row["publisher"] for row in documents]
    return {
        "n_articles": len(documents),
        "n_mentions": len(mentions),
        "n_nested": nested,
        "n_two_ids": sum(" " in (one["entity_id"] or "") for one in mentions),
        "n_relations": by_relation.total(),
        "n_sentences": len(loaded["ner"]),
        "n_candidates": len(loaded["relations"]),
        "n_entities": len(entities),
        "n_shared": sum(len({one["doc_id"] for one in row["mentions"]}) > 1 for row in entities),
        "n_facts": len(facts),
        "n_facts_shared": sum(len(row["documents"]) > 1 for row in facts),
        "n_contradictions": len({other["reason"] for row in contradicted for other in row["contradicts"]}),
        "n_contradicted": len(contradicted),
        "n_types": len(names),
        "n_relation_types": len(relation_names),
        "n_outlets": len({*publishers} - {None}),
        "most_outlets": len({*publishers} - {None}) + publishers.count(None),
        "first_date": min(row["date"] for row in documents),
        "last_date": max(row["date"] for row in documents),
        "mentions": in_order(by_type),
        "relations": in_order(by_relation),
        "rare_mentions": len(rare[0]),
        "rare_relations": len(rare[1]),
        "rare_types": ", ".join(rare[0] + rare[1]),
        "verified": f"No person has reviewed the annotations: 0 of {len(documents)} articles are verified by a person",
    }


def in_order(counts: Counter[str]) -> str:
    """Each with its count, the most first."""
    return " · ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def told() -> dict[str, object]:
    """What else is said: of the making, as in DATASHEET.md, of the whole, and examples. Each is held by a test of its own."""
    stated = about.load()
    digest = re.search("digest `([0-9a-f]{12})`", page().text)
    assert digest
    return {
        **made(),
        **examples.of_gold(gold()),
        **asdict(stated),
        "bibtex": stated.bibtex,
        "digest": digest[1],
        "source": "./data",
    }


def test_no_number_in_the_card_is_typed_by_hand() -> None:
    """In digits or in words, but for the few that are no counts, of which each is still there."""
    by_hand = PLACEHOLDER.sub("", BLOCK.sub("", tables.TABLE.sub("", TEMPLATE)))
    assert [words for words in (*NO_COUNTS, *IN_WORDS) if words not in by_hand] == []
    for words in (*NO_COUNTS, *IN_WORDS):
        by_hand = by_hand.replace(words, "")
    assert NUMERAL.findall(by_hand) == []
    assert WORDS.findall(by_hand) == []


def test_each_number_in_the_card_is_accounted_for() -> None:
    """The body is card.md with what is counted again here and nothing else: its numerals are those of the two."""
    values = {**told(), **counted()}
    expected = Counter(NUMERAL.findall(PLACEHOLDER.sub("", TEMPLATE)))
    for name in PLACEHOLDER.findall(TEMPLATE):
        expected.update(NUMERAL.findall(str(values[name])))
    assert Counter(NUMERAL.findall(page().text)) == expected
    assert page().text.strip() == Template(TEMPLATE).substitute(values).strip()


def test_the_figures_of_the_making_are_the_datasheets() -> None:
    """The rows of agreement, and the others in the words in which they stand there."""
    sheet = " ".join((ROOT / "DATASHEET.md").read_text(encoding="utf-8").split())
    for words in (
        "$agreement",
        "They made $n_claims claims; $n_accepted were accepted, $n_faults of these against the annotation",
        "**$fault_rate faults for 100 annotations**",
        "$fault_rate_both faults for 100 with both",
        "they made $n_second_claims claims, $n_second_accepted of them accepted",
    ):
        assert " ".join(Template(words).substitute(made()).split()) in sheet


def test_the_table_of_baselines_is_the_readmes() -> None:
    """As it was printed; tests/test_readme.py holds both to their command."""
    (table,) = tables.TABLE.finditer(page().text)
    assert table[0] in TEMPLATE
    assert table[0] in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_project_that_keeps_its_gold_alone_has_a_card(command: Command, tmp_path: Path) -> None:
    """Without passes and claims it says nothing of agreement; without contradictions it has no examples; the build says no word."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / EXPORT).parent.mkdir(parents=True)
    shutil.copy(ROOT / EXPORT, tmp_path / EXPORT)
    assert not (tmp_path / CLAIMS).exists()
    built = command("annotate", "build")
    assert built.returncode == 0
    assert "the card" not in built.stderr
    body = DatasetCard.load(tmp_path / "data" / "README.md").text
    assert [one for one in SECTIONS if one not in body] == ["## Examples", "## How far to trust it"]
    assert [one for one in SECTIONS if one not in page().text] == []


def test_what_is_not_of_us_alone_is_still_said_where_the_making_is_not_kept(tmp_path: Path) -> None:
    """The same gold, read as if from another place."""
    body = card.body(replace(gold(), root=tmp_path), about.load(), {"relations": 1}, "0" * 12, "./data")
    assert [one for one in SECTIONS if one not in body] == ["## How far to trust it"]


def test_a_making_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A section is left out where nothing is kept, and not because of a fault in what is."""
    shutil.copytree(ROOT / EXPORT.parent, tmp_path / EXPORT.parent)
    (tmp_path / CLAIMS).write_text("{}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"claims\.jsonl, line 1"):
        card.body(replace(gold(), root=tmp_path), about.load(), {"relations": 1}, "0" * 12, "./data")
