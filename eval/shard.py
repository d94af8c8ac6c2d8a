"""A shard: a file of a gold, predicted and scored by itself, in whatever process."""

from __future__ import annotations

import importlib
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from eval import atomic, formats, remarks, unit_counts
from eval.columns import Columns
from eval.document import BadInput, Document
from eval.extraction import Extraction
from eval.formats.record import to_record
from eval.model import Model, training
from eval.remarks import Remarks
from eval.scoring import Scored, Scoring
from eval.settings import Settings
from eval.survey import Survey, survey
from eval.unit_counts import Batch


@dataclass(frozen=True)
class Job:
    """What is the same for every shard of a run: the extractor, where the whole gold stands, and what is known of it.

    `folder` is where the command was given; modules are imported from it. `number` is another for every run.
    """

    number: str
    name: str
    settings: Settings
    folder: Path
    gold: Path
    whole: Survey


@dataclass(frozen=True)
class Shard:
    """A file of the gold; where its predictions stand, if a user has them; and names for what is made of it.

    `predicted` holds what the extractor found, a line a document, and is there when all of it is; `scored` the same as it was
    scored.
    """

    gold: Path
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

    `counts` are those of its units, as counts.parquet has them: a fortieth of what they are in memory.
    """

    scoring: Scoring
    counts: bytes
    remarks: Remarks
    usage: Mapping[str, float]
    warnings: Sequence[str]


Progress = Callable[[int], object]


def look(texts: frozenset[str | None], path: Path, progress: Progress) -> Survey:
    """The survey of a file, with these texts looked for. Raises BadInput where this process does not see the file."""
    if not path.exists():
        raise BadInput(f"{path}: not there for a worker; gold and --out must be where all workers see them, by the same path")
    return survey(formats.part_of_gold(path), texts)


def describe(job: Job, progress: Progress) -> tuple[str, dict[str, str]]:
    """The protocol that the extractor is asked by, and its options. Raises BadInput where it cannot be made."""
    with _ONE_AT_A_TIME:
        extraction = _extraction(job)
        return extraction.protocol, extraction.options


def work(job: Job, shard: Shard, progress: Progress) -> Part:
    """Predict a shard, unless that was done before, and score it. `progress` is told how many documents are done.

    Raises BadInput for what fails in the extractor, or cannot be scored.
    """
    used, warnings = Counter[str](), list[str]()
    missing: list[str] = []
    said: dict[str, dict[str, Any]] = {}
    if job.name.startswith("predictions:"):
        gold = formats.part_of_gold(shard.gold)
        sides = formats.predictions(shard.given, gold, missing) if shard.given else formats.beside(gold, (), missing)
    else:
        held = list(formats.part_of_gold(shard.gold))
        predicted = shard.predicted
        if not predicted.exists():
            predicted, used, warnings = _predict(job, shard, held, progress)
        said = _remarks(predicted)
        sides = formats.predictions(predicted, held, missing)
    scoring, counts, total = Scoring(job.name, job.settings, job.whole), BytesIO(), Remarks()
    with atomic.beside(shard.scored) as new, new.open("wb") as file:
        unit_counts.write(counts, _counts(scoring.add(sides, missing, said), file))
    for doc_id, of_document in said.items():
        total.add(doc_id, of_document)
    return Part(scoring, counts.getvalue(), total, used, warnings)


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
    with _ONE_AT_A_TIME:
        extraction = _extraction(job)
        before, warned = Counter(extraction.usage), len(extraction.warnings)
        # One that is fitted on the other folds needs them all.
        whole = formats.gold(job.gold) if extraction.protocol == "leave-one-out" else gold
        for document in extraction.documents(whole, only=frozenset(ids)):
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


def _counts(scored: Iterator[Scored], file: BinaryIO) -> Iterator[Batch | bytes]:
    for batch in scored:
        file.writelines(batch.predictions)
        yield batch.counts


def _remarks(predicted: Path) -> dict[str, dict[str, Any]]:
    """Those on documents that have any."""
    with predicted.open("rb") as file:
        records = map(orjson.loads, file)
        return {record["doc_id"]: said for record in records if (said := remarks.of(record))}


# A worker may have several threads; the extractor is one, and most are not made for more.
_ONE_AT_A_TIME = threading.Lock()


@lru_cache(maxsize=1)
def _extraction(job: Job) -> Extraction:
    """The extractor, which stays loaded until another run comes."""
    _import_anew(job.folder)
    documents, surveyed = training(job.settings.train)
    labels = (surveyed if job.settings.train else job.whole).labels
    return Extraction(Model(job.name, job.settings, labels, documents), keep=True)


def _import_anew(folder: Path) -> None:
    """Let modules be imported from a folder, as its files are now: a process may have loaded them for an earlier run."""
    for name, module in [*sys.modules.items()]:
        here = folder.joinpath(*name.split("."))
        files = str(here.with_suffix(".py")), str(here / "__init__.py")
        if getattr(module, "__file__", None) in files and name.partition(".")[0] not in ("eval", "annotation"):
            del sys.modules[name]
    importlib.invalidate_caches()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
