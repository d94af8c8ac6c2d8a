"""What is pushed, and how a push that was cut goes on, without a Label Studio."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock

from annotation.spool import Spool
from annotation.studio import articles, batch, brought
from annotation.studio.address import Address
from annotation.studio.batch import Batch, Underway
from annotation.studio.commands import _tell
from annotation.studio.login import Login
from eval import formats
from eval.document import BadInput, Document, Mention
from tests.conftest import Command

TEXTS = ["زار الوزير دمشق", "", "a\r\nb 🕊\u2028", " "]
DOCUMENTS = [Document(f"d{i}", text, None if i else "2025-11-16") for i, text in enumerate(TEXTS)]


def path_of(tmp_path: Path, ending: str, documents: list[Document]) -> Path:
    """Documents in a file, or in a dataset's folder."""
    path = tmp_path / (f"articles{ending}" if ending else "set")
    if not ending:
        (path / "documents").mkdir(parents=True)
    formats.write(path if ending else path / "documents" / "test.parquet", documents)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".parquet", ""])
def test_articles_are_a_documents_id_text_and_date(ending: str, tmp_path: Path) -> None:
    """From JSON lines, Parquet and a dataset's folder; mentions are left."""
    marked = [Document(one.doc_id, one.text, one.date, (Mention("m", 0, 1, "PER"),) if one.text else ()) for one in DOCUMENTS]
    path = path_of(tmp_path, ending, marked)
    found = [task["data"] for task in articles.tasks(path)]
    assert found == [{"doc_id": one.doc_id, "text": one.text, "date": one.date} for one in DOCUMENTS]
    assert {doc_id: (one.digest, one.date) for doc_id, one in articles.known(path).items()} == {
        one.doc_id: (articles.digest(one.text), one.date) for one in DOCUMENTS
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"doc_id": "a", "text": "x"}\n{"doc_id": "b"}\n', "line 2: document 'b' has no text; an article needs one"),
        ('{"doc_id": "a", "text": "x"}\n{"doc_id": "a", "text": "x"}\n', "two documents are 'a'"),
        ("", "no article in it"),
        ("{", "line 1: not JSON"),
        (None, "no such file"),
    ],
)
def test_articles_that_are_none_are_refused(content: str | None, says: str, command: Command, tmp_path: Path) -> None:
    """With the line where there is one, without asking a server."""
    if content is not None:
        (tmp_path / "articles.jsonl").write_text(content, encoding="utf-8")
    done = command("annotate", "push", "--articles", "articles.jsonl", "--folder", "none")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr


def test_articles_without_a_date_are_told_of(command: Command, tmp_path: Path) -> None:
    """They are pushed, and annotate check will ask for one."""
    path_of(tmp_path, ".jsonl", DOCUMENTS)
    done = command("annotate", "push", "--articles", "articles.jsonl", "--folder", "none")
    assert "3 of 4 articles have no date as YYYY-MM-DD" in done.stderr


def test_annotations_go_with_the_articles_that_are_pushed(tmp_path: Path) -> None:
    """One that is of another article, of another text or has a problem is refused; the date is the article's."""
    path = path_of(tmp_path, ".jsonl", DOCUMENTS)
    mention = Mention("m1", 11, 15, "GPE", "gpe:damascus", {"role": "place"})

    def filled(*documents: Document) -> Spool:
        formats.write(tmp_path / "annotated.jsonl", documents)
        spool = Spool()
        brought.fill(spool, tmp_path / "annotated.jsonl", articles.known(path), str(path))
        return spool

    annotated = Document("d0", TEXTS[0], "1999-01-01", (mention,))
    spool = filled(annotated)
    assert spool["d0"]["data"] == {"doc_id": "d0", "text": TEXTS[0], "date": "2025-11-16"}
    assert len(spool["d0"]["annotations"][0]["result"]) == 3
    for wrong in (Document("d9", TEXTS[0]), Document("d0", TEXTS[0] + " ", mentions=(mention,))):
        with pytest.raises(BadInput, match=rf"is not an article of {path}, or has another text"):
            filled(wrong)
    with pytest.raises(BadInput, match="bad-date"):
        filled(Document("d3", " ", "2025-11-16"))


def over(folder: Path) -> Address:
    """A Label Studio of ours over a folder."""
    return Address("http://127.0.0.1:1", "t", folder, folder / "login.json")


