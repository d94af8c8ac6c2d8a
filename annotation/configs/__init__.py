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
    """The columns that the schema gives a config, and its rows of the gold.

    `with_text` gives a row the words that stand at its places in the article's text, or null where that is None; a config that
    has no such words has none. It looks at offsets alone, so that it does as well for a row that was read from a file.
    """

    features: Callable[[Schema], Features]
    rows: Callable[[Gold], list[dict[str, Any]]]
    with_text: Callable[[dict[str, Any], str | None], dict[str, Any]] | None = None


CONFIGS: Mapping[str, Config] = {
    "documents": Config(documents.features, documents.rows, documents.with_text),
    "ner": Config(ner.features, ner.rows, ner.with_text),
    "relations": Config(relations.features, relations.rows, relations.with_text),
    "entities": Config(entities.features, entities.rows),
    "facts": Config(facts.features, facts.rows),
}
