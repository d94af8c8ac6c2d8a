"""Everything that must hold before the dataset is published."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from annotation import EXPORT, SEEDS, WAIVERS, build, checks, croissant, datasheet, export, schema, seeds, versions
from annotation import gold as golds
from annotation.checks import waivers
from annotation.gold import Gold
from eval.document import BadInput

DATA, DATASHEET = Path("data"), Path("DATASHEET.md")


def faults(root: Path) -> list[str]:
    """All that keeps the project at `root` from being published, a line each."""
    if found := [*_said(_articles(root)), *_said(_problems(root))]:
        return [*found, f"{DATA}, {DATASHEET} and the version: not compared with the gold before that is mended"]
    try:
        gold = golds.read(root)
    except BadInput as error:
        return [str(error)]
    of_gold = (_data(root, gold), _sums(root), _datasheet(root, gold), _version(root, gold))
    return [fault for one in of_gold for fault in _said(one)]


def _said(faults: Iterator[str]) -> Iterator[str]:
    """The faults, and what kept them from being looked for."""
    try:
        yield from faults
    except BadInput as error:
        yield str(error)


def _articles(root: Path) -> Iterator[str]:
    for article in seeds.manifest(root / SEEDS):
        try:
            seeds.text(root / SEEDS, article)
        except BadInput as error:
            yield str(error)


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


def _sums(root: Path) -> Iterator[str]:
    croissant.verify(root / DATA)
    yield from ()


def _datasheet(root: Path, gold: Gold) -> Iterator[str]:
    rendered = datasheet.render(gold)
    if not (root / DATASHEET).is_file() or (root / DATASHEET).read_text(encoding="utf-8") != rendered:
        yield f"{DATASHEET}: not what its figures give; run scripts/datasheet.py"


def _version(root: Path, gold: Gold) -> Iterator[str]:
    yield from versions.faults(root, gold)


def uncommitted(root: Path) -> list[str]:
    """Files that differ from the last commit, from which this version could not be made again. Empty where there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(root), "status", "--porcelain"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return [line[3:] for line in done.stdout.splitlines()]
