"""The guidelines speak of what is there: every example occurs, every type and relation has its place."""

from __future__ import annotations

import re

from annotation import schema, seeds
from tests.conftest import ROOT

TEXT = (ROOT / "annotation" / "guidelines.md").read_text(encoding="utf-8")
QUOTED = re.compile(r"`([^`\n]+)` \((\d{3})\)")


def test_every_example_occurs_in_its_article() -> None:
    """`quotation` (article): letter for letter."""
    texts = {doc_id: text for doc_id, (_, text) in seeds.read(ROOT / "seeds").items()}
    quoted = QUOTED.findall(TEXT)
    assert len(quoted) > 100
    assert [(quotation, doc_id) for quotation, doc_id in quoted if quotation not in texts[doc_id]] == []


def test_every_type_attribute_and_relation_has_a_section() -> None:
    """As the schema names them."""
    headings = " ".join(line for line in TEXT.splitlines() if line.startswith("#"))
    known = schema.load()
    assert [name for name in (*known.types, *known.attributes, *known.relations) if not re.search(rf"\b{name}\b", headings)] == []


def test_values_of_closed_lists_are_explained() -> None:
    """Every value that an annotator can pick."""
    values = [value for attribute in schema.load().attributes.values() for value in attribute.values or ()]
    assert [value for value in values if not re.search(rf"\b{value}\b", TEXT)] == []
