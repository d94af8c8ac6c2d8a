"""A shard: a file of a gold, predicted and scored by itself, in whatever process."""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from eval import __version__, atomic, formats, remarks, unit_counts
from eval.columns import Columns
from eval.document import BadInput, Document
from eval.extraction import Extraction
from eval.formats.record import to_record
from eval.model import Model, training
from eval.remarks import Remarks
from eval.scoring import Scored, Scoring
from eval.settings import Settings
from eval.survey import CHANGED, Survey, survey, tidied, unchanged
from eval.unit_counts import Batch


@dataclass(frozen=True)
class Job:
    """What is the same for every shard of a run: the extractor, where the whole gold stands, and what is known of it.

    `number` is another for every run; `folder` is where the command was given, of which relative names and modules are; `train`
    is the digest of what the extractor is fitted on; `version` is the client's.
    """

    number: str
    name: str
    settings: Settings
    folder: Path
    gold: Path
    whole: Survey
    train: str
    version: str = __version__

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Shard:
    """A file of the gold, with the digests of its batches, and where what is made of it is to stand.

    `given` is where the user's own predictions are; `predicted` holds what the extractor found, a line a document, and is there
    when all of it is; `scored` the same as it was scored.
    """

    gold: Path
    parts: tuple[str, ...]
    given: Path | None
    predicted: Path
    scored: Path

    @property
    def failed(self) -> Path:
        """In place of `predicted` where nothing was found but errors."""
        return self.predicted.with_suffix(".failed.jsonl")

    def __str__(self) -> str:
        return str(self.gold)


@dataclass(frozen=True)
class Part:
    """What comes of a shard: its scoring, remarks, what the extractor has used, and its warnings.

    `absent` is the scoring of documents that were not predicted; `counts` are those of its units, as counts.parquet has them: a
    fortieth of what they are in memory.
    """

    scoring: Scoring
    absent: Scoring
    counts: bytes
    remarks: Remarks
    usage: Mapping[str, float]
    warnings: Sequence[str]


Progress = Callable[[int], object]


def look(texts: frozenset[bytes], path: Path, progress: Progress) -> Survey:
    """The survey of a file, with texts of these fingerprints looked for. Raises BadInput where this process does not see it."""
    _check_seen(path)
    return survey(formats.part_of_gold(path), texts)


def describe(job: Job, progress: Progress) -> tuple[str, dict[str, str]]:
    """The protocol that the extractor is asked by, and its options. Raises BadInput where it cannot be made."""
    with _extracting(job) as extraction:
        return extraction.protocol, extraction.options


def work(job: Job, shard: Shard, progress: Progress) -> Part:
    """Predict a shard, unless that was done before, and score it. `progress` is told how many documents are done.

    Raises BadInput for what fails in the extractor, or cannot be scored.
    """
    _check_seen(shard.scored.parent)
    used, warnings = Counter[str](), list[str]()
    missing: list[str] = []
    said: dict[str, dict[str, Any]] = {}
    if job.name.startswith("predictions:"):
        gold = formats.part_of_gold(shard.gold)
        sides = formats.predictions(shard.given, gold, missing) if shard.given else formats.beside(gold, (), missing)
    else:
        held = list(unchanged(tidied(formats.part_of_gold(shard.gold)), shard.parts))
        predicted = shard.predicted
        if not predicted.exists():
            predicted, used, warnings = _predict(job, shard, held, progress)
        said = _remarks(predicted)
        sides = formats.predictions(predicted, held, missing)
    # Documents that were not predicted come last, here as in one process.
    scoring, absent = (Scoring(job.name, job.settings, job.whole) for _ in range(2))
    counts, total = BytesIO(), Remarks()
    with atomic.beside(shard.scored) as new, new.open("wb") as file:
        grouped = groupby(sides, key=lambda _: bool(missing))
        scored = (one for left, own in grouped for one in (absent if left else scoring).add(own, missing, said))
        unit_counts.write(counts, _counts(scored, file))
    for doc_id, of_document in said.items():
        total.add(doc_id, of_document)
    return Part(scoring, absent, counts.getvalue(), total, used, warnings)


