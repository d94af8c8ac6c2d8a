"""A run that is stopped goes on where it was: nothing is lost, nothing doubled, nothing mixed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eval.console import Stopped
from eval.document import BadInput
from eval.folder import FILES, LOCK, REPORT, save
from eval.run import Run
from eval.settings import Settings
from tests.conftest import ROOT, Command
from tests.stopping import DOCUMENTS, GOLD, NAME, SLOW, Fails, content, failing, placed

place, fails = pytest.fixture(placed), pytest.fixture(failing)

# Loads all once; then each line of standard input is a run in a process of its own, that is killed after so many seconds.
KILLER = """
import os, random, signal, sys, time
sys.path.insert(0, os.getcwd())
import pyarrow.parquet, scipy.stats, seqeval.scheme, eval.folder, eval.tally, eval.__main__
for line in sys.stdin:
    seconds, *arguments = line.split()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        eval.__main__.main(arguments)
    time.sleep(float(seconds))
    os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.parametrize("extractor", ["slow:extract", "slow:Fitted"])
def test_killed_at_any_moment_it_goes_on(extractor: str, place: Path, command: Command) -> None:
    """By kill -9 at random moments of predicting and scoring, a dozen times: in the end, the files of a run that nobody touched."""
    arguments = ["run", extractor, "--gold", "gold.jsonl", "--samples", "200"]
    assert command("eval", *arguments, "--out", "whole").returncode == 0
    asked = place / "asked"
    asked.unlink()
    dice = random.Random(5)
    kills, runs = 0, 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", KILLER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=place, env=environment
    ) as killer:
        assert killer.stdin
        assert killer.stdout
        while kills < 12:
            out, runs, before = f"run-{runs}", runs + 1, kills
            while not (place / out / "scores.json").exists():
                killer.stdin.write(" ".join([str(dice.uniform(0.005, 0.6)), *arguments, "--out", out]) + "\n")
                killer.stdin.flush()
                status = int(killer.stdout.readline())
                assert status in (0, -signal.SIGKILL)
                kills += status != 0
            assert content(place / out) == content(place / "whole")
            # A kill may come when the run is done and its report is being written.
            left = {file.name for file in (place / out).iterdir() if not file.name.startswith(f".{REPORT}-")}
            assert sorted(left - {LOCK, REPORT}) == sorted(FILES)
            # At most the document in hand is asked for again.
            assert len(asked.read_text().splitlines()) <= DOCUMENTS + kills - before
            asked.unlink()
        killer.stdin.close()
    assert not list(place.rglob("*unfinished"))


def test_an_error_keeps_what_is_done_and_the_same_command_goes_on(fails: type[Fails]) -> None:
    """The message names the folder; nobody is asked for twice."""
    with pytest.raises(BadInput, match=r"ValueError: no .*; 3 of 40 documents are kept in out; the same command goes on"):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    assert len(Path("out/predictions.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    fails.at = None
    said: list[str] = []
    scores, out = save(Run(GOLD, NAME, Settings()), Path("out"), said.append)
    assert said == ["going on after 3 of 40 documents, kept in out"]
    assert fails.asked == [one.doc_id for one in GOLD]
    assert scores["metrics"]["ner.strict"]["correct"] == 40
    assert sorted(file.name for file in out.iterdir()) == sorted(FILES)


@pytest.mark.skipif(sys.platform != "linux", reason="no limit of the size of files")
def test_a_full_disk_keeps_what_was_written(place: Path, command: Command) -> None:
    """The message says what is kept; half a line is not."""
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))\n{SLOW}"
    (place / "slow.py").write_text(full, encoding="utf-8")
    words = ("eval", "run", "slow:extract", "--gold", "gold.jsonl", "--out", "out")
    done = command(*words)
    kept = Path("out/predictions.jsonl").read_bytes().count(b"\n")
    assert done.returncode == 2
    assert (
        done.stderr
        == f"eval: [Errno 27] File too large; {kept} of 40 documents are kept in out; the same command goes on after them\n"
    )
    (place / "slow.py").write_text(SLOW, encoding="utf-8")
    assert f"going on after {kept} of 40 documents" in command(*words).stderr


