"""The guidelines speak of what is there: every example occurs, every type, attribute and relation has its rule and examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotation import schema, seeds
from tests.conftest import ROOT

ENGLISH, ARABIC = ROOT / "annotation" / "guidelines.md", ROOT / "annotation" / "guidelines.ar.md"
QUOTED = re.compile(r"`([^`\n]+)` \((\d{3})\)")
NOT = {ENGLISH: "- **Not:**", ARABIC: "- **لا:**"}
# What the five articles have fewer than three of.
SCARCE = {"opposes": 2, "source_error": 1}

both = pytest.mark.parametrize("path", [ENGLISH, ARABIC], ids=["en", "ar"])


def sections(path: Path) -> dict[str, list[str]]:
    """The lines under each heading, by the heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        if heading:
            found.setdefault(heading, []).append(line)
    return found


@both
def test_every_example_occurs_in_its_article(path: Path) -> None:
    """`quotation` (article): letter for letter."""
    texts = {doc_id: text for doc_id, (_, text) in seeds.read(ROOT / "seeds").items()}
    quoted = QUOTED.findall(path.read_text(encoding="utf-8"))
    assert len(quoted) > 100
    assert [(quotation, doc_id) for quotation, doc_id in quoted if quotation not in texts[doc_id]] == []


@both
def test_everything_that_may_be_annotated_has_examples_and_counter_examples(path: Path) -> None:
    """Three examples and two counter-examples from the articles for each type, attribute and relation."""
    known, found = schema.load(), sections(path)
    for name in (*known.types, *known.attributes, *known.relations):
        against = [line for line in found[name] if line.startswith(NOT[path])]
        examples = [quoted for line in found[name] if line not in against for quoted in QUOTED.findall(line)]
        counter_examples = [line for line in against if QUOTED.search(line)]
        # A relation's example is a head and a tail.
        needed = SCARCE.get(name, 3) * (2 if name in known.relations else 1)
        assert len(examples) >= needed, f"{name}: {len(examples)} quotations of {needed}"
        assert len(counter_examples) >= 2, f"{name}: {len(counter_examples)} counter-examples"


@both
def test_values_of_closed_lists_are_explained(path: Path) -> None:
    """Every value that an annotator can pick."""
    text = path.read_text(encoding="utf-8")
    values = [value for attribute in schema.load().attributes.values() for value in attribute.values or ()]
    assert [value for value in values if not re.search(rf"\b{value}\b", text)] == []


def test_both_languages_quote_the_same() -> None:
    """Section by section, in the same order: what one says of an article the other says too."""
    english, arabic = sections(ENGLISH), sections(ARABIC)
    assert len(english) == len(arabic)
    for (heading, ours), (theirs, lines) in zip(english.items(), arabic.items(), strict=True):
        assert QUOTED.findall("\n".join(ours)) == QUOTED.findall("\n".join(lines)), f"{heading} / {theirs}"
