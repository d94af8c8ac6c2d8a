"""Exports -> data/: each config as Parquet, croissant.json, and the card. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation import about, card, croissant
from annotation.about import About
from annotation.configs import CONFIGS
from annotation.gold import Gold
from eval.document import BadInput

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset, Features


def build(gold: Gold, out: Path, source: str = "./data", standoff: bool = False) -> dict[str, int]:
    """Write the dataset into `out` and return how many rows each config has. `source` is what one loads in the card's example.

    `standoff` leaves the texts out; the card, its digest too, is of the dataset that standoff.join gives back.
    Raises BadInput, before anything is written, as `write` does, and for an about.yaml that is none.
    """
    full = datasets(gold)
    rows = {config: len(dataset) for config, dataset in full.items()}
    stated = about.of_project(gold.root)
    body = card.body(gold, stated, rows, digest(full), source)
    write(datasets(gold, standoff) if standoff else full, body, stated, out)
    return rows


def datasets(gold: Gold, standoff: bool = False) -> dict[str, Dataset]:
    """Each config's rows, typed; `standoff` leaves the words null that stand at places in the texts."""
    found = {}
    for name, config in CONFIGS.items():
        rows = config.rows(gold)
        if standoff and config.with_text:
            rows = [config.with_text(row, None) for row in rows]
        found[name] = typed(rows, config.features(gold.schema))
    return found


def typed(rows: Sequence[Mapping[str, Any]], features: Features) -> Dataset:
    """The rows as a dataset."""
    from datasets import Dataset

    return Dataset.from_dict({column: [row[column] for row in rows] for column in features}, features=features)


def digest(datasets: Mapping[str, Dataset]) -> str:
    """What the configs come to, columns and rows: 12 hex digits of a SHA-256. The same whatever wrote the files."""
    found = hashlib.sha256()
    for config, dataset in sorted(datasets.items()):
        for part in (config, dataset.features.to_dict(), *dataset.to_list()):
            found.update(json.dumps(part, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return found.hexdigest()[:12]


def write(datasets: Mapping[str, Dataset], body: str, stated: About, out: Path) -> None:
    """Write each config as Parquet into `out`, with croissant.json and a card of `body`; what is not of them is left alone.

    Raises BadInput, before anything is written, where `out` holds something else, or the other form: with texts, or without.
    """
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    if out.exists() and any(out.iterdir()) and not card.is_ours(out / "README.md", stated):
        raise BadInput(f"--out {out}: not empty, and no dataset of ours (its README.md would be the card); name another folder")
    _check_form(out, has_texts(datasets["documents"].data))
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


def has_texts(documents: pa.Table) -> bool:
    """Whether any document has its text: none has in the stand-off form."""
    column = documents.column("text")
    return bool(len(column) > column.null_count)


def _check_form(out: Path, full: bool) -> None:
    """Raise BadInput where the other form stands: nobody gives texts away, or loses them, by a folder's name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        there = has_texts(pq.read_table(out / "documents" / f"{card.SPLIT}.parquet", columns=["text"]))
    except (FileNotFoundError, pa.ArrowException):  # no form to lose
        return
    if there != full:
        found, new = (f"{'with' if one else 'without'} its texts" for one in (there, full))
        raise BadInput(f"--out {out}: holds the dataset {found}, and this is the one {new}; name another folder")


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
