"""Exports -> data/: each config as Parquet, and the card. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from annotation import card
from annotation.configs import CONFIGS
from annotation.gold import Gold
from eval.document import BadInput


def build(gold: Gold, out: Path) -> dict[str, int]:
    """Write the dataset into `out` and return how many rows each config has.

    Raises BadInput, before anything is written, where `out` holds something else.
    """
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    if out.exists() and any(out.iterdir()) and not card.is_ours(out / "README.md"):
        raise BadInput(f"--out {out}: not empty, and no dataset of ours (its README.md would be the card); name another folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        new = Path(name)
        files: dict[str, card.File] = {}
        for config, columns in CONFIGS.items():
            rows, features = columns.rows(gold), columns.features(gold.schema)
            dataset = Dataset.from_dict({name: [row[name] for row in rows] for name in features}, features=features)
            path = new / config / f"{card.SPLIT}.parquet"
            path.parent.mkdir()
            dataset.to_parquet(path)
            content = path.read_bytes()
            files[config] = card.File(
                path=f"{config}/{path.name}",
                features=dataset.features,
                rows=len(dataset),
                bytes_in_memory=dataset.data.nbytes,
                bytes_on_disk=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        (new / "README.md").write_text(card.render(files, gold), encoding="utf-8")
        written = [*(file.path for file in files.values()), "README.md"]
        for relative in written:
            (out / relative).parent.mkdir(parents=True, exist_ok=True)
        for relative in written:
            os.replace(new / relative, out / relative)
    return {config: file.rows for config, file in files.items()}
