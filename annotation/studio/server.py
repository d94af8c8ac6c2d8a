"""Runs a real Label Studio, in an environment of its own that uv makes, on loopback alone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, NoReturn

from filelock import FileLock, Timeout

from annotation.studio import environment
from annotation.studio.login import Login
from eval.document import BadInput

LOG = "server.log"
_DATABASE = "label_studio.sqlite3"
# There while the first start prepares the database; see _begin.
_FIRST = "first-start"
_START_SECONDS = 600
# Never by way of a proxy: the server is on this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    login: Login
    _process: subprocess.Popen[bytes]
    _log: Path

    def wait(self) -> NoReturn:
        """Does not return. Raises BadInput when the server has ended by itself."""
        status = self._process.wait()
        raise BadInput(
            f"Label Studio ended by itself, with status {status} ({self._log} may say why); what was submitted is kept,"
            " and annotate serve starts it again"
        )


@contextmanager
def running(folder: Path, port: int | None = None, progress: Callable[[str], object] = lambda message: None) -> Iterator[Running]:
    """Run a server on loopback over the data in `folder`, from when it is healthy until the block is left.

    It ends with this process, however that ends, and nobody else can read what it writes. `port` None takes 8080, or any free
    one where that is taken. Raises BadInput if a port that was asked for is taken, if a server already runs in the folder, or if
    ours does not come up.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        environment.keep_key(folder)
        _hide(folder)
        with ExitStack() as stack:
            try:
                up = stack.enter_context(_up(folder, _free_port(port), progress))
            except _Taken:  # by one that was started at the same moment
                if port:
                    raise
                up = stack.enter_context(_up(folder, _free_port(0), progress))
            yield up


def is_healthy(url: str) -> bool:
    """Whether a Label Studio answers at `url`."""
    try:
        with _DIRECT.open(f"{url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


class _Taken(BadInput):
    """Another server answers at the port."""


@contextmanager
def _up(folder: Path, port: int, progress: Callable[[str], object]) -> Iterator[Running]:
    login = replace(Login.kept(folder), url=f"http://127.0.0.1:{port}")
    login.write(folder)
    _begin(folder)
    with (folder / LOG).open("wb") as log:
        process = _start(folder, login, log)
    try:
        _wait_until_healthy(process, login, folder / LOG, progress)
        (folder / _FIRST).unlink(missing_ok=True)
        yield Running(login, process, folder / LOG)
    finally:
        _stop(process)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises BadInput where another process runs a server over the folder; a lock ends with the process that has it."""
    lock = FileLock(folder / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        at = Login.kept(folder).url
        raise BadInput(f"Label Studio already runs over {folder}, at {at}; use that one, or stop it first") from None
    try:
        yield
    finally:
        lock.release()


def _begin(folder: Path) -> None:
    """Note that the database is being prepared, or begin anew with one that was not finished: nobody could log in to it yet.

    Label Studio goes on with a database that was cut in the midst of this, and fails each time where a table is there already.
    """
    if (folder / _FIRST).exists():
        for left in folder.glob(f"{_DATABASE}*"):
            left.unlink()
    elif not (folder / _DATABASE).exists():
        (folder / _FIRST).touch()


def _start(folder: Path, login: Login, log: IO[bytes]) -> subprocess.Popen[bytes]:
    port = login.url.rpartition(":")[2]
    return subprocess.Popen(
        environment.command("serve.py", "start", "--internal-host", "127.0.0.1", "--port", port, "--no-browser"),
        cwd=folder,
        env={
            **environment.variables(folder),
            "LABEL_STUDIO_USERNAME": login.email,
            "LABEL_STUDIO_PASSWORD": login.password,
            "LABEL_STUDIO_USER_TOKEN": login.token,
        },
        stdin=subprocess.PIPE,  # the server ends when our end of it is closed
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that it can be ended with all that it started, and by us alone
        umask=0o077,
    )


def _hide(folder: Path) -> None:
    """Let nobody else read what an earlier version of ours, which was less strict, has written."""
    (folder / LOG).touch()
    for name in (LOG, _DATABASE, "export", "media", "test_data"):
        if (folder / name).exists():
            (folder / name).chmod((folder / name).stat().st_mode & 0o700)


def _free_port(port: int | None) -> int:
    """A port that nobody listens on, 0 for any; None: 8080, or any. Label Studio itself would take the next without a word."""
    for candidate in (8080, 0) if port is None else (port,):
        with socket.socket() as probe:
            # A port that a server has just left is free; one that somebody listens on is not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise BadInput(f"port {port} is taken; leave --port out to have a free one")


def _wait_until_healthy(process: subprocess.Popen[bytes], login: Login, log: Path, progress: Callable[[str], object]) -> None:
    start = time.monotonic()
    while time.monotonic() - start < _START_SECONDS:
        progress(
            f"starting Label Studio: {time.monotonic() - start:.0f} s (the first start prepares its database, about a minute)"
        )
        if process.poll() is not None:
            raise BadInput(f"Label Studio ended with status {process.returncode}; {log} says why")
        if is_healthy(login.url):
            if not _is_ours(login):
                raise _Taken(f"another server answers at {login.url}; try another --port")
            return
        time.sleep(0.5)
    raise BadInput(f"Label Studio did not answer within {_START_SECONDS} s; {log} may say why")


def _is_ours(login: Login) -> bool:
    """Whether the server at this address knows our token."""
    request = urllib.request.Request(f"{login.url}/api/current-user/whoami", headers={"Authorization": f"Token {login.token}"})
    try:
        with _DIRECT.open(request, timeout=10) as answer:
            return bool(json.load(answer).get("email") == login.email)
    except (OSError, ValueError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server with all that it started."""
    for kill in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kill)
            process.wait(timeout=15)
        except (ProcessLookupError, PermissionError):  # macOS says the second of processes that have ended
            break
        except subprocess.TimeoutExpired:
            continue
    if process.stdin:
        process.stdin.close()
