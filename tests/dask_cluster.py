"""A real scheduler of Dask's with two real workers, as processes of their own; and a gold in shards."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from eval import formats
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
