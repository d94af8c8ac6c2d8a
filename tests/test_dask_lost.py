"""Workers, clients and clusters that are lost on the way: the same command goes on, loses nothing, does nothing twice."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.cluster import connected
from eval.document import BadInput
from eval.folder import FILES, PREDICTIONS, REPORT, SCORES, save
from eval.run import Run
from eval.settings import Settings
from eval.sharded import Sharded
from tests.conftest import BIN, Command
from tests.dask_cluster import SHARDS, in_shards, running
from tests.stopping import DOCUMENTS

MODULE = """
import os, time
from dataclasses import replace
from eval.document import Mention

def extract(documents):
    for document in documents:
        with open("asked", "a") as asked:
            asked.write(f"{os.getpid()} {document.doc_id}\\n")
        time.sleep(0.05)
        yield replace(document, mentions=[Mention(None, 11, 15, "GPE")], notes=["slow"])

def sleeps(documents):
    for document in documents:
        time.sleep(5)
        yield document

def dies(documents):
    for document in documents:
        if document.doc_id == "d21":
            os._exit(1)
        yield document
"""
SIZE = DOCUMENTS // SHARDS


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a gold in shards, an extractor that takes its time, and what one process makes of both."""
    (tmp_path / "slowly.py").write_text(MODULE, encoding="utf-8")
    in_shards(tmp_path)
    monkeypatch.chdir(tmp_path)
    save(Run(Path("gold"), "slowly:extract", Settings()), Path("whole"))
    Path("asked").unlink()
    return tmp_path


def asked() -> list[tuple[int, str]]:
    """Process and document of each time that the extractor was asked."""
    lines = Path("asked").read_text().splitlines() if Path("asked").exists() else []
    return [(int(line.split()[0]), line.split()[1]) for line in lines]


def until(happened: Callable[[], bool]) -> None:
    """Wait for it, a minute at most."""
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def done_shards() -> int:
    """How many shards are predicted in the folder `out`."""
    return len([file for file in Path("out/shards").glob("*/*.jsonl") if file.name.count(".") == 1])


def check_whole() -> None:
    """The files are those of one process that nobody touched."""
    assert sorted({file.name for file in Path("out").iterdir()} - {".run.lock", REPORT}) == sorted(FILES)
    for name in (PREDICTIONS, SCORES):
        assert Path("out", name).read_bytes() == Path("whole", name).read_bytes()


def begun(*more: str, extractor: str = "slowly:extract") -> subprocess.Popen[str]:
    """The command, at work."""
    words = [str(BIN / "eval"), "run", extractor, "--gold", "gold", "--out", "out", *more]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_a_worker_that_is_killed_is_made_good(place: Path) -> None:
    """By kill -9, in the midst of a shard: another does that shard, and no other is done again."""
    with begun("--engine", "dask") as process:
        until(lambda: len(asked()) > SIZE * 3)
        os.kill(asked()[-1][0], signal.SIGKILL)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    check_whole()
    again = [doc_id for _, doc_id in asked()]
    twice = {doc_id for doc_id in again if again.count(doc_id) > 1}
    assert len(set(again)) == DOCUMENTS
    assert 0 < len(twice) <= SIZE


def test_a_client_that_is_killed_goes_on(place: Path) -> None:
    """By kill -9, at random moments: its workers go with it, and the same command does only what is left."""
    dice = random.Random(7)
    kills = 0
    while True:
        with begun("--engine", "dask") as process:
            seen = done_shards()
            if seen < SHARDS - 2:
                until(lambda: done_shards() > seen)  # noqa: B023
                time.sleep(dice.uniform(0, 0.3))
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
            _, error = process.communicate(timeout=120)
        if process.returncode == 0:
            break
        workers = {pid for pid, _ in asked()}
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))  # noqa: B023
    assert kills >= 2
    assert "going on after" in error
    check_whole()
    assert len(asked()) <= DOCUMENTS + kills * 2 * SIZE


def test_a_user_who_stops_it_is_told_how_to_go_on(place: Path) -> None:
    """Ctrl-C goes to all processes of the terminal, those that took a lost one's place too: status 130, one line, no worker left."""
    with begun("--engine", "dask") as process:
        until(lambda: len(asked()) > 1)
        os.kill(asked()[0][0], signal.SIGKILL)
        until(lambda: done_shards() >= 2 and len({pid for pid, _ in asked()}) > 2)
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    last = error.splitlines()[-1]
    assert last.startswith("eval: stopped; ")
    assert f"of {DOCUMENTS} documents are kept in out; the same command goes on after them" in last
    assert "Traceback" not in error
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid, _ in asked()))
    with begun("--engine", "dask") as process:
        process.communicate(timeout=120)
    assert process.returncode == 0
    check_whole()


def test_a_user_who_stops_it_while_the_cluster_starts_is_heard(place: Path) -> None:
    """Whenever that is; a second time, where a library that is being imported has swallowed the first."""
    for seconds in (0.8, 1.6, 2.4):
        with begun("--engine", "dask", extractor="slowly:sleeps") as process:
            time.sleep(seconds)
            while process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=10)
            _, error = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in error
        shutil.rmtree("out", ignore_errors=True)


def test_a_cluster_that_is_lost_is_told_and_another_goes_on(place: Path) -> None:
    """The scheduler is killed: status 2 and one line. A cluster of this machine's cores does the rest."""
    with running(place) as processes, begun("--engine", f"dask:{processes.address}") as process:
        until(lambda: done_shards() >= 2)
        processes.scheduler.kill()
        _, error = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "the cluster was lost: its scheduler answers no more" in error.splitlines()[-1]
    assert "the same command goes on after them" in error.splitlines()[-1]
    assert "Traceback" not in error
    before = len(asked())
    with begun("--engine", "dask") as process:
        process.communicate(timeout=120)
    assert process.returncode == 0
    check_whole()
    assert before >= 2 * SIZE
    assert len(asked()) <= DOCUMENTS + 2 * SIZE


def test_a_shard_that_kills_its_workers_is_named(place: Path) -> None:
    """After so many, the run stops and says over which."""
    with (
        running(place, workers=5) as processes,
        connected(processes.address, lambda message: None) as cluster,
        pytest.raises(BadInput, match=r"gold/documents/part-4\.parquet: 4 workers died over it, one after the other"),
    ):
        save(Sharded(Path("gold"), "slowly:dies", Settings(fail_fast=False), cluster), Path("out"))


def test_a_run_of_one_engine_is_not_gone_on_with_by_the_other(place: Path, command: Command) -> None:
    """One keeps documents, the other shards; what is done may be made again by either."""
    with begun("--engine", "dask") as process:
        until(lambda: done_shards() >= 1)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    done = command("eval", "run", "slowly:extract", "--gold", "gold", "--out", "out")
    assert done.returncode == 2
    assert "engine dask, now local" in done.stderr
    shutil.rmtree("out")
    shutil.copytree("whole", "out")
    with begun("--engine", "dask") as process:
        process.communicate(timeout=120)
    assert process.returncode == 0
    check_whole()
