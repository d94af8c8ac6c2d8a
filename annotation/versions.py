"""Versions of the dataset: what its content comes to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasets import Dataset


def digest(datasets: Mapping[str, Dataset]) -> str:
    """What the configs come to, columns and rows: 12 hex digits of a SHA-256. The same whatever wrote the files."""
    found = hashlib.sha256()
    for config, dataset in sorted(datasets.items()):
        for part in (config, dataset.features.to_dict(), *dataset.to_list()):
            found.update(json.dumps(part, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return found.hexdigest()[:12]
