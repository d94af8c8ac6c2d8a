"""What is said of the dataset as a whole: about.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import yaml


@dataclass(frozen=True)
class About:
    """The dataset's title, semantic version, the day of this version, who made it, the licence of the annotations, what it is."""

    title: str
    version: str
    date: date
    authors: tuple[str, ...]
    license: str
    license_link: str
    description: str
    keywords: tuple[str, ...]

    @property
    def bibtex(self) -> str:
        """How to cite it. Braces keep the title's capitals, and the name of a group in one piece."""
        fields = {
            "title": f"{{{self.title}}}",
            "author": " and ".join(f"{{{author}}}" for author in self.authors),
            "year": self.date.year,
            "note": f"Dataset, version {self.version}",
        }
        return "@misc{wafd,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}"


def load(path: Path | None = None) -> About:
    """What about.yaml states: the package's own, or that at `path`."""
    stated = yaml.safe_load((path or files("annotation") / "about.yaml").read_text(encoding="utf-8"))
    return About(**{**stated, "authors": tuple(stated["authors"]), "keywords": tuple(stated["keywords"])})