class Importing(BaseHTTPRequestHandler):
    """Counts what is imported; breaks as it is told to."""

    bodies: list[list[dict[str, Any]]]
    answers: list[int]

    def do_POST(self) -> None:
        """200 with counts, another status, or (0) no answer at all."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.bodies.append(body)
        status = self.answers.pop(0) if self.answers else 201
        if not status:
            return
        counts = {
            "task_count": len(body),
            "prediction_count": sum(len(one.get("predictions", ())) for one in body),
            "annotation_count": 0 if status == 200 else sum(len(one["annotations"]) for one in body),
        }
        answer = json.dumps(counts).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def importing(*answers: int) -> Iterator[tuple[httpx.Client, type[Importing]]]:
    """A server of these answers, and a client of it."""
    handler = type("Handler", (Importing,), {"bodies": [], "answers": list(answers)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as at:
        threading.Thread(target=at.serve_forever, daemon=True).start()
        with httpx.Client(base_url=f"http://127.0.0.1:{at.server_port}", trust_env=False) as http:
            yield http, handler
        at.shutdown()


def task(doc_id: str, text: str = "x", annotations: int = 0) -> dict[str, Any]:
    """A task with so many empty annotations."""
    return {"data": {"doc_id": doc_id, "text": text, "date": None}, "annotations": [{"result": []}] * annotations}


def test_a_request_is_bound_by_number_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task comes once and in order; what was done is told once it is done."""
    monkeypatch.setattr(batch, "ARTICLES", 3)
    monkeypatch.setattr(batch, "BYTES", 1000)
    with importing() as (http, at):
        full = Batch(http, 1, Underway(over(tmp_path)))
        told = [list(full.add(task(doc_id, "ب" * 600 if doc_id == "e" else "x", doc_id == "b"))) for doc_id in "abcdefgh"]
        assert told == [[], [], ["a", "b", "c"], [], ["d", "e"], [], [], ["f", "g", "h"]]
        assert full.send() == {}
        assert [[one["data"]["doc_id"] for one in body] for body in at.bodies] == [["a", "b", "c"], ["d", "e"], ["f", "g", "h"]]
        full.add(task("i", annotations=1))
        assert full.send() == {"i": "added with its annotation"}
    assert list(tmp_path.iterdir()) == []


def test_only_an_import_that_may_still_be_carried_out_is_noted(tmp_path: Path) -> None:
    """Not one that was answered, however, or that reached nobody; one without an answer is."""
    (tmp_path / "login.json").touch()
    note = tmp_path / "pushing.json"
    with importing(500, 200, 0) as (http, _):
        for answer, error in (("500", httpx.HTTPStatusError), ("200", BadInput), ("none", httpx.RemoteProtocolError)):
            one = Batch(http, 1, Underway(over(tmp_path)))
            one.add(task("a", annotations=1))
            with pytest.raises(error):
                one.send()
            assert note.exists() is (answer == "none"), answer
        note.unlink()
    one = Batch(httpx.Client(base_url=f"http://127.0.0.1:{_closed()}"), 1, Underway(over(tmp_path)))
    one.add(task("a"))
    with pytest.raises(httpx.ConnectError):
        one.send()
    assert not note.exists()


def test_an_import_under_way_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is there, or has had its time; not where the server was started since, or for another project."""
    monkeypatch.setattr(batch, "SECONDS", 2.0)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    login, note = tmp_path / "login.json", tmp_path / "pushing.json"
    login.touch()
    os.utime(login, (1, 1))

    def asked(project_id: int = 1, comes: int = 3, *, restarted: bool = False) -> int:
        with pytest.raises(KeyboardInterrupt), Underway(over(tmp_path)).sending(1, "a"):
            raise KeyboardInterrupt
        assert note.exists()
        os.utime(login, None if restarted else (1, 1))
        if restarted:
            os.utime(note, (2, 2))
        times = 0

        def has(doc_id: str) -> bool:
            nonlocal times
            times += 1
            return doc_id == "a" and times >= comes

        Underway(over(tmp_path)).wait(project_id, has)
        assert not note.exists()
        return times

    assert asked() == 3
    assert asked(comes=10**9) > 3
    assert asked(2) == asked(restarted=True) == 0
    Underway(over(tmp_path)).wait(1, lambda doc_id: False)  # nothing is noted


@pytest.mark.parametrize("note", ["{", "[]", '{"project": 1}'])
def test_a_note_that_cannot_be_read_is_named(note: str, tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / "pushing.json").write_text(note, encoding="utf-8")
    with pytest.raises(BadInput, match=r"pushing\.json cannot be read; where no annotate push is under way, delete it"):
        Underway(over(tmp_path)).wait(1, lambda doc_id: True)


def test_two_pushes_at_once_are_refused(command: Command, tmp_path: Path) -> None:
    """Each would import what the other has not yet."""
    path_of(tmp_path, ".jsonl", DOCUMENTS[:1])
    Login("http://127.0.0.1:1", "a@wafd.example", "p", "t").write(tmp_path)
    with FileLock(tmp_path / "push.lock"):
        done = command("annotate", "push", "--articles", "articles.jsonl", "--folder", tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "annotate: another annotate push to the Label Studio at http://127.0.0.1:1 is under way\n",
    )


def test_of_many_documents_counts_are_told_and_the_first_that_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """Of few, each."""
    _tell({"b": "there already", "a": "added"})
    assert capsys.readouterr().out == "b: there already\na: added\n"
    _tell({f"{i:02}": "added" if i % 2 else "there already" for i in range(31)})
    assert capsys.readouterr().out.splitlines() == [
        "16 there already, 15 added",
        "01: added", "03: added", "05: added", "07: added", "09: added", "and 10 more that changed",
    ]  # fmt: skip


def _closed() -> int:
    """A port at which nobody listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Importing) as at:
        return at.server_port
