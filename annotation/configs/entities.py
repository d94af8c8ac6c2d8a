"""`entities`: an entity or event a row, across articles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from annotation.gold import Gold
from annotation.schema import Schema

if TYPE_CHECKING:
    from datasets import Features


def features(schema: Schema) -> Features:
    """`aliases` are words of the articles, with the type of their mentions.

    `event_type` is null where it is no event, names are where nobody has written them.
    """
    from datasets import ClassLabel, Features, List, Value

    string = Value("string")
    type = ClassLabel(names=list(schema.types))
    return Features(
        {
            "entity_id": string,
            "type": type,
            "event_type": string,
            "name_ar": string,
            "name_en": string,
            "aliases": List({"text": string, "type": type, "documents": List(string)}),
            "mentions": List({"doc_id": string, "id": string}),
        }
    )


def rows(gold: Gold) -> list[dict[str, Any]]:
    """A row for each id, in order."""
    mentions, event_types = defaultdict[str, list[dict[str, Any]]](list), dict[str, str]()
    for document in gold.documents:
        for mention in document.mentions:
            for id in (mention.entity_id or "").split():
                mentions[id].append({"doc_id": document.doc_id, "id": mention.id})
                if "event_type" in mention.attributes:
                    event_types[id] = mention.attributes["event_type"]
    return [
        {
            "entity_id": id,
            "type": entity.type,
            "event_type": event_types.get(id),
            "name_ar": entity.name_ar.strip() or None,
            "name_en": entity.name_en.strip() or None,
            "aliases": [{"text": one.text, "type": one.type, "documents": list(one.documents)} for one in entity.aliases],
            "mentions": mentions[id],
        }
        for id, entity in sorted(gold.entities.items())
    ]
