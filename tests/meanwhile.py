"""What takes long and needs nothing of any test: done beside the tests, on the second processor, and awaited by those that need it."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from eval import atomic

ROOT = Path(__file__).parent.parent

# By the marker of the tests that need it: the module whose `make` is called with the folder to make it in. In this order.
WORK = {
    "gamma": "tests.test_gamma",
    "label_studio": "tests.serving",
    "walkthrough": "tests.test_walkthrough",
    "tables": "tests.test_readme",
    "transformers": "tests.test_transformers",
}

_begun: dict[str, subprocess.Popen[bytes]] = {}


def begin(names: Sequence[str]) -> None:
    """Begin these in a process of their own, which does one after another, and ends with us."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, _place(), *names],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # so that it can be ended with all that it started
    )
    atexit.register(_end, process)
    _begun.update(dict.fromkeys(names, process))


def ended(name: str) -> None:
    """Wait for the end of what was begun, whatever came of it."""
    while name in _begun and _begun[name].poll() is None and not _status(_place(), name).exists():
        time.sleep(0.05)


def made(name: str) -> Path:
    """The folder, once all is made; it has what was printed as `log`. Fails, and shows that, where the making has failed."""
    if name not in _begun:
        begin([name])
    ended(name)
    folder, status = _place() / name, _status(_place(), name)
    assert status.exists(), f"the process that was to make {name} has ended, with {_begun[name].returncode}"
    assert status.read_text() == "0", (folder / "log").read_text(encoding="utf-8")
    return folder


@cache
def _place() -> Path:
    place = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _status(place: Path, name: str) -> Path:
    return place / f"{name}.status"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:  # nobody has waited for all of it, as where the tests are stopped
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _make(place: Path, name: str) -> None:
    (place / name).mkdir()
    code = f"import sys, pathlib, {WORK[name]} as it; it.make(pathlib.Path(sys.argv[1]))"
    with (place / name / "log").open("wb") as log:
        done = subprocess.run([sys.executable, "-c", code, place / name], stdout=log, stderr=subprocess.STDOUT)
    atomic.write(_status(place, name), str(done.returncode).encode())


if __name__ == "__main__":
    for one in sys.argv[2:]:
        _make(Path(sys.argv[1]), one)