def lines(shard: Shard) -> Iterator[bytes]:
    """What was scored, some of it at a time; then it goes."""
    with shard.scored.open("rb") as file:
        while some := file.read(1 << 20):
            yield some
    shard.scored.unlink()


def _predict(job: Job, shard: Shard, gold: Sequence[Columns], progress: Progress) -> tuple[Path, Counter[str], list[str]]:
    """Ask the extractor, and write what it finds; returns where, what it used, and its warnings."""
    ids = [doc_id for batch in gold for doc_id in batch.doc_id.list if doc_id]
    found: dict[str, Document] = {}
    with _extracting(job) as extraction:
        before, warned = Counter(extraction.usage), len(extraction.warnings)
        # One that is fitted on the other folds needs them all.
        all_of_it = _whole(job) if extraction.protocol == "leave-one-out" else gold
        for document in extraction.documents(all_of_it, only=frozenset(ids)):
            found[document.doc_id] = document
            progress(len(found))
        used = Counter(extraction.usage)
        used.subtract(before)
        warnings = extraction.warnings[warned:]
    records = (to_record(found[doc_id]) for doc_id in ids if doc_id in found)
    # Where it failed on all, it may be at fault: that is not kept as done.
    place = shard.failed if all(document.error for document in found.values()) and found else shard.predicted
    atomic.write(place, b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records))
    return place, used, warnings


def _whole(job: Job) -> Iterator[Columns]:
    """The whole gold. Raises BadInput where it is not what was looked at."""
    batches = list(tidied(formats.gold(job.gold)))
    if survey(batches).digest != job.whole.digest:
        raise BadInput(CHANGED)
    yield from batches


def _counts(scored: Iterator[Scored], file: BinaryIO) -> Iterator[Batch | bytes]:
    for batch in scored:
        file.writelines(batch.predictions)
        yield batch.counts


def _remarks(predicted: Path) -> dict[str, dict[str, Any]]:
    """Those on documents that have any."""
    with predicted.open("rb") as file:
        records = map(orjson.loads, file)
        return {record["doc_id"]: said for record in records if (said := remarks.of(record))}


def _check_seen(path: Path) -> None:
    """Raise BadInput where this process does not see a file or folder that the client does."""
    try:
        formats.absolute(path)
    except BadInput as error:
        where = "what a run reads and writes must be where all workers see it, by the same path"
        raise BadInput(f"{error} for a worker; {where}") from None


# A worker may have several threads; the extractor is one, and most are not made for more.
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def _extracting(job: Job) -> Iterator[Extraction]:
    """The extractor, which nobody else asks meanwhile; relative names are those of the folder where the command was given."""
    if job.version != __version__:
        raise BadInput(f"a worker has wafd {__version__}, the command is of {job.version}; they must be the same")
    _check_seen(job.folder)
    with _ONE_AT_A_TIME, contextlib.chdir(job.folder):
        yield _extraction(job)


@lru_cache(maxsize=1)
def _extraction(job: Job) -> Extraction:
    """The extractor, which stays loaded until another run comes."""
    _import_anew(job.folder)
    documents, surveyed = training(job.settings.train)
    if job.settings.train and surveyed.digest != job.train:
        raise BadInput(f"--train {job.settings.train} was changed while the run was at work; begin anew")
    labels = (surveyed if job.settings.train else job.whole).labels
    return Extraction(Model(job.name, job.settings, labels, documents), keep=True)


_FOLDERS: set[Path] = set()


def _import_anew(folder: Path) -> None:
    """Let modules be imported from a folder, as its files are now.

    A process may have loaded them for an earlier run, or others of the same names for a run of another folder.
    """
    for earlier in _FOLDERS | {folder}:
        for name, module in [*sys.modules.items()]:
            here = earlier.joinpath(*name.split("."))
            files = f"{here}.py", str(here / "__init__.py")
            if getattr(module, "__file__", None) in files and name.partition(".")[0] not in ("eval", "annotation"):
                del sys.modules[name]
        sys.path[:] = [path for path in sys.path if path != str(earlier)]
    _FOLDERS.add(folder)
    importlib.invalidate_caches()
    sys.path.insert(0, str(folder))
