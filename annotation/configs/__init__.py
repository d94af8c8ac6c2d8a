"""The configurations of the dataset: a file each, with its typed columns and its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotation.configs import documents, entities, facts, ner, relations
from annotation.gold import Gold
from annotation.schema import Schema

if TYPE_CHECKING:
    from datasets import Features


@dataclass(frozen=True)
class Config:
    """The columns that the schema gives a config, and its rows of the gold."""

    features: Callable[[Schema], Features]
    rows: Callable[[Gold], list[dict[str, Any]]]


CONFIGS: Mapping[str, Config] = {
    "documents": Config(documents.features, documents.rows),
    "ner": Config(ner.features, ner.rows),
    "relations": Config(relations.features, relations.rows),
    "entities": Config(entities.features, entities.rows),
    "facts": Config(facts.features, facts.rows),
}
