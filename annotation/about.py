"""What is said of the dataset as a whole: about.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import yaml


@dataclass(frozen=True)
class About:
    """The dataset's title, semantic version, the day of this version, who made it, and the licence of the annotations."""

    title: str
    version: str
    date: date
    authors: tuple[str, ...]
    license: str
    license_link: str


def load(path: Path | None = None) -> About:
    """What about.yaml states: the package's own, or that at `path`."""
    stated = yaml.safe_load((path or files("annotation") / "about.yaml").read_text(encoding="utf-8"))
    return About(**{**stated, "authors": tuple(stated["authors"])})
