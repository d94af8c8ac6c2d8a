"""The gold as release files: in each format that other tools read, named by the dataset's version, with their sums."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from annotation import card
from eval import atomic, formats
from eval.document import BadInput, Document

# What a file's name ends in, and the ending by which eval knows its format. brat's is a folder.
FORMATS: Mapping[str, str] = {".conll": ".conll", ".spacy": ".spacy", ".brat": "", ".docred.json": ".json"}
SUMS = "SHA256SUMS"


def release(out: Path, folder: Path) -> dict[str, list[str]]:
    """Write the dataset of a folder, under the version that its card names. Returns and raises as `write` does."""
    version, _ = card.named(folder)
    if version is None:
        raise BadInput(f"{folder / 'README.md'}: names no version of the dataset; run annotate build")
    return write(out, formats.read_gold(folder), version)


def write(out: Path, documents: Sequence[Document], version: str) -> dict[str, list[str]]:
    """Write the files into a new folder; returns by name what a format has no place for, a line a reason.

    The same documents give the same bytes. Beside DocRED's file stands its rel_info.json, the relations in words; `sha256sum -c
    SHA256SUMS` checks all. Raises BadInput, and leaves nothing, where `out` is there already or a format cannot be written.
    """
    if os.path.lexists(out):
        raise BadInput(f"{out}: is there already; name a folder that is not")
    out.parent.mkdir(parents=True, exist_ok=True)
    with atomic.beside(out) as new:
        new.mkdir()
        try:
            lost = {
                f"wafd-{version}{end}": formats.WRITERS[of](new / f"wafd-{version}{end}", documents)
                for end, of in FORMATS.items()
            }
        except BadInput as error:
            raise BadInput(str(error).replace(str(new), str(out))) from None
        relations = sorted({relation.type for document in documents for relation in document.relations})
        in_words = {name: name.replace("_", " ") for name in relations}
        (new / f"wafd-{version}.rel_info.json").write_text(json.dumps(in_words, indent=2) + "\n", encoding="utf-8")
        files = sorted(path for path in new.rglob("*") if path.is_file())
        sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(new).as_posix()}\n" for path in files]
        (new / SUMS).write_text("".join(sums), encoding="utf-8")
    return lost
