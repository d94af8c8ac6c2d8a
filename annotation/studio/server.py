"""Runs a real Label Studio, in an environment of its own that uv makes, on loopback alone."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from eval import atomic
from eval.document import BadInput

VERSION = "1.23.2"
# No release after this day goes into the server's environment: with VERSION, it is the same on every machine.
NEWEST = "2026-11-20"
LOGIN = "login.json"
_START_SECONDS = 600
# Never by way of a proxy: the server is on this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Login:
    """Where the server answers and who may enter. Kept in the server's folder, readable by its owner only."""

    url: str
    email: str
    password: str
    token: str

    @classmethod
    def read(cls, folder: Path) -> Login:
        """Raises BadInput if no server has run in `folder`."""
        path = folder / LOGIN
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise BadInput(f"no Label Studio has run in {folder}; start one with annotate serve") from None
        except (TypeError, ValueError) as error:
            raise BadInput(f"{path} cannot be read ({error})") from None

    def write(self, folder: Path) -> None:
        """Nobody but the owner can read it at any moment."""
        atomic.write(folder / LOGIN, json.dumps(asdict(self), indent=2).encode(), mode=0o600)


def install() -> None:
    """Make the server's environment, if it is not there yet; uv shows how far it is. Only this asks a package index."""
    nothing = ["python", "-c", ""]
    if subprocess.run([*_in_environment("--offline"), *nothing], capture_output=True).returncode == 0:
        return
    if subprocess.run([*_in_environment(), *nothing]).returncode:
        raise BadInput(f"Label Studio {VERSION} could not be installed; what uv said stands above")


@contextmanager
def running(folder: Path, port: int | None = None, progress: Callable[[str], object] = lambda message: None) -> Iterator[Login]:
    """Run a server on loopback over the data in `folder`, from when it is healthy until the block is left.

    `port` None takes 8080, or any free one where that is taken. Raises BadInput if a port that was asked for is taken,
    if a server already runs in the folder, or if ours does not come up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    login = _login(folder)
    if is_healthy(login.url) and _is_ours(login):
        raise BadInput(f"Label Studio already runs over {folder}, at {login.url}; use that one, or stop it first")
    login = Login(f"http://127.0.0.1:{_free_port(port)}", login.email, login.password, login.token)
    login.write(folder)
    command = [
        *_in_environment("--offline"),
        "label-studio",
        "start",
        "--internal-host",
        "127.0.0.1",
        "--port",
        login.url.rpartition(":")[2],
        "--no-browser",
    ]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder, login),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that it can be ended with all that it started, and by us alone
        )
        try:
            _wait_until_healthy(process, login, folder / "server.log", progress)
            yield login
        finally:
            _stop(process)


def is_healthy(url: str) -> bool:
    """Whether a Label Studio answers at `url`."""
    try:
        with _DIRECT.open(f"{url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _login(folder: Path) -> Login:
    if (folder / LOGIN).exists():
        return Login.read(folder)
    return Login("http://127.0.0.1:8080", "annotator@wafd.example", secrets.token_urlsafe(12), secrets.token_hex(20))


def _in_environment(*options: str) -> list[str]:
    try:
        import uv
    except ImportError:
        raise BadInput("this needs uv and label-studio-sdk: uv run --extra label-studio annotate …") from None
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    pinned = ["--python", python, "--exclude-newer", NEWEST, "--from", f"label-studio=={VERSION}"]
    return [uv.find_uv_bin(), "tool", "run", *options, *pinned]


def _environment(folder: Path, login: Login) -> dict[str, str]:
    return {
        **os.environ,
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder.absolute()),
        "LABEL_STUDIO_USERNAME": login.email,
        "LABEL_STUDIO_PASSWORD": login.password,
        "LABEL_STUDIO_USER_TOKEN": login.token,
        # Counts when the organisation is made, at the first start: without it the token is refused.
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        # Nothing is called outside.
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }


def _free_port(port: int | None) -> int:
    """A port that nobody listens on: Label Studio itself would take the next one without a word."""
    for candidate in (port,) if port else (8080, 0):
        with socket.socket() as probe:
            # A port that a server has just left is free; one that somebody listens on is not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate or 0))
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
                raise BadInput(f"another server answers at {login.url}; try another --port")
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
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
