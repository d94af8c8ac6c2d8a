"""schema.yaml is the one statement: labels.xml is made from it, and it holds together."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from annotation import page, schema
from tests.conftest import ROOT

SCHEMA = schema.load()


def test_labels_xml_is_what_the_schema_makes() -> None:
    """`uv run python scripts/labels.py` was run after the last change."""
    assert (ROOT / "annotation" / "labels.xml").read_text(encoding="utf-8") == page.labels_xml(SCHEMA) + "\n"


def test_everything_named_in_the_schema_is_there() -> None:
    """Attributes and relations name types that exist; what is required is allowed."""
    types = set(SCHEMA.types)
    for attribute in SCHEMA.attributes.values():
        assert set(attribute.required) <= set(attribute.types) <= types
    for relation in SCHEMA.relations.values():
        assert set(relation.head) | set(relation.tail) <= types
    assert set(SCHEMA.entity_prefixes["NORP"]) > {"gpe"}


def test_keys_and_colours_are_told_apart() -> None:
    """No two types share a key or a colour."""
    for of_type in ("hotkey", "color"):
        values = [getattr(entry, of_type) for entry in SCHEMA.types.values()]
        assert len(set(values)) == len(values)


def test_the_page_is_right_to_left_and_selects_by_character() -> None:
    """What an Arabic annotator cannot do without."""
    view = ET.fromstring(page.labels_xml(SCHEMA))
    style, text = view.findtext("Style") or "", view.find(".//Text")
    assert "direction: rtl" in style
    assert text is not None
    assert text.get("granularity") == "symbol"
    assert [label.get("value") for label in view.iter("Label")] == list(SCHEMA.types)
    assert [relation.get("value") for relation in view.iter("Relation")] == list(SCHEMA.relations)
    fields = {field.get("name"): field.get("perRegion") for field in (*view.iter("TextArea"), *view.iter("Choices"))}
    assert fields == {**dict.fromkeys(SCHEMA.attributes, "true"), schema.VERIFIED_BY: None}
