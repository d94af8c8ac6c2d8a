"""Exports -> data/: each config as Parquet, croissant.json, and the card. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from annotation import about, card, croissant, versions
from annotation.configs import CONFIGS
from annotation.gold import Gold
from eval.document import BadInput

if TYPE_CHECKING:
    from datasets import Dataset


def build(gold: Gold, out: Path, source: str = "./data") -> dict[str, int]:
    """Write the dataset into `out` and return how many rows each config has. `source` is what one loads in the card's example.

    Raises BadInput, before anything is written, where `out` holds something else.
    """
    found = datasets(gold)
    rows = {config: len(dataset) for config, dataset in found.items()}
    write(found, card.body(gold, rows, versions.digest(found), source), out)
    return rows


def datasets(gold: Gold) -> dict[str, Dataset]:
    """Each config's rows, typed."""
    from datasets import Dataset

    found = {}
    for name, config in CONFIGS.items():
        rows, features = config.rows(gold), config.features(gold.schema)
        found[name] = Dataset.from_dict({column: [row[column] for row in rows] for column in features}, features=features)
    return found


def write(datasets: Mapping[str, Dataset], body: str, out: Path) -> None:
    """Write each config as Parquet into `out`, with croissant.json and a card of `body`; what is not of them is left alone.

    Raises BadInput, before anything is written, where `out` holds something else.
    """
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    stated = about.load()
    if out.exists() and any(out.iterdir()) and not card.is_ours(out / "README.md", stated):
        raise BadInput(f"--out {out}: not empty, and no dataset of ours (its README.md would be the card); name another folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        new = Path(name)
        files = {config: _parquet(dataset, new, f"{config}/{card.SPLIT}.parquet") for config, dataset in datasets.items()}
        (new / "README.md").write_text(card.render(files, stated, body), encoding="utf-8")
        (new / croissant.NAME).write_text(croissant.render(files, stated), encoding="utf-8", newline="\n")
        written = [*(file.path for file in files.values()), croissant.NAME, "README.md"]
        for relative in written:
            (out / relative).parent.mkdir(parents=True, exist_ok=True)
        for relative in written:
            os.replace(new / relative, out / relative)


def _parquet(dataset: Dataset, folder: Path, path: str) -> card.File:
    """Write a config's file, and say what the card must know of it."""
    (folder / path).parent.mkdir()
    dataset.to_parquet(folder / path)
    content = (folder / path).read_bytes()
    return card.File(
        path=path,
        features=dataset.features,
        rows=len(dataset),
        bytes_in_memory=dataset.data.nbytes,
        bytes_on_disk=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
