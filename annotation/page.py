"""Label Studio's labelling page: its configuration, drawn from the schema and the entity table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from xml.etree import ElementTree as ET

from annotation import ENTITIES, entities
from annotation.entities import Entity
from annotation.schema import VERIFIED_BY, Schema

# The control that picks an entity, beside the text area entity_id; annotation.picked makes one of both.
ENTITY = "entity"

HOW_TO = (
    "Mark: press the key of a type, then drag over the words.",
    "Click a marked region: its fields appear beside the text.",
    "Change its type: click it, then the key. Delete it: Backspace. Leave it: Esc.",
    "Relate two: click the first, Alt+R, click the second; name it in the panel Relations.",
    "Another's annotation is open? + on top begins one of your own; Update would change theirs.",
)


def config(schema: Schema) -> str:
    """The configuration with the entity table of the working directory, where there is one."""
    return labels_xml(schema, entities.read(ENTITIES))


def has_picker(config: str) -> bool:
    """Whether an entity can be picked on the page of this configuration."""
    return f'<Taxonomy name="{ENTITY}"' in config


def labels_xml(schema: Schema, table: Mapping[str, Entity] | None = None) -> str:
    """Label Studio's labelling configuration: a label per type, a field per attribute shown for its types, relations.

    With a table of entities, one of them can be picked.
    """
    view = ET.Element("View", className="wafd")
    ET.SubElement(view, "Style").text = "\n" + _style(schema)
    relations = ET.SubElement(view, "Relations", choice="single")
    for name in schema.relations:
        ET.SubElement(relations, "Relation", value=name)
    bar = ET.SubElement(view, "View", className="wafd-labels")
    labels = ET.SubElement(bar, "Labels", name="label", toName="text", showInline="true")
    for name, type in schema.types.items():
        ET.SubElement(labels, "Label", value=name, background=type.color, hotkey=type.hotkey, hint=type.name)
    # granularity="word" would snap over clitics
    text = ET.SubElement(view, "View", className="wafd-text")
    ET.SubElement(text, "Text", name="text", value="$text", granularity="symbol", showLabels="true")
    # Of the whole article, and so below it.
    signed = ET.SubElement(text, "View", className="wafd-signed")
    _heading(signed, "Your name, once you have read all of it and stand by every region")
    ET.SubElement(signed, "TextArea", name=VERIFIED_BY, toName="text", maxSubmissions="1", editable="true", rows="1")
    fields = ET.SubElement(view, "View", className="wafd-fields")
    how_to = ET.SubElement(fields, "View", visibleWhen="no-region-selected", className="wafd-how-to")
    for line in HOW_TO:
        _heading(how_to, line)
    for name in schema.attributes:
        _field(fields, name, schema, table or {})
    ET.indent(view)
    return ET.tostring(view, encoding="unicode")


def _field(fields: ET.Element, name: str, schema: Schema, table: Mapping[str, Entity]) -> None:
    """The control of an attribute, shown, and its value kept, for a region of its types alone."""
    attribute = schema.attributes[name]
    types = ",".join(attribute.types)
    shown = {"visibleWhen": "region-selected", "whenTagName": "label", "whenLabelValue": types}
    box = ET.SubElement(fields, "View", shown)
    _heading(box, attribute.heading)
    common = {"name": name, "toName": "text", "perRegion": "true", "whenLabelValue": types}
    if attribute.values is not None:
        choices = ET.SubElement(box, "Choices", {**common, "choice": "single", "showInline": "true"})
        for value, hotkey in zip(attribute.values, attribute.hotkeys, strict=True):
            ET.SubElement(choices, "Choice", value=value, hotkey=hotkey)
        return
    if name == "entity_id" and table:
        _picker(box, {**common, "name": ENTITY}, schema, table.values())
    hint = {"placeholder": attribute.hint} if attribute.hint else {}
    ET.SubElement(box, "TextArea", {**common, "maxSubmissions": "1", "editable": "true", "rows": "1", **hint})


def _picker(box: ET.Element, common: Mapping[str, str], schema: Schema, table: Iterable[Entity]) -> None:
    """A choice of the table's entities, in groups by what stands before the colon; Label Studio's search finds their names."""
    once = {"leafsOnly": "true", "maxUsages": "1", "placeholder": "pick one: search by its name"}
    picker = ET.SubElement(box, "Taxonomy", {**common, **once, "minWidth": "100%", "dropdownWidth": "420"})
    groups: dict[str, list[Entity]] = {name.lower(): [] for name in schema.types}
    for entity in table:
        groups.setdefault(entity.entity_id.partition(":")[0], []).append(entity)
    for prefix, members in groups.items():
        if not members:
            continue
        type = schema.types.get(prefix.upper())
        group = ET.SubElement(picker, "Choice", value=f"{prefix}: {type.name}" if type else prefix, alias=prefix)
        names = Counter(map(_names, members))
        for entity in members:
            shown = _names(entity)
            # Of two that look the same Label Studio shows the first.
            shown = shown if shown and names[shown] == 1 else f"{shown} {entity.entity_id}".strip()
            ET.SubElement(group, "Choice", value=shown, alias=entity.entity_id)


def _names(entity: Entity) -> str:
    return " — ".join(name for name in (entity.name_ar.strip(), entity.name_en.strip()) if name)


def _heading(box: ET.Element, words: str) -> None:
    ET.SubElement(box, "Header", value=words, size="5")


def _style(schema: Schema) -> str:
    """The page's style, and of each type its colour and its name below the region."""
    marks = "".join(
        f'.wafd-text .htx-highlight[data-label$=":{name}"] {{--type: {type.color}}}\n'
        f'.wafd-text .htx-highlight[data-label$=":{name}"]::after {{content: "{name}"}}\n'
        for name, type in schema.types.items()
    )
    return (files("annotation") / "page.css").read_text(encoding="utf-8") + marks
