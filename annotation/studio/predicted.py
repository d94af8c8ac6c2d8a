"""What an extractor found, as predictions in Label Studio: what an annotator can correct on the page, and nothing else.

What the page cannot show, or would only have to be deleted, is left out and counted: labels, relations and values that the
schema has not, an attribute of another type, an entity id of another form, a relation that the schema does not allow. White space
at an edge is cut off. What is shown may still be wrong, as mentions that cross: which of them is, the annotator decides, and
`annotate check` names what they overlook.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotation import checks, label_studio
from annotation.checks.fields import is_entity_id
from annotation.label_studio import Task
from annotation.schema import Schema
from annotation.uncertainty import disagreement
from eval.document import Document, Mention, Relation, merge_duplicates

Prediction = dict[str, Any]


def shown(document: Document, schema: Schema, changed: Counter[str]) -> Document:
    """The document as the page can show it, each mention once; `changed` counts what was left out or cut off."""
    mentions = []
    for mention in document.mentions:
        start, end = _trimmed(document.text or "", mention)
        if mention.type not in schema.types:
            changed[f"mention of type {mention.type!r} left out"] += 1
        elif start >= end:
            changed["mention of white space left out"] += 1
        else:
            changed["mention cut at white space"] += (start, end) != (mention.start, mention.end)
            fields = dict(_fields(mention, schema, changed))
            own = fields.pop("entity_id", None), fields
            mentions.append(Mention(mention.id, start, end, mention.type, *own))
    kept = {mention.id for mention in mentions}
    between = tuple(one for one in document.relations if one.head in kept and one.tail in kept)
    changed["relation of a mention that was left out"] += len(document.relations) - len(between)
    once, _ = merge_duplicates(replace(document, mentions=tuple(mentions), relations=between))
    return replace(once, relations=tuple(_allowed(once, schema, changed)))


def predictions(
    found: Sequence[tuple[str, Document]], schema: Schema, problems: Mapping[str, Counter[str]]
) -> Iterator[Prediction]:
    """A prediction of an article for each extractor: (its version, the document as it is shown).

    The score of all is how far the extractors agree, 1 − `disagreement`. Of one alone it is the share of its regions and
    relations in which `annotate check` finds no problem, None where it found nothing. `problems`, by version, counts them.
    """
    agreed = 1 - disagreement([document for _, document in found]) if len(found) > 1 else None
    for version, document in found:
        task = label_studio.to_task(document, schema)
        sound = _sound(task, document, schema, problems[version])
        score = sound if agreed is None else agreed
        yield {
            "model_version": version,
            "score": None if score is None else round(score, 4),
            "result": label_studio.for_page(task["annotations"][0]["result"]),
        }


def extractor_of(version: str) -> str:
    """A model_version without the digest that tells two versions of an extractor apart: a task has one prediction by each."""
    return re.sub("-[0-9a-f]{8}$", "", version)


def _sound(task: Task, document: Document, schema: Schema, problems: Counter[str]) -> float | None:
    found = [problem for problem in checks.unsound([task], schema) if problem.region]
    problems.update(problem.code for problem in found)
    every = len(document.mentions) + len(document.relations)
    return 1 - len({problem.region for problem in found}) / every if every else None


def _trimmed(text: str, mention: Mention) -> tuple[int, int]:
    surface = text[mention.start : mention.end]
    return mention.end - len(surface.lstrip()), mention.start + len(surface.rstrip())


def _fields(mention: Mention, schema: Schema, changed: Counter[str]) -> Iterator[tuple[str, str]]:
    """What the page has a field for on a mention of this type."""
    for name, value in {**mention.attributes, "entity_id": mention.entity_id or ""}.items():
        attribute, stated = schema.attributes.get(name), str(value)
        if not stated.strip():
            continue
        if attribute is None or mention.type not in attribute.types:
            changed[f"{name!r} of {mention.type} left out"] += 1
        elif attribute.values and stated not in attribute.values:
            changed[f"{name!r} that is {stated!r} left out"] += 1
        elif name == "entity_id" and not is_entity_id(stated, schema.entity_prefixes[mention.type]):
            changed["entity id of another form left out"] += 1
        else:
            yield name, stated


def _allowed(document: Document, schema: Schema, changed: Counter[str]) -> Iterator[Relation]:
    type_of = {mention.id: mention.type for mention in document.mentions}
    for relation in document.relations:
        allowed = schema.relations.get(relation.type)
        if allowed is None:
            changed[f"relation {relation.type!r} left out"] += 1
        elif relation.head == relation.tail:
            changed["relation of a mention to itself left out"] += 1
        elif type_of[relation.head] not in allowed.head or type_of[relation.tail] not in allowed.tail:
            changed[f"{relation.type} from {type_of[relation.head]} to {type_of[relation.tail]} left out"] += 1
        else:
            yield relation
