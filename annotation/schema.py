"""Reads schema.yaml, the one statement of what may be annotated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

# A field of the whole article, not of a mention: the person who has read it and stands by every region.
VERIFIED_BY = "verified_by"


@dataclass(frozen=True)
class EntityType:
    """A type of mention, in words, with its colour and key on Label Studio's page."""

    name: str
    color: str
    hotkey: str


@dataclass(frozen=True)
class Attribute:
    """What a mention carries beside its type: on which types, on which of them always, and which values (None: free text).

    `heading` and `hint` are what Label Studio's page says of it, `hotkeys` the keys of its values there.
    """

    types: tuple[str, ...]
    required: tuple[str, ...]
    values: tuple[str, ...] | None
    heading: str
    hint: str | None
    hotkeys: tuple[str, ...]


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
                heading=entry["heading"],
                hint=entry.get("hint"),
                hotkeys=tuple(entry.get("hotkeys", ())),
            )
            for name, entry in stated["attributes"].items()
        },
        relations={
            name: RelationType(spread(entry["head"]), spread(entry["tail"])) for name, entry in stated["relations"].items()
        },
        entity_prefixes={name: tuple(stated["entity_prefixes"].get(name, (name.lower(),))) for name in stated["types"]},
    )
