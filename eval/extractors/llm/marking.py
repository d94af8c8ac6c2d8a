"""From a model's answer to a marked document; what of it has no place becomes a note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eval.document import Document, Mention, Relation
from eval.extractors import Labels
from eval.extractors.llm.folding import Folded
from eval.extractors.llm.quotes import Quote, align, occurs
from eval.extractors.llm.reading import said

_MOST = 2  # entities that a mention may stand for


def mark(document: Document, answer: Mapping[str, Any], labels: Labels) -> Document:
    """The document with the mentions, relations and entities of an answer, and a note for each that cannot be.

    Entities are those of the document: their ids begin with its own.
    """
    marking = _Marking(document, labels)
    for name, take in (("mentions", marking.mentions), ("relations", marking.relations), ("entities", marking.entities)):
        items = answer.get(name, [])
        if isinstance(items, list):
            take(items)
        else:
            marking.notes.append(f"{name} are no list: {said(items)}")
    return replace(
        document,
        mentions=tuple(marking.found.values()),
        relations=tuple(marking.related),
        notes=(*document.notes, *marking.notes),
    )


@dataclass
class _Marking:
    document: Document
    labels: Labels
    notes: list[str] = field(default_factory=list)
    found: dict[str, Mention] = field(default_factory=dict)  # by our own ids
    own_ids: dict[str, str] = field(default_factory=dict)  # by the model's
    related: dict[Relation, None] = field(default_factory=dict)

    def mentions(self, items: Sequence[object]) -> None:
        """Align the quotes."""
        text = Folded(self.document.text or "")
        quotes = list(self._quotes(items))
        spans = align(text, [quote for _, quote in quotes])
        for i, ((id, quote), span) in enumerate(zip(quotes, spans, strict=True), 1):
            if span is None:
                why = "quoted more often than it occurs" if occurs(text, quote.surface) else "quote not found"
                self.notes.append(f"{why}: {said(quote.surface)} {quote.type}")
                continue
            self.found[f"m{i}"] = Mention(f"m{i}", *span, quote.type)
            if id and self.own_ids.setdefault(id, f"m{i}") != f"m{i}":
                self.notes.append(f"two mentions have the id {said(id)}: taken for the first of them")

    def relations(self, items: Sequence[object]) -> None:
        """Join mentions by what the answer says of their ids."""
        for item in items:
            type, head, tail = (_name(item.get(key)) if isinstance(item, dict) else "" for key in ("type", "head", "tail"))
            what = f"relation {said(type)} from {said(head)} to {said(tail)}"
            ends = [self.own_ids.get(end) for end in (head, tail)]
            if not (type and head and tail):
                self.notes.append(f"no relation with type, head and tail: {said(item)}")
            elif type not in self.labels.relations:
                self.notes.append(f"type not in the gold: {what}")
            elif None in ends:
                self.notes.append(f"no such mention: {what}")
            else:
                relation = Relation(type, *map(str, ends))
                if relation in self.related:
                    self.notes.append(f"stands twice: {what}")
                self.related[relation] = None

    def entities(self, items: Sequence[object]) -> None:
        """Give the mentions of a group an entity's id."""
        # An id holds no white space.
        stem = re.sub(r"[\s%]", lambda match: f"%{ord(match[0]):X}", self.document.doc_id)
        entities: dict[str, list[str]] = {}
        for number, group in enumerate(items, 1):
            if not isinstance(group, list):
                self.notes.append(f"no list of ids: entity {said(group)}")
                continue
            for id in dict.fromkeys(map(_name, group)):
                if (own := self.own_ids.get(id)) is None:
                    self.notes.append(f"no such mention: {said(id)} in an entity")
                elif len(entities.setdefault(own, [])) == _MOST:
                    self.notes.append(f"{said(id)} is in more than {_MOST} entities: only the first {_MOST} count")
                else:
                    entities[own].append(f"{stem}:e{number}")
        for own, ids in entities.items():
            self.found[own] = replace(self.found[own], entity_id=" ".join(ids))

    def _quotes(self, items: Sequence[object]) -> Iterator[tuple[str, Quote]]:
        """The quotes that have a type of the gold, each with the model's id."""
        for item in items:
            surface, type, before = (item.get(key) if isinstance(item, dict) else None for key in ("quote", "type", "before"))
            if not (isinstance(surface, str) and isinstance(type, str) and isinstance(item, dict)):
                self.notes.append(f"no mention with quote and type: {said(item)}")
            elif type not in self.labels.types:
                self.notes.append(f"type not in the gold: {said(surface)} {said(type)}")
            else:
                context = before.lstrip(" .…") if isinstance(before, str) else ""
                yield _name(item.get("id")), Quote(context, surface.strip(), type)


def _name(value: object) -> str:
    """A string, or a number for one; empty for what is none."""
    return str(value) if isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**63) else ""
