"""What can go wrong round Label Studio, without one."""

from __future__ import annotations

import copy
import json
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from annotation import export
from annotation.studio import address, server
from annotation.studio.login import Login
from annotation.studio.push import Held
from eval.document import BadInput
from tests.conftest import ROOT, Command
from tests.serving import connected


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    """Label Studio itself would take the next one without a word."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(BadInput, match=f"port {port} is taken"), server.running(tmp_path, port):
            pass


def test_without_a_server_push_and_pull_say_what_to_do(command: Command, tmp_path: Path) -> None:
    """Status 2 and one line."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    for verb in ("push", "pull"):
        done = command("annotate", verb, "--folder", tmp_path / "none")
        assert done.returncode == 2
        assert "start one with annotate serve" in done.stderr
        assert done.stderr.count("\n") == 1


class Failing(BaseHTTPRequestHandler):
    """Healthy, and out of order."""

    def do_GET(self) -> None:
        """200 for /health, 500 for everything else."""
        self.send_response(200 if self.path == "/health" else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_fails_is_said_in_one_line(tmp_path: Path) -> None:
    """Errors of the SDK become ours, with the address."""
    with HTTPServer(("127.0.0.1", 0), Failing) as failing:
        threading.Thread(target=failing.serve_forever, daemon=True).start()
        Login(f"http://127.0.0.1:{failing.server_port}", "a@wafd.example", "p", "t").write(tmp_path)
        where = address.find(tmp_path, None)
        with pytest.raises(BadInput, match=f"Label Studio at {where.url} failed"), connected(tmp_path) as client:
            list(client.projects.list())
        failing.shutdown()


def test_what_stands_for_a_login_and_is_none_is_refused(tmp_path: Path) -> None:
    """A broken login.json names itself."""
    (tmp_path / "login.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInput, match=r"login\.json cannot be read"):
        Login.read(tmp_path)


def test_the_login_is_the_owners_alone(tmp_path: Path) -> None:
    """Written and read again; no other user can read it."""
    login = Login("http://127.0.0.1:1", "a@wafd.example", "p", "t")
    login.write(tmp_path)
    assert Login.read(tmp_path) == login
    assert (tmp_path / "login.json").stat().st_mode & 0o077 == 0


def test_annotations_are_checked_before_anything_is_pushed(command: Command, tmp_path: Path) -> None:
    """Another text, and an annotation with a problem: refused without asking a server."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    task, *_ = export.read(ROOT / "annotation" / "exports" / "gold.json")
    other, broken = copy.deepcopy(task), copy.deepcopy(task)
    other["data"]["text"] += "."
    broken["annotations"][0]["result"][0]["value"]["labels"] = ["NOBODY"]
    twice, skipped = [task, task], {**task, "annotations": [{"was_cancelled": True}]}
    for tasks, says in (
        ([other], "has another text"),
        ([broken], "unknown-label"),
        ([{}], "is not an article"),
        (twice, "duplicate-document"),
        ([skipped], "no-annotation"),
        ([{"data": {"doc_id": []}}], "is not an article"),
    ):
        (tmp_path / "bad.json").write_text(json.dumps(tasks), encoding="utf-8")
        done = command("annotate", "push", "--folder", tmp_path / "none", "--annotations", "bad.json")
        assert done.returncode == 2
        assert says in done.stderr


@pytest.mark.parametrize(
    ("annotations", "by_user", "by_anybody"),
    [
        ([], False, False),
        ([{"completed_by": 7}], True, True),
        ([{"completed_by": {"id": 7}}], True, True),
        ([{"completed_by": 7, "was_cancelled": True}], False, False),
        ([{"completed_by": None}], False, True),
        ([{"completed_by": 8}], False, True),
    ],
)
def test_who_has_annotated_a_task(annotations: list[dict[str, object]], by_user: bool, by_anybody: bool) -> None:
    """To skip a task is not to annotate it; an annotation may be nobody's, as of an account that is gone."""
    held = Held(1, b"", tuple(annotations))
    assert held.annotated(7) is by_user
    assert held.annotated(None) is by_anybody
