"""The dataset's card: YAML that `datasets` and the Hub read, then card.md with its figures filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.resources import files as package_files
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from annotation import examples, figures, making
from annotation.about import About
from annotation.gold import Gold
from eval.document import BadInput

if TYPE_CHECKING:
    from datasets import Features

SPLIT = "test"  # five articles are for measuring, not for training
# From the Hub's list of tasks; it has none for relations, which config `relations` makes a choice of one class for a pair.
TASKS = {
    "token-classification": ("named-entity-recognition", "coreference-resolution"),
    "text-classification": ("multi-class-classification",),
}
# As card.md names what it is of.
_NAMED = re.compile(r"\bversion (\d+\.\d+\.\d+) \(digest `([0-9a-f]{12})`\)", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """A config's Parquet file: where it is in the dataset, its columns, rows, bytes in memory and on disk, and its sum."""

    path: str
    features: Features
    rows: int
    bytes_in_memory: int
    bytes_on_disk: int
    sha256: str


def is_ours(path: Path, stated: About) -> bool:
    """Whether a card of this dataset stands at `path`."""
    from huggingface_hub import DatasetCardData

    line = DatasetCardData(pretty_name=stated.title).to_yaml()  # which knows where a title needs quotes
    return path.is_file() and f"\n{line}\n" in path.read_text(encoding="utf-8", errors="replace")


def render(files: Mapping[str, File], stated: About, body: str) -> str:
    """The whole README.md of the dataset: what the Hub and `datasets` read of its files, then what people read."""
    from datasets.info import DatasetInfo, DatasetInfosDict
    from datasets.splits import SplitDict, SplitInfo
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        pretty_name=stated.title,
        language=["ar"],
        language_details=["arb"],  # BCP 47: Modern Standard Arabic
        annotations_creators=["machine-generated"],
        language_creators=["found"],
        multilinguality=["monolingual"],
        size_categories=size_categories([file.rows for file in files.values()]),
        source_datasets=["original"],
        task_categories=list(TASKS),
        task_ids=[task for tasks in TASKS.values() for task in tasks],
        tags=list(stated.keywords),
        license="other",
        license_name=stated.license,
        license_link=stated.license_link,
    )
    MetadataConfigs(
        {
            name: {
                "data_files": [{"split": SPLIT, "path": file.path}],
                # `datasets` keys its cache by the card, not by the files: without this, a rebuilt file gives its old rows.
                "description": f"sha256 {file.sha256}",
                **({"default": True} if name == "documents" else {}),
            }
            for name, file in files.items()
        }
    ).to_dataset_card_data(data)
    DatasetInfosDict(
        {
            name: DatasetInfo(
                config_name=name,
                features=file.features,
                splits=SplitDict({SPLIT: SplitInfo(SPLIT, num_bytes=file.bytes_in_memory, num_examples=file.rows)}),
                download_size=file.bytes_on_disk,
                dataset_size=file.bytes_in_memory,
            )
            for name, file in files.items()
        }
    ).to_dataset_card_data(data)
    return f"---\n{data.to_yaml()}\n---\n\n{body}"


def body_of(content: str) -> str:
    """What people read of a card that `render` has written."""
    return content.partition("\n---\n\n")[2]


def named(folder: Path) -> tuple[str, str] | tuple[None, None]:
    """The version and the digest that the card of a dataset's folder names; None where it names none."""
    card = folder / "README.md"
    found = _NAMED.search(" ".join(card.read_text(encoding="utf-8", errors="replace").split())) if card.is_file() else None
    return (found[1], found[2]) if found else (None, None)


def body(gold: Gold, stated: About, rows: Mapping[str, int], digest: str, source: str) -> str:
    """card.md filled in: figures of the gold, what is stated of the dataset, rows of each config, the digest, and what one loads.

    A section whose figures or examples cannot be had is left out: a project may keep its gold alone, or other articles.
    """
    of_dataset = {**asdict(stated), "bibtex": stated.bibtex, "digest": digest, "source": source}
    values = {**_of_gold(gold), **of_dataset, "n_candidates": rows["relations"]}
    template = (package_files("annotation") / "card.md").read_text(encoding="utf-8")
    sections = [Template(section) for section in re.split("^(?=## )", template, flags=re.MULTILINE)]
    return "".join(one.substitute(values) for one in sections if values.keys() >= {*one.get_identifiers()})


def _of_gold(gold: Gold) -> dict[str, object]:
    """What the template can say of the gold: what is in it and, where that can be had, examples, and how far to trust it."""
    mentions, relations = figures.types(gold.documents)
    found = {**figures.of_gold(gold), "mentions": figures.listed(mentions), "relations": figures.listed(relations)}
    with suppress(BadInput):  # of which annotate build tells
        found |= examples.of_gold(gold)
    if making.is_kept(gold.root):
        found |= making.of_trust(gold.root)
    return found


def size_categories(rows: Iterable[int]) -> list[str]:
    """The Hub's categories of these numbers of rows, each once.

    The Hub counts rows. A sum over the configs would hide that there are few articles, and the articles alone that there are
    thousands of pairs: so each config's rows say theirs.
    """
    powers = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    names = ["n<1K", *(f"{low}<n<{high}" for low, high in pairwise(powers)), "n>1T"]
    return [names[i] for i in sorted({min(max(len(str(count)) - 3, 0), len(powers)) for count in rows})]
