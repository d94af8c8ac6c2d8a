"""The head of the dataset's card: what the Hub shows and searches by."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import datasets
from datasets.utils.metadata import known_task_ids
from huggingface_hub import DatasetCard

from annotation import about, card
from annotation.configs import CONFIGS
from tests.conftest import ROOT

HEAD = DatasetCard.load(ROOT / "data" / "README.md").data.to_dict()


def known(name: str) -> Any:
    """What `datasets` carries of the Hub's lists."""
    return json.loads((Path(datasets.__file__).parent / "utils" / "resources" / name).read_text(encoding="utf-8"))


def test_the_head_is_one_that_the_hub_knows() -> None:
    """Values from its own lists, where its libraries have them; every config."""
    names = known("creators.json")
    assert {*HEAD["annotations_creators"]} <= {*names["annotations"]}
    assert {*HEAD["language_creators"]} <= {*names["language"]}
    assert {*HEAD["task_categories"]} <= {*known_task_ids}
    # Below these two in packages/tasks/src/pipelines.ts of huggingface.js, which is the Hub's list.
    assert {*HEAD["task_ids"]} <= {"named-entity-recognition", "coreference-resolution", "multi-class-classification"}
    stated = about.load()
    assert (HEAD["license"], HEAD["license_name"], HEAD["license_link"]) == ("other", stated.license, stated.license_link)
    assert sorted(one["config_name"] for one in HEAD["configs"]) == sorted(CONFIGS)


def test_size_categories_are_the_hubs_by_rows() -> None:
    """Each power of ten begins one; a category for each config that has it."""
    names = known("size_categories.json")
    bounds = [[10**i - 1, 10**i] for i in range(3, 13)]
    assert [card.size_categories(pair) for pair in bounds] == [[*pair] for pair in pairwise(names[1:])]
    assert card.size_categories([10**13, 7, 0]) == ["n<1K", "n>1T"]
    rows = {info["config_name"]: info["splits"][0]["num_examples"] for info in HEAD["dataset_info"]}
    assert HEAD["size_categories"] == card.size_categories(rows.values()) == ["n<1K", "1K<n<10K"]
