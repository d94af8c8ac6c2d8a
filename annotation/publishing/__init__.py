"""What is published of the dataset: everything that must hold first, and the files of a version as they are pushed."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from annotation import (
    EXPORT,
    RELEASES,
    SEEDS,
    WAIVERS,
    about,
    build,
    checks,
    croissant,
    export,
    schema,
    seeds,
    versions,
)
from annotation import gold as golds
from annotation.checks import waivers
from annotation.gold import Gold
from annotation.publishing import withheld
from eval import formats
from eval.document import BadInput

DATA, DATASHEET = Path("data"), Path("DATASHEET.md")


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


def faults(root: Path, datasheet: Callable[[], str]) -> list[str]:
    """All that keeps the project at `root` from being published, a line each. `datasheet` renders DATASHEET.md anew."""
    if found := [*_said(lambda: _articles(root)), *_said(lambda: _problems(root))]:
        return [*found, f"{DATA}, {DATASHEET} and the version: not compared with the gold before that is mended"]
    try:
        gold = golds.read(root)
    except BadInput as error:
        return [str(error)]
    of_gold: list[Callable[[], Iterable[str]]] = [
        lambda: _data(root, gold),
        lambda: _croissant(root),
        lambda: _datasheet(root, datasheet()),
        lambda: versions.faults(root, gold),
    ]
    return [fault for check in of_gold for fault in _said(check)]


def _said(check: Callable[[], Iterable[str]]) -> list[str]:
    found = []
    try:
        for fault in check():
            found.append(fault)
    except BadInput as error:
        found.append(str(error))
    return found


def _articles(root: Path) -> Iterator[str]:
    for article in seeds.manifest(root / SEEDS):
        path = SEEDS / article.file
        if not (root / path).is_file():
            yield f"{path}: {seeds.MANIFEST} names it, but there is no such file"
        elif (found := _sum(root / path)) != article.sha256:
            yield f"{path}: its sha256 is {found}, {seeds.MANIFEST} says {article.sha256}; an article is never edited, restore it"


def _problems(root: Path) -> Iterator[str]:
    """What `annotate check` finds in the gold."""
    tasks, known = export.read(root / EXPORT), schema.load()
    stand, _ = waivers.apply(checks.inconsistent(tasks, known), waivers.read(root / WAIVERS))
    for problem in [*checks.unsound(tasks, known), *stand]:
        yield f"{EXPORT}: document {problem.doc_id}: {problem.code}: {problem.message}"


def _data(root: Path, gold: Gold) -> Iterator[str]:
    """What of data/ is not, byte for byte, what the build makes of the gold."""
    with tempfile.TemporaryDirectory() as name:
        new, old = Path(name, DATA), root / DATA
        build.build(gold, new)
        wanted, there = ({path.relative_to(of) for path in of.rglob("*") if path.is_file()} for of in (new, old))
        for path in sorted(wanted | there):
            if path not in wanted:
                yield f"{DATA / path}: not of the build; delete it"
            elif path not in there:
                yield f"{DATA / path}: not there; run annotate build"
            elif (new / path).read_bytes() != (old / path).read_bytes():
                yield f"{DATA / path}: not what the build makes of the gold; run annotate build"


def _croissant(root: Path) -> Iterable[str]:
    croissant.verify(root / DATA)
    return ()


def _datasheet(root: Path, rendered: str) -> Iterator[str]:
    if not (root / DATASHEET).is_file() or (root / DATASHEET).read_text(encoding="utf-8") != rendered:
        yield f"{DATASHEET}: not what its figures give; run scripts/datasheet.py"


def uncommitted(root: Path) -> list[str]:
    """Files that differ from the last commit, from which this version could not be made again. Empty where there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(root), "status", "--porcelain"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return [line[3:] for line in done.stdout.splitlines()]


def release(gold: Gold, folder: Path, repository: str, with_texts: bool) -> Release:
    """Build this version into `folder` as it is to be pushed.

    Raises BadInput where the form without texts holds one all the same.
    """
    build.build(gold, folder, source=repository, standoff=not with_texts)
    texts = {document.doc_id: document.text or "" for document in gold.documents}
    if not with_texts and (held := withheld.faults(folder, texts)):
        raise BadInput(f"a fault of the build, please report it; what would be pushed is to hold no text: {'; '.join(held)}")
    files = tuple(
        File(path.relative_to(folder).as_posix(), path, path.stat().st_size, _sum(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    return Release(repository, about.load().version, with_texts, files)


def record(gold: Gold, version: str, root: Path) -> Path:
    """Keep a published version's documents without their texts, to compare later ones with: annotation/releases/VERSION.jsonl."""
    path = RELEASES / f"{version}.jsonl"
    (root / RELEASES).mkdir(exist_ok=True)
    formats.write(root / path, [replace(document, text=None) for document in gold.documents])
    return path


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
