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
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from eval import __version__, atomic, formats, remarks, unit_counts
from eval.columns import Columns
from eval.document import BadInput, Document
from eval.extraction import Extraction
from eval.formats.record import to_record
from eval.model import Model, training
from eval.remarks import Remarks
from eval.scoring import Scoring, written
from eval.settings import Settings
from eval.survey import CHANGED, Survey, fingerprint, survey, tidied, unchanged


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
    """A file of the gold, with the digests of its batches; where the user's own predictions of it are, if there are any.

    What is made of it stands in a folder under its name, which is another where its documents are others, wherever they lie.
    """

    gold: Path
    parts: tuple[str, ...]
    given: Path | None
    folder: Path
    name: str

    @property
    def predicted(self) -> Path:
        """What the extractor has found, a line a document; it is there when all of it is."""
        return self.folder / f"{self.name}.jsonl"

    @property
    def failed(self) -> Path:
        """In its place where nothing was found but errors: the extractor may be at fault, and that is not kept as done."""
        return self.folder / f"{self.name}.failed.jsonl"

    @property
    def scored(self) -> Path:
        """The predictions as they were scored."""
        return self.folder / f"{self.name}.scored.jsonl"

    @property
    def counts(self) -> Path:
        """The counts of its units."""
        return self.folder / f"{self.name}.counts.parquet"

    def __str__(self) -> str:
        return str(self.gold)


@dataclass(frozen=True)
class Part:
    """What comes of a shard: its scoring, remarks, what the extractor has used, and its warnings.

    `absent` is the scoring of documents that were not predicted.
    """

    scoring: Scoring
    absent: Scoring
    remarks: Remarks
    usage: Mapping[str, float]
    warnings: Sequence[str]


Progress = Callable[[int], object]


def look(train: Path | None, path: Path, progress: Progress) -> Survey:
    """The survey of a file, with the texts of --train looked for. Raises BadInput where this process does not see either."""
    _check_seen(path)
    return survey(formats.part_of_gold(path), _texts(train))


def describe(job: Job, progress: Progress) -> tuple[str, dict[str, str]]:
    """The protocol that the extractor is asked by, and its options. Raises BadInput where it cannot be made."""
    with _extracting(job) as extraction:
        return extraction.protocol, extraction.options


def work(job: Job, shard: Shard, progress: Progress) -> Part:
    """Predict a shard, unless that was done before, and score it. `progress` is told how many documents are done.

    Raises BadInput for what fails in the extractor, or cannot be scored.
    """
    _check(job)
    _check_seen(shard.folder)
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
    with atomic.beside(shard.scored) as new, atomic.beside(shard.counts) as counts, new.open("wb") as file:
        grouped = groupby(sides, key=lambda _: bool(missing))
        scored = (one for left, own in grouped for one in (absent if left else scoring).add(own, missing, said))
        unit_counts.write(counts, written(scored, file))
    total = Remarks()
    for doc_id, of_document in said.items():
        total.add(doc_id, of_document)
    return Part(scoring, absent, total, used, warnings)


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
    place = shard.failed if all(document.error for document in found.values()) and found else shard.predicted
    atomic.write(place, b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records))
    return place, used, warnings


def _whole(job: Job) -> Iterator[Columns]:
    """The whole gold. Raises BadInput where it is not what was looked at."""
    batches = list(tidied(formats.gold(job.gold)))
    if survey(batches).digest != job.whole.digest:
        raise BadInput(CHANGED)
    yield from batches


def _remarks(predicted: Path) -> dict[str, dict[str, Any]]:
    """Those on documents that have any."""
    with predicted.open("rb") as file:
        records = map(orjson.loads, file)
        return {record["doc_id"]: said for record in records if (said := remarks.of(record))}


def _check(job: Job) -> None:
    """Raise BadInput where this process, which may have come later, is not of the client's version."""
    if job.version != __version__:
        raise BadInput(f"a worker has wafd {__version__}, the command is of {job.version}; they must be the same")


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
    _check(job)
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


@lru_cache(maxsize=1)
def _texts(train: Path | None) -> frozenset[bytes]:
    """The fingerprints of what an extractor is fitted on."""
    documents, _ = training(train)
    return frozenset(fingerprint(document.text) for document in documents)


_FOLDERS: list[str] = []  # that were put before all others from which modules are imported


def _import_anew(folder: Path) -> None:
    """Let modules be imported from a folder, as its files are now.

    A process may have loaded them for an earlier run, or others of the same names for a run of another folder.
    """
    for earlier in {*_FOLDERS, str(folder)}:
        for name, module in [*sys.modules.items()]:
            here = Path(earlier).joinpath(*name.split("."))
            files = f"{here}.py", str(here / "__init__.py")
            if getattr(module, "__file__", None) in files and name.partition(".")[0] not in ("eval", "annotation"):
                del sys.modules[name]
    for earlier in _FOLDERS:
        sys.path.remove(earlier)
    _FOLDERS[:] = [str(folder)]
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
