"""The configurations of the dataset: a file each, with its typed columns and its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotation.configs import documents, ner
from annotation.schema import Schema
from annotation.seeds import Articles
from eval.document import Document

if TYPE_CHECKING:
    from datasets import Features


@dataclass(frozen=True)
class Config:
    """The columns that the schema gives a config, and its rows of gold documents."""

    features: Callable[[Schema], Features]
    rows: Callable[[Sequence[Document], Articles], list[dict[str, Any]]]


CONFIGS: Mapping[str, Config] = {
    "documents": Config(documents.features, documents.rows),
    "ner": Config(ner.features, ner.rows),
}
