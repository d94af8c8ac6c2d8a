"""Reads schema.yaml, and draws Label Studio's labelling configuration from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

import yaml


@dataclass(frozen=True)
class EntityType:
    """A type of mention, in words, with its colour and key on Label Studio's page."""

    name: str
    color: str
    hotkey: str


@dataclass(frozen=True)
class Attribute:
    """What a mention carries beside its type: on which types, on which of them always, and which values (None: free text)."""

    types: tuple[str, ...]
    required: tuple[str, ...]
    values: tuple[str, ...] | None


@dataclass(frozen=True)
class RelationType:
    """The types that a relation's head and tail may have."""

    head: tuple[str, ...]
    tail: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """Everything that may be annotated."""

    types: Mapping[str, EntityType]
    attributes: Mapping[str, Attribute]
    relations: Mapping[str, RelationType]
    entity_prefixes: Mapping[str, tuple[str, ...]]


@cache
def load() -> Schema:
    """The schema as schema.yaml states it."""
    stated = yaml.safe_load((files("annotation") / "schema.yaml").read_text(encoding="utf-8"))
    groups = stated["groups"]

    def spread(names: list[str]) -> tuple[str, ...]:
        return tuple(type for name in names for type in groups.get(name, [name]))

    if unknown := set(stated["entity_prefixes"]) - set(stated["types"]):
        raise ValueError(f"schema.yaml: entity_prefixes names {', '.join(unknown)}, which is no type")
    return Schema(
        types={name: EntityType(**entry) for name, entry in stated["types"].items()},
        attributes={
            name: Attribute(
                types=tuple(entry["types"]),
                required=tuple(entry.get("required", ())),
                values=tuple(entry["values"]) if "values" in entry else None,
            )
            for name, entry in stated["attributes"].items()
        },
        relations={
            name: RelationType(spread(entry["head"]), spread(entry["tail"])) for name, entry in stated["relations"].items()
        },
        entity_prefixes={name: tuple(stated["entity_prefixes"].get(name, (name.lower(),))) for name in stated["types"]},
    )


VERIFIED_BY = "verified_by"

# Right to left in a readable face; lines far enough apart for arrows to stay off the text.
_STYLE = """
.wafd-text [class*="richtext__container"] {direction: rtl; text-align: right; font-size: 22px; line-height: 2.6}
.wafd-text [class*="richtext__container"] * {font-family: "Noto Naskh Arabic", "Geeza Pro", Tahoma, sans-serif !important}
.wafd-text [class*="richtext__line"] {direction: rtl; unicode-bidi: isolate}
"""


def labels_xml(schema: Schema) -> str:
    """Label Studio's labelling configuration: a label per type, a field per attribute shown for its types, relations."""
    view = ET.Element("View")
    ET.SubElement(view, "Style").text = _STYLE
    relations = ET.SubElement(view, "Relations")
    for name in schema.relations:
        ET.SubElement(relations, "Relation", value=name)
    labels = ET.SubElement(view, "Labels", name="label", toName="text", showInline="true")
    for name, type in schema.types.items():
        ET.SubElement(labels, "Label", value=name, background=type.color, hotkey=type.hotkey, hint=type.name)
    # granularity="word" would snap over clitics
    ET.SubElement(ET.SubElement(view, "View", className="wafd-text"), "Text", name="text", value="$text", granularity="symbol")
    for name, attribute in schema.attributes.items():
        shown = {"visibleWhen": "region-selected", "whenTagName": "label", "whenLabelValue": ",".join(attribute.types)}
        box = ET.SubElement(view, "View", shown)
        ET.SubElement(box, "Header", value=name, size="5")
        common = {"name": name, "toName": "text", "perRegion": "true"}
        if attribute.values is None:
            ET.SubElement(box, "TextArea", {**common, "maxSubmissions": "1", "editable": "true", "rows": "1"})
        else:
            choices = ET.SubElement(box, "Choices", {**common, "choice": "single", "showInline": "true"})
            for value in attribute.values:
                ET.SubElement(choices, "Choice", value=value)
    # Of the whole article, not of a region: the signature of a person who has read it and stands by every region.
    ET.SubElement(view, "Header", value=f"{VERIFIED_BY}: a person who has read all of it, by name or address", size="5")
    ET.SubElement(view, "TextArea", name=VERIFIED_BY, toName="text", maxSubmissions="1", editable="true", rows="1")
    ET.indent(view)
    return ET.tostring(view, encoding="unicode")
