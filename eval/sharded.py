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
from eval.survey import Survey, merged


class Sharded(BaseRun):
    """Each shard, a file of the gold, is predicted and scored by whatever worker is free."""

    engine = "dask"
    gold: Path

    def __init__(self, gold: Path, name: str, settings: Settings, cluster: Cluster, progress: Progress = silent) -> None:
        """Raises BadInput where there is no such extractor, or it cannot be made, and for gold that cannot be scored."""
        super().__init__(name, settings, progress)
        self.cluster, self.gold = cluster, formats.absolute(gold)
        self.files = formats.parts(self.gold)
        _, self.train = training(settings.train)
        if settings.train:
            settings = replace(settings, train=formats.absolute(settings.train))
        self.surveys = self._look(settings.train)
        self.survey = merged(self.surveys)
        self.usage, self._warnings = Counter[str](), []
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
        following, absent = 0, Scoring(self.name, self.settings, self.survey)
        for number, part in self.cluster.each(partial(shard.work, self.job), shards, follow):
            follow(number, part.scoring.documents + part.absent.documents)
            waiting[number] = part
            while following in waiting:
                part = waiting.pop(following)
                self._scoring.merge(part.scoring)
                absent.merge(part.absent)
                self.usage.update(part.usage)
                self._warnings = [*dict.fromkeys([*self._warnings, *part.warnings])]
                yield shards[following], part
                following += 1
        self._scoring.merge(absent)

    def rest(self) -> Iterator[Scored]:
        """What takes all shards."""
        return self._scoring.rest()

    def _look(self, train: Path | None) -> list[Survey]:
        """The survey of each file, without ids. Raises BadInput for a document that stands twice, in whatever files."""
        found: dict[int, Survey] = {}
        ids: dict[int, Strings] = {}
        for number, survey in self.cluster.each(partial(shard.look, train), self.files):
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

    They lie in a folder that is another where a run begins anew, so that a worker that is still at one that was given up writes
    none of this one's.
    """

    def __init__(self, run: Sharded, place: Path) -> None:
        super().__init__()
        self._run = run
        before = [folder for folder in place.glob("*") if folder.is_dir()]
        self._folder = min(before, default=place / uuid.uuid4().hex[:8])
        surveys = dict(zip(run.files, run.surveys, strict=True))
        self._documents: dict[str, int] = {}  # of each shard, by its name
        self._shards = []
        for file, given in _paired(run.gold, run.files, run.file):
            found = surveys.get(file, run.survey)
            if found.documents:
                self._documents[found.digest] = found.documents
                self._shards.append(Shard(file, found.parts, given, self._folder, found.digest))

    def __len__(self) -> int:
        return sum(self._done().values())

    def scored(self) -> Iterator[Scored]:
        """Predict and score each shard, in whatever process; then put them together in the gold's order."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for one, part in self._run.score(self._shards, self._done()):
            self.remarks.merge(part.remarks)
            yield Scored(shard.lines(one), one.counts)
        if self.remarks.failed == self._run.survey.documents:
            raise BadInput(f"{self._run.name} failed on every document; {self.remarks.first_error}")
        yield from self._run.rest()

    def _done(self) -> dict[int, int]:
        """How many documents each shard has that is predicted."""
        there = {file.name for file in self._folder.glob("*.jsonl")}
        done = (i for i, one in enumerate(self._shards) if one.predicted.name in there)
        return {i: self._documents[self._shards[i].name] for i in done}


class Following:
    """How far the shards are, each of which says how many documents are done."""

    def __init__(self, progress: Progress, doing: str, total: int, done: dict[int, int]) -> None:
        self._progress, self._doing, self._total = progress, doing, total
        self._of_shard, self._done, self._lock = dict(done), sum(done.values()), threading.Lock()
        progress(doing, self._done, total)

    def __call__(self, shard: int, documents: int) -> None:
        """A worker that takes up the shard of one that was lost begins anew."""
        with self._lock:
            self._done += documents - self._of_shard.get(shard, 0)
            self._of_shard[shard] = documents
            self._progress(self._doing, self._done, self._total)


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
