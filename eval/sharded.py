"""A run whose gold is shared out, file by file, among the workers of a cluster: the same figures as in one process."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from eval import formats, shard
from eval.cluster import Cluster
from eval.document import BadInput
from eval.join import Known
from eval.model import training
from eval.progress import Progress, silent
from eval.run import SHARDS, BaseKept, BaseRun
from eval.scoring import Scored, Scoring
from eval.settings import Settings
from eval.shard import Job, Part, Shard
from eval.strings import Strings
from eval.survey import Survey, fingerprint, merged


class Sharded(BaseRun):
    """Each shard, a file of the gold, is predicted and scored by whatever worker is free."""

    engine = "dask"

    def __init__(self, gold: Path, name: str, settings: Settings, cluster: Cluster, progress: Progress = silent) -> None:
        """Raises BadInput where there is no such extractor, or it cannot be made, and for gold that cannot be scored."""
        super().__init__(name, settings, progress)
        self.cluster, self.gold = cluster, formats.absolute(gold)
        self.files = formats.parts(self.gold)
        documents, self.train = training(settings.train)
        self.surveys = self._look(frozenset(fingerprint(document.text) for document in documents))
        self.survey = merged(self.surveys)
        self.usage, self._warnings = Counter[str](), []
        if settings.train:
            settings = replace(settings, train=formats.absolute(settings.train))
        whole = replace(self.survey, parts=())  # which grow with the gold, and each task would carry them
        self.job = Job(uuid.uuid4().hex, name, settings, Path.cwd(), self.gold, whole, self.train.digest)
        ((_, (self.protocol, self.options)),) = cluster.each(shard.describe, [self.job])
        self._scoring = Scoring(name, settings, self.survey)

    def kept(self, place: Path) -> Kept:
        """The run as it is kept in a folder, a file a shard."""
        return Kept(self, place.absolute() / SHARDS)

    def score(self, shards: Sequence[Shard], done: dict[int, int]) -> Iterator[tuple[Shard, Part]]:
        """What comes of each shard, in their order, when it has been added. `done` are documents that are predicted, by shard."""
        follow = Following(self._progress, f"{self.name}: documents", self.survey.documents, done)
        waiting: dict[int, Part] = {}
        following, absent = 0, list[Scoring]()
        for number, part in self.cluster.each(partial(shard.work, self.job), shards, follow):
            follow(number, part.scoring.documents + part.absent.documents)
            waiting[number] = part
            while following in waiting:
                part = waiting.pop(following)
                self._scoring.merge(part.scoring)
                if part.absent.documents:
                    absent.append(part.absent)
                self.usage.update(part.usage)
                self._warnings = [*dict.fromkeys([*self._warnings, *part.warnings])]
                yield shards[following], part
                following += 1
        for one in absent:
            self._scoring.merge(one)

    def rest(self) -> Iterator[Scored]:
        """What takes all shards."""
        return self._scoring.rest()

    def _look(self, texts: frozenset[bytes]) -> list[Survey]:
        """The survey of each file, without ids. Raises BadInput for a document that stands twice, in whatever files."""
        found: dict[int, Survey] = {}
        ids: dict[int, Strings] = {}
        for number, survey in self.cluster.each(partial(shard.look, texts), self.files):
            ids[number] = Strings(pa.array(survey.doc_ids, pa.string()))
            found[number] = replace(survey, doc_ids=())
            self._progress("looking through the gold: files", len(found), len(self.files))
        known = Known()
        for number, file in enumerate(self.files):
            known.add(ids.pop(number), partial(_name, file))
        if not any(survey.documents for survey in found.values()):
            raise BadInput(f"{self.gold}: no document in it")
        return [found[number] for number in range(len(self.files))]


class Kept(BaseKept):
    """A run of which each shard's predictions are kept in a file, which is there when all of them are.

    They lie in a folder of the run's own, so that a worker that is still at an earlier run that was given up writes none of them.
    """

    def __init__(self, run: Sharded, folder: Path) -> None:
        super().__init__()
        self._run = run
        self._folder = next(iter(sorted(folder.glob("*"))), folder / uuid.uuid4().hex[:8])
        parts = {file: survey.parts for file, survey in zip(run.files, run.surveys, strict=True)}
        self._shards = [
            Shard(file, parts.get(file, ()), given, self._folder / f"{i:06d}.jsonl", self._folder / f"{i:06d}.scored.jsonl")
            for i, (file, given) in enumerate(_paired(run.gold, run.files, run.file))
        ]

    def __len__(self) -> int:
        return sum(self._done().values())

    def scored(self) -> Iterator[Scored]:
        """Predict and score each shard, in whatever process; then put them together in the gold's order."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for one, part in self._run.score(self._shards, self._done()):
            self.remarks.merge(part.remarks)
            yield Scored(shard.lines(one), part.counts)
        if self.remarks.failed == self._run.survey.documents:
            raise BadInput(f"{self._run.name} failed on every document; {self.remarks.first_error}")
        yield from self._run.rest()

    def _done(self) -> dict[int, int]:
        """How many documents each shard has that is predicted."""
        shards = enumerate(zip(self._shards, self._run.surveys, strict=False))
        return {i: survey.documents for i, (one, survey) in shards if one.predicted.exists()}


class Following:
    """How far the shards are, each of which says how many documents are done."""

    def __init__(self, progress: Progress, doing: str, total: int, done: dict[int, int]) -> None:
        self._progress, self._doing, self._total = progress, doing, total
        self._done, self._lock = dict(done), threading.Lock()
        progress(doing, sum(done.values()), total)

    def __call__(self, shard: int, documents: int) -> None:
        """A worker that takes up the shard of one that was lost begins anew."""
        with self._lock:
            self._done[shard] = documents
            self._progress(self._doing, sum(self._done.values()), self._total)


def _name(file: Path, row: int) -> str:
    return str(file)


def _paired(gold: Path, files: Sequence[Path], given: Path | None) -> list[tuple[Path, Path | None]]:
    """The files of the gold, each with that of the user's predictions that has the same name.

    Where they have other names, the gold and all predictions are one pair. Raises BadInput where a file of predictions is left.
    """
    if given is None:
        return [(file, None) for file in files]
    given = formats.absolute(given)
    predicted = {file.name: file for file in formats.parts(given)}
    names = {file.name for file in files}
    if not given.is_dir() or not names & set(predicted):
        return [(gold, given)]
    if left := sorted(set(predicted) - names):
        raise BadInput(f"{predicted[left[0]]}: the gold has no file of this name; files of predictions are named as the gold's")
    return [(file, predicted.get(file.name)) for file in files]
