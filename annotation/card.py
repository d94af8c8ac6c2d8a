"""The dataset's card: YAML that `datasets` and the Hub read, then card.md with its figures filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from annotation import about, figures
from annotation.about import About
from annotation.gold import Gold

if TYPE_CHECKING:
    from datasets import Features

SPLIT = "test"  # five articles are for measuring, not for training


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
    return path.is_file() and f"\npretty_name: '{stated.title}'\n" in path.read_text(encoding="utf-8", errors="replace")


def render(files: Mapping[str, File], stated: About, body: str) -> str:
    """The whole README.md of the dataset: what the Hub and `datasets` read of its files, then what people read."""
    from datasets.info import DatasetInfo, DatasetInfosDict
    from datasets.splits import SplitDict, SplitInfo
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        pretty_name=stated.title,
        language=["ar"],
        annotations_creators=["machine-generated"],
        language_creators=["found"],
        multilinguality=["monolingual"],
        size_categories=["n<1K"],
        source_datasets=["original"],
        task_categories=["token-classification"],
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


def parse(content: str) -> tuple[dict[str, Any], str]:
    """What `render` has written: the YAML, and the body as it stands. Raises ValueError where there are no two such parts."""
    import yaml

    head, body = content.removeprefix("---\n").split("\n---\n\n", 1)
    try:
        return yaml.safe_load(head), body
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML: {error}") from None


def body(gold: Gold, rows: Mapping[str, int], digest: str, source: str) -> str:
    """card.md with its figures: those of the gold, rows of each config, the version with its digest, and what one loads."""
    mentions, relations = figures.types(gold.documents)
    return Template((package_files("annotation") / "card.md").read_text(encoding="utf-8")).substitute(
        **figures.of_gold(gold),
        version=about.load().version,
        digest=digest,
        source=source,
        n_candidates=rows["relations"],
        mentions=figures.table("type", {"in the gold": mentions}),
        relations=figures.table("relation", {"in the gold": relations}),
    )
