"""The entity table: one row for each entity and event of the gold, across articles, with names written by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from annotation import ENTITIES, lines
from eval.characters import NOT_IN_XML
from eval.document import BadInput, Document

REFRESH = "uv run python scripts/entities.py"


@lines.closed
@dataclass(frozen=True)
class Alias:
    """Words that stand for an entity, with the type of the mention (a person's names are PER, titles TITLE), and where."""

    text: str
    type: str
    documents: tuple[str, ...]


@lines.closed
@dataclass(frozen=True)
class Entity:
    """An entity or event. The names are written by hand, the aliases are what the gold has."""

    entity_id: str
    type: str
    name_ar: str
    name_en: str
    aliases: tuple[Alias, ...] = ()


def read(path: Path) -> dict[str, Entity]:
    """The table by entity_id.

    Raises BadInput, naming the line, where one is not as it should be, an id stands twice, or no page can show a name.
    """
    found: dict[str, Entity] = {}

    def add(entity: Entity) -> None:
        if entity is not found.setdefault(entity.entity_id, entity):
            raise BadInput(f"{entity.entity_id} stands twice; delete one")
        for name in (entity.entity_id, entity.name_ar, entity.name_en):
            if unshown := NOT_IN_XML.search(name):
                raise BadInput(f"{name!r} holds U+{ord(unshown[0]):04X}, which no page can show; delete that character")

    lines.read(path, Entity, add)
    return found


def dumps(entities: Mapping[str, Entity]) -> str:
    """JSON lines, in order of ids."""
    return "".join(json.dumps(asdict(entities[id]), ensure_ascii=False) + "\n" for id in sorted(entities))


def refreshed(entities: Mapping[str, Entity], documents: Sequence[Document]) -> dict[str, Entity]:
    """The table with the aliases that the gold has now, and a row without names for each id that it had not."""
    aliases = _aliases(documents)
    rows = {id: entities.get(id, Entity(id, _type(id), "", "")) for id in {*entities, *aliases}}
    return {id: replace(rows[id], type=_type(id), aliases=aliases.get(id, ())) for id in sorted(rows)}


def of_gold(entities: Mapping[str, Entity], documents: Sequence[Document]) -> dict[str, Entity]:
    """The refreshed table without the rows of nothing in the gold."""
    ids = _aliases(documents).keys()
    return {id: entity for id, entity in refreshed(entities, documents).items() if id in ids}


def faults(entities: Mapping[str, Entity], documents: Sequence[Document]) -> Iterator[str]:
    """What in the table is not as the gold has it, in words: rows that lack, rows too many, names that lack, old aliases."""
    now, ids = refreshed(entities, documents), _aliases(documents).keys()
    for what, found in (
        (f"no row, which {REFRESH} adds", ids - entities.keys()),
        ("no names; write name_ar and name_en", {id for id, one in entities.items() if not is_named(one)}),
        ("nothing in the gold; delete the line, or correct the id", entities.keys() - ids),
        (f"old aliases, which {REFRESH} writes anew", {id for id in entities if id in ids and entities[id] != now[id]}),
    ):
        if found:
            yield f"{ENTITIES}: {len(found)} with {what}: {', '.join(sorted(found)[:3])}{', …' if len(found) > 3 else ''}"


def is_named(entity: Entity) -> bool:
    """Whether somebody has written both its names."""
    return bool(entity.name_ar.strip() and entity.name_en.strip())


def _type(id: str) -> str:
    return id.partition(":")[0].upper()


def _aliases(documents: Sequence[Document]) -> dict[str, tuple[Alias, ...]]:
    """The words of each id's mentions (their norm, where they have one), but not of mentions that stand for two together."""
    found = defaultdict[str, defaultdict[tuple[str, str], set[str]]](lambda: defaultdict(set))
    for document in documents:
        for mention in document.mentions:
            ids = (mention.entity_id or "").split()
            words = mention.attributes.get("norm") or (document.text or "")[mention.start : mention.end]
            for id in ids:
                if len(ids) == 1:
                    found[id][words, mention.type].add(document.doc_id)
                else:
                    found[id]
    return {
        id: tuple(Alias(text, type, tuple(sorted(where))) for (text, type), where in sorted(words.items()))
        for id, words in found.items()
    }
