"""The entries of the data's versions in CHANGELOG.md: list items under headings `### Data`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ITEM = re.compile(r"[-*] (\d+\.\d+\.\d+) \(digest `([0-9a-f]+)`\)")


@dataclass(frozen=True)
class Entry:
    """What is said of a version: on one line, whatever it was wrapped to, with the number of its first line in the file."""

    version: str
    digest: str
    text: str
    number: int


def entries(path: Path) -> list[Entry]:
    """In their order; none where there is no file."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = ((number, _ITEM.match(item), item) for number, item in _items(text))
    return [Entry(begins[1], begins[2], f"- {item[2:]}", number) for number, begins, item in found if begins]


def _items(text: str) -> Iterator[tuple[int, str]]:
    """The list items under `### Data`, each with the number of its first line."""
    here, item = False, list[str]()
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if item and line.startswith(" ") and line.strip():
            item.append(line)
            continue
        if item:
            yield number - len(item), " ".join(" ".join(item).split())
        item = [line] if here and line.startswith(("- ", "* ")) else []
        if line.startswith("#"):
            here = line.split() == ["###", "Data"]
