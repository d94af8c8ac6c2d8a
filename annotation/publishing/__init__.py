"""What is published of the dataset: the files of a version as they are pushed, and what is kept of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from annotation import RELEASES, about, build
from annotation.gold import Gold
from annotation.publishing import withheld
from eval import formats
from eval.document import BadInput


@dataclass(frozen=True)
class File:
    """A file of a version: its path in the dataset, where it lies here, its size in bytes, and its SHA-256 in hex."""

    path: str
    local: Path
    size: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """A version as it is pushed: to which repository, under which number, in which form, in which files."""

    repository: str
    version: str
    with_texts: bool
    files: tuple[File, ...]

    @property
    def tag(self) -> str:
        """The name that its commit gets."""
        return f"v{self.version}"

    @property
    def message(self) -> str:
        """What its commit says."""
        return f"Version {self.version}, {'with' if self.with_texts else 'without'} the texts"


def release(gold: Gold, folder: Path, repository: str, with_texts: bool) -> Release:
    """Build this version into `folder` as it is to be pushed.

    Raises BadInput where the form without texts holds one all the same.
    """
    build.build(gold, folder, source=repository, standoff=not with_texts)
    texts = {document.doc_id: document.text or "" for document in gold.documents}
    if not with_texts and (held := withheld.faults(folder, texts)):
        raise BadInput(f"a fault of the build, please report it; what would be pushed is to hold no text: {'; '.join(held)}")
    files = tuple(
        File(path.relative_to(folder).as_posix(), path, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    return Release(repository, about.of_project(gold.root).version, with_texts, files)


def record(gold: Gold, version: str, root: Path) -> Path:
    """Keep a published version's documents without their texts, to compare later ones with: annotation/releases/VERSION.jsonl.

    Raises BadInput where that cannot be written.
    """
    path = RELEASES / f"{version}.jsonl"
    try:
        (root / RELEASES).mkdir(exist_ok=True)
        formats.write(root / path, [replace(document, text=None) for document in gold.documents])
    except OSError as error:
        raise BadInput(
            f"{path}: cannot be written ({error.strerror}), though the version is published; make room, and give the same command"
            " again: it pushes nothing twice"
        ) from None
    return path