def test_an_error_before_anything_is_done_leaves_nothing(fails: type[Fails], place: Path) -> None:
    """Nor the folders made for it."""
    fails.at = "d00"
    before = sorted(place.rglob("*"))
    for out in (Path("a/b"), None):
        with pytest.raises(BadInput, match="failed: ValueError: no"):
            save(Run(GOLD, NAME, Settings()), out)
    assert sorted(place.rglob("*")) == before


def test_without_out_it_is_found_again(fails: type[Fails]) -> None:
    """In a folder that ends in .unfinished until the signature is known."""
    with pytest.raises(BadInput, match=r"kept in runs/tests.stopping-Fails-\w{8}.unfinished"):
        save(Run(GOLD, NAME, Settings()), None)
    fails.at = None
    _, out = save(Run(GOLD, NAME, Settings()), None)
    assert len(fails.asked) == 40
    assert [folder.name for folder in Path("runs").iterdir()] == [out.name]


def test_ctrl_c_says_how_to_go_on(fails: type[Fails], monkeypatch: pytest.MonkeyPatch) -> None:
    """As Stopped, which the command makes exit status 130."""
    monkeypatch.setattr(Fails, "error", KeyboardInterrupt())
    with pytest.raises(Stopped, match="stopped; 3 of 40 documents are kept in out; the same command goes on after them"):
        save(Run(GOLD, NAME, Settings()), Path("out"))


@pytest.mark.skipif(os.name == "nt", reason="no signals")
def test_ctrl_c_ends_the_command_cleanly(place: Path) -> None:
    """A real SIGINT: one line, status 130, and the lock is gone."""
    words = [str(Path(sys.executable).with_name("eval")), "run", "slow:extract", "--gold", "gold.jsonl", "--out", "out"]
    (place / "slow.py").write_text(SLOW.replace("0.002", "0.2"), encoding="utf-8")
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=place) as process:
        while not (place / "asked").exists() or len((place / "asked").read_text().splitlines()) < 3:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert said.startswith("eval: stopped; ")
    assert said.endswith(" of 40 documents are kept in out; the same command goes on after them\n")
    assert sorted(file.name for file in (place / "out").iterdir()) == ["predictions.jsonl", "settings.json"]


@pytest.mark.parametrize("out", [None, Path("out")])
def test_stopped_while_files_are_put_into_place(out: Path | None, fails: type[Fails], monkeypatch: pytest.MonkeyPatch) -> None:
    """At each of the steps from predictions to a folder that is done, also where another run is done there."""
    fails.at = None
    _, done = save(Run(GOLD, NAME, Settings()), out)
    first, replacing, steps = content(done), os.replace, 0
    while True:
        left = steps

        def replace_or_stop(source: Path, target: Path) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise RuntimeError("stopped")
            replacing(source, target)

        monkeypatch.setattr(os, "replace", replace_or_stop)
        try:
            save(Run(GOLD, NAME, Settings()), out)
            break
        except RuntimeError:
            monkeypatch.setattr(os, "replace", replacing)
            save(Run(GOLD, NAME, Settings()), out)
        assert content(done) == first
        assert not list(Path().rglob("*unfinished"))
        steps += 1
    assert steps == 8  # settings; counts, predictions, scores made; settings, counts, scores, predictions moved


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_kill_between_writing_and_renaming_leaves_no_file_behind(fails: type[Fails], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever file it is: the same command takes it up, or away."""
    fails.at = None
    replacing = os.replace
    for step in range(4):  # settings; counts, predictions, scores
        child = os.fork()
        if not child:
            left = iter(range(step))
            monkeypatch.setattr(
                os, "replace", lambda *names, left=left: os._exit(9) if next(left, None) is None else replacing(*names)
            )
            save(Run(GOLD, NAME, Settings()), Path(f"out-{step}"))
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        save(Run(GOLD, NAME, Settings()), Path(f"out-{step}"))
        assert sorted(file.name for file in Path(f"out-{step}").iterdir()) == sorted(FILES)
