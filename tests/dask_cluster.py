"""A real scheduler of Dask's with two real workers, as processes of their own; and a gold in shards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from eval import formats, unit_counts
from eval.cluster import Cluster, connected
from eval.folder import COUNTS, FILES, PREDICTIONS, SCORES, save
from eval.run import Run
from eval.settings import Settings
from eval.sharded import Sharded
from tests.conftest import BIN
from tests.stopping import GOLD

SHARDS = 8


@dataclass(frozen=True)
class Processes:
    """Where the scheduler answers, and what runs."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[Processes]:
    """A cluster whose workers work in a folder, until the block is left."""
    file = folder / "scheduler.json"
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    begun: list[subprocess.Popen[bytes]] = []
    try:
        addresses = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
        begun.append(subprocess.Popen([BIN / "dask", "scheduler", *addresses, "--scheduler-file", file], **quiet))
        while not file.exists():
            assert begun[0].poll() is None
            time.sleep(0.05)
        for _ in range(workers):
            # Without a nanny: one that is killed stays away.
            command = [BIN / "dask", "worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
            begun.append(subprocess.Popen(command, **quiet))
        yield Processes(json.loads(file.read_text())["address"], begun[0], begun[1:])
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


def in_shards(folder: Path, shards: int = SHARDS, **changes: object) -> Path:
    """GOLD, cut into files of Parquet, in three folds that each file has a part of."""
    gold = [replace(document, fold=str(i % 3), **changes) for i, document in enumerate(GOLD)]
    (folder / "gold" / "documents").mkdir(parents=True)
    formats.write(folder / "gold" / "documents" / "empty.parquet", [])
    size = len(gold) // shards
    for i in range(shards):
        formats.write(folder / "gold" / "documents" / f"part-{i}.parquet", gold[i * size : (i + 1) * size])
    return folder / "gold"


MODULE = """
import os
from dataclasses import replace
from eval.document import Mention

BAD = {"d03", "d21"}
FOUND = 15

def note(what):
    with open(os.environ["NOTED"], "a") as noted:
        noted.write(what + "\\n")

class Loaded:
    def __init__(self):
        note(f"{os.getpid()}")

    def extract(self, documents):
        for document in documents:
            yield replace(document, mentions=[Mention(None, 11, FOUND, "GPE")], notes=["seen"])

class Fitted(Loaded):
    def fit(self, documents):
        note("fit " + " ".join(document.doc_id for document in documents))

def fails(documents):
    for document in documents:
        if document.doc_id in BAD:
            raise ValueError("no")
        yield document

def fails_late(documents):
    for document in documents:
        if document.doc_id == "d21":
            raise ValueError("no")
        yield document

def beyond(documents):
    return [replace(d, mentions=[Mention(None, 0, 99 if d.doc_id in BAD else 3, "EVENT")]) for d in documents]

def some(documents):
    for document in documents:
        if document.doc_id not in BAD:
            yield replace(document, mentions=[Mention(None, 0, 3, "EVENT")])

def nothing_works(documents):
    raise RuntimeError("out of order")

def dies(documents):
    for document in documents:
        if document.doc_id in BAD:
            os._exit(1)
        yield document
"""


def placed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fixture of a module: a working directory with a gold in shards, and extractors."""
    folder = tmp_path_factory.mktemp("dask")
    (folder / "mine.py").write_text(MODULE, encoding="utf-8")
    in_shards(folder)
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTED", str(folder / "noted"))
        os.chdir(folder)
        yield folder
        os.chdir(here)


def two_workers(place: Path) -> Iterator[Cluster]:
    """A fixture of a module: two workers, and us connected to them."""
    with running(place) as processes, connected(processes.address, lambda message: None) as found:
        yield found


def made(name: str, cluster: Cluster | None, gold: Path = Path("gold"), **settings: object) -> dict[str, object]:
    """The scores of a run on the cluster, or in this process, whose folder is then `dask` or `local`."""
    chosen = Settings(fail_fast=False, samples=50, **settings)  # type: ignore[arg-type]
    out = Path("dask" if cluster else "local")
    shutil.rmtree(out, ignore_errors=True)
    run = Sharded(gold, name, chosen, cluster) if cluster else Run(gold, name, chosen)
    return save(run, out)[0]


def check_same() -> None:
    """Both folders have the same, byte for byte, and the same counts, which may be cut into other batches."""
    assert sorted(file.name for file in Path("dask").iterdir()) == sorted(FILES)
    for name in (SCORES, PREDICTIONS):
        assert Path("dask", name).read_bytes() == Path("local", name).read_bytes(), name
    one, other = (unit_counts.read(Path(folder, COUNTS)) for folder in ("dask", "local"))
    assert one.keys() == other.keys()
    for name, units in one.items():
        assert (units.unit, units.doc_ids, units.counts.types) == (
            other[name].unit,
            other[name].doc_ids,
            other[name].counts.types,
        )
        assert np.array_equal(units.counts.total, other[name].counts.total)
        assert np.array_equal(units.counts.by_type, other[name].counts.by_type)
