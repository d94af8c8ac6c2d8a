"""What is said of the dataset as a whole: about.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from annotation import ABOUT
from annotation.lines import closed, fault
from eval.document import BadInput


@closed
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
    """What about.yaml states: the package's own, or that at `path`.

    Raises BadInput, naming the field, where it states less, more, or something else.
    """
    file = path or files("annotation") / "about.yaml"
    try:
        # All is text to BaseLoader, so that version 0.10 is not the number 0.1.
        return TypeAdapter(About).validate_python(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: not YAML ({' '.join(str(error).split())})") from None
    except ValidationError as error:
        raise BadInput(f"{file}: {fault(error)}; the fields are {', '.join(About.__annotations__)}") from None


def of_project(root: Path) -> About:
    """What the project at `root` states; what ours does, where it states nothing. Raises BadInput as `load` does."""
    return load(root / ABOUT if (root / ABOUT).is_file() else None)
