"""A real Label Studio, for the tests of what is done with one."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from annotation.studio import accounts, address, environment, project, tasks
from tests import meanwhile
from tests.conftest import BIN, ROOT

_killed: set[Path] = set()


@contextmanager
def serving(folder: Path, cwd: Path, **environment: str) -> Iterator[str]:
    """`annotate serve` until the block is left, then Ctrl-C; yields what it prints once it is ready.

    A folder that is not there yet begins as a first start leaves it. Where the server is killed in the block, by kill_server, it
    ends by itself and says so.
    """
    if not folder.exists():
        shutil.copytree(started_once(), folder)
    process = subprocess.Popen(
        [str(BIN / "annotate"), "serve", "--folder", str(folder)],
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield _until_ready(process.stdout)
        if folder in _killed:
            process.wait(timeout=300)
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=300)
        sys.stderr.write(said)
    if folder in _killed:
        _killed.remove(folder)
        assert "Label Studio ended by itself, with status -9" in said
        assert process.returncode == 2
    else:
        assert process.returncode == 0


def started_once() -> Path:
    """A folder after its first start, which takes up to a minute, so that it is done once for all, and while others are tested."""
    meanwhile.ended("walkthrough")  # its server would ask for the same port at the same moment
    return meanwhile.made("label_studio") / "studio"


def make(cwd: Path) -> None:
    """That folder, `studio`: a first start, after one that was cut."""
    (cwd / "studio").mkdir(mode=0o700)
    _cut_first_start(cwd / "studio", cwd)
    with serving(cwd / "studio", cwd):
        pass


def _cut_first_start(folder: Path, cwd: Path) -> None:
    """Ctrl-C of `annotate serve` while it prepares its database, at a moment after which Label Studio cannot go on with it."""
    environment.install()  # not while somebody waits for what comes after it
    database = folder / "label_studio.sqlite3"
    process = subprocess.Popen(
        [str(BIN / "annotate"), "serve", "--folder", str(folder)], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    until(lambda: database.exists() and database.stat().st_size > 0)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=300)
    assert (process.returncode, printed) == (130, b"")
    with closing(sqlite3.connect(database)) as half:
        half.execute("CREATE TABLE IF NOT EXISTS tasks_failedprediction (cut INTEGER)")


@contextmanager
def in_terminal(folder: Path, cwd: Path, *options: str, **environment: str) -> Iterator[tuple[str, int]]:
    """`annotate serve` in a terminal that is closed when the block is left; yields what it prints and its process's number.

    Nothing of it is left afterwards.
    """
    ours, its = pty.openpty()
    left_out = {"CI", "SSH_CONNECTION"}
    process = subprocess.Popen(
        ["setsid", "--ctty", str(BIN / "annotate"), "serve", "--folder", str(folder), *options],
        cwd=cwd,
        env={**{name: value for name, value in os.environ.items() if name not in left_out}, **environment},
        stdin=its,
        stdout=its,
        stderr=subprocess.DEVNULL,
    )
    os.close(its)
    try:
        with os.fdopen(ours, encoding="utf-8", newline="\n") as terminal:
            yield _until_ready(terminal), process.pid
    finally:
        process.wait(timeout=300)
    until(lambda: not servers(folder))


def _until_ready(lines: Iterable[str]) -> str:
    printed = []
    for line in lines:
        printed.append(line)
        if line.startswith("Ctrl-C"):
            return "".join(printed)
    raise AssertionError(f"annotate serve has ended: {''.join(printed)}")


@contextmanager
def reached(folder: Path) -> Iterator[httpx.Client]:
    """The addresses of the server over the folder, with its token."""
    with project.reached(address.find(folder, None)) as http:
        yield http


@contextmanager
def connected(folder: Path) -> Iterator[Any]:
    """The SDK's client of the server over the folder."""
    with reached(folder) as http:
        yield project.client(address.find(folder, None), http)


@contextmanager
def logged_in(url: str, email: str, password: str) -> Iterator[httpx.Client]:
    """A session of the page's, as the log-in form gives one. It fails where the form does not let in."""
    with httpx.Client(base_url=url, headers={"Referer": url}, timeout=120, trust_env=False) as page:
        page.get("/user/login/")
        form = {"email": email, "password": password, "csrfmiddlewaretoken": page.cookies["csrftoken"]}
        assert page.post("/user/login/", data=form).headers.get("location") == "/"
        page.headers["X-CSRFToken"] = page.cookies["csrftoken"]
        assert page.get("/api/current-user/whoami").json()["email"] == email.lower()
        yield page


@contextmanager
def signed_up(folder: Path, email: str) -> Iterator[httpx.Client]:
    """The session of a further annotator, whose account is made."""
    where = address.find(folder, None)
    with logged_in(where.url, email, accounts.add(where, email)) as page:
        yield page


def task_numbers(folder: Path) -> dict[str, int]:
    """The task of each document in the project of the server over the folder, which is its first."""
    with reached(folder) as http:
        return {task["data"]["doc_id"]: task["id"] for task in tasks.listed(http, 1, with_annotators=False)}


def start(changed: str, cwd: Path, *arguments: object) -> subprocess.Popen[str]:
    """`annotate`, after lines of Python that change something in it."""
    program = f"{changed}\nimport sys\nfrom annotation.__main__ import main\nmain(sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(ready: Callable[[], bool]) -> None:
    """Wait for something that comes within two minutes."""
    end = time.monotonic() + 120
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


def servers(folder: Path) -> list[int]:
    """The processes of Label Studio over the folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if f"LABEL_STUDIO_BASE_DATA_DIR={folder}\0".encode() in (one / "environ").read_bytes():
                found.append(int(one.name))
        except OSError:
            continue
    return found


def kill_server(folder: Path) -> None:
    """kill -9 of the Label Studio that `annotate serve` has started over the folder, with all that it started."""
    (leader,) = (number for number in servers(folder) if number == os.getpgid(number))
    os.killpg(leader, signal.SIGKILL)
    _killed.add(folder)
