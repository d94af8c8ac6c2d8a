"""Hundreds of articles into a real Label Studio and out of it, with client and server killed on the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from annotation import export, label_studio, schema
from annotation.studio import project, tasks
from annotation.studio.login import Login
from eval import formats
from eval.document import Document, Mention
from tests.conftest import ROOT, Command
from tests.serving import connected, kill_server, reached, serving, start, task_numbers, until

pytestmark = pytest.mark.label_studio

ARTICLES, ANNOTATED = 400, 40

# A few a request, and a while between two, so that there is a midst to be killed in.
SLOWLY = """
import time
from annotation.studio import batch, tasks
batch.ARTICLES, tasks._ANNOTATED = 5, 2
batch.SECONDS = 20  # for an import of five that the client was killed before it had sent
page, add = tasks._page, tasks.add
tasks._page = lambda *asked: time.sleep(0.25) or page(*asked)
tasks.add = lambda *sent: time.sleep(0.03) or add(*sent)
"""


def articles() -> list[Document]:
    """Each with a mention, of which only annotations are made."""
    mention = Mention("m1", 11, 15, "GPE", "gpe:syria", {"role": "place"})
    return [Document(f"a{i:04}", f"زار الوزير دمشق {i} 🕊\r\n" * 40, "2025-11-16", (mention,)) for i in range(ARTICLES)]


def check_stopped(process: subprocess.Popen[str], says: str) -> None:
    """It ends with status 2 and one line, which says this."""
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said.count("\n")) == (2, 1), said
    assert says in said


def there(studio: Path) -> Counter[str]:
    """How many tasks each document has."""
    with reached(studio) as http:
        return Counter(task["data"]["doc_id"] for task in tasks.listed(http, 1, with_annotators=False))


def count(studio: Path) -> int:
    """How many tasks there are."""
    with reached(studio) as http:
        asked = {"project": 1, "page_size": 1, "include": "id"}
        answer = http.get("/api/tasks", params=asked).json()
        return int(answer.get("total", 0))  # before there is a project, none


def move(studio: Path, url: str) -> None:
    """Let commands look for the server elsewhere, as if it had been there since it was started."""
    path = studio / "login.json"
    started = path.stat().st_mtime_ns
    replace(Login.read(studio), url=url).write(studio)
    os.utime(path, ns=(started, started))


def pages(studio: Path) -> int:
    """For how many pages of annotated tasks the server has been asked since it was started."""
    return (studio / "server.log").read_text(encoding="utf-8", errors="replace").count("annotations_ids") // 2


@contextmanager
def losing_answers(port: int) -> Iterator[int]:
    """A way to the server on which the answer to the first import is lost; yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    lost = threading.Event()

    def carry(near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", port)) as far:
            request = b""
            while b"\r\n\r\n" not in request:
                if not (more := near.recv(65536)):
                    return
                request += more
            head, _, body = request.partition(b"\r\n\r\n")
            lengths = [int(line.split(b":")[1]) for line in head.lower().splitlines() if line.startswith(b"content-length:")]
            while len(body) < sum(lengths):
                body += near.recv(65536)
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            far.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            if b"/import" in lines[0] and not lost.is_set():
                lost.set()
                near.close()  # while the server is at work
            while answer := far.recv(65536):
                if near.fileno() >= 0:
                    near.sendall(answer)

    def listen() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=carry, args=(near,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.close()


def test_killed_on_the_way_every_article_comes_once(command: Command, tmp_path: Path) -> None:
    """Client, then server, then an answer is lost: the same command goes on each time, and pull brings what is annotated."""
    documents, studio, out = articles(), tmp_path / "studio", tmp_path / "out.json"
    formats.write(tmp_path / "articles.jsonl", [document.bare() for document in documents])
    formats.write(tmp_path / "annotated.jsonl", documents[:: ARTICLES // ANNOTATED])
    push = ["push", "--articles", tmp_path / "articles.jsonl", "--annotations", tmp_path / "annotated.jsonl", "--folder"]
    pull = ["pull", "--out", out, "--folder"]

    with serving(studio, ROOT):
        pushing = start(SLOWLY, ROOT, *push, studio)
        until(lambda: (studio / "pushing.json").exists() and count(studio) > 50)
        pushing.kill()
        assert pushing.wait() == -signal.SIGKILL
        assert 50 < count(studio) < ARTICLES

        login = Login.read(studio)
        with losing_answers(int(login.url.rpartition(":")[2])) as port:
            move(studio, f"http://127.0.0.1:{port}")
            lost = start(SLOWLY, ROOT, *push, studio)
            check_stopped(lost, f"of {ARTICLES} articles are known to be there, and the same command goes on")
            assert (studio / "pushing.json").exists()
        move(studio, login.url)

        before = count(studio)
        assert before < ARTICLES
        pushing = start(SLOWLY, ROOT, *push, studio)
        until(lambda: count(studio) > before + 50)
        kill_server(studio)
        check_stopped(pushing, "the same command goes on")

    with serving(studio, ROOT):
        assert count(studio) < ARTICLES
        done = command("annotate", *push, studio, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        assert there(studio) == Counter({document.doc_id: 1 for document in documents})
        changed = replace(documents[-1], text="another")
        formats.write(tmp_path / "more.jsonl", [Document("new", "new", "2025-11-16"), changed])
        refused = command("annotate", "push", "--articles", tmp_path / "more.jsonl", "--folder", studio, cwd=ROOT)
        assert (refused.returncode, "the project holds another text" in refused.stderr) == (2, True)
        assert "new" not in there(studio)

        twice = task_numbers(studio)[documents[2].doc_id]
        with reached(studio) as http:
            for unique_id in (uuid.UUID(int=1), uuid.UUID(int=1), uuid.UUID(int=2)):
                tasks.annotate(http, twice, {"result": [], "unique_id": str(unique_id)})
        with connected(studio) as client:
            raw = b"".join(client.projects.exports.download_sync(project.found(client), export_type="JSON"))
            emails = project.emails(client)
        kept = label_studio.to_task(replace(documents[1], mentions=()), schema.load(), "a@wafd.example")
        pulled = [own for one in json.loads(raw) if (own := label_studio.stable(one, emails))["annotations"]]
        old, new = export.dumps([kept]), export.dumps(sorted([*pulled, kept], key=lambda task: str(task["data"]["doc_id"])))
        assert Counter(len(task["annotations"]) for task in pulled) == {1: ANNOTATED, 2: 1}

        out.write_text(old, encoding="utf-8")
        pulling = start(SLOWLY, ROOT, *pull, studio)
        until(lambda: pages(studio) > 5)
        pulling.kill()
        assert pulling.wait() == -signal.SIGKILL
        assert [path.read_text(encoding="utf-8") for path in tmp_path.glob("*out.json*")] == [old]
        done = command("annotate", *pull, studio, cwd=ROOT)
        assert f"{ANNOTATED + 1} new, 1 kept: nothing of it was pulled\n" in done.stdout
        assert out.read_text(encoding="utf-8") == new

        out.write_text(old, encoding="utf-8")
        before = pages(studio)
        pulling = start(SLOWLY, ROOT, *pull, studio)
        until(lambda: pages(studio) > before + 5)
        kill_server(studio)
        check_stopped(pulling, "nothing is changed, and the same command begins again")
        assert out.read_text(encoding="utf-8") == old
