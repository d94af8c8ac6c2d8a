"""Whether files that are to hold no text of an article hold one. It looks at what was written, and trusts no builder."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import regex

# So many words of an article in a row are its text. Titles and names, which stay, are shorter.
RUN = 15
# What these columns held is the text of mentions, tokens and articles; an entity's aliases stay.
COLUMNS, CONFIGS = ("text", "tokens"), ("documents", "ner", "relations")

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def faults(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Each column of a file below `folder` that holds words which are to be left out, or a run of words of one of the texts.

    `texts` are by doc_id.
    """
    runs = {doc_id: _runs(words, min(RUN, len(words))) for doc_id, text in texts.items() if (words := _WORD.findall(text))}
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        where = path.relative_to(folder)
        for column, strings in _columns(path).items():
            named = f"{where}, column {column}" if column else str(where)
            if where.parts[0] in CONFIGS and column.split(".")[-1] in COLUMNS:
                found.append(f"{named}: holds words of the articles, which are to be left out")
            elif of := _shared(_WORD.findall(" ".join(strings)), runs):
                found.append(f"{named}: holds text of article {', '.join(of)}, which is to be left out")
    return found


def _runs(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def _shared(words: Sequence[str], runs: Mapping[str, set[tuple[str, ...]]]) -> list[str]:
    """The doc_ids of which there is a run among the words."""
    lengths = {len(next(iter(of))) for of in runs.values()}
    here = set().union(*(_runs(words, length) for length in lengths))
    return [doc_id for doc_id, of in runs.items() if not here.isdisjoint(of)]


def _columns(path: Path) -> Mapping[str, list[str]]:
    """The strings of a file in their order, by the name of their column: `mentions.text` of a Parquet file, "" of another."""
    import pyarrow.parquet as pq

    found: defaultdict[str, list[str]] = defaultdict(list)
    if path.suffix == ".parquet":
        for row in pq.read_table(path).to_pylist():
            _gather(row, "", found)
    elif path.suffix == ".json":
        found[""] = [json.dumps(json.loads(path.read_bytes()), ensure_ascii=False)]
    else:
        found[""] = [path.read_text(encoding="utf-8", errors="replace")]
    return found


def _gather(value: Any, column: str, found: defaultdict[str, list[str]]) -> None:
    if isinstance(value, str):
        found[column].append(value)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            _gather(one, f"{column}.{name}".lstrip("."), found)
    elif isinstance(value, list):
        for one in value:
            _gather(one, column, found)
